//! What others are told of a thread beside its ring.

use std::sync::atomic::{AtomicU32, AtomicU64};

use super::name;
use crate::ring::Ring;
use crate::snapshot::Cause;

/// What others are told of a thread beside its ring. In a fixed order and without pointers, as it may lie in a file that
/// other processes read: [`flight`](crate::flight).
#[derive(Default)]
#[repr(C)]
pub(crate) struct Told {
    /// What the thread is called.
    pub(crate) name: name::Name,
    /// Where in the ring its events begin; what is before that is an earlier thread's.
    pub(crate) begun: AtomicU64,
    /// Whether a thread has the ring.
    pub(crate) taken: AtomicU32,
    /// The system's number of the thread.
    pub(crate) system_id: AtomicU32,
    /// [`Producer::sampled_out`](super::Producer::sampled_out) at the collector's last pass.
    pub(crate) sampled_out: AtomicU64,
    /// Events lost, by cause. Added to by the owner alone.
    pub(crate) dropped: [AtomicU64; Cause::ALL.len()],
}

impl Told {
    /// The thread that `before` is told of goes on with this ring.
    pub(super) fn succeed(&self, before: &Self, _ring: &Ring) {
        self.name.copy(&before.name);
        // Relaxed: as with the name.
        #[cfg(all(feature = "flight", target_os = "linux"))]
        {
            use std::sync::atomic::Ordering;
            self.begun.store(_ring.next(), Ordering::Relaxed);
            self.system_id.store(before.system_id.load(Ordering::Relaxed), Ordering::Relaxed);
            self.taken.store(1, Ordering::Relaxed);
        }
    }

    /// The calling thread has the ring from now on.
    pub(super) fn begin(&self, _ring: &Ring) {
        self.name.take();
        // Relaxed: as with the name.
        #[cfg(all(feature = "flight", target_os = "linux"))]
        {
            use std::sync::atomic::Ordering;
            self.begun.store(_ring.next(), Ordering::Relaxed);
            self.system_id.store(name::system_id(), Ordering::Relaxed);
            self.taken.store(1, Ordering::Relaxed);
        }
    }
}
