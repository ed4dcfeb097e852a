//! A small program with a map for each trouble: this process itself.

use std::cell::RefCell;
use std::hash::{BuildHasherDefault, Hasher};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[maptrace]
use std::collections::{BTreeMap, HashMap};

use maptrace::context::{SpanContext, set_current};
use maptrace::maptrace;

use crate::stack::Stack;

/// Hashes a number to itself, so that keys in an order lie side by side and deletes leave tombstones.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("keys are u64")
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[maptrace(name = "leak")]
type Leak = HashMap<u64, [u8; 1]>;
#[maptrace(name = "churn")]
type Churn = HashMap<u64, [u8; 2], BuildHasherDefault<Identity>>;
#[maptrace(name = "storm")]
type Storm = HashMap<u64, [u8; 3], BuildHasherDefault<Identity>>;
#[maptrace(name = "steady")]
type Steady = HashMap<u64, [u8; 4]>;
#[maptrace(name = "tree")]
type Tree = BTreeMap<u64, [u8; 6]>;
#[maptrace(name = "late")]
type Late = HashMap<u64, [u8; 7]>;
#[maptrace(name = "never used")]
#[expect(dead_code, reason = "declared, to be listed")]
type NeverUsed = HashMap<u64, [u8; 5]>;

/// A little less than half of what the table of the map takes, as a table that is fuller grows instead.
const OPEN: u64 = 57_000;

/// Entries of the map that a storm empties: nearly as many as its table takes, 114,688, so that whatever comes next does
/// not lay it out anew.
const FULL: u64 = 110_000;

/// A map that is changed when its thread has nothing of maptrace's any more: such operations are counted, and as events lost.
#[derive(Default)]
struct AtTheEnd(Late);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        for _ in 0..5_000 {
            self.0.insert(0, [0; 7]);
        }
    }
}

thread_local! {
    static AT_THE_END: RefCell<AtTheEnd> = RefCell::default();
}

/// The program, with its maps full and nothing happening to them.
pub(crate) struct Provoker {
    pub(crate) page: SocketAddr,
    _guard: maptrace::Guard,
    maps: std::sync::Mutex<Option<Maps>>,
}

struct Maps {
    leak: Leak,
    churn: Churn,
    storm: Storm,
    steady: Steady,
    tree: Tree,
}

impl Provoker {
    pub(crate) fn start() -> Self {
        let guard = maptrace::builder()
            .listen(SocketAddr::from(([127, 0, 0, 1], 0)))
            .start();
        let mut maps = Maps {
            leak: Leak::new(),
            churn: Churn::default(),
            storm: Storm::default(),
            steady: Steady::new(),
            tree: Tree::new(),
        };
        maps.leak.insert(0, [0]);
        maps.churn.extend((0..OPEN).map(|key| (key, [0; 2])));
        maps.storm.extend((0..FULL).map(|key| (key, [0; 3])));
        maps.steady.extend((0..20_000).map(|key| (key, [0; 4])));
        Self {
            page: maptrace::local_addr().expect("the page"),
            _guard: guard,
            maps: std::sync::Mutex::new(Some(maps)),
        }
    }

    /// Gives cause to every alert, here and in the programs of the stack, until the result is dropped.
    pub(crate) fn provoke(&self, stack: &Stack) -> Work {
        let maps = self.maps.lock().expect("nobody panicked").take().expect("once");
        let Maps {
            mut leak,
            mut churn,
            mut storm,
            mut steady,
            mut tree,
        } = maps;
        let mut work = Work::default();
        let mut next = 1;
        work.again(Duration::from_millis(5), move || {
            for _ in 0..500 {
                leak.insert(next, [0]);
                next += 1;
            }
        });
        let mut order = OPEN;
        work.again(Duration::from_millis(1), move || {
            for _ in 0..2_000 {
                churn.insert(order, [0; 2]);
                churn.remove(&(order - OPEN));
                order += 1;
            }
        });
        let mut emptied = false;
        work.again(Duration::from_millis(20), move || {
            if !emptied {
                (100..FULL).for_each(|key| _ = storm.remove(&key));
                emptied = true;
            }
            // Something that the panels on this map are about, which changes nothing of its size.
            storm.remove(&FULL);
            storm.insert(0, [0; 3]);
            storm.extend((0..50).map(|key| (key, [1; 3])));
        });
        work.again(Duration::from_millis(20), move || {
            steady.extend((0..1_000).map(|key| (key, [1; 4])));
            tree.insert(1, [0; 6]);
            tree.remove(&1);
            let sampled = SpanContext {
                trace_id: [0x5a; 16],
                span_id: [0xa5; 8],
                sampled: true,
            };
            set_current(Some(sampled));
            let mut request = Storm::default();
            request.extend((0..2_000).map(|key| (key, [0; 3])));
            request.clear();
            set_current(None);
        });
        work.again(Duration::from_millis(20), || {
            let ended = thread::spawn(|| {
                // Begun before maptrace is in this thread, so it ends after.
                AT_THE_END.with(|map| assert!(map.borrow().0.is_empty()));
                Late::new().insert(0, [0; 7]);
            })
            .join();
            assert!(ended.is_ok(), "it does not panic");
        });
        stack.load(&mut work);
        work
    }
}

/// Threads that do something again and again, until this is dropped.
#[derive(Default)]
pub(crate) struct Work {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Work {
    /// With a rest in between: other tests have a machine to share.
    pub(crate) fn again(&mut self, rest: Duration, mut step: impl FnMut() + Send + 'static) {
        let stop = Arc::clone(&self.stop);
        self.threads.push(thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                step();
                thread::sleep(rest);
            }
        }));
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let ended = thread.join();
            // A panic of the test itself says more.
            assert!(ended.is_ok() || thread::panicking(), "a load panicked");
        }
    }
}
