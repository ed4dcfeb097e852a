//! The ring against a plain queue, and under two real threads.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::{Part, Pushed, Ring, Writer};
use crate::event::{EventKind, each_op, first_op, head, id_of, is_ops, key, stamp_of};

/// What comes out of a ring.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    /// An operation, with what stands above it in its word.
    Op(u64, u64),
    Event(Vec<u64>),
}

fn ops(word: u64) -> impl Iterator<Item = Item> {
    each_op(word).map(move |op| Item::Op(word >> 18 << 18, op as u64))
}

fn read(ring: &Ring, into: &mut Vec<Item>) {
    ring.drain(|part| match part {
        Part::Ops(word) => into.extend(ops(word)),
        Part::Words(cursor) => {
            // Words of operations are read as a run, as the collector does.
            let run = cursor.run();
            let n = run.iter().take_while(|slot| is_ops(slot.read())).count();
            if n > 0 {
                into.extend(run[..n].iter().flat_map(|slot| ops(slot.read())));
                return cursor.skip(n);
            }
            let first = cursor.word();
            let mut event = vec![first];
            event.extend((0..id_of(first)).map(|_| cursor.word()));
            into.push(Item::Event(event));
        }
    });
}

/// An event whose id says how many words follow.
fn event(words: usize, seed: u64) -> Vec<u64> {
    let mut event = vec![head(EventKind::Clear, key(words as u32 - 1, 0))];
    event.extend((1..words as u64).map(|i| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(i)));
    event
}

#[derive(Clone, Debug)]
enum Action {
    Op(u32, u32, u64),
    /// An event of one word, by the way that is for these.
    Head,
    Event(usize),
    Drain,
    LookBack,
    /// Left and taken up again, as when the thread is at work inside maptrace.
    Leave,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        // Two maps and two ticks, so that the word is often the same and often not.
        20 => (0_u32..2, prop_oneof![9 => Just(7_u32), 1 => Just(8)], 0_u64..4).prop_map(|(id, tick, op)| Action::Op(id, tick, op)),
        6 => Just(Action::Head),
        3 => (1_usize..12).prop_map(Action::Event),
        2 => Just(Action::Drain),
        2 => Just(Action::LookBack),
        1 => Just(Action::Leave),
    ]
}

/// An application's handler of a signal may use a map in the midst of [`Writer::go_on`], and asks then.
#[test]
fn looking_back_in_the_midst_of_anything_finds_nothing_and_does_not_panic() {
    let seen = |writer: &Writer<'_>| {
        let mut words = 0;
        writer.look_back(|_| words += 1);
        words
    };
    let writer = Writer::new();
    assert_eq!(seen(&writer), 0, "no ring");
    let ring = Ring::new(16, 0);
    writer.attach(Some(&ring));
    assert_eq!(seen(&writer), 0, "no piece");
    assert!(!matches!(writer.push(&event(3, 1), false), Pushed::Refused));
    for (from, at, piece) in [
        (7, 0, true),
        (0, 1_000, true),
        (1_000, 1_000, true),
        (u32::MAX, usize::MAX - 1, true),
        (0, 3, false),
    ] {
        writer.seen.set((from, 0));
        writer.at.set(at);
        if !piece {
            writer.piece.set(&[]);
        }
        assert_eq!(seen(&writer), 0, "{from}..={at}");
    }
}

proptest! {
    #[test]
    fn behaves_as_a_bounded_queue(
        capacity in 1_usize..64,
        first in prop_oneof![Just(0), Just(u64::MAX - 3), any::<u64>()],
        actions in proptest::collection::vec(action(), 1..300),
    ) {
        let ring = Ring::new(capacity, first);
        let mut writer = Writer::new();
        writer.attach(Some(&ring));
        let capacity = ring.capacity() as u64;
        let mut model: VecDeque<Item> = VecDeque::new();
        let mut shut = false;
        // Operations since the owner last looked back.
        let mut unseen = Vec::new();
        let look_back = |writer: &Writer<'_>, unseen: &mut Vec<Item>| {
            let mut seen = Vec::new();
            writer.look_back(|word| seen.extend(ops(word)));
            prop_assert_eq!(seen, std::mem::take(unseen));
            Ok(())
        };
        for (seed, action) in actions.into_iter().enumerate() {
            let before = ring.len();
            match action {
                Action::Leave => {
                    look_back(&writer, &mut unseen)?;
                    writer = Writer::new();
                    prop_assert!(!writer.try_add(0, 0) && !writer.try_next(0, 0) && !writer.try_head(event(1, 0)[0]));
                    prop_assert_eq!(writer.push(&[0], true), Pushed::Refused);
                    writer.attach(Some(&ring));
                }
                Action::Drain => {
                    let mut seen = Vec::new();
                    read(&ring, &mut seen);
                    prop_assert_eq!(seen, model.drain(..).collect::<Vec<_>>());
                    prop_assert_eq!(ring.len(), 0);
                }
                Action::LookBack => look_back(&writer, &mut unseen)?,
                Action::Op(id, tick, op) => {
                    let key = key(id, stamp_of(tick));
                    // The fast paths may refuse for want of a look at the tail, but never take what does not fit, and
                    // nothing at all between a loss and the next whole push.
                    let added = writer.try_add(key, op);
                    let fast = added || writer.try_next(key, op);
                    prop_assert!(!fast || !shut);
                    prop_assert!(!added || ring.len() == before);
                    if !fast {
                        look_back(&writer, &mut unseen)?;
                        let pushed = writer.push(&[first_op(key, op)], true);
                        shut = pushed == Pushed::Refused;
                        if shut {
                            prop_assert_eq!(before, capacity - 1);
                            continue;
                        }
                    }
                    unseen.push(Item::Op(key, op));
                    model.push_back(Item::Op(key, op));
                }
                Action::Head => {
                    let event = event(1, 0);
                    let fast = writer.try_head(event[0]);
                    prop_assert!(!fast || !shut);
                    if !fast {
                        look_back(&writer, &mut unseen)?;
                        let pushed = writer.push(&event, false);
                        shut = pushed == Pushed::Refused;
                        if shut {
                            prop_assert!(before + 2 >= capacity);
                            continue;
                        }
                    }
                    model.push_back(Item::Event(event));
                }
                Action::Event(words) => {
                    let event = event(words, seed as u64);
                    look_back(&writer, &mut unseen)?;
                    let pushed = writer.push(&event, false);
                    shut = pushed == Pushed::Refused;
                    if shut {
                        prop_assert!(before + words as u64 + 1 >= capacity);
                    } else {
                        prop_assert!(pushed != Pushed::Filling || ring.len() >= capacity / 4);
                        model.push_back(Item::Event(event));
                    }
                }
            }
            prop_assert!(ring.len() < capacity);
        }
        let mut seen = Vec::new();
        read(&ring, &mut seen);
        prop_assert_eq!(seen, model.drain(..).collect::<Vec<_>>());
    }
}

#[test]
fn a_thread_that_ends_loses_nothing() {
    const OPERATIONS: u64 = if cfg!(miri) { 200 } else { 200_000 };
    for first in [0, u64::MAX - OPERATIONS / 8] {
        let ring = Ring::new(64, first);
        let mut next = 0;
        let refused = std::thread::scope(|scope| {
            let producer = scope.spawn(|| {
                let writer = Writer::new();
                writer.attach(Some(&ring));
                let mut refused = 0;
                for i in 0..OPERATIONS {
                    // Runs of different lengths, longer than a word as well.
                    let (key, op) = (key((i / (i % 23 + 1)) as u32 % 1000, 0), i % 4);
                    while !writer.try_add(key, op)
                        && !writer.try_next(key, op)
                        && writer.push(&[first_op(key, op)], true) == Pushed::Refused
                    {
                        refused += 1;
                        std::thread::yield_now();
                    }
                }
                ring.close();
                refused
            });
            while !ring.drain_and_reap(|part| {
                let mut see = |word: u64| {
                    for op in each_op(word) {
                        assert_eq!(id_of(word), (next / (next % 23 + 1)) as u32 % 1000);
                        assert_eq!(op as u64, next % 4);
                        next += 1;
                    }
                };
                match part {
                    Part::Ops(word) => see(word),
                    Part::Words(cursor) => {
                        let run = cursor.run();
                        run.iter().for_each(|slot| see(slot.read()));
                        cursor.skip(run.len());
                    }
                }
            }) {
                // On one processor it would keep the producer off it for whole slices of time.
                std::thread::yield_now();
            }
            producer.join().expect("the producer does not panic")
        });
        assert_eq!(next, OPERATIONS, "{refused} refused");
    }
}
