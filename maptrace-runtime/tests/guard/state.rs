//! What is in a dump: all maps, exactly, and what each thread did last.

use std::os::unix::fs::PermissionsExt;
use std::sync::{Barrier, Mutex};

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{guard, snapshot};
use serde_json::Value;

use crate::support::{in_folder, maps_of, panic_in_thread, read, rows, sum};

/// Ten thousand maps of 64 threads, one of which panics with its maps and a lock borrowed.
#[test]
fn every_map_of_every_thread() {
    const THREADS: usize = 64;
    const EACH: usize = 157;
    let left = in_folder(module_path!(), "every_map_of_every_thread", &[], |folder| {
        guard::install(folder).expect("it installs");
        let all: Vec<Mutex<Vec<HashMap<u64, u64>>>> = (0..THREADS).map(|_| Mutex::default()).collect();
        let barrier = Barrier::new(THREADS);
        let panicked: usize = std::thread::scope(|scope| {
            let work = |number: usize| {
                let (all, barrier) = (&all, &barrier);
                move || {
                    let mut mine = all[number].lock().expect("nobody panicked with it");
                    for i in 0..EACH as u64 {
                        // Two of them are more than young maps have.
                        let mut map = HashMap::with_capacity(200);
                        for key in 0..=i {
                            map.insert(key, key);
                        }
                        map.remove(&0);
                        map.remove(&1_000);
                        mine.push(map);
                    }
                    barrier.wait();
                    // With the map borrowed.
                    for (_, value) in mine[EACH - 1].iter_mut().take(1) {
                        *value += 1;
                        assert_ne!(number, 17, "the one that panics");
                    }
                }
            };
            let threads: Vec<_> = (0..THREADS)
                .map(|number| {
                    let thread = std::thread::Builder::new().name(format!("worker-{number}"));
                    thread.spawn_scoped(scope, work(number)).expect("a thread")
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| usize::from(thread.join().is_err()))
                .sum()
        });
        assert_eq!(panicked, 1);
        assert!(all[17].is_poisoned());
        assert_eq!(
            snapshot().maps.iter().map(|map| map.live).sum::<u64>(),
            (THREADS * EACH) as u64
        );
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    let dump = left.dump();
    assert_eq!(dump["why"], "panic");
    // The collector's thread may be kept off the processor with its books in hand. Nobody counts anything meanwhile.
    if dump["exact"] == false {
        assert_eq!(dump["inexact_because"], "collector", "{}", left.stderr());
        assert!(dump["off_by_at_most"].is_u64());
    }
    let maps = maps_of(dump, "state.rs");
    assert_eq!(maps.len(), THREADS * EACH);
    // Entries 1 to 157 less the one that was removed.
    assert_eq!(sum(&maps, "entries"), (THREADS * EACH * (EACH - 1) / 2) as u64);
    assert_eq!(sum(&maps, "assigns_new"), (THREADS * EACH * (EACH + 1) / 2) as u64);
    assert_eq!(sum(&maps, "deletes_hit"), (THREADS * EACH) as u64);
    assert_eq!(sum(&maps, "deletes_miss"), (THREADS * EACH) as u64);
    assert!(
        maps.iter()
            .all(|map| map["capacity"] == 224 && map["held_bytes"].as_u64().is_some_and(|n| n > 224 * 16))
    );
    let serials: std::collections::HashSet<u64> = maps.iter().filter_map(|map| map["map"].as_u64()).collect();
    assert_eq!(serials.len(), maps.len(), "each has a number of its own");
    assert_eq!(dump["sums"]["maps"], (THREADS * EACH) as u64);

    let panic = &dump["panic"];
    assert_eq!(panic["thread"], "worker-17");
    assert!(
        panic["file"]
            .as_str()
            .is_some_and(|file| file.ends_with("tests/guard/state.rs")),
        "{panic}"
    );
    assert_eq!(
        &panic["touched"].as_array().expect("an operation")[1..3],
        ["delete", "miss"]
    );
    assert!(serials.contains(&panic["touched"][3].as_u64().expect("a map")));
    let threads = dump["threads"].as_array().expect("threads");
    let panicking: Vec<&Value> = threads.iter().filter(|thread| thread["panicking"] == true).collect();
    assert_eq!(panicking.len(), 1);
    assert_eq!(panicking[0]["name"], "worker-17");
    // The last 32 of each: assigns of key after key, a hit and a miss.
    let operations = rows(&dump["operation_columns"], &panicking[0]["operations"]);
    let what: Vec<(&str, &str)> = operations
        .iter()
        .map(|it| (it["what"].as_str().unwrap(), it["result"].as_str().unwrap()))
        .collect();
    assert_eq!(what.len(), 32);
    assert!(what[..30].iter().all(|&it| it == ("assign", "new")), "{what:?}");
    assert_eq!(what[30..], [("delete", "hit"), ("delete", "miss")]);
    assert!(
        operations.iter().all(|it| it["map"] == panic["touched"][3]),
        "{operations:?}"
    );

    let stderr = left.stderr();
    assert!(
        stderr.contains("panic in thread 'worker-17', 10,048 live maps, 783,744 entries"),
        "{stderr}"
    );
    assert!(stderr.contains("touched last by the panicking thread"), "{stderr}");
    // One that was touched, and the heaviest of the site, of which there is no other.
    let matter = dump["matter"].as_array().expect("maps");
    assert_eq!(matter[0]["map"], panic["touched"][3]);
    assert!((1..=2).contains(&matter.len()), "{matter:?}");
    // The hook before ours ran, after ours.
    let (ours, theirs) = (stderr.find("10,048 live maps"), stderr.find("the one that panics"));
    assert!(ours.is_some() && ours < theirs, "{stderr}");
    assert_eq!(left.files.len(), 1, "{:?}", left.files);
}

/// Operations that the collector has not come to yet, young maps, maps that have grown up and maps that are gone: at each
/// moment what a dump has is what was done.
#[test]
fn what_waits_in_rings_is_counted() {
    let left = in_folder(module_path!(), "what_waits_in_rings_is_counted", &[], |folder| {
        guard::install(folder).expect("it installs");
        let mut seed = 1_u64;
        let mut random = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % n
        };
        let mut hashed: Vec<HashMap<u64, u64>> = Vec::new();
        let mut sorted: Vec<BTreeMap<u64, u64>> = Vec::new();
        let (mut grown_up, mut young) = (0, 0);
        let (mut assigns, mut hits, mut misses) = (0, 0, 0);
        for round in 0..60 {
            for _ in 0..random(400) {
                match random(12) {
                    0 => hashed.push(HashMap::new()),
                    1 => sorted.push(BTreeMap::new()),
                    2 if !hashed.is_empty() => drop(hashed.swap_remove(random(hashed.len() as u64) as usize)),
                    3 if !sorted.is_empty() => drop(sorted.swap_remove(random(sorted.len() as u64) as usize)),
                    4 | 5 if !hashed.is_empty() => {
                        let at = random(hashed.len() as u64) as usize;
                        let removed = hashed[at].remove(&random(40));
                        (hits, misses) = (
                            hits + u64::from(removed.is_some()),
                            misses + u64::from(removed.is_none()),
                        );
                    }
                    n if n < 9 && !hashed.is_empty() => {
                        let at = random(hashed.len() as u64) as usize;
                        for key in 0..random(40) {
                            hashed[at].insert(key, key);
                            assigns += 1;
                        }
                    }
                    _ if !sorted.is_empty() => {
                        let at = random(sorted.len() as u64) as usize;
                        for key in 0..random(40) {
                            sorted[at].insert(key, key);
                            assigns += 1;
                        }
                    }
                    _ => {}
                }
            }
            // On a busy machine the collector may not have got the processor: then another one says it. Nothing happens meanwhile.
            let dump = (0..100)
                .map(|_| read(&guard::dump().expect("a dump")))
                .find(|dump| dump["exact"] == true)
                .expect("one that is exact");
            let maps = rows(&dump["map_columns"], &dump["maps"]);
            // Those that were never changed are not known, and have no entries.
            let entries = hashed
                .iter()
                .map(|map| map.len())
                .chain(sorted.iter().map(|map| map.len()))
                .sum::<usize>();
            assert_eq!(sum(&maps, "entries"), entries as u64, "round {round}");
            let rest = [("assigns", assigns), ("hits", hits), ("misses", misses)];
            // What maps did that are gone is not in it, so no more than this.
            let told = sum(&maps, "assigns_new") + sum(&maps, "assigns_replaced");
            assert!(
                told <= assigns && sum(&maps, "deletes_hit") <= hits && sum(&maps, "deletes_miss") <= misses,
                "{rest:?}"
            );
            // And as many maps, capacity and bytes as the report has.
            let now = snapshot();
            let all = |of: fn(&maptrace_runtime::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
            assert_eq!(sum(&maps, "maps"), all(|map| map.live), "round {round}");
            let tables: Vec<_> = maps.iter().filter(|map| !map["capacity"].is_null()).cloned().collect();
            assert_eq!(
                sum(&tables, "capacity"),
                all(|map| map.capacity.unwrap_or(0)),
                "round {round}"
            );
            assert_eq!(
                sum(&tables, "held_bytes"),
                all(|map| map.held_bytes.unwrap_or(0)),
                "round {round}"
            );
            grown_up += maps.iter().filter(|map| !map["map"].is_null()).count();
            young += maps
                .iter()
                .filter(|map| map["map"].is_null())
                .map(|map| map["maps"].as_u64().expect("a number"))
                .sum::<u64>();
        }
        assert!(grown_up > 60 && young > 60, "{grown_up} and {young}");
    });
    left.map(crate::support::Left::succeeded);
}

#[test]
fn others_can_not_read_it() {
    in_folder(module_path!(), "others_can_not_read_it", &[], |folder| {
        guard::install(folder).expect("it installs");
        HashMap::new().insert(1, 1);
        let path = guard::dump().expect("a dump");
        let mode = path.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    })
    .map(crate::support::Left::succeeded);
}

/// Keys, values and messages stay where they are.
#[test]
fn nothing_of_the_hosts_is_in_it() {
    let left = in_folder(module_path!(), "nothing_of_the_hosts_is_in_it", &[], |folder| {
        guard::install(folder).expect("it installs");
        let mut map = HashMap::new();
        map.insert("k-canary".to_owned(), "v-canary".to_owned());
        assert!(panic_in_thread("any", || panic!("m-canary")));
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert!(!left.dump().to_string().contains("canary"));
}
