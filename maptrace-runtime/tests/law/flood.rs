//! The law for the process's own collector: sixteen threads, rings of 128 to 65,536 words, and a collector that is fast, slow,
//! held up at times or all the time.

use std::hint::spin_loop;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use maptrace_runtime::{Cause, Episode, Sink, builder, snapshot};

use crate::alone::{alone, scale};
use crate::counted::{Books, Work, check};

const THREADS: u64 = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// Somebody asks for one snapshot after the other.
    Fast,
    /// Each episode takes the sink some microseconds.
    Slow,
    /// The sink takes some hundred episodes now and then.
    Bursty,
    /// The sink takes none before all is done.
    Paused,
}

/// Takes its time.
struct Takes(Pace, Receiver<()>);

impl Sink for Takes {
    fn episode(&mut self, _: &Episode) -> bool {
        match self.0 {
            Pace::Fast => {}
            Pace::Slow => (0..10_000).for_each(|_| spin_loop()),
            // An error says that all is done: nothing is waited for any more.
            Pace::Bursty | Pace::Paused => drop(self.1.recv()),
        }
        true
    }
}

fn flood(test: &str, ring_bytes: &str, pace: Pace) {
    let steps = 10_000 * u64::from(scale());
    alone(module_path!(), test, &[("MAPTRACE_RING_BYTES", ring_bytes)], || {
        let (hand_out, tokens) = channel();
        let _guard = builder().sink(Takes(pace, tokens)).start();
        let (report, progress) = channel();
        let threads: Vec<_> = (0..THREADS)
            .map(|seed| {
                let report = report.clone();
                thread::spawn(move || {
                    let mut work = Work::<u8>::new(seed);
                    for step in 0..steps {
                        work.step();
                        if step % 1_000 == 0 {
                            report.send(()).expect("somebody listens");
                        }
                    }
                    work
                })
            })
            .collect();
        drop(report);
        for () in progress {
            match pace {
                Pace::Fast => drop(snapshot()),
                Pace::Bursty => (0..200).for_each(|_| hand_out.send(()).expect("the sink is there")),
                Pace::Slow | Pace::Paused => {}
            }
        }
        let (mut books, mut batched) = (Books::default(), 0);
        for thread in threads {
            // Made on one thread and dropped on another.
            let (closed, also) = thread.join().expect("no panic").close();
            books.add(&closed);
            batched += also;
        }
        drop(hand_out);
        let now = snapshot();
        check(&now, &books, batched, 0, test);
        let health = &now.health;
        assert!(health.delivered > 0, "{health:?}");
        println!(
            "measured: {} events, {} delivered, {} lost in full rings, {} otherwise, 0 unaccounted",
            health.emitted,
            health.delivered,
            health.dropped[Cause::Full as usize],
            health.dropped_total() - health.dropped[Cause::Full as usize]
        );
    });
}

macro_rules! floods {
    ($($name:ident: $ring:literal, $pace:ident;)*) => { $(
        #[test]
        fn $name() {
            flood(stringify!($name), $ring, Pace::$pace);
        }
    )* };
}

floods! {
    small_rings_and_a_fast_collector: "1k", Fast;
    small_rings_and_a_slow_collector: "1k", Slow;
    small_rings_and_a_bursty_collector: "1k", Bursty;
    small_rings_and_a_paused_collector: "1k", Paused;
    large_rings_and_a_fast_collector: "512k", Fast;
    large_rings_and_a_slow_collector: "512k", Slow;
    large_rings_and_a_bursty_collector: "512k", Bursty;
    large_rings_and_a_paused_collector: "512k", Paused;
}
