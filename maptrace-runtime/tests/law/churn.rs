//! Threads and maps come and go: nothing is lost with them, and nothing of them is kept.

use std::sync::mpsc::channel;
use std::thread;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{builder, shutdown, snapshot};
use std::time::Duration;

use crate::alone::alone;

#[test]
fn ten_thousand_short_threads() {
    const THREADS: u64 = 10_000;
    const AT_ONCE: usize = 8;
    alone(module_path!(), "ten_thousand_short_threads", &[], || {
        let _guard = builder().memory(2 << 20).start();
        let mut memory_of_first = 0;
        let mut threads = 0;
        while threads < THREADS {
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
        }
        let now = snapshot();
        let health = &now.health;
        // The first eight may not all have been there at once, so that some rings are younger; but never a ninth.
        let rings = AT_ONCE as u64 * ((64 << 10) + 1024);
        assert!(
            health.memory_bytes <= memory_of_first + rings,
            "{memory_of_first} bytes have become {health:?}"
        );
        let map = now.map_at(file!()).expect("the map's site");
        assert_eq!((map.created, map.freed, map.live), (THREADS, THREADS, 0));
        assert_eq!(
            (map.totals.assigns_new, map.totals.deletes_hit, map.entries),
            (5 * THREADS, 5 * THREADS, 0)
        );
        assert_eq!(health.emitted, 12 * THREADS);
        assert_eq!(
            health.delivered,
            12 * THREADS,
            "small rings would hold them all: {health:?}"
        );
        let _ = shutdown(Duration::from_secs(60));
    });
}

#[test]
fn made_here_used_there_dropped_elsewhere() {
    const MAPS: u64 = 2_000;
    alone(module_path!(), "made_here_used_there_dropped_elsewhere", &[], || {
        let (to_user, made) = channel::<HashMap<u64, u64>>();
        let (to_dropper, used) = channel::<HashMap<u64, u64>>();
        let maker = thread::spawn(move || {
            for key in 0..MAPS {
                let mut map = HashMap::new();
                map.insert(key, key);
                to_user.send(map).expect("the user listens");
            }
        });
        let user = thread::spawn(move || {
            for mut map in made {
                for key in 0..4 {
                    map.insert(MAPS + key, key);
                }
                map.remove(&MAPS);
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
        assert_eq!(dropper.join().expect("no panic"), MAPS);
        let now = snapshot();
        let map = now.map_at(file!()).expect("the map's site");
        assert_eq!((map.created, map.freed, map.live, map.entries), (MAPS, MAPS, 0, 0));
        assert_eq!((map.totals.assigns_new, map.totals.deletes_hit), (5 * MAPS, MAPS));
        assert_eq!(map.grows, 2 * MAPS);
        // Create, five assigns, a delete, two grows, Free.
        assert_eq!(now.health.emitted, 10 * MAPS);
    });
}
