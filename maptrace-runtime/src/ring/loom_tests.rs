//! The ring under loom: every interleaving that the memory model allows, on rings of two and four words.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};

use loom::sync::Arc;
use loom::thread;

use super::{Part, Pushed, Ring, Writer};
use crate::event::{EventKind, each_op, first_op, head, id_of, is_ops, key, ops_in};
use crate::sync::weaken;

/// Indices begin just below their wrap, so that it is in every model.
const FIRST: u64 = u64::MAX - 1;

/// Explores every interleaving, without a bound on preemptions, and returns how many there were.
fn check(model: impl Fn() + Send + Sync + 'static) -> u64 {
    check_at_most(None, model)
}

/// As [`check`], of the first so many.
fn check_at_most(most: Option<usize>, model: impl Fn() + Send + Sync + 'static) -> u64 {
    let runs = std::sync::Arc::new(AtomicU64::new(0));
    let counted = std::sync::Arc::clone(&runs);
    let mut builder = loom::model::Builder::new();
    builder.max_permutations = most;
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    runs.load(Ordering::Relaxed)
}

fn writer_of(ring: &Ring) -> Writer<'_> {
    let writer = Writer::new();
    writer.attach(Some(ring));
    writer
}

/// Reads everything that is there, operations as their numbers and heads as they are.
fn read(ring: &Ring, seen: &mut Vec<u64>) {
    ring.drain(|part| read_part(part, seen));
}

fn read_part(part: Part<'_, '_>, seen: &mut Vec<u64>) {
    match part {
        Part::Ops(word) => seen.extend(each_op(word).map(|op| op as u64)),
        Part::Words(cursor) => {
            let word = cursor.word();
            if is_ops(word) {
                seen.extend(each_op(word).map(|op| op as u64));
            } else {
                seen.push(word);
            }
        }
    }
}

/// Writes one operation of a map. Returns whether it got in.
fn write_op(writer: &Writer<'_>, map: u32, op: u64) -> bool {
    let key = key(map, 0);
    writer.try_add(key, op) || writer.try_next(key, op) || writer.push(&[first_op(key, op)], true) != Pushed::Refused
}

/// A producer writes operations of two maps until all are in; the consumer sees each once, in order.
fn in_order() -> u64 {
    check(|| {
        let ring = Arc::new(Ring::new(2, FIRST));
        let producer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let writer = writer_of(&ring);
                // How many got in.
                [(1, 0), (1, 1), (2, 2), (1, 3)]
                    .iter()
                    .take_while(|(map, op)| write_op(&writer, *map, *op))
                    .count()
            })
        };
        let mut seen = Vec::new();
        for _ in 0..2 {
            read(&ring, &mut seen);
            // loom looks for interleavings around accesses that depend on one another; yielding gives it the points.
            thread::yield_now();
        }
        let written = producer.join().unwrap();
        read(&ring, &mut seen);
        assert_eq!(seen, (0..written as u64).collect::<Vec<u64>>());
        assert_eq!(ring.len(), 0);
    })
}

/// What is in the open word before another thread's word is seen there: nothing that happened before is missed.
fn open_word() -> u64 {
    check(|| {
        let rings = [Arc::new(Ring::new(4, FIRST)), Arc::new(Ring::new(4, FIRST))];
        let [a, b] = rings.clone();
        let flag = Arc::new(loom::sync::atomic::AtomicBool::new(false));
        let first = {
            let flag = Arc::clone(&flag);
            thread::spawn(move || {
                let writer = writer_of(&a);
                assert!(write_op(&writer, 1, 0) && write_op(&writer, 1, 1));
                // The map goes over to another thread.
                flag.store(true, Ordering::Release);
            })
        };
        let second = thread::spawn(move || {
            if flag.load(Ordering::Acquire) {
                // And is dropped there.
                assert_ne!(
                    writer_of(&b).push(&[head(EventKind::Free, key(1, 0))], false),
                    Pushed::Refused
                );
            }
        });
        let mut free = Vec::new();
        read(&rings[1], &mut free);
        let mut seen = Vec::new();
        read(&rings[0], &mut seen);
        if !free.is_empty() {
            assert_eq!(seen, [0, 1], "the end of a map was seen before what had happened to it");
        }
        first.join().unwrap();
        second.join().unwrap();
    })
}

/// The producer looks back at what it wrote, wherever the consumer is: it finds each operation once.
fn looked_back() -> u64 {
    check(|| {
        let ring = Arc::new(Ring::new(4, FIRST));
        let producer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let writer = writer_of(&ring);
                let mut found = Vec::new();
                let mut written = 0;
                for op in 0..4 {
                    let key = key((op / 2) as u32, 0);
                    if !writer.try_add(key, op) && !writer.try_next(key, op) {
                        writer.look_back(|word| found.extend(each_op(word)));
                        if writer.push(&[first_op(key, op)], true) == Pushed::Refused {
                            break;
                        }
                    }
                    written += 1;
                }
                writer.look_back(|word| found.extend(each_op(word)));
                assert_eq!(found, (0..written).collect::<Vec<usize>>());
            })
        };
        for _ in 0..2 {
            read(&ring, &mut Vec::new());
            thread::yield_now();
        }
        producer.join().unwrap();
    })
}

/// An event of several words is seen whole or not at all, also if operations come before and after it.
fn whole_events(looks: usize, most: Option<usize>) -> u64 {
    check_at_most(most, move || {
        let ring = Arc::new(Ring::new(8, FIRST));
        let producer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let writer = writer_of(&ring);
                let pushed = |words: &[u64]| {
                    u64::from(
                        words.len() == 1 && writer.try_head(words[0]) || writer.push(words, false) != Pushed::Refused,
                    )
                };
                let clear = head(EventKind::Clear, key(2, 0));
                let free = head(EventKind::Free, key(1, 0));
                let first = pushed(&[clear, 20, 21]);
                let op = u64::from(write_op(&writer, 1, 3));
                // One of a single word, behind the operation and in the place of the next one.
                let end = head(EventKind::Young, key(0, 0));
                (first + pushed(&[end]) + pushed(&[end]) + pushed(&[free, 10]), op)
            })
        };
        let mut events = 0;
        let mut ops = 0;
        let mut read = || {
            ring.drain(|part| match part {
                Part::Ops(word) => ops += u64::from(ops_in(word)),
                Part::Words(cursor) => {
                    let word = cursor.word();
                    if is_ops(word) {
                        ops += u64::from(ops_in(word));
                        return;
                    }
                    let words = u64::from(id_of(word));
                    for i in 0..words {
                        assert_eq!(cursor.word(), words * 10 + i, "a torn event");
                    }
                    events += 1;
                }
            });
        };
        for _ in 0..looks {
            read();
            thread::yield_now();
        }
        let pushed = producer.join().unwrap();
        read();
        assert_eq!((events, ops), pushed);
    })
}

/// A thread that writes and ends loses nothing: once the ring is reaped, everything has been seen.
fn reaped() -> u64 {
    check(|| {
        let ring = Arc::new(Ring::new(4, FIRST));
        let producer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let writer = writer_of(&ring);
                assert!(write_op(&writer, 1, 1) && write_op(&writer, 2, 2) && write_op(&writer, 2, 3));
                ring.close();
            })
        };
        let mut seen = Vec::new();
        for _ in 0..2 {
            if ring.drain_and_reap(|part| read_part(part, &mut seen)) {
                assert_eq!(seen, [1, 2, 3], "reaped with something left in it");
            }
            thread::yield_now();
        }
        producer.join().unwrap();
        read(&ring, &mut seen);
        assert_eq!(seen, [1, 2, 3]);
    })
}

#[test]
fn words_arrive_once_and_in_order() {
    let interleavings = in_order();
    println!("{interleavings} interleavings");
    assert!(interleavings > 50, "the model explores next to nothing");
}

#[test]
fn the_open_word_has_what_happened_before() {
    let interleavings = open_word();
    println!("{interleavings} interleavings");
    assert!(interleavings > 50, "the model explores next to nothing");
}

#[test]
fn the_producer_finds_what_it_wrote() {
    let interleavings = looked_back();
    println!("{interleavings} interleavings");
    assert!(interleavings > 50, "the model explores next to nothing");
}

#[test]
fn events_are_not_torn() {
    let interleavings = whole_events(2, None);
    println!("{interleavings} interleavings");
    assert!(interleavings > 50, "the model explores next to nothing");
}

#[test]
#[ignore = "some minutes; docs/reliability.md, row 3"]
fn events_are_not_torn_however_often_the_consumer_looks() {
    // Not all: nobody has waited for the end of them.
    let interleavings = whole_events(3, Some(1_000_000));
    println!("{interleavings} interleavings");
    assert!(interleavings >= 800_000, "{interleavings}");
}

#[test]
fn a_reaped_ring_was_empty() {
    let interleavings = reaped();
    println!("{interleavings} interleavings");
    assert!(interleavings > 50, "the model explores next to nothing");
}

#[test]
fn asking_after_the_drain_would_lose_events() {
    // What fastrace 0.7.16 does: the model has to see that it is wrong, or it shows nothing.
    let caught = catch_unwind(|| {
        check(|| {
            let ring = Arc::new(Ring::new(4, FIRST));
            let producer = {
                let ring = Arc::clone(&ring);
                thread::spawn(move || {
                    assert!(write_op(&writer_of(&ring), 1, 1));
                    ring.close();
                })
            };
            let mut seen = Vec::new();
            read(&ring, &mut seen);
            if ring.drain_and_reap(|_| ()) {
                assert_eq!(seen, [1], "reaped with something left in it");
            }
            producer.join().unwrap();
        });
    });
    assert!(caught.is_err());
}

/// An ordering's name, and a model that needs it.
type Needs = (&'static str, fn() -> u64);

#[test]
fn weakened_orderings_are_noticed() {
    let models: [Needs; 6] = [
        ("head_published", in_order),
        ("head_seen", in_order),
        ("tail_published", in_order),
        ("tail_seen", in_order),
        ("close_published", reaped),
        ("close_seen", reaped),
    ];
    for (name, model) in models {
        let caught = catch_unwind(|| {
            weaken::set(Some(name));
            let _ = model();
        });
        weaken::set(None);
        assert!(caught.is_err(), "the model does not notice that {name} is relaxed");
    }
    let tested: Vec<&str> = models
        .iter()
        .map(|(name, _)| *name)
        .chain(["freed_pushed", "freed_taken", "place_published", "place_seen"])
        .chain(crate::marks::loom_tests::NEEDED)
        .collect();
    assert_eq!(tested, crate::sync::ORDERINGS, "an ordering has no model");
}
