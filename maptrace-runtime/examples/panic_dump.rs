//! A panic with locks in its hands, among ten thousand maps and 64 threads, and what is left of it.
//!
//! ```console
//! $ MAPTRACE_GUARD=dumps cargo run --release -p maptrace-runtime --features enable,guard --example panic_dump
//! $ cargo run -p maptrace-cli --bin maptrace -- dump dumps/mapguard-*-0.json
//! ```
//!
//! Exit status and output are the same without the variable, but for what maptrace says and the last line, which has the
//! time that the panic's hooks took.

use std::panic;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Instant;

use maptrace_runtime::collections::HashMap;

type Rooms = HashMap<u64, u64>;

const THREADS: u64 = 64;
const MAPS: u64 = 157;

/// Nanoseconds that the hooks took, maptrace's included, but for the one that prints.
static TOOK: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    // The first change of a map, from which on there are dumps.
    Rooms::new().insert(0, 0);
    time_hooks();
    let tables: Vec<Mutex<Vec<Rooms>>> = (0..THREADS).map(|_| Mutex::default()).collect();
    let ready = Barrier::new(THREADS as usize);
    let panicked = std::thread::scope(|scope| {
        let work = |number: u64| {
            let (table, ready) = (&tables[number as usize], &ready);
            move || {
                let mut mine = table.lock().expect("nobody panicked with it");
                mine.extend((0..MAPS).map(|_| Rooms::with_capacity(200)));
                for (i, rooms) in mine.iter_mut().enumerate() {
                    for key in 0..100 + i as u64 {
                        rooms.insert(key, number);
                    }
                }
                ready.wait();
                // Locked, and with one of them borrowed.
                if let Some(rooms) = mine.last_mut() {
                    rooms.remove(&1_000_000);
                    assert_ne!(number, 42, "the answer");
                }
            }
        };
        let threads: Vec<_> = (0..THREADS).map(|number| scope.spawn(work(number))).collect();
        threads.into_iter().filter_map(|thread| thread.join().err()).count()
    });
    let poisoned = tables.iter().filter(|table| table.is_poisoned()).count();
    println!("{panicked} panicked, {poisoned} of {THREADS} locks are poisoned");
    eprintln!("the hooks took {:.1} ms", TOOK.load(Ordering::Relaxed) as f64 / 1e6);
    ExitCode::from(3)
}

/// Takes the time from before maptrace's hook to the end of it.
fn time_hooks() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let begun = Instant::now();
        hook(info);
        TOOK.store(
            u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
        // With `panic = "abort"` nothing comes after this.
        eprintln!("hooks: {} us", begun.elapsed().as_micros());
    }));
}
