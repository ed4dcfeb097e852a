//! What a piece of code did to maps is what it did, however its events fare.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use maptrace_runtime::collections::{BTreeMap, HashMap, HashSet};
use maptrace_runtime::context::{MapWork, Work};
use maptrace_runtime::testing::{Capture, CaptureBuilder};
use maptrace_runtime::{EpisodeKind, PutAll, Snapshot};

/// Numbers that look random, and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// An application that keeps its own books.
#[derive(Default)]
struct App {
    hash: HashMap<u64, u64>,
    tree: BTreeMap<u64, u64>,
    set: HashSet<u64>,
    assigns: u64,
    deletes: u64,
    cleared: u64,
}

impl App {
    /// With maps of the caller's place: a place has its sample from the first capture that sees it.
    #[track_caller]
    fn new() -> Self {
        Self {
            hash: HashMap::new(),
            tree: BTreeMap::new(),
            set: HashSet::new(),
            ..Self::default()
        }
    }

    /// Does any one thing.
    fn step(&mut self, numbers: &mut Numbers) {
        let key = numbers.below(500);
        match numbers.below(200) {
            0..60 => {
                self.hash.insert(key, key);
                self.assigns += 1;
            }
            60..90 => {
                self.hash.remove(&key);
                self.deletes += 1;
            }
            90..110 => {
                self.tree.insert(key, key);
                self.assigns += 1;
            }
            110..125 => {
                self.tree.remove(&key);
                self.deletes += 1;
            }
            125..140 => {
                self.set.insert(key);
                self.assigns += 1;
            }
            140..150 => {
                self.set.remove(&key);
                self.deletes += 1;
            }
            150..170 => {
                let mut made = false;
                self.hash.entry(key).or_insert_with(|| {
                    made = true;
                    key
                });
                self.assigns += u64::from(made);
            }
            170..180 => {
                let entries = numbers.below(40);
                self.hash.extend((key..key + entries).map(|n| (n, n)));
                self.assigns += entries;
            }
            180..185 => {
                self.assigns += self.tree.put_all((key..key + 9).map(|n| (n, n))).offered;
            }
            185..190 => {
                let before = self.hash.len();
                self.hash.retain(|n, _| n % 7 != 0);
                self.deletes += (before - self.hash.len()) as u64;
            }
            190..192 => {
                let clone = self.hash.clone();
                self.assigns += clone.len() as u64;
            }
            192..194 => self.deletes += self.set.drain().count() as u64,
            194..196 => self.hash.shrink_to_fit(),
            196..198 => self.hash.reserve(500),
            _ => {
                self.cleared += self.hash.len() as u64;
                self.hash.clear();
            }
        }
    }

    /// What it did itself, with the time of the pauses, which it cannot know.
    fn check(&self, work: MapWork) {
        assert_eq!(
            (work.assigns, work.deletes, work.cleared),
            (self.assigns, self.deletes, self.cleared)
        );
    }
}

fn totals(snapshot: &Snapshot) -> (u64, u64, u64) {
    let sum = |of: fn(&maptrace_runtime::OpTotals) -> u64| snapshot.maps.iter().map(|map| of(&map.totals)).sum();
    (
        sum(|it| it.assigns_new + it.assigns_replaced),
        sum(|it| it.deletes_hit + it.deletes_miss),
        sum(|it| it.cleared),
    )
}

/// All kinds of trouble: none, a ring that is full nearly always, sampling, and maps past the cap, with both.
fn troubles() -> [(CaptureBuilder, fn() -> App); 6] {
    let capture = Capture::builder;
    [
        (capture(), || App::new()),
        (capture().ring_bytes(1024), || App::new()),
        (capture().sample(64), || App::new()),
        (capture().sample(3).ring_bytes(1024), || App::new()),
        (capture().instances(0), || App::new()),
        (capture().instances(0).ring_bytes(1024).sample(7), || App::new()),
    ]
}

#[test]
fn the_work_is_what_the_application_did() {
    for (kind, (capture, app)) in troubles().into_iter().enumerate() {
        let capture = capture.install();
        let mut numbers = Numbers(kind as u64);
        let mut app = app();
        let whole = Work::begin();
        let mut laps = Work::begin();
        let mut sum = MapWork::default();
        for _ in 0..20 {
            for _ in 0..numbers.below(400) {
                app.step(&mut numbers);
                if numbers.below(100) == 0 {
                    // Draining the ring takes nothing away.
                    drop(capture.snapshot());
                }
            }
            sum += laps.lap();
            app.check(sum);
            app.check(whole.so_far());
            assert_eq!(sum, whole.so_far());
        }
        let work = whole.end();
        app.check(work);
        let snapshot = capture.snapshot();
        assert_eq!(
            totals(&snapshot),
            (work.assigns, work.deletes, work.cleared),
            "capture {kind}"
        );
        let lost = snapshot.health.dropped_total() + snapshot.health.sampled_out;
        assert_eq!(lost > 0, kind != 0 && kind != 4, "capture {kind}: {lost}");
        drop(app);
    }
}

#[test]
fn the_pause_is_the_time_of_grows_and_rehashes() {
    let capture = Capture::install();
    let work = Work::begin();
    let mut numbers = Numbers(1);
    let mut app = App::new();
    for _ in 0..3_000 {
        app.step(&mut numbers);
    }
    // Entries that leave a full table leave tombstones to be rid of.
    let mut queue: HashMap<u64, u64> = (0..112).map(|n| (n, n)).collect();
    for n in 0..10_000 {
        queue.remove(&n);
        if n >= 70 {
            queue.insert(n + 42, n);
        }
    }
    let pause = work.end().pause;
    let of = |rehash: bool| {
        let episodes = capture.episodes();
        let durations = episodes.iter().filter_map(|episode| match episode.kind {
            EpisodeKind::Grow { .. } if !rehash => episode.duration,
            EpisodeKind::RehashInPlace { .. } if rehash => episode.duration,
            _ => None,
        });
        durations.sum::<Duration>()
    };
    assert!(!of(false).is_zero() && !of(true).is_zero(), "there are both");
    assert_eq!(pause, of(false) + of(true));
}

#[test]
fn each_thread_has_its_own() {
    let capture = Capture::install();
    let work = Work::begin();
    let mut here = HashMap::new();
    here.insert(1, 1);
    std::thread::scope(|scope| {
        for n in 2..5_u64 {
            let handle = capture.handle();
            scope.spawn(move || {
                let _entered = handle.enter();
                let mut map: HashMap<_, _> = (0..n).map(|n| (n, n)).collect();
                let work = Work::begin();
                assert!(work.so_far().is_none());
                for key in 0..n {
                    map.remove(&key);
                }
                map.insert(0, 0);
                let done = work.end();
                assert_eq!((done.assigns, done.deletes), (1, n));
            });
        }
    });
    here.insert(2, 2);
    let done = work.end();
    assert_eq!((done.assigns, done.deletes), (2, 0));
}

#[test]
fn captures_that_come_and_go_take_nothing_away() {
    let work = Work::begin();
    let mut app = App::new();
    let mut numbers = Numbers(2);
    for _ in 0..10 {
        let capture = Capture::install();
        let mut in_capture = App::new();
        for _ in 0..100 {
            in_capture.step(&mut numbers);
            app.step(&mut numbers);
        }
        app.assigns += in_capture.assigns;
        app.deletes += in_capture.deletes;
        app.cleared += in_capture.cleared;
        drop(in_capture);
        drop(capture);
        for _ in 0..100 {
            app.step(&mut numbers);
        }
    }
    app.check(work.end());
}

#[test]
fn what_a_panic_cuts_short_is_counted_as_far_as_it_came() {
    let _capture = Capture::install();
    let work = Work::begin();
    let mut map = HashMap::new();
    let until_seven = (0..100_u64).inspect(|&n| {
        if n == 7 {
            resume_unwind(Box::new("seven"));
        }
    });
    assert!(catch_unwind(AssertUnwindSafe(|| map.extend(until_seven.map(|n| (n, n))))).is_err());
    assert_eq!((work.so_far().assigns, map.len()), (7, 7));
    let stops = catch_unwind(AssertUnwindSafe(|| {
        map.retain(|_, _| {
            if work.so_far().deletes == 0 {
                false
            } else {
                resume_unwind(Box::new("one"))
            }
        });
    }));
    drop(stops);
    let done = work.end();
    assert_eq!(done.assigns - done.deletes, map.len() as u64);
}

/// What is left out by sampling is counted beside the thread's ring, and a thread may go from ring to ring.
#[test]
fn what_is_left_out_is_of_the_thread_and_not_of_its_ring() {
    let change = |map: &mut HashMap<u32, u32>, times| {
        for n in 0..times {
            map.insert(n % 10, n);
        }
    };
    let outer = Capture::builder().sample(1_000).install();
    let mut map = HashMap::new();
    change(&mut map, 5_000);
    let work = Work::begin();
    change(&mut map, 700);
    {
        let inner = Capture::builder().sample(1_000).install();
        let mut map = HashMap::new();
        change(&mut map, 400);
        assert_eq!(work.so_far().assigns, 1_100);
        change(&mut map, 30);
        assert!(inner.snapshot().health.sampled_out > 400);
    }
    assert_eq!(work.so_far().assigns, 1_130);
    change(&mut map, 9);
    assert!(outer.snapshot().health.sampled_out > 5_600);
    assert_eq!(work.end().assigns, 1_139);
}
