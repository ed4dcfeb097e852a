//! More places than there is room for; the rest is in `tests/sites.rs`, with declarations as the attribute makes them.

use super::*;
use crate::collections::BTreeMap;
use crate::snapshot;

// Of all unit tests that need a process of their own.
#[path = "../../tests/support/alone.rs"]
pub(crate) mod alone;

#[test]
fn the_standard_library_is_no_place_of_the_user_s() {
    for file in [
        "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/ops/function.rs",
        "/home/me/.rustup/toolchains/stable/lib/rustlib/src/rust/library/std/src/thread.rs",
        "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/indexmap-2.14.2/src/map/entry.rs",
        "vendor\\hashbrown-0.17.1\\src\\map.rs",
    ] {
        assert!(is_library(file), "{file}");
    }
    for ours in ["collections/hash_map.rs", "hashbrown/hash_map.rs", "indexmap/map/entry.rs", "declare.rs"] {
        assert!(is_library(&file!().replace("site/tests.rs", ours)), "{ours}");
    }
    for file in ["src/main.rs", "/home/me/library/src/lib.rs", "rustc/driver.rs", "hashbrown-like/src/lib.rs"] {
        assert!(!is_library(file), "{file}");
    }
}

/// Sites are the process's, so this one has a process of its own.
#[test]
fn past_the_last_site_maps_are_other() {
    fn make() -> BTreeMap<u8, u8> {
        let mut map = BTreeMap::new();
        map.insert(1, 1);
        map
    }
    alone::alone(module_path!(), "past_the_last_site_maps_are_other", &[], || {
        let known = make();
        let interner = &crate::global::generation().expect("memory").sites;
        let info = <BTreeMap<u8, u8> as Traceable>::INFO;
        let mut ids = Vec::new();
        for line in 1_000..1_000 + MAX_SITES as u32 {
            let place = Place { file: "generated.rs", line, column: 1, type_name: "" };
            let mut index = interner.lock(1).expect("memory");
            ids.push(index.push_interned(&place, info, 1, &|_| false).expect("memory"));
        }
        let full = ids.iter().position(|&id| id == OVERFLOW_SITE).expect("there is an end");
        assert!(ids[full..].iter().all(|&id| id == OVERFLOW_SITE) && full < MAX_SITES);
        // However many more there are.
        let more = 100_000 * alone::scale();
        for line in 0..more {
            let place = Place { file: "more.rs", line, column: 1, type_name: "" };
            let mut index = interner.lock(1).expect("memory");
            assert_eq!(index.push_interned(&place, info, 1, &|_| false).expect("memory"), OVERFLOW_SITE);
        }
        assert_eq!(all().count(), MAX_SITES);
        // A new place, and one that has a site of its own.
        let mut other = BTreeMap::new();
        other.insert("elsewhere", ());
        other.insert("twice", ());
        let again = make();
        let now = crate::snapshot();
        assert_eq!(now.maps.len(), MAX_SITES);
        let by_name = |name: &str| -> snapshot::MapSnapshot {
            now.maps.iter().find(|map| map.site.name == name).expect("it is there").clone()
        };
        assert_eq!((by_name("(other)").created, by_name("(other)").entries), (1, 2));
        assert_eq!(now.map_at(file!()).map(|map| map.entries), Some(2));
        let sum: u64 = now.maps.iter().map(|map| map.totals.assigns_new).sum();
        assert_eq!(sum, 4);
        #[cfg(feature = "listen")]
        {
            let page = crate::openmetrics::render(&now);
            let of = |start| page.lines().filter(move |line: &&str| line.starts_with(start));
            let assigns: u64 = of("map_assign_total{").filter_map(|line| line.split_once("} ")?.1.parse::<u64>().ok()).sum();
            let series = of("map_instances{").count();
            assert_eq!(assigns, 4);
            assert!(series <= 2_000 && page.len() <= 1 << 20, "{series} series, {} bytes", page.len());
            println!("measured: {more} places past the last site: {series} series of a metric, a page of {} bytes, all counted", page.len());
        }
        drop((known, other, again));
        assert_eq!(crate::snapshot().maps.iter().map(|map| map.live + map.entries).sum::<u64>(), 0);
    });
}
