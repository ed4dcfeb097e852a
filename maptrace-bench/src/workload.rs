//! The workloads: the same generic code for every map.
//!
//! What is handed to a map is made before the clock is read: keys and values lie in a buffer that is filled outside the
//! timed part, and are moved out of it. So a key that owns memory costs its allocation to neither side, though what the
//! map itself frees is timed on both.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::map::Map;
use crate::{cores, instructions};

/// What is done to a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Workload {
    /// Insert new keys into a map that begins empty, and so grows
    Grow,
    /// Insert new keys into a map with room for them
    InsertReserved,
    /// Insert keys that are there
    Overwrite,
    /// Look up keys that are there
    GetHit,
    /// Look up keys that are not there
    GetMiss,
    /// Insert one, delete the oldest
    ChurnFifo,
    /// Insert one, delete any
    ChurnRandom,
    /// Delete every key, one by one
    DeleteAll,
    /// Clear, and insert all again
    ClearRefill,
    /// Look at every entry
    Iterate,
    /// Make a map, insert 3 keys, drop it; an operation is a map
    ShortLived,
    /// A new map filled by a loop of inserts
    PutLoop,
    /// A new map filled by a loop of inserts after one `reserve`
    PutReserved,
    /// A new map filled by `put_all`; the plain map by `reserve` and a loop
    PutAll,
    /// Count words by `entry`, few of them often
    WordCount,
    /// A cache: 90 % look-ups, 5 % inserts, 5 % deletes
    #[value(name = "cache_90")]
    Cache90,
}

impl Workload {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 16] = [
        Self::Grow,
        Self::InsertReserved,
        Self::Overwrite,
        Self::GetHit,
        Self::GetMiss,
        Self::ChurnFifo,
        Self::ChurnRandom,
        Self::DeleteAll,
        Self::ClearRefill,
        Self::Iterate,
        Self::ShortLived,
        Self::PutLoop,
        Self::PutReserved,
        Self::PutAll,
        Self::WordCount,
        Self::Cache90,
    ];

    /// As it is called in options, JSON and budgets.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grow => "grow",
            Self::InsertReserved => "insert_reserved",
            Self::Overwrite => "overwrite",
            Self::GetHit => "get_hit",
            Self::GetMiss => "get_miss",
            Self::ChurnFifo => "churn_fifo",
            Self::ChurnRandom => "churn_random",
            Self::DeleteAll => "delete_all",
            Self::ClearRefill => "clear_refill",
            Self::Iterate => "iterate",
            Self::ShortLived => "short_lived",
            Self::PutLoop => "put_loop",
            Self::PutReserved => "put_reserved",
            Self::PutAll => "put_all",
            Self::WordCount => "word_count",
            Self::Cache90 => "cache_90",
        }
    }

    /// What it does, in a few words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Grow => "insert new keys into a map that begins empty",
            Self::InsertReserved => "insert new keys into a map with room for them",
            Self::Overwrite => "insert keys that are there",
            Self::GetHit => "look up keys that are there",
            Self::GetMiss => "look up keys that are not there",
            Self::ChurnFifo => "insert one, delete the oldest",
            Self::ChurnRandom => "insert one, delete any",
            Self::DeleteAll => "delete every key, one by one",
            Self::ClearRefill => "clear, and insert all again",
            Self::Iterate => "look at every entry",
            Self::ShortLived => "make a map, insert 3 keys, drop it; an operation is a map",
            Self::PutLoop => "a new map filled by a loop of inserts",
            Self::PutReserved => "a new map filled by a loop after one reserve",
            Self::PutAll => "a new map filled by put_all; the plain one by reserve and a loop",
            Self::WordCount => "count words by entry, few of them often",
            Self::Cache90 => "90 % look-ups, 5 % inserts, 5 % deletes",
        }
    }

    /// Whether it is about room made beforehand, which a tree has not.
    #[must_use]
    pub(crate) const fn needs_capacity(self) -> bool {
        matches!(self, Self::InsertReserved | Self::PutReserved)
    }

    /// Whether it begins with a full map.
    const fn begins_full(self) -> bool {
        matches!(
            self,
            Self::Overwrite
                | Self::GetHit
                | Self::GetMiss
                | Self::ChurnFifo
                | Self::ChurnRandom
                | Self::ClearRefill
                | Self::Iterate
                | Self::Cache90
        )
    }
}

/// Entries of a map that lives shortly.
pub(crate) const SHORT: usize = 3;
/// How many of these are made between two readings of the clock, which takes a good part of such a life.
const AT_ONCE: usize = 256;

/// Twice `size` entries with keys that all differ: those of a full map, then as many that are not in it.
#[derive(Debug)]
pub(crate) struct Input<K, V> {
    pub(crate) size: usize,
    entries: Vec<(K, V)>,
}

impl<K, V> Input<K, V> {
    pub(crate) fn new(size: usize, make: impl FnMut(u64) -> (K, V)) -> Self {
        let size = size.max(SHORT);
        Self {
            size,
            entries: (0..2 * size as u64).map(make).collect(),
        }
    }
}

/// What was timed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timed {
    pub(crate) time: Duration,
    pub(crate) operations: u64,
}

/// A workload on a map of one type, as the thread that does it holds it.
pub(crate) trait Bench {
    /// Does at least `operations`, in whole passes over the map.
    fn run(&mut self, operations: u64) -> Timed;
}

pub(crate) struct State<M: Map> {
    work: Workload,
    input: Arc<Input<M::Key, M::Value>>,
    map: M,
    buffer: Vec<(M::Key, M::Value)>,
    /// Where the oldest entry lies, for workloads whose keys move on.
    at: usize,
    /// Indices drawn at random: what to look up, or which words come.
    drawn: Vec<u32>,
    /// Indices of the entries that are in the map, and of those that are not.
    live: Vec<u32>,
    free: Vec<u32>,
    random: Random,
}

impl<M: Map> State<M> {
    pub(crate) fn new(work: Workload, input: Arc<Input<M::Key, M::Value>>) -> Self {
        let size = input.size;
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let mut map = M::with_capacity(0);
        if work.begins_full() {
            for (key, value) in &input.entries[..size] {
                map.insert(key.clone(), value.clone());
            }
        }
        let drawn = match work {
            Workload::Cache90 => (0..size).map(|_| random.below(size)).collect(),
            // Log-uniform, which is near Zipf's law: the k-th word comes about 1/k as often as the first.
            Workload::WordCount => (0..4 * size).map(|_| random.log_uniform(size)).collect(),
            _ => Vec::new(),
        };
        let (live, free) = match work {
            Workload::ChurnRandom => ((0..size as u32).collect(), (size as u32..2 * size as u32).collect()),
            _ => (Vec::new(), Vec::new()),
        };
        Self {
            work,
            input,
            map,
            buffer: Vec::new(),
            at: 0,
            drawn,
            live,
            free,
            random,
        }
    }

    /// One pass.
    fn pass(&mut self) -> Timed {
        let size = self.input.size;
        let all = Arc::clone(&self.input);
        let (full, absent) = all.entries.split_at(size);
        match self.work {
            Workload::Grow => {
                self.give(full);
                let mut map = M::with_capacity(0);
                timed(size, || insert_all(&mut map, &mut self.buffer))
            }
            Workload::InsertReserved => {
                self.give(full);
                let mut map = M::with_capacity(size);
                timed(size, || insert_all(&mut map, &mut self.buffer))
            }
            Workload::Overwrite => {
                self.give(full);
                timed(size, || insert_all(&mut self.map, &mut self.buffer))
            }
            Workload::GetHit => timed(size, || get_all(&self.map, full)),
            Workload::GetMiss => timed(size, || get_all(&self.map, absent)),
            Workload::ChurnFifo => {
                // The half that is in the map, and the one that is not, change places in each pass.
                let (old, new) = if self.at == 0 { (full, absent) } else { (absent, full) };
                self.at ^= 1;
                self.give(new);
                timed(2 * size, || insert_one_delete_one(&mut self.map, &mut self.buffer, old))
            }
            Workload::ChurnRandom => {
                let steps = size.min(1 << 16);
                let mut victims = Vec::with_capacity(steps);
                self.buffer.clear();
                for _ in 0..steps {
                    let out = self.random.below(self.live.len()) as usize;
                    let new = self.random.below(self.free.len()) as usize;
                    let (index, victim) = (self.free[new], self.live[out]);
                    self.free[new] = victim;
                    self.live[out] = index;
                    self.buffer.push(all.entries[index as usize].clone());
                    victims.push(victim);
                }
                timed(2 * steps, || {
                    churn(&mut self.map, &mut self.buffer, &victims, &all.entries)
                })
            }
            Workload::DeleteAll => {
                self.give(full);
                insert_all(&mut self.map, &mut self.buffer);
                timed(size, || delete_all(&mut self.map, full))
            }
            Workload::ClearRefill => {
                self.give(full);
                timed(size, || {
                    self.map.clear();
                    insert_all(&mut self.map, &mut self.buffer);
                })
            }
            Workload::Iterate => timed(size, || look_at_all(&self.map)),
            Workload::ShortLived => {
                self.buffer.clear();
                self.buffer.extend(full.iter().cycle().take(AT_ONCE * SHORT).cloned());
                timed(AT_ONCE, || live_shortly::<M>(AT_ONCE, &mut self.buffer))
            }
            // The map is dropped outside the timed part, and made within it.
            Workload::PutLoop => {
                self.give(full);
                let mut made = None;
                timed(size, || insert_all(made.insert(M::with_capacity(0)), &mut self.buffer))
            }
            Workload::PutReserved => {
                self.give(full);
                let mut made = None;
                timed(size, || {
                    let map = made.insert(M::with_capacity(0));
                    map.reserve(size);
                    insert_all(map, &mut self.buffer);
                })
            }
            Workload::PutAll => {
                self.give(full);
                let mut made = None;
                timed(size, || put_all(made.insert(M::with_capacity(0)), &mut self.buffer))
            }
            Workload::WordCount => {
                self.buffer.clear();
                self.buffer
                    .extend(self.drawn.iter().map(|&word| full[word as usize].clone()));
                let mut map = M::with_capacity(0);
                timed(self.buffer.len(), || count_words(&mut map, &mut self.buffer))
            }
            Workload::Cache90 => {
                let changes = size.div_ceil(20);
                let begin = self.at;
                let entry = |n: usize| &all.entries[n % (2 * size)];
                self.buffer.clear();
                self.buffer
                    .extend((0..changes).map(|n| entry(begin + size + n).clone()));
                self.at = (begin + changes) % (2 * size);
                timed(20 * changes, || {
                    cache(&mut self.map, &mut self.buffer, &self.drawn, begin, &all)
                })
            }
        }
    }

    /// Puts copies of these entries where they are moved from.
    fn give(&mut self, entries: &[(M::Key, M::Value)]) {
        self.buffer.clear();
        self.buffer.extend_from_slice(entries);
    }
}

impl<M: Map> Bench for State<M> {
    fn run(&mut self, operations: u64) -> Timed {
        let mut all = Timed::default();
        while all.operations < operations.max(1) {
            let pass = self.pass();
            all.time += pass.time;
            all.operations += pass.operations;
        }
        all
    }
}

/// Whether there are more measured threads than processors.
static SHARING: AtomicBool = AtomicBool::new(false);

/// Says whether measured threads have to share processors. Then a pass may be interrupted by another thread's, and what it
/// takes is its CPU time: two system calls a pass, on both sides.
pub(crate) fn share_processors(sharing: bool) {
    // Relaxed: said before the threads are started.
    SHARING.store(sharing, Ordering::Relaxed);
}

/// The time that a pass takes.
struct Clock {
    begun: Instant,
    cpu: Option<u64>,
}

impl Clock {
    fn start() -> Self {
        let sharing = SHARING.load(Ordering::Relaxed);
        Self {
            cpu: sharing.then(cores::thread_cpu_time).flatten(),
            begun: Instant::now(),
        }
    }

    fn elapsed(&self) -> Duration {
        let wall = self.begun.elapsed();
        let cpu = self.cpu.zip(self.cpu.and_then(|_| cores::thread_cpu_time()));
        cpu.map_or(wall, |(from, to)| Duration::from_nanos(to.saturating_sub(from)))
    }
}

fn timed(operations: usize, work: impl FnOnce()) -> Timed {
    let counting = instructions::is_counting();
    let begun = Clock::start();
    if counting {
        instructions::mapbench_mark();
    }
    work();
    if counting {
        instructions::mapbench_mark();
    }
    Timed {
        time: begun.elapsed(),
        operations: operations as u64,
    }
}

// Each is a function of its own in the machine code, so that it is compiled alike wherever it is called from and can be
// found by name in a disassembly.

#[inline(never)]
fn insert_all<M: Map>(map: &mut M, entries: &mut Vec<(M::Key, M::Value)>) {
    for (key, value) in entries.drain(..) {
        black_box(map.insert(black_box(key), value));
    }
}

#[inline(never)]
fn get_all<M: Map>(map: &M, entries: &[(M::Key, M::Value)]) {
    for (key, _) in entries {
        black_box(map.get(black_box(key)));
    }
}

#[inline(never)]
fn insert_one_delete_one<M: Map>(map: &mut M, new: &mut Vec<(M::Key, M::Value)>, old: &[(M::Key, M::Value)]) {
    for ((key, value), (oldest, _)) in new.drain(..).zip(old) {
        black_box(map.insert(black_box(key), value));
        black_box(map.remove(black_box(oldest)));
    }
}

#[inline(never)]
fn churn<M: Map>(map: &mut M, new: &mut Vec<(M::Key, M::Value)>, victims: &[u32], entries: &[(M::Key, M::Value)]) {
    for ((key, value), &victim) in new.drain(..).zip(victims) {
        black_box(map.remove(black_box(&entries[victim as usize].0)));
        black_box(map.insert(black_box(key), value));
    }
}

#[inline(never)]
fn delete_all<M: Map>(map: &mut M, entries: &[(M::Key, M::Value)]) {
    for (key, _) in entries {
        black_box(map.remove(black_box(key)));
    }
}

#[inline(never)]
fn look_at_all<M: Map>(map: &M) {
    black_box(map).each(|key, value| {
        black_box((key, value));
    });
}

#[inline(never)]
fn live_shortly<M: Map>(maps: usize, entries: &mut Vec<(M::Key, M::Value)>) {
    let mut entries = entries.drain(..);
    for _ in 0..maps {
        let mut map = M::with_capacity(0);
        for (key, value) in entries.by_ref().take(SHORT) {
            black_box(map.insert(black_box(key), value));
        }
        black_box(&map);
    }
}

#[inline(never)]
fn put_all<M: Map>(map: &mut M, entries: &mut Vec<(M::Key, M::Value)>) {
    map.put_all(entries.drain(..));
}

#[inline(never)]
fn count_words<M: Map>(map: &mut M, words: &mut Vec<(M::Key, M::Value)>) {
    for (word, value) in words.drain(..) {
        black_box(map.entry_or_insert(black_box(word), value));
    }
}

/// Rounds of eighteen look-ups, an insert and a delete.
#[inline(never)]
fn cache<M: Map>(
    map: &mut M,
    new: &mut Vec<(M::Key, M::Value)>,
    drawn: &[u32],
    begin: usize,
    input: &Input<M::Key, M::Value>,
) {
    let (size, entries) = (input.size, &input.entries);
    let mut draws = drawn.iter().cycle();
    for (n, (key, value)) in new.drain(..).enumerate() {
        // One comparison in place of a division, which would be a good part of a look-up.
        let wrap = |index: usize| {
            if index >= entries.len() {
                index - entries.len()
            } else {
                index
            }
        };
        let oldest = wrap(begin + n);
        for &draw in draws.by_ref().take(18) {
            let index = wrap(oldest + (draw as usize).min(size - 1));
            black_box(map.get(black_box(&entries[index].0)));
        }
        black_box(map.insert(black_box(key), value));
        black_box(map.remove(black_box(&entries[oldest].0)));
    }
}

/// "xorshift64*" (Vigna, 2014): the same numbers in every run and on both sides.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Below `end`, which is less than 2^32.
    fn below(&mut self, end: usize) -> u32 {
        (((self.next() >> 32) * end as u64) >> 32) as u32
    }

    /// Below `end`; each number about as often as all between it and its double.
    fn log_uniform(&mut self, end: usize) -> u32 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((end as f64).powf(unit) as usize - 1).min(end - 1) as u32
    }
}

#[cfg(test)]
mod tests;
