//! Single operations that take long are told of, if they are asked for, and count as ever.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::cell::Cell;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use maptrace_runtime::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use maptrace_runtime::context::{SpanContext, publish, restore};
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{Episode, EpisodeKind, Operation};

/// What counts as long here: more than any operation takes that is not made to.
const LONG: Duration = Duration::from_secs(3600);
/// So short that everything counts.
const SHORT: Duration = Duration::from_nanos(1);

thread_local! {
    /// How long the keys' code takes.
    static TAKES: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Whose code takes its time.
#[derive(Clone, Copy, Debug)]
struct Key(u64);

impl Key {
    fn take_time() {
        let until = Instant::now() + TAKES.get();
        while Instant::now() < until {
            std::hint::spin_loop();
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Self::take_time();
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Self::take_time();
        self.0.hash(state);
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        Self::take_time();
        self.0.cmp(&other.0)
    }
}

/// Runs with keys that take this long.
fn slowly<T>(takes: Duration, run: impl FnOnce() -> T) -> T {
    let before = TAKES.replace(takes);
    let result = run();
    TAKES.set(before);
    result
}

fn slow(capture: &Capture) -> Vec<(Operation, u64)> {
    let of = |episode: Episode| match episode.kind {
        EpisodeKind::SlowOperation { operation, entries } => {
            assert!(episode.duration.is_some());
            Some((operation, entries))
        }
        _ => None,
    };
    capture.episodes().into_iter().filter_map(of).collect()
}

#[test]
fn every_kind_of_operation_is_told_of() {
    use Operation::{Assign, Delete, Entry};
    let capture = Capture::builder().slow(SHORT).install();
    let mut seen = 0;
    let mut told = |expected: &[(Operation, u64)]| {
        let all = slow(&capture);
        assert_eq!(all[seen..], *expected);
        seen = all.len();
    };

    let mut map = HashMap::with_capacity(3);
    map.insert(Key(1), 1);
    map.insert(Key(1), 2);
    map.remove(&Key(2));
    map.remove(&Key(1));
    map.entry(Key(3)).or_insert(3);
    told(&[(Assign, 0), (Assign, 1), (Delete, 1), (Delete, 1), (Entry, 0)]);
    // In these, nothing of the user's runs.
    assert_eq!(map.get(&Key(3)), Some(&3));
    map.clear();
    told(&[]);

    let mut tree = BTreeMap::new();
    tree.insert(Key(1), 1);
    tree.entry(Key(2)).or_insert(2);
    tree.pop_first();
    tree.remove(&Key(2));
    told(&[(Assign, 0), (Entry, 1), (Delete, 2), (Delete, 1)]);

    let mut set = HashSet::with_capacity(3);
    set.insert(Key(1));
    set.replace(Key(1));
    set.take(&Key(1));
    let mut tree = BTreeSet::from([Key(1)]);
    tree.insert(Key(2));
    tree.remove(&Key(1));
    told(&[(Assign, 0), (Assign, 1), (Delete, 1), (Assign, 1), (Delete, 2)]);

    // A batch has a duration of its own.
    map.extend((0..3).map(|n| (Key(n), n)));
    told(&[]);
}

#[test]
fn what_is_quick_is_not_told_of() {
    let capture = Capture::builder().slow(LONG).install();
    let mut map = HashMap::new();
    for n in 0..1000 {
        map.insert(Key(n), n);
        map.entry(Key(n)).or_insert(n);
        map.remove(&Key(n + 1));
    }
    assert_eq!(slow(&capture), []);
    // Each is an event all the same.
    let snapshot = capture.snapshot();
    let totals = snapshot.map_at(file!()).expect("a map").totals;
    assert_eq!((totals.assigns_new, totals.deletes_miss), (1000, 1000));
    let ops = capture
        .events()
        .iter()
        .filter(|event| event.what == EventType::AssignNew)
        .count();
    assert_eq!(ops, 1000);
    assert_eq!((snapshot.health.dropped_total(), snapshot.health.sampled_out), (0, 0));
}

#[test]
fn only_what_takes_as_long_is_told_of_with_its_time_and_span() {
    let least = Duration::from_millis(20);
    let capture = Capture::builder().slow(least).install();
    let mut map = HashMap::with_capacity(100);
    let span = SpanContext {
        trace_id: [1; 16],
        span_id: [2; 8],
        sampled: true,
    };
    map.insert(Key(0), 0);
    let before = publish(span);
    let takes = least * 2;
    slowly(takes, || map.insert(Key(1), 1));
    restore(before);
    slowly(takes, || map.remove(&Key(1)));
    let episodes: Vec<_> = capture.episodes();
    let is_slow = |it: &&Episode| matches!(it.kind, EpisodeKind::SlowOperation { .. });
    let slow: Vec<_> = episodes
        .iter()
        .filter(is_slow)
        .filter(|it| it.duration >= Some(takes))
        .collect();
    let [assign, delete] = &slow[..] else {
        panic!("{slow:?}")
    };
    assert_eq!((assign.context, delete.context), (Some(span), None));
    assert!(assign.start + takes <= delete.start);
    assert_eq!(
        assign.kind,
        EpisodeKind::SlowOperation {
            operation: Operation::Assign,
            entries: 1
        }
    );
}

#[test]
fn a_timed_grow_is_told_of_once() {
    let capture = Capture::builder().slow(SHORT).install();
    let mut map = HashMap::new();
    for n in 0..28 {
        map.insert(n, n);
    }
    let before = slow(&capture).len();
    map.insert(28, 28);
    let last = capture.episodes().pop().expect("a grow");
    assert!(
        matches!(last.kind, EpisodeKind::Grow { .. }) && last.duration.is_some(),
        "{last:?}"
    );
    assert_eq!(slow(&capture).len(), before);
}

#[test]
fn counts_are_exact_past_the_cap_and_with_samples() {
    let captures = [
        Capture::builder().instances(0).slow(SHORT),
        Capture::builder().sample(5).slow(SHORT),
        Capture::builder().ring_bytes(1024).slow(SHORT),
    ];
    // A place of its own for each, as that keeps its sample.
    let maps: [fn() -> HashMap<u64, u64>; 3] = [|| HashMap::new(), || HashMap::new(), || HashMap::new()];
    for (capture, map) in captures.into_iter().zip(maps) {
        let capture = capture.install();
        let mut map = map();
        for n in 0..500 {
            map.insert(n % 300, n);
        }
        for n in 0..100 {
            map.remove(&(n * 5));
        }
        let snapshot = capture.snapshot();
        let totals = snapshot.map_at(file!()).expect("a map").totals;
        assert_eq!((totals.assigns_new, totals.assigns_replaced), (300, 200));
        assert_eq!((totals.deletes_hit, totals.deletes_miss), (60, 40));
        let health = &snapshot.health;
        assert_eq!(
            health.emitted,
            health.delivered + health.dropped_total() + health.sampled_out
        );
        assert!(!slow(&capture).is_empty());
    }
}
