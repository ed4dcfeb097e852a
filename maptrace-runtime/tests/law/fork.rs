//! A forked child counts from zero, waits for nobody, and its parent does not notice.
#![expect(unsafe_code, reason = "std has no fork")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::context::{SpanContext, link};
use maptrace_runtime::{Cause, snapshot};

use crate::alone::{alone, scale};
use crate::process::resident;

/// How long a child may take before it is killed by its own alarm, in seconds. It takes milliseconds.
const ALARM: u32 = 60;

/// Runs `body` in a forked child, and fails if the child panics or hangs.
fn in_child(body: impl FnOnce()) {
    // SAFETY: the child runs `body` and ends by `_exit`, and touches no lock of the harness: its threads are gone.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork: {}", std::io::Error::last_os_error());
    if child == 0 {
        // SAFETY: has no preconditions. The default action of the signal ends the process.
        unsafe { libc::alarm(ALARM) };
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
        // SAFETY: has no preconditions; unlike `exit`, runs no handlers of the parent's.
        unsafe { libc::_exit(i32::from(ended.is_err())) };
    }
    let mut status = 0;
    // SAFETY: `status` is a valid place to write to, and the child is ours.
    let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(ended, child, "waitpid: {}", std::io::Error::last_os_error());
    assert!(
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0,
        "the child failed or hung: status {status:#x}"
    );
}

/// Tells threads to stop, also when a test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A map with `entries` entries, always from the same place.
fn map_of(entries: u32) -> BTreeMap<u32, u32> {
    let mut map = BTreeMap::new();
    for key in 0..entries {
        map.insert(key, key);
    }
    map
}

fn all(of: fn(&maptrace_runtime::MapSnapshot) -> u64) -> u64 {
    snapshot().maps.iter().map(of).sum()
}

#[test]
fn a_child_counts_from_zero() {
    alone(module_path!(), "a_child_counts_from_zero", &[], || {
        let mut inherited = map_of(10);
        let parent = snapshot();
        in_child(|| {
            // The map works on, and what happens to it is lost, and counted so.
            inherited.insert(100, 1);
            inherited.remove(&0);
            assert_eq!(inherited.len(), 10);
            let now = snapshot();
            assert_eq!(
                (now.health.emitted, now.health.dropped[Cause::Fork as usize]),
                (2, 2),
                "{:?}",
                now.health
            );
            assert_eq!(all(|map| map.created + map.entries + map.totals.assigns_new), 0);
            // A new map from the same place is counted, under the site that the parent knew.
            // On a thread that remembers nothing.
            let mine = thread::spawn(|| map_of(3)).join().expect("no panic");
            let now = snapshot();
            assert_eq!(now.maps.len(), parent.maps.len(), "no place is there twice");
            let map = now.map_at(file!()).expect("the site is inherited");
            assert_eq!(
                (map.created, map.live, map.entries, map.totals.assigns_new),
                (1, 1, 3, 3)
            );
            assert_eq!(map.site.id, parent.map_at(file!()).expect("it is there").site.id);
            // Create and three assigns.
            assert_eq!((now.health.emitted, now.health.delivered), (6, 4), "{:?}", now.health);
            assert_eq!(now.pid, std::process::id());
            drop(mine);
            assert_eq!(all(|map| map.live), 0);
            drop(inherited);
            let health = snapshot().health.clone();
            assert_eq!(
                (health.emitted, health.dropped[Cause::Fork as usize]),
                (8, 3),
                "{health:?}"
            );
        });
        // The child took `inherited` in its own memory alone.
        let now = snapshot();
        assert_eq!(now.health.emitted, 12, "ten assigns, Create and Free: {:?}", now.health);
        let map = now.map_at(file!()).expect("it is there");
        assert_eq!(
            (map.created, map.freed, map.entries, map.totals.assigns_new),
            (1, 1, 0, 10)
        );
    });
}

/// Links are the parent's: the child neither has them nor waits for who was about to change them.
#[test]
fn a_child_drops_links_of_its_parents() {
    alone(module_path!(), "a_child_drops_links_of_its_parents", &[], || {
        struct Nothing;
        impl maptrace_runtime::Sink for Nothing {
            fn episode(&mut self, _: &maptrace_runtime::Episode) -> bool {
                true
            }
        }
        std::mem::forget(maptrace_runtime::builder().sink(Nothing).start());
        let spans = |n: u8| {
            (1..100).map(move |span| SpanContext {
                trace_id: [n; 16],
                span_id: [span; 8],
                sampled: true,
            })
        };
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let _stop = Stop(&done);
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    drop(link(spans(1)));
                }
            });
            for _ in 0..100 {
                let outer = link(spans(2));
                let inner = link(spans(3));
                in_child(|| {
                    let own = link(spans(4));
                    drop(outer);
                    let map = map_of(100);
                    drop(inner);
                    drop(own);
                    drop(map);
                    assert_eq!(all(|map| map.totals.assigns_new), 100);
                });
            }
        });
    });
}

/// As a daemon does. The process in the middle has nothing to do with maps.
#[test]
fn a_grandchild_of_a_child_without_maps() {
    alone(module_path!(), "a_grandchild_of_a_child_without_maps", &[], || {
        let mut inherited = map_of(2_000);
        let others: Vec<_> = (0..100).map(|_| map_of(1)).collect();
        in_child(|| {
            in_child(|| {
                let mine: Vec<_> = (0..200).map(|_| map_of(2)).collect();
                inherited.insert(9_999, 9);
                let now = snapshot();
                let map = now.map_at(file!()).expect("it is there");
                assert_eq!((map.created, map.live, map.entries), (200, 200, 400));
                assert_eq!(now.health.dropped[Cause::Fork as usize], 1, "{:?}", now.health);
                drop(mine);
                assert_eq!(all(|map| map.live), 0);
            });
            assert_eq!(snapshot().health.emitted, 0);
        });
        drop(others);
    });
}

/// Each from the one before: there is no depth at which a lock of an ancestor's is met.
#[test]
fn forty_generations() {
    fn generation(left: u32) {
        let map = map_of(3);
        assert_eq!(all(|map| map.entries), 3);
        if left > 0 {
            in_child(|| generation(left - 1));
        }
        drop(map);
        assert_eq!((all(|map| map.live), all(|map| map.freed)), (0, 1));
    }
    alone(module_path!(), "forty_generations", &[], || generation(40));
}

/// Maps past the cap share a record, which a child must not share with its parent.
#[test]
fn past_the_cap_in_a_child() {
    alone(
        module_path!(),
        "past_the_cap_in_a_child",
        &[("MAPTRACE_INSTANCES", "0")],
        || {
            let _shared = map_of(5);
            in_child(|| {
                let _mine = map_of(4);
                let now = snapshot();
                let map = now.map_at(file!()).expect("it is there");
                assert_eq!(
                    (map.created, map.live, map.entries, map.totals.assigns_new),
                    (1, 1, 4, 4)
                );
                assert_eq!(now.health.dropped[Cause::Fork as usize], 0, "{:?}", now.health);
            });
            assert_eq!(all(|map| map.entries), 5);
        },
    );
}

#[test]
fn forks_while_eight_threads_emit() {
    let forks = 300 * scale();
    // A ring, a chunk of records and what the collector keeps, a site, and the stack of a thread.
    const MOST: u64 = (64 << 10) + (1 << 20);
    alone(module_path!(), "forks_while_eight_threads_emit", &[], || {
        let stop = AtomicBool::new(false);
        let (assigns, maps) = (AtomicU64::new(0), AtomicU64::new(0));
        let mut inherited = map_of(1);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let mut map = HashMap::new();
                        for key in 0..100_u32 {
                            map.insert(key, key);
                        }
                        assigns.fetch_add(100, Ordering::Relaxed);
                        maps.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let _stop = Stop(&stop);
            for _ in 0..forks {
                in_child(|| {
                    let before = resident();
                    let mine = map_of(7);
                    inherited.insert(1, 1);
                    let now = snapshot();
                    let more = resident().saturating_sub(before);
                    assert!(more <= MOST, "{more} bytes of the child's own");
                    let map = now.map_at(file!()).expect("it is there");
                    assert_eq!((map.created, map.entries), (1, 7));
                    let health = &now.health;
                    assert_eq!(
                        (health.emitted, health.dropped[Cause::Fork as usize]),
                        (9, 1),
                        "{health:?}"
                    );
                    drop(mine);
                });
            }
        });
        let (assigns, maps) = (assigns.into_inner() + 1, maps.into_inner() + 1);
        assert_eq!(all(|map| map.totals.assigns_new), assigns);
        assert_eq!(
            (all(|map| map.created), all(|map| map.freed), all(|map| map.entries)),
            (maps, maps - 1, 1)
        );
        drop(inherited);
        let health = snapshot().health.clone();
        // Each map of a hundred grew six times: 3, 7, 14, 28, 56, 112. That one past the cap began and ended is no event; there
        // are such ones if the collector comes so late that more maps wait for their end in the rings than may have records.
        println!(
            "measured: {forks} forks within {assigns} assigns of 8 threads, none hung, 0 unaccounted in parent and children"
        );
        let own = maps - health.instances_past_cap;
        assert_eq!(health.emitted, assigns + 2 * own + 6 * (maps - 1), "{health:?}");
    });
}
