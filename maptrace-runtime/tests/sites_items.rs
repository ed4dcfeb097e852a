//! Which maps are counted under a declared `static`: its own, and no others of its type.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{Kind, MapSnapshot};

#[path = "support/cache.rs"]
mod cache;

// One type for each test, because the declarations of all of them are there in each.
type Routes = HashMap<u16, [u8; 3]>;
type Users = HashMap<u32, [u8; 5]>;
type Index = BTreeMap<u32, [u8; 7]>;
type Twice = HashMap<u64, [u8; 9]>;

// Lines that are nowhere in this file, as if its statics were elsewhere in the crate: only the type can match.
maptrace_runtime::__private::declare! {
    name: "ROUTES", path: "ROUTES", named: false, kind: HashMap, scope: Item, sample: default,
    line: 100_001, from: (100_001, 1), to: (100_001, 999), ty: [Routes],
}
maptrace_runtime::__private::declare! {
    name: "USERS", path: "USERS", named: false, kind: HashMap, scope: Item, sample: default,
    line: 100_002, from: (100_002, 1), to: (100_002, 999), ty: [Users],
}
maptrace_runtime::__private::declare! {
    name: "INDEX", path: "INDEX", named: false, kind: BTreeMap, scope: Item, sample: default,
    line: 100_003, from: (100_003, 1), to: (100_003, 999), ty: [Index],
}
maptrace_runtime::__private::declare! {
    name: "FIRST", path: "FIRST", named: false, kind: HashMap, scope: Item, sample: default,
    line: 100_004, from: (100_004, 1), to: (100_004, 999), ty: [Twice],
}
maptrace_runtime::__private::declare! {
    name: "SECOND", path: "SECOND", named: false, kind: HashMap, scope: Item, sample: default,
    line: 100_005, from: (100_005, 1), to: (100_005, 999), ty: [Twice],
}

/// The names of the sites that have live maps, with their entries.
fn live(capture: &Capture) -> Vec<(String, u64)> {
    let mut live: Vec<_> = capture
        .snapshot()
        .maps
        .into_iter()
        .filter(|map| map.live > 0)
        .map(|map: MapSnapshot| (map.site.name.clone(), map.entries))
        .collect();
    live.sort();
    live
}

fn here(line: u32) -> String {
    format!("{}:{line}", file!())
}

/// As `LazyLock` and `thread_local!` make what they hold.
fn made_by<T>(make: impl FnOnce() -> T) -> T {
    make()
}

#[test]
fn a_map_whose_caller_is_lost_is_the_statics_of_its_type() {
    let capture = Capture::install();
    // The standard library is the caller.
    let mut collected: Users = [(1, [0; 5]), (2, [0; 5])].into_iter().collect();
    assert_eq!(collected.remove(&3), None);
    // A constructor that is passed on as a function is its own caller.
    let mut routes = made_by(Routes::new);
    routes.insert(1, [0; 3]);
    let mut index = made_by(Index::new as fn() -> Index);
    index.insert(1, [0; 7]);
    assert_eq!(
        live(&capture),
        [
            ("INDEX".to_owned(), 1),
            ("ROUTES".to_owned(), 1),
            ("USERS".to_owned(), 2)
        ]
    );
    assert!(
        capture
            .snapshot()
            .map("INDEX")
            .is_some_and(|map| map.site.kind == Kind::BTreeMap)
    );
}

#[test]
fn a_map_made_elsewhere_is_not_the_statics_whatever_its_type() {
    let capture = Capture::install();
    let line = line!() + 1;
    let mut local = Users::new();
    local.insert(1, [0; 5]);
    assert_eq!(live(&capture), [(here(line), 1)]);
}

#[test]
fn between_two_statics_of_one_type_nothing_is_guessed() {
    let capture = Capture::install();
    let collected: Twice = [(1, [0; 9])].into_iter().collect();
    assert_eq!(collected.len(), 1);
    assert_eq!(
        live(&capture),
        [("FIRST or SECOND (HashMap<u64, [u8; 9]>)".to_owned(), 1)]
    );
}

// Two modules of this file, each with a `use` of its own, and a name for what it makes.
maptrace_runtime::__private::declare! {
    name: "index scratch", path: "", named: true, kind: BTreeSet, scope: File, sample: default,
    line: 1, from: (1, 1), to: (1, 999), ty: [],
}
mod job {
    // Its line is that of the `use` that the test's maps are made below.
    maptrace_runtime::__private::declare! {
        name: "job scratch", path: "", named: true, kind: BTreeSet, scope: File, sample: default,
        line: 120, from: (120, 1), to: (120, 999), ty: [],
    }
}

#[test]
fn a_use_with_a_name_names_what_its_file_makes_though_a_field_elsewhere_has_the_type() {
    let capture = Capture::install();
    let mut scratch = cache::ById::new();
    scratch.insert((1, [0; 11]));
    // Made nowhere known, it may well be the field's.
    let field: cache::ById = [(1, [0; 11]), (2, [0; 11])].into_iter().collect();
    assert_eq!(
        live(&capture),
        [("Cache.by_id".to_owned(), 2), ("job scratch".to_owned(), 1)]
    );
    drop(field);
}
