//! A panic with locks in its hands, among ten thousand maps and 64 threads, and what is left of it.
//!
//! ```console
//! $ MAPTRACE_GUARD=dumps cargo run --release -p maptrace-runtime --features enable,guard --example panic_dump
//! $ cargo run -p maptrace-cli --bin maptrace -- dump dumps/mapguard-*-0.json
//! ```
//!
//! Exit status and output are the same without the variable, but for what maptrace says and how long it took.

use std::panic;
use std::process::ExitCode;
use std::sync::{Barrier, Mutex, OnceLock};
use std::time::Instant;

use maptrace_runtime::collections::HashMap;

type Rooms = HashMap<u64, u64>;

const THREADS: u64 = 64;
const MAPS: u64 = 157;

fn main() -> ExitCode {
    // Between these two hooks maptrace's will be, from the first change of a map on.
    put_hook(|| {
        let took = BEGAN.get().map_or(0, |began| began.elapsed().as_micros());
        eprintln!("maptrace's hook took {took} us");
    });
    Rooms::new().insert(0, 0);
    put_hook(|| _ = BEGAN.set(Instant::now()));
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
    ExitCode::from(3)
}

/// When the first hook began.
static BEGAN: OnceLock<Instant> = OnceLock::new();

/// Puts a hook behind the one that is made ready in between, or before it.
fn put_hook(before: fn()) {
    let next = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        before();
        next(info);
    }));
}
