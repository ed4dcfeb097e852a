//! A collector for tests: what the maps of one test did, exactly, without a thread, a clock or any other test's maps.
//!
//! ```
//! # #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))] {
//! use maptrace_runtime::collections::HashMap;
//! use maptrace_runtime::testing::{Capture, EventType};
//!
//! let capture = Capture::install();
//! let mut sessions = HashMap::new();
//! sessions.insert("ann", 1);
//! sessions.insert("ann", 2);
//! sessions.remove("bob");
//!
//! let kinds: Vec<_> = capture.events().into_iter().map(|event| event.what).collect();
//! assert_eq!(
//!     kinds,
//!     [EventType::Create, EventType::AssignNew, EventType::AssignReplaced, EventType::DeleteMiss]
//! );
//! assert_eq!(capture.snapshot().map_at(file!()).unwrap().entries, 1);
//! # }
//! ```

use std::marker::PhantomData;
use std::sync::Arc;

use crate::snapshot::SiteInfo;

/// What an [`Event`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventType {
    /// A map was changed for the first time.
    Create,
    /// An assign of a new key.
    AssignNew,
    /// An assign of a key that was there.
    AssignReplaced,
    /// A delete that removed an entry.
    DeleteHit,
    /// A delete of a key that was not there.
    DeleteMiss,
    /// This many events were lost here, because the thread's ring was full.
    Gap(u64),
}

/// Ring of a capturing thread: room for a million events between two looks.
const RING_BYTES: usize = 8 << 20;
/// The smallest ring that can be asked for: 128 words.
const LEAST_RING_BYTES: usize = 1 << 10;

/// One event, in the order in which its thread wrote it. Episodes are not among them: see [`Capture::episodes`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub what: EventType,
    /// The site of the map; `None` for a gap.
    pub site: Option<Arc<SiteInfo>>,
    /// The number of the map; `None` for a gap and for maps past the cap on instances.
    pub instance: Option<u64>,
    /// maptrace's number of the thread, which a later thread takes over once it has ended.
    pub thread: u32,
}

/// Collects what this thread's maps do, instead of the process's collector, until it is dropped.
///
/// Other threads take part if they call [`enter`](CaptureHandle::enter). Each capture costs a ring of 8 MiB for each
/// thread and is not given back: it is for tests. A map belongs to the capture, or to the process's collector, under
/// which it was first changed: use it, and drop it, while that is in place. What happens to it elsewhere is counted,
/// but once it is dropped, operations that are still in another collector's rings are not. Without the feature `enable` it captures nothing.
pub struct Capture {
    inner: imp::Capture,
    /// The hub is put in place on one thread, and must be taken away there.
    not_send: PhantomData<*const ()>,
}

impl std::fmt::Debug for Capture {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capture").finish_non_exhaustive()
    }
}

#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
mod imp {
    use std::sync::Arc;

    use super::{CaptureBuilder, Event, EventType};
    use crate::collector::{self, Captured, Core};
    use crate::config::Config;
    use crate::episode::Episode;
    use crate::event::EventKind;
    use crate::global;
    use crate::hub::{Hub, lock};
    use crate::snapshot::Snapshot;
    use crate::thread::{self, Entry};

    pub(super) struct Capture {
        pub(super) hub: &'static Hub,
        entry: Entry,
    }

    impl Capture {
        #[inline]
        pub(super) fn install(limits: &CaptureBuilder) -> Self {
            let config = Box::leak(Box::new(Config {
                ring_bytes: limits.ring_bytes,
                memory: limits.memory,
                instances: limits.instances,
                sample: limits.sample,
                slow: limits.slow,
                nursery: limits.nursery,
                ..Config::default()
            }));
            let made = global::generation().and_then(|generation| generation.new_hub(config, Core::for_capture()));
            let hub = made.expect("memory for a capture");
            Self {
                hub,
                entry: thread::enter_hub(hub),
            }
        }

        #[inline]
        pub(super) fn read<R>(&self, read: impl FnOnce(&mut Captured) -> R) -> R {
            thread::at_work(|| {
                let mut core = lock(&self.hub.core);
                core.settle(self.hub, None);
                read(core.captured.get_or_insert_default())
            })
        }

        #[inline]
        pub(super) fn events(&self) -> Vec<Event> {
            self.read(|captured| captured.events.clone())
        }

        #[inline]
        pub(super) fn episodes(&self) -> Vec<Episode> {
            self.read(|captured| captured.episodes.clone())
        }

        #[inline]
        pub(super) fn snapshot(&self) -> Snapshot {
            Arc::unwrap_or_clone(collector::snapshot(self.hub))
        }
    }

    impl Drop for Capture {
        #[inline]
        fn drop(&mut self) {
            thread::leave_hub(&self.entry);
        }
    }

    pub(super) struct Entered(Entry);

    impl Entered {
        #[inline]
        pub(super) fn new(hub: &'static Hub) -> Self {
            Self(thread::enter_hub(hub))
        }
    }

    impl Drop for Entered {
        #[inline]
        fn drop(&mut self) {
            thread::leave_hub(&self.0);
        }
    }

    pub(super) type Handle = &'static Hub;

    #[inline]
    pub(super) fn handle(capture: &Capture) -> Handle {
        capture.hub
    }

    impl Event {
        /// An operation, by its number.
        pub(crate) fn op(op: usize, site: u32, serial: u64, thread: u32) -> Self {
            let what = match op {
                _ if op == EventKind::AssignNew as usize => EventType::AssignNew,
                _ if op == EventKind::AssignReplaced as usize => EventType::AssignReplaced,
                _ if op == EventKind::DeleteHit as usize => EventType::DeleteHit,
                _ => EventType::DeleteMiss,
            };
            Self::of(what, site, serial, thread)
        }

        pub(crate) fn create(site: u32, serial: u64, thread: u32) -> Self {
            Self::of(EventType::Create, site, serial, thread)
        }

        fn of(what: EventType, site: u32, serial: u64, thread: u32) -> Self {
            Self {
                what,
                site: crate::site::get(site).map(|site| Arc::clone(&site.info)),
                instance: (serial != 0).then_some(serial),
                thread,
            }
        }

        pub(crate) fn gap(thread: u32, lost: u64) -> Self {
            Self {
                what: EventType::Gap(lost),
                site: None,
                instance: None,
                thread,
            }
        }
    }
}

#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
mod imp {
    use super::{CaptureBuilder, Event};
    use crate::episode::Episode;
    use crate::snapshot::Snapshot;

    pub(super) struct Capture;

    impl Capture {
        #[inline]
        pub(super) fn install(_limits: &CaptureBuilder) -> Self {
            Self
        }

        #[inline]
        pub(super) fn events(&self) -> Vec<Event> {
            Vec::new()
        }

        #[inline]
        pub(super) fn episodes(&self) -> Vec<Episode> {
            Vec::new()
        }

        #[inline]
        pub(super) fn snapshot(&self) -> Snapshot {
            Snapshot::empty()
        }
    }

    pub(super) struct Entered;

    impl Entered {
        #[inline]
        pub(super) fn new(_capture: Handle) -> Self {
            Self
        }
    }

    #[derive(Clone, Copy)]
    pub(super) struct Handle;

    #[inline]
    pub(super) fn handle(_capture: &Capture) -> Handle {
        Handle
    }
}

/// Lets further threads take part in a [`Capture`].
#[derive(Clone, Copy)]
pub struct CaptureHandle(imp::Handle);

impl std::fmt::Debug for CaptureHandle {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CaptureHandle").finish_non_exhaustive()
    }
}

impl CaptureHandle {
    /// This thread's maps take part until the result is dropped, on this thread.
    #[must_use = "the thread takes part only while the result lives"]
    #[inline]
    pub fn enter(self) -> Entered {
        Entered {
            _inner: imp::Entered::new(self.0),
            not_send: PhantomData,
        }
    }
}

/// While it lives, its thread takes part in a [`Capture`].
pub struct Entered {
    _inner: imp::Entered,
    #[allow(dead_code, reason = "a marker: what was entered on a thread must be left there")]
    not_send: PhantomData<*const ()>,
}

impl std::fmt::Debug for Entered {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entered").finish_non_exhaustive()
    }
}

/// Limits of a [`Capture`]; see [`Capture::builder`]. The calls are as those of [`Builder`](crate::Builder).
#[derive(Clone, Debug)]
#[must_use = "a builder captures nothing until it is installed"]
pub struct CaptureBuilder {
    ring_bytes: usize,
    memory: u64,
    instances: u32,
    sample: u32,
    slow: Option<std::time::Duration>,
    nursery: bool,
}

impl CaptureBuilder {
    /// Bytes of each thread's ring, rounded up to a power of two; at least 1 KiB, so that each event finds room in an
    /// empty ring. Default: 8 MiB.
    #[inline]
    pub fn ring_bytes(mut self, bytes: usize) -> Self {
        self.ring_bytes = bytes.max(LEAST_RING_BYTES);
        self
    }

    /// Most bytes for rings and records. Default: no limit.
    #[inline]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
    }

    /// Most live maps that have a record of their own; the others share their site's. Default: no limit.
    #[inline]
    pub fn instances(mut self, most: u32) -> Self {
        self.instances = most;
        self
    }

    /// Records one in `n` operations as an event, of sites that do not say and are first used now. Default: 1.
    #[inline]
    pub fn sample(mut self, n: u32) -> Self {
        self.sample = n;
        self
    }

    /// Captures single operations that take this long or longer, see [`Builder::slow`](crate::Builder::slow). Default: none.
    #[inline]
    pub fn slow(mut self, least: std::time::Duration) -> Self {
        self.slow = Some(least);
        self
    }

    /// Lets maps that are small and in their first table go without a record of their own, as the process's collector
    /// does: they have no number, no lifetime and no grow of their own, and are counted with their site. Default: each map has
    /// its own from its first change on.
    #[inline]
    pub fn nursery(mut self, on: bool) -> Self {
        self.nursery = on;
        self
    }

    /// As [`Capture::install`].
    #[must_use]
    #[inline]
    pub fn install(self) -> Capture {
        Capture {
            inner: imp::Capture::install(&self),
            not_send: PhantomData,
        }
    }
}

impl Capture {
    /// Begins to capture the maps of this thread that are changed for the first time from now on.
    #[must_use]
    #[inline]
    pub fn install() -> Self {
        Self::builder().install()
    }

    /// For a capture that is to run into limits: small rings lose events, a small cap makes maps share records.
    #[inline]
    pub fn builder() -> CaptureBuilder {
        CaptureBuilder {
            ring_bytes: RING_BYTES,
            memory: u64::MAX,
            instances: u32::MAX,
            sample: 1,
            slow: None,
            nursery: false,
        }
    }

    /// As [`install`](Self::install), with rings of this many bytes, at least 1 KiB: a small one makes loss happen.
    #[must_use]
    #[inline]
    pub fn with_ring_bytes(bytes: usize) -> Self {
        Self::builder().ring_bytes(bytes).install()
    }

    /// For other threads to take part.
    #[must_use]
    #[inline]
    pub fn handle(&self) -> CaptureHandle {
        let _ = self.not_send;
        CaptureHandle(imp::handle(&self.inner))
    }

    /// Every event so far. Events of one thread are in order; threads follow one another.
    #[must_use]
    #[inline]
    pub fn events(&self) -> Vec<Event> {
        self.inner.events()
    }

    /// Every episode so far. A map's [`Lifetime`](crate::EpisodeKind::Lifetime) is among them once it was dropped.
    #[must_use]
    #[inline]
    pub fn episodes(&self) -> Vec<crate::Episode> {
        self.inner.episodes()
    }

    /// Counts and sizes, settled.
    #[must_use]
    #[inline]
    pub fn snapshot(&self) -> crate::Snapshot {
        self.inner.snapshot()
    }
}
