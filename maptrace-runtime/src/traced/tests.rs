use std::any::type_name;
use std::cell::Cell;

use super::{Plain, Traced};
use crate::site::TypeInfo;
use crate::collections::HashMap;
use crate::episode::OpTotals;
use crate::snapshot::Kind;
use crate::testing::Capture;
use crate::thread;

/// A table that counts how often it was looked at.
#[derive(Default)]
struct Watched {
    entries: usize,
    looked: Cell<u32>,
}

impl Plain for Watched {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::HashSet,
        entry_size: 8,
        type_name: type_name::<Self>,
        key_name: type_name::<u64>,
        value_name: None,
    };
    const TABLE: bool = true;

    fn entries(&self) -> usize {
        self.looked.set(self.looked.get() + 1);
        self.entries
    }

    fn room(&self) -> usize {
        self.looked.set(self.looked.get() + 1);
        28
    }
}

/// How often a map is looked at after an assign and after a delete, once it is known what becomes of it.
fn looked_at_after() -> [u32; 2] {
    let mut map = Traced::new(Watched::default());
    map.assign(|map| map.entries += 1);
    map.assign(|map| {
        map.entries += 1;
        map.looked.set(0);
    });
    let after_assign = map.map.looked.get();
    map.delete(|map| {
        map.entries -= 1;
        map.looked.set(0);
    });
    [after_assign, map.map.looked.get()]
}

#[test]
fn nobody_looks_at_a_map_that_is_off_to_see_what_an_operation_did() {
    let off = std::thread::spawn(|| {
        // Whose maps are not traced.
        thread::be_collector();
        looked_at_after()
    });
    assert_eq!(off.join().expect("no panic"), [0, 0]);
    let _capture = Capture::install();
    assert!(looked_at_after().iter().all(|&looks| looks > 0), "else this shows nothing");
}

/// Nothing is kept back in the map: what it has counted is there for whoever looks, while it lives on and does nothing.
#[test]
fn an_idle_map_of_a_sampled_site_is_counted_to_the_last_operation() {
    let capture = Capture::builder().sample(1_000_000).install();
    let mut map = HashMap::new();
    map.reserve(1_000);
    let mut done = OpTotals::default();
    for n in 0..3_000_u32 {
        match n % 5 {
            0 | 1 => {
                let new = map.insert(n % 1_000, n).is_none();
                done.assigns_new += u64::from(new);
                done.assigns_replaced += u64::from(!new);
            }
            2 => {
                let hit = map.remove(&(n / 2)).is_some();
                done.deletes_hit += u64::from(hit);
                done.deletes_miss += u64::from(!hit);
            }
            _ => {
                let new = !map.contains_key(&(n % 700));
                *map.entry(n % 700).or_default() += 1;
                done.assigns_new += u64::from(new);
            }
        }
        if n % 100 < 3 {
            let now = capture.snapshot();
            assert_eq!(now.map_at(file!()).expect("the map's site").totals, done, "after {n}");
            let health = &now.health;
            let ops = done.assigns_new + done.assigns_replaced + done.deletes_hit + done.deletes_miss;
            // That the map began, and that it was given room.
            assert_eq!(health.emitted, ops + 2);
            assert_eq!(health.emitted, health.delivered + health.sampled_out);
        }
    }
}

/// The first of a map is an event no more often than any other.
#[test]
fn one_in_sixty_four_is_an_event_from_the_first_on() {
    let capture = Capture::builder().sample(64).install();
    let mut maps: Vec<HashMap<u32, u32>> = (0..4_000).map(|_| HashMap::new()).collect();
    let mut last = 0;
    for round in 0..3 {
        for map in &mut maps {
            // So that it takes the short way.
            map.reserve(7);
            map.insert(round, 0);
        }
        let health = capture.snapshot().health.clone();
        let left_out = health.sampled_out - last;
        last = health.sampled_out;
        // 62.5 are events; five times the standard deviation is 39.
        assert!((4_000 - 102..=4_000 - 23).contains(&left_out), "{left_out} of 4,000 in round {round}");
    }
}

/// While nobody knows what became of a full table, its map goes another way, and then the short one again.
#[cfg(feature = "indexmap")]
#[test]
fn a_sampled_index_map_counts_as_it_does_without_sampling() {
    use crate::indexmap::IndexMap;

    // Puts the same keys in the same places, as tombstones depend on that.
    type Map = IndexMap<u32, u32, std::hash::BuildHasherDefault<std::hash::DefaultHasher>>;
    // The map is made elsewhere, as a site keeps the rate that it begins with.
    let play = |sample, mut map: Map| {
        let capture = Capture::builder().sample(sample).install();
        for n in 0..4_000_u32 {
            match n % 8 {
                0 => drop(map.swap_remove(&(n % 61))),
                1 => drop(map.insert(n, n)),
                _ => *map.entry(n % 900).or_insert(0) += 1,
            }
        }
        let now = capture.snapshot();
        let health = &now.health;
        assert_eq!(health.emitted, health.delivered + health.sampled_out);
        assert_eq!(health.sampled_out > 1_500, sample > 1, "{health:?}");
        let site = now.maps.iter().find(|site| site.created > 0).expect("the map's site");
        (site.totals, site.grows, site.rehashes, site.entries, site.capacity, site.held_bytes)
    };
    let sampled = play(50, Map::default());
    assert_eq!(sampled, play(1, Map::default()));
}
