//! With the feature `enable` off, whatever else a program calls still compiles and does the plain thing.
//!
//! Not compiled with `--all-features`, where the same calls do what they are for.
#![cfg(not(feature = "enable"))]

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{iter, thread};

use maptrace::testing::Capture;
use maptrace::{Episode, PutAll, Sink, Snapshot};

#[maptrace::maptrace]
type Stock = HashMap<&'static str, u32>;

/// Far more than anything here may take, and not waited for.
const DEADLINE: Duration = Duration::from_secs(3_600);

#[test]
fn the_collections_are_those_of_std() {
    fn same<Traced: 'static, Plain: 'static>() {
        assert_eq!(TypeId::of::<Traced>(), TypeId::of::<Plain>());
    }
    same::<maptrace::collections::HashMap<u8, String>, HashMap<u8, String>>();
    same::<maptrace::collections::HashSet<u8>, HashSet<u8>>();
    same::<maptrace::collections::BTreeMap<u8, String>, BTreeMap<u8, String>>();
    same::<maptrace::collections::BTreeSet<u8>, BTreeSet<u8>>();
    same::<Stock, HashMap<&'static str, u32>>();
    same::<maptrace::collections::hash_map::Entry<'static, u8, u8>, std::collections::hash_map::Entry<'static, u8, u8>>(
    );
    same::<maptrace::collections::VecDeque<u8>, std::collections::VecDeque<u8>>();
}

/// Entries with keys twice, and an iterator that panics after them.
fn entries(panics: bool) -> impl Iterator<Item = (u32, u32)> {
    (0..1_000)
        .map(|number| (number * 31 % 700, number))
        .chain(iter::once_with(move || {
            assert!(!panics, "no more entries");
            (1_000, 1)
        }))
}

#[test]
fn put_all_is_a_loop_of_inserts() {
    let mut looped = HashMap::from([(1_000, 0), (2_000, 0)]);
    let mut at_once = looped.clone();
    let mut ordered = BTreeMap::from([(1_000, 0), (2_000, 0)]);
    let (mut offered, mut new) = (0, 0);
    for (key, value) in entries(false) {
        offered += 1;
        new += u64::from(looped.insert(key, value).is_none());
    }

    let report = at_once.put_all(entries(false));
    assert_eq!(at_once, looped);
    assert_eq!(
        (report.offered, report.new, report.replaced),
        (offered, new, offered - new)
    );
    assert_eq!((offered, new), (1_001, 700));
    assert_eq!(ordered.put_all(entries(false)), report);
    assert!(ordered.into_iter().eq(BTreeMap::from_iter(looped)));

    let keys = || entries(false).map(|(key, _)| key);
    let mut set = HashSet::from([1_000, 2_000]);
    let mut ordered = BTreeSet::from([1_000, 2_000]);
    assert_eq!(set.put_all(keys()), report);
    assert_eq!(ordered.put_all(keys()), report);
    assert!(ordered.into_iter().eq(BTreeSet::from_iter(set)));
}

#[test]
fn put_all_reserves_once_and_keeps_what_came_before_a_panic() {
    let mut map = HashMap::new();
    map.put_all((0..100).map(|key| (key, ())));
    assert_eq!(map.capacity(), {
        let mut plain = HashMap::<i32, ()>::new();
        plain.reserve(100);
        plain.capacity()
    });

    let mut map = HashMap::new();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| map.put_all(entries(true))));
    assert!(panicked.is_err());
    assert_eq!(map.len(), 700);
}

/// Counts every call, and whether it was dropped.
struct Witness(Arc<AtomicUsize>, Arc<Mutex<bool>>);

impl Sink for Witness {
    fn episode(&mut self, _: &Episode) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        true
    }

    fn snapshot(&mut self, _: &Arc<Snapshot>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        *self.1.lock().unwrap() = true;
    }
}

#[test]
fn the_builder_has_no_size() {
    assert_eq!(size_of::<maptrace::Builder>(), 0);
}

#[test]
fn the_guard_serves_nothing_calls_no_sink_and_returns() {
    let (calls, dropped) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(false)));
    let guard = maptrace::builder()
        .enabled(true)
        .sample(8)
        .ring_bytes(4_096)
        .memory(8 << 20)
        .instances(5)
        .interval(Duration::from_millis(10))
        .listen(([127, 0, 0, 1], 0).into())
        .sink(Witness(Arc::clone(&calls), Arc::clone(&dropped)))
        .start();
    let mut stock = Stock::new();
    stock.put_all([("pear", 1), ("apple", 2)]);
    stock.clear();
    drop(stock);
    assert_eq!(maptrace::local_addr(), None);
    assert!(*dropped.lock().unwrap(), "a sink that gets nothing is not kept");
    for outcome in [
        maptrace::flush(DEADLINE),
        maptrace::shutdown(DEADLINE),
        maptrace::flush(DEADLINE),
    ] {
        assert!(outcome.complete);
        assert_eq!(outcome.left, 0);
    }
    drop(guard);
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

#[test]
fn the_snapshot_and_the_report_are_empty() {
    let _guard = maptrace::start();
    let mut stock = Stock::new();
    stock.insert("pear", 1);
    let snapshot = maptrace::snapshot();
    assert!(snapshot.maps.is_empty());
    assert_eq!(snapshot.health, maptrace::Health::default());
    let report = maptrace::report();
    assert!(!report.to_string().contains("Stock"));
    assert!(report.to_json().contains("\"maps\":[]"), "{}", report.to_json());
}

#[test]
fn a_capture_captures_nothing() {
    let capture = Capture::install();
    let handle = capture.handle();
    let mut stock = Stock::new();
    stock.insert("pear", 1);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _entered = handle.enter();
            let mut other = Stock::from([("apple", 2)]);
            other.remove("apple");
        });
    });
    drop(stock);
    assert!(capture.events().is_empty());
    assert!(capture.episodes().is_empty());
    assert!(capture.snapshot().maps.is_empty());
    drop(Capture::with_ring_bytes(64));
}

/// A mistake is one whether or not tracing is compiled in, and the item stays, without its helper attributes, so that
/// nothing but the mistake is reported.
#[test]
fn mistakes_are_still_errors() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

#[test]
fn nothing_is_known_of_what_was_done_and_nothing_is_linked() {
    use maptrace::context::{SpanContext, Work, current, link};
    let work = Work::begin();
    // Nobody is asked what to link to.
    let linked = link(iter::once_with(|| -> SpanContext { panic!("it was asked") }));
    let mut stock = Stock::new();
    stock.insert("pear", 3);
    drop(linked);
    assert!(work.end().is_none());
    assert_eq!(current(), None);
}
