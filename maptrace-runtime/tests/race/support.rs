//! Two threads in one map, with nothing left to luck: the first stops in the midst of its operation, in the key's `Hash`, `Eq` or
//! `Ord`, until the second one's is over.
#![expect(unsafe_code, reason = "no safe code brings two threads into one map")]

use std::cell::{Cell, UnsafeCell};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::process::Output;
use std::sync::Barrier;
use std::thread;

/// A map that any thread may change, as one behind a `static mut`.
pub(crate) struct Torn<M>(UnsafeCell<M>);

// SAFETY: it is not, which is what the tests are about. They see to it that the second operation does nothing to the
// plain map that the first, which has not looked at it yet, would trip over.
unsafe impl<M> Sync for Torn<M> {}

impl<M> Torn<M> {
    pub(crate) const fn new(map: M) -> Self {
        Self(UnsafeCell::new(map))
    }

    /// As C would see it.
    #[expect(clippy::mut_from_ref, reason = "that is the point")]
    pub(crate) fn get(&self) -> &mut M {
        // SAFETY: as above.
        unsafe { &mut *self.0.get() }
    }

    /// Drops the map where it is, with whoever may be in it.
    pub(crate) fn drop_in_place(&self) {
        // SAFETY: as above; the process ends before anybody looks at it again.
        unsafe { std::ptr::drop_in_place(self.0.get()) };
    }
}

/// Where the first thread stops, and from where it goes on.
struct Gate {
    inside: Barrier,
    over: Barrier,
}

thread_local! {
    /// Where this thread stops next.
    static GATE: Cell<Option<&'static Gate>> = const { Cell::new(None) };
    /// What this thread does in the next key instead.
    static INSTEAD: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// Called by whatever is the user's in a map.
pub(crate) fn pause() {
    if let Some(gate) = GATE.take() {
        gate.inside.wait();
        gate.over.wait();
    }
    if let Some(instead) = INSTEAD.take() {
        instead();
    }
}

/// Has this thread do `instead` in the next key.
pub(crate) fn in_the_next_key(instead: fn()) {
    INSTEAD.set(Some(instead));
}

/// A key that [pauses](pause) wherever it is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key(pub(crate) u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        pause();
        self.0.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        pause();
        self.0 == other.0
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        pause();
        self.0.cmp(&other.0)
    }
}

/// The end of a step: what it gives is of no interest.
pub(crate) fn done<T>(_: T) {}

/// Runs `second` on a thread of that name while `first`, on another one, is in the midst of its operation.
pub(crate) fn at_once(first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    let gate: &'static Gate = Box::leak(Box::new(Gate {
        inside: Barrier::new(2),
        over: Barrier::new(2),
    }));
    let named = |name: &str| thread::Builder::new().name(name.to_owned());
    thread::scope(|scope| {
        let first = move || {
            GATE.set(Some(gate));
            first();
            assert!(GATE.get().is_none(), "it came to no key, and this shows nothing");
        };
        named("first").spawn_scoped(scope, first).expect("a thread");
        gate.inside.wait();
        let ended = named("second").spawn_scoped(scope, second).expect("a thread").join();
        gate.over.wait();
        ended.expect("the second one does not panic");
    });
}

/// What was told, a block each.
pub(crate) fn blocks(output: &Output) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        if line.starts_with("maptrace: concurrent ") {
            blocks.push(line.to_owned());
        } else if let (true, Some(block)) = (line.starts_with("maptrace: "), blocks.last_mut()) {
            block.push('\n');
            block.push_str(line);
        }
    }
    blocks
}

/// Fails unless the block is of this kind, and has these words in this order.
pub(crate) fn assert_told(block: &str, what: &str, words: &[&str]) {
    assert!(
        block.starts_with(&format!("maptrace: concurrent {what}: ")),
        "{what} in {block}"
    );
    let mut rest = block;
    for word in words {
        let Some((_, after)) = rest.split_once(word) else {
            panic!("{block}\nlacks {word:?}, or has it elsewhere")
        };
        rest = after;
    }
}

/// How often two threads were found in one map, as everybody else is told.
pub(crate) fn races() -> u64 {
    maptrace_runtime::snapshot().maps.iter().map(|map| map.races).sum()
}
