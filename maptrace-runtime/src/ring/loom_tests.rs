//! The ring under loom: every interleaving that the memory model allows, on rings of two and four words.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};

use loom::sync::Arc;
use loom::thread;

use super::{Pushed, Ring, Writer};
use crate::sync::weaken;

/// Indices begin just below their wrap, so that it is in every model.
const FIRST: u64 = u64::MAX - 1;

/// Explores every interleaving, without a bound on preemptions, and returns how many there were.
fn check(model: impl Fn() + Send + Sync + 'static) -> u64 {
    let runs = std::sync::Arc::new(AtomicU64::new(0));
    let counted = std::sync::Arc::clone(&runs);
    loom::model::Builder::new().check(move || {
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

/// A producer pushes single words until all are in; the consumer sees each once, in order.
fn in_order() -> u64 {
    check(|| {
        let ring = Arc::new(Ring::new(2, FIRST));
        let producer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let writer = writer_of(&ring);
                // The last word that got in.
                (1..=4)
                    .take_while(|&word| writer.try_push_word(word) || writer.push(&[word]) != Pushed::Refused)
                    .last()
                    .unwrap_or(0)
            })
        };
        let mut seen = Vec::new();
        let read = |cursor: &mut super::Cursor<'_>, seen: &mut Vec<u64>| {
            let run = cursor.run();
            seen.extend(run.iter().map(crate::sync::Slot::read));
            cursor.skip(run.len());
        };
        for _ in 0..3 {
            ring.drain(|cursor| read(cursor, &mut seen));
            // loom looks for interleavings around accesses that depend on one another; yielding gives it the points.
            thread::yield_now();
        }
        let last = producer.join().unwrap();
        ring.drain(|cursor| read(cursor, &mut seen));
        assert_eq!(seen, (1..=last).collect::<Vec<u64>>());
        assert_eq!(ring.len(), 0);
    })
}

/// The producer looks back at what it wrote, wherever the consumer is: it finds each word that it did not push.
fn looked_back() -> u64 {
    check(|| {
        let ring = Arc::new(Ring::new(4, FIRST));
        let producer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let writer = writer_of(&ring);
                let mut found = Vec::new();
                let mut last = 0;
                for word in 1..=5 {
                    if !writer.try_push_word(word) {
                        found.extend(writer.look_back().iter().map(crate::sync::Slot::read));
                        if writer.push(&[word]) == Pushed::Refused {
                            break;
                        }
                        found.push(word);
                    }
                    last = word;
                }
                found.extend(writer.look_back().iter().map(crate::sync::Slot::read));
                assert_eq!(found, (1..=last).collect::<Vec<u64>>());
            })
        };
        for _ in 0..2 {
            ring.drain(|cursor| {
                cursor.word();
            });
            thread::yield_now();
        }
        producer.join().unwrap();
    })
}

/// An event of several words is seen whole or not at all.
fn whole_events() -> u64 {
    check(|| {
        let ring = Arc::new(Ring::new(4, FIRST));
        let producer = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let writer = writer_of(&ring);
                let pushed = |words| u64::from(writer.push(words) != Pushed::Refused);
                pushed(&[2, 20, 21]) + pushed(&[1, 10])
            })
        };
        let mut events = 0;
        let read = |cursor: &mut super::Cursor<'_>| {
            let words = cursor.word();
            for i in 0..words {
                assert_eq!(cursor.word(), words * 10 + i, "a torn event");
            }
        };
        for _ in 0..2 {
            ring.drain(|cursor| {
                read(cursor);
                events += 1;
            });
            thread::yield_now();
        }
        let pushed = producer.join().unwrap();
        ring.drain(|cursor| {
            read(cursor);
            events += 1;
        });
        assert_eq!(events, pushed);
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
                assert_ne!(writer.push(&[1]), Pushed::Refused);
                assert_ne!(writer.push(&[2]), Pushed::Refused);
                ring.close();
            })
        };
        let mut seen = Vec::new();
        for _ in 0..2 {
            if ring.drain_and_reap(|cursor| seen.push(cursor.word())) {
                assert_eq!(seen, [1, 2], "reaped with words left in it");
            }
            thread::yield_now();
        }
        producer.join().unwrap();
        ring.drain(|cursor| seen.push(cursor.word()));
        assert_eq!(seen, [1, 2]);
    })
}

#[test]
fn words_arrive_once_and_in_order() {
    let interleavings = in_order();
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
    let interleavings = whole_events();
    println!("{interleavings} interleavings");
    assert!(interleavings > 50, "the model explores next to nothing");
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
                    assert_ne!(writer_of(&ring).push(&[1]), Pushed::Refused);
                    ring.close();
                })
            };
            let mut seen = 0;
            ring.drain(|cursor| seen += cursor.word());
            if ring.drain_and_reap(|cursor| {
                cursor.word();
            }) {
                assert_eq!(seen, 1, "reaped with words left in it");
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
        .chain(["freed_pushed", "freed_taken"])
        .collect();
    assert_eq!(tested, crate::sync::ORDERINGS, "an ordering has no model");
}
