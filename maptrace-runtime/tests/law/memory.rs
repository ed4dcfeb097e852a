//! Memory has one limit. What there is no memory for is counted.

use std::sync::Barrier;
use std::thread;

use maptrace_runtime::collections::{BTreeMap, BTreeSet};
use maptrace_runtime::{Cause, Kind, snapshot};

use crate::alone::alone;

#[test]
fn two_hundred_threads_in_two_mebibytes() {
    const THREADS: usize = 200;
    const MAPS: usize = 10;
    const KEYS: usize = 20;
    alone(
        module_path!(),
        "two_hundred_threads_in_two_mebibytes",
        &[("MAPTRACE_MEMORY", "2m")],
        || {
            let all_here = Barrier::new(THREADS + 1);
            thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        let maps: Vec<BTreeMap<usize, usize>> = (0..MAPS)
                            .map(|_| {
                                let mut map = BTreeMap::new();
                                for key in 0..KEYS {
                                    map.insert(key, key);
                                }
                                map
                            })
                            .collect();
                        all_here.wait();
                        // Here the others are counted with all maps alive.
                        all_here.wait();
                        drop(maps);
                    });
                }
                all_here.wait();
                let now = snapshot();
                let health = &now.health;
                assert_eq!(health.memory_limit_bytes, 2 << 20);
                assert!(health.memory_bytes <= health.memory_limit_bytes, "{health:?}");
                assert!(health.rings > 0 && health.rings < THREADS as u64, "{health:?}");
                assert!(health.dropped[Cause::Disabled as usize] > 0, "{health:?}");
                let sum = |of: fn(&maptrace_runtime::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
                assert_eq!(sum(|map| map.live), (THREADS * MAPS) as u64);
                assert_eq!(sum(|map| map.entries), (THREADS * MAPS * KEYS) as u64);
                assert_eq!(sum(|map| map.totals.assigns_new), (THREADS * MAPS * KEYS) as u64);
                assert!(
                    health.instances_past_cap > 0,
                    "there is no memory for so many records: {health:?}"
                );
                let own = health.instances + health.instances_young;
                assert_eq!(own + health.instances_past_cap, (THREADS * MAPS) as u64);
                all_here.wait();
            });
            let now = snapshot();
            let health = &now.health;
            let sum = |of: fn(&maptrace_runtime::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
            assert_eq!((sum(|map| map.live), sum(|map| map.entries)), (0, 0));
            assert_eq!(sum(|map| map.freed), (THREADS * MAPS) as u64);
            let own = (THREADS * MAPS) as u64 - health.instances_past_cap;
            assert_eq!(health.emitted, (THREADS * MAPS * KEYS) as u64 + 2 * own, "{health:?}");
            assert_eq!(health.emitted, health.delivered + health.dropped.iter().sum::<u64>());
            assert!(health.memory_bytes <= health.memory_limit_bytes, "{health:?}");
        },
    );
}

#[test]
fn a_site_first_used_without_memory_is_counted_as_itself() {
    const MAPS: usize = 10_000;
    alone(
        module_path!(),
        "a_site_first_used_without_memory_is_counted_as_itself",
        &[("MAPTRACE_MEMORY", "1m")],
        || {
            let maps: Vec<BTreeMap<usize, ()>> = (0..MAPS).map(|key| BTreeMap::from([(key, ())])).collect();
            let past_cap = snapshot().health.instances_past_cap;
            assert!(past_cap > 0, "all of them have records");
            let first = BTreeSet::from([1, 2]);
            let second = BTreeSet::from(["1"]);
            let now = snapshot();
            let health = &now.health;
            assert_eq!(health.instances_past_cap, past_cap + 2);
            assert!(health.memory_bytes <= health.memory_limit_bytes, "{health:?}");
            let mut sets = now.maps.iter().filter(|map| map.site.kind == Kind::BTreeSet);
            let counts: Vec<_> = sets.by_ref().map(|set| (set.live, set.entries)).collect();
            assert_eq!(counts, [(1, 2), (1, 1)], "{now:?}");
            // Their record is theirs alone: none of it went to maps, which have to go without as before.
            let more: Vec<BTreeMap<usize, ()>> = (0..MAPS).map(|key| BTreeMap::from([(key, ())])).collect();
            let now = snapshot();
            assert_eq!(now.health.instances_past_cap, past_cap + 2 + MAPS as u64);
            drop((maps, more, first, second));
            let now = snapshot();
            let all = |of: fn(&maptrace_runtime::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
            assert_eq!((all(|map| map.live), all(|map| map.freed)), (0, 2 * MAPS as u64 + 2));
        },
    );
}
