//! Threads and maps come and go: nothing is lost with them, and nothing of them is kept.

use std::sync::mpsc::sync_channel;
use std::thread;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{builder, shutdown, snapshot};
use std::time::Duration;

use crate::alone::{alone, scale};
use crate::process::resident;

#[test]
fn ten_thousand_short_threads() {
    let all_threads = 10_000 * u64::from(scale());
    const AT_ONCE: usize = 8;
    alone(module_path!(), "ten_thousand_short_threads", &[], || {
        let _guard = builder().memory(2 << 20).start();
        let mut memory_of_first = 0;
        let mut resident_of_first = 0;
        let mut threads = 0;
        while threads < all_threads {
            let short: [_; AT_ONCE] = std::array::from_fn(|_| {
                thread::spawn(|| {
                    let mut map = HashMap::with_capacity(7);
                    for key in 0..5_u8 {
                        map.insert(key, ());
                        map.remove(&key);
                    }
                })
            });
            // Not a scope: that ends before its threads' locals are destroyed.
            short.into_iter().for_each(|thread| thread.join().expect("no panic"));
            threads += AT_ONCE as u64;
            // Reaping is the collector's; asking for a snapshot has it done.
            let health = snapshot().health.clone();
            assert_eq!(
                health.rings, 0,
                "rings of threads that are gone are given back: {health:?}"
            );
            if memory_of_first == 0 {
                memory_of_first = health.memory_bytes;
            }
            if threads == 1_000 {
                resident_of_first = resident();
            }
        }
        let more = resident().saturating_sub(resident_of_first);
        assert!(more < 2 << 20, "{all_threads} threads took {more} bytes");
        println!("measured: {all_threads} threads, {more} bytes more resident than after 1,000");
        let now = snapshot();
        let health = &now.health;
        // The first eight may not all have been there at once, so that some rings are younger; but never a ninth.
        let rings = AT_ONCE as u64 * ((64 << 10) + 1024);
        assert!(
            health.memory_bytes <= memory_of_first + rings,
            "{memory_of_first} bytes have become {health:?}"
        );
        let map = now.map_at(file!()).expect("the map's site");
        assert_eq!((map.created, map.freed, map.live), (all_threads, all_threads, 0));
        assert_eq!(
            (map.totals.assigns_new, map.totals.deletes_hit, map.entries),
            (5 * all_threads, 5 * all_threads, 0)
        );
        assert_eq!(health.emitted, 12 * all_threads);
        assert_eq!(
            health.delivered,
            12 * all_threads,
            "small rings would hold them all: {health:?}"
        );
        let _ = shutdown(Duration::from_secs(60));
    });
}

#[test]
fn made_here_used_there_dropped_elsewhere() {
    let maps = 2_000 * u64::from(scale());
    alone(module_path!(), "made_here_used_there_dropped_elsewhere", &[], || {
        // So many are under way at once that some outlive the thread that made them, and none is past the cap.
        let (to_user, made) = sync_channel::<HashMap<u64, u64>>(500);
        let (to_dropper, used) = sync_channel::<HashMap<u64, u64>>(500);
        let maker = thread::spawn(move || {
            for key in 0..maps {
                let mut map = HashMap::new();
                map.insert(key, key);
                to_user.send(map).expect("the user listens");
            }
        });
        let user = thread::spawn(move || {
            for mut map in made {
                for key in 0..4 {
                    map.insert(maps + key, key);
                }
                map.remove(&maps);
                to_dropper.send(map).expect("the dropper listens");
            }
        });
        let dropper = thread::spawn(move || {
            let mut seen = 0;
            for map in used {
                assert_eq!(map.len(), 4);
                seen += 1;
                drop(map);
            }
            seen
        });
        maker.join().expect("no panic");
        user.join().expect("no panic");
        assert_eq!(dropper.join().expect("no panic"), maps);
        let now = snapshot();
        let map = now.map_at(file!()).expect("the map's site");
        assert_eq!((map.created, map.freed, map.live, map.entries), (maps, maps, 0, 0));
        assert_eq!((map.totals.assigns_new, map.totals.deletes_hit), (5 * maps, maps));
        assert_eq!(map.grows, 2 * maps);
        // Create, five assigns, a delete, two grows, Free.
        assert_eq!(now.health.emitted, 10 * maps);
        println!("measured: {maps} maps of three threads, one create and one free each, none live");
    });
}
