use loom::sync::{Arc, Mutex};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Act, Window};
use crate::sync::weaken;

const MAP: u64 = 0x1000;

/// Each word says which act it is of.
fn act(who: u64, n: u64) -> Act {
    Act {
        who,
        deed: n,
        place: n,
        info: n,
    }
}

/// Runs `body` in each interleaving of at most so many switches, and says how many there were.
fn explore(body: impl Fn() + Sync + Send + 'static) -> u64 {
    let runs = std::sync::Arc::new(AtomicU64::new(0));
    let counted = std::sync::Arc::clone(&runs);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        body();
    });
    runs.load(Ordering::Relaxed)
}

/// Two threads are in one map: one of them at least meets the other.
fn meeting() -> u64 {
    explore(|| {
        let window = Arc::new(Window::new());
        let go_in = |window: &Window, who, writes| {
            let mine = window.enter(MAP, writes, &act(who, who));
            window.meet(MAP, writes, mine, who).map(|met| met.act)
        };
        let other = {
            let window = Arc::clone(&window);
            loom::thread::spawn(move || go_in(&window, 1, true))
        };
        let here = go_in(&window, 2, false);
        let there = other.join().unwrap();
        assert!(
            here.is_some() || there.is_some(),
            "both in the map, and neither met the other"
        );
        assert!(here.is_none_or(|met| met == act(1, 1)), "{here:?}");
        assert!(there.is_none_or(|met| met == act(2, 2)), "{there:?}");
    })
}

/// Two threads that take turns by a lock meet nobody, in whichever order; and no mark has another one's number.
fn turns() -> u64 {
    explore(|| {
        let shared = Arc::new((Window::new(), Mutex::new(())));
        let go_in = |(window, lock): &(Window, Mutex<()>), who| {
            let _turn = lock.lock().unwrap();
            let mine = window.enter(MAP, true, &act(who, who)).expect("there is a place");
            assert!(
                window.meet(MAP, true, Some(mine), who).is_none(),
                "met somebody in spite of the lock"
            );
            window.leave(mine);
        };
        let other = {
            let shared = Arc::clone(&shared);
            loom::thread::spawn(move || go_in(&shared, 2))
        };
        go_in(&shared, 4);
        other.join().unwrap();
        let numbers: u64 = shared
            .0
            .notes
            .iter()
            .map(|note| note.number.load(Ordering::Relaxed))
            .sum();
        assert_eq!(numbers, 4);
    })
}

/// Two threads in different maps use one place after the other: no mark has another one's number.
fn reuse() -> u64 {
    explore(|| {
        let window = Arc::new(Window::new());
        let go_in = |window: &Window, who| {
            let mine = window.enter(MAP * who, true, &act(who, who)).expect("there is a place");
            window.leave(mine);
        };
        let other = {
            let window = Arc::clone(&window);
            loom::thread::spawn(move || go_in(&window, 2))
        };
        go_in(&window, 4);
        other.join().unwrap();
        let numbers: u64 = window
            .notes
            .iter()
            .map(|note| note.number.load(Ordering::Relaxed))
            .sum();
        assert_eq!(numbers, 4);
    })
}

/// A thread looks while another one goes in and out of the map twice: what it reads is of one mark.
fn whole() -> u64 {
    explore(|| {
        let window = Arc::new(Window::new());
        let other = {
            let window = Arc::clone(&window);
            loom::thread::spawn(move || {
                for n in [1, 2] {
                    let mine = window.enter(MAP, true, &act(2, n)).expect("there is a place");
                    window.leave(mine);
                }
            })
        };
        // loom looks for interleavings around accesses that depend on one another; yielding gives it the points.
        for _ in 0..2 {
            if let Some(met) = window.meet(MAP, true, None, 1) {
                assert!([act(2, 1), act(2, 2)].contains(&met.act), "{met:?}");
            }
            loom::thread::yield_now();
        }
        other.join().unwrap();
    })
}

#[test]
fn who_is_in_a_map_with_another_meets_it_and_who_takes_turns_does_not() {
    for (name, model) in MODELS {
        let interleavings = model();
        println!("{name}: {interleavings} interleavings");
        assert!(interleavings > 1, "{name} explores nothing");
    }
}

/// A model, with its name.
type Model = (&'static str, fn() -> u64);

const MODELS: [Model; 4] = [
    ("meeting", meeting),
    ("turns", turns),
    ("reuse", reuse),
    ("whole", whole),
];

/// The orderings that these models need.
pub(crate) const NEEDED: [&str; 7] = [
    "mark_taken",
    "mark_left",
    "mark_shown",
    "mark_seen",
    "turnstile_passed",
    "mark_renumbered",
    "mark_reread",
];

#[test]
fn weakened_orderings_are_noticed() {
    for name in NEEDED {
        let caught = MODELS.iter().any(|(_, model)| {
            let caught = std::panic::catch_unwind(|| {
                weaken::set(Some(name));
                model()
            });
            weaken::set(None);
            caught.is_err()
        });
        assert!(caught, "no model notices that {name} is relaxed");
    }
}
