//! The ring against a plain queue, and under two real threads.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::Ring;

/// Reads an event whose first word says how many follow.
fn read(ring: &Ring, into: &mut Vec<Vec<u64>>) {
    ring.drain(|cursor| {
        let first = cursor.word();
        let mut event = vec![first];
        event.extend((0..first % 16).map(|_| cursor.word()));
        into.push(event);
    });
}

fn event(words: usize, seed: u64) -> Vec<u64> {
    let mut event = vec![(seed << 4) | (words as u64 - 1)];
    event.extend((1..words as u64).map(|i| seed.wrapping_mul(31).wrapping_add(i)));
    event
}

proptest! {
    #[test]
    fn behaves_as_a_bounded_queue(
        capacity in 1_usize..64,
        first in prop_oneof![Just(0), Just(u64::MAX - 3), any::<u64>()],
        actions in proptest::collection::vec(0_usize..14, 1..200),
    ) {
        let ring = Ring::new(capacity, first);
        let capacity = ring.capacity();
        let mut model: VecDeque<Vec<u64>> = VecDeque::new();
        let mut words = 0;
        let mut shut = false;
        for (seed, &action) in actions.iter().enumerate() {
            if action > 11 {
                let mut seen = Vec::new();
                read(&ring, &mut seen);
                prop_assert_eq!(&seen, &model.drain(..).collect::<Vec<_>>());
                words = 0;
            } else if action == 0 {
                // The fast path may refuse for want of a look at the tail, but never takes what does not fit, and
                // nothing at all between a loss and the next whole push.
                let single = event(1, seed as u64);
                if ring.try_push_word(single[0]) {
                    prop_assert!(!shut && words < capacity);
                    words += 1;
                    model.push_back(single);
                }
            } else {
                let event = event(action, seed as u64);
                let fits = words + event.len() <= capacity;
                prop_assert_eq!(ring.push(&event), fits);
                shut = !fits;
                if fits {
                    words += event.len();
                    model.push_back(event);
                }
            }
            prop_assert_eq!(ring.len(), words as u64);
        }
    }
}

#[test]
fn a_thread_that_ends_loses_nothing() {
    const EVENTS: u64 = if cfg!(miri) { 200 } else { 200_000 };
    for first in [0, u64::MAX - EVENTS / 2] {
        let ring = Ring::new(64, first);
        let mut seen = 0;
        let mut next = 0;
        let refused = std::thread::scope(|scope| {
            let producer = scope.spawn(|| {
                let mut refused = 0;
                for word in 0..EVENTS {
                    while !ring.try_push_word(word) && !ring.push(&[word]) {
                        refused += 1;
                        std::thread::yield_now();
                    }
                }
                ring.close();
                refused
            });
            while !ring.drain_and_reap(|cursor| {
                assert_eq!(cursor.word(), next);
                next += 1;
                seen += 1;
            }) {}
            producer.join().expect("the producer does not panic")
        });
        assert_eq!(seen, EVENTS, "{refused} refused");
    }
}
