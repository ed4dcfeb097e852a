//! The ring against a plain queue, and under two real threads.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::{Pushed, Ring, Writer};

/// Reads an event whose first word says how many follow.
fn read(ring: &Ring, into: &mut Vec<Vec<u64>>) {
    ring.drain(|cursor| {
        // A word that stands alone is read as one of a run, as the collector does.
        let alone = cursor.run()[0].read();
        if alone % 16 == 0 {
            cursor.skip(1);
            return into.push(vec![alone]);
        }
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
        actions in proptest::collection::vec(0_usize..15, 1..200),
    ) {
        let ring = Ring::new(capacity, first);
        let mut writer = Writer::new();
        writer.attach(Some(&ring));
        let capacity = ring.capacity();
        let mut model: VecDeque<Vec<u64>> = VecDeque::new();
        let mut words = 0;
        let mut shut = false;
        // Single words since the owner last looked back.
        let mut single = Vec::new();
        let look_back = |writer: &Writer<'_>, single: &mut Vec<u64>| {
            let seen: Vec<_> = writer.look_back().iter().map(crate::sync::Slot::read).collect();
            prop_assert_eq!(seen, std::mem::take(single));
            Ok(())
        };
        for (seed, &action) in actions.iter().enumerate() {
            if action == 14 {
                // Left and taken up again, as when the thread is at work inside maptrace.
                look_back(&writer, &mut single)?;
                writer = Writer::new();
                prop_assert!(!writer.try_push_word(0));
                prop_assert_eq!(writer.push(&[0]), Pushed::Refused);
                writer.attach(Some(&ring));
            } else if action > 11 {
                let mut seen = Vec::new();
                read(&ring, &mut seen);
                prop_assert_eq!(&seen, &model.drain(..).collect::<Vec<_>>());
                words = 0;
            } else if action == 0 {
                // The fast path may refuse for want of a look at the tail, but never takes what does not fit, and
                // nothing at all between a loss and the next whole push.
                let event = event(1, seed as u64);
                if writer.try_push_word(event[0]) {
                    prop_assert!(!shut && words < capacity);
                    words += 1;
                    single.push(event[0]);
                    model.push_back(event);
                }
            } else {
                let event = event(action, seed as u64);
                let fits = words + event.len() <= capacity;
                look_back(&writer, &mut single)?;
                let pushed = writer.push(&event);
                prop_assert_eq!(pushed != Pushed::Refused, fits);
                prop_assert!(pushed != Pushed::HalfFull || words + event.len() > capacity / 2);
                shut = !fits;
                if fits {
                    words += event.len();
                    model.push_back(event);
                }
            }
            prop_assert_eq!(ring.len(), words as u64);
            if seed % 5 == 0 {
                look_back(&writer, &mut single)?;
            }
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
                let writer = Writer::new();
                writer.attach(Some(&ring));
                let mut refused = 0;
                for word in 0..EVENTS {
                    while !writer.try_push_word(word) && writer.push(&[word]) == Pushed::Refused {
                        refused += 1;
                        std::thread::yield_now();
                    }
                }
                ring.close();
                refused
            });
            while !ring.drain_and_reap(|cursor| {
                let run = cursor.run();
                for slot in run {
                    assert_eq!(slot.read(), next);
                    next += 1;
                    seen += 1;
                }
                cursor.skip(run.len());
            }) {}
            producer.join().expect("the producer does not panic")
        });
        assert_eq!(seen, EVENTS, "{refused} refused");
    }
}
