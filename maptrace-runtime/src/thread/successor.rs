//! A larger ring for a thread that fills its own faster than the collector comes.
//!
//! No ring is ever resized. The collector makes a second, larger one, and the thread goes over to it where it has to look at
//! the consumer's index anyway: it closes the first, as it would at its end, and the collector drains and reaps that as any
//! other. So the thread neither allocates nor waits, and nothing is lost on the way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use super::{PRODUCER, Producer, take_seat};

/// What the collector offers to the thread that has a producer.
pub(crate) struct Successor {
    /// Whether there is one: what the thread looks at.
    offered: AtomicBool,
    producer: Mutex<Option<&'static Producer>>,
}

impl Successor {
    pub(super) const fn new() -> Self {
        Self { offered: AtomicBool::new(false), producer: Mutex::new(None) }
    }

    /// Whether one is offered that the thread has not taken yet.
    pub(crate) fn is_offered(&self) -> bool {
        // Relaxed: a hint; what is offered lies behind the lock.
        self.offered.load(Ordering::Relaxed)
    }

    /// Offers one, of which nobody else knows. Collector only.
    pub(crate) fn offer(&self, producer: &'static Producer) {
        *self.producer.lock().unwrap_or_else(PoisonError::into_inner) = Some(producer);
        self.offered.store(true, Ordering::Relaxed);
    }

    /// Takes what is offered. Never waits: if the collector has the lock, it is taken another time.
    pub(crate) fn take(&self) -> Option<&'static Producer> {
        if !self.is_offered() {
            return None;
        }
        let mut producer = match self.producer.try_lock() {
            Ok(producer) => producer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        self.offered.store(false, Ordering::Relaxed);
        producer.take()
    }
}

impl Producer {
    /// Goes over to the ring that is offered, if there is one. Only for the thread that has this producer, which has it no more
    /// then.
    pub(super) fn move_on(&self) {
        if !self.successor.is_offered() || !PRODUCER.get().is_some_and(|own| std::ptr::eq(own, self)) {
            return;
        }
        let Some(next) = self.successor.take() else { return };
        // It is the same thread as before to all who read of it.
        next.told.succeed(self.told, &next.ring);
        let number = self.number.swap(next.number(), Ordering::Relaxed);
        next.number.store(number, Ordering::Relaxed);
        next.idle.store(false, Ordering::Relaxed);
        take_seat(Some(next));
        self.ring.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collections::BTreeMap;
    use crate::hub::Hub;
    use crate::testing::Capture;
    use crate::thread;

    /// This thread's producer, and the capture's hub.
    fn own() -> (&'static Producer, &'static Hub) {
        (PRODUCER.get().expect("it has a ring"), thread::hub().expect("the capture's"))
    }

    #[test]
    fn a_thread_goes_over_to_a_larger_ring_and_loses_nothing() {
        let capture = Capture::with_ring_bytes(1 << 10);
        let mut map = BTreeMap::new();
        map.insert(0_u8, 0_u16);
        let (first, hub) = own();
        let number = first.number();
        hub.enlarge(first);
        let memory = hub.health().memory_bytes;
        hub.enlarge(first);
        assert_eq!(hub.health().memory_bytes, memory, "one is enough");
        // A ring has 128 words, and each holds eight operations; the next one has four times as many.
        for n in 0..4_000 {
            map.insert(0, n);
        }
        let (second, _) = own();
        assert_eq!((first.ring.capacity(), second.ring.capacity()), (128, 512));
        assert_eq!(second.number(), number, "it is the same thread");
        assert!(first.ring.is_closed() && first.number() != number);
        let health = capture.snapshot().health;
        assert_eq!((health.emitted, health.delivered, health.rings), (4_002, 4_002, 1));
        // The first goes to the next thread that needs one.
        let handle = capture.handle();
        let other = std::thread::spawn(move || {
            let _entered = handle.enter();
            BTreeMap::new().insert(1_u32, 0);
            std::ptr::from_ref(own().0).addr()
        });
        assert_eq!(other.join().expect("no panic"), std::ptr::from_ref(first).addr());
    }

    #[test]
    fn a_ring_that_was_not_taken_is_for_others() {
        let capture = Capture::with_ring_bytes(1 << 10);
        let handle = capture.handle();
        let other = std::thread::spawn(move || {
            let _entered = handle.enter();
            BTreeMap::new().insert(1_u32, 0);
            let (producer, hub) = own();
            hub.enlarge(producer);
            assert!(producer.successor.is_offered());
        });
        other.join().expect("no panic");
        assert_eq!(capture.snapshot().health.rings, 0, "both are idle");
    }

    #[test]
    fn half_of_the_memory_is_for_what_is_needed_more() {
        let _capture = Capture::builder().ring_bytes(64 << 10).memory(600 << 10).install();
        BTreeMap::new().insert(0_u8, 0);
        let (first, hub) = own();
        hub.enlarge(first);
        assert!(!first.successor.is_offered());
    }

    #[test]
    fn a_ring_has_a_largest_size() {
        let _capture = Capture::builder().ring_bytes(512 << 10).memory(1 << 30).install();
        BTreeMap::new().insert(0_u8, 0);
        let (first, hub) = own();
        hub.enlarge(first);
        assert!(!first.successor.is_offered());
    }
}
