//! Which site a map belongs to. Declarations are written as the attribute `#[maptrace]` expands.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::collections::HashMap as Plain;
use std::sync::LazyLock;
use std::sync::Mutex;

use maptrace_runtime::__private::declare;
use maptrace_runtime::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{MapSnapshot, Report, snapshot};

use alone::alone;

#[path = "support/alone.rs"]
mod alone;

/// Its declaration says on which lines it is.
static TABLE: LazyLock<Mutex<HashMap<u8, Static>>> = LazyLock::new(|| Mutex::new(HashMap::new()));
declare! {
    name: "TABLE", path: "TABLE", named: false, kind: HashMap, scope: Item, sample: default,
    line: 19, from: (19, 1), to: (19, 999), ty: []
}

/// A type of its own for each test, so that no test's declarations fit another's maps.
macro_rules! values {
    ($($name:ident)*) => { $(#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)] struct $name;)* };
}
values!(Aliased Field Twice Collected Static Generic Unused Sampled Lost Taken Defaulted Shared Nowhere Namesake);

/// The maps of this process whose key or value is `type_name`, that were made.
fn made(capture: &Capture, type_name: &str) -> Vec<MapSnapshot> {
    let now = capture.snapshot();
    now.maps
        .into_iter()
        .filter(|map| map.created > 0 && map.site.type_name.contains(type_name))
        .collect()
}

fn only(capture: &Capture, type_name: &str) -> MapSnapshot {
    let mut found = made(capture, type_name);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

type Sessions = HashMap<u8, Aliased>;
declare! {
    name: "Sessions", path: "Sessions", named: false, kind: HashMap, scope: Type, sample: default,
    line: 1, from: (1, 1), to: (1, 999), ty: [HashMap<u8, Aliased>]
}

#[test]
fn an_alias_names_the_maps_of_its_type() {
    let capture = Capture::install();
    let mut map = Sessions::new();
    map.insert(1, Aliased);
    // The same type by its long name is the same type.
    let mut same: HashMap<u8, Aliased> = HashMap::with_capacity(3);
    same.insert(1, Aliased);
    // Another kind is not.
    let mut other: BTreeMap<u8, Aliased> = BTreeMap::new();
    other.insert(1, Aliased);
    let found = made(&capture, "Aliased");
    let names: Vec<_> = found
        .iter()
        .map(|map| (map.site.name.as_str(), map.created, map.site.declared))
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.contains(&("Sessions", 2, true)), "{names:?}");
    let place = found.iter().find(|map| !map.site.declared).expect("the other kind");
    assert!(
        place.site.name.starts_with(&format!("{}:", file!())),
        "{}",
        place.site.name
    );
}

#[derive(Default)]
struct Cache {
    entries: HashMap<u16, Field>,
    order: BTreeSet<(u16, Field)>,
}
declare! {
    name: "Cache.entries", path: "Cache.entries", named: false, kind: HashMap, scope: Type, sample: default,
    line: 1, from: (1, 1), to: (4, 999), ty: [HashMap<u16, Field>]
}
declare! {
    name: "Cache.order", path: "Cache.order", named: false, kind: BTreeSet, scope: Type, sample: default,
    line: 1, from: (1, 1), to: (4, 999), ty: [BTreeSet<(u16, Field)>]
}

#[test]
fn fields_name_their_maps_even_by_a_derived_default() {
    let capture = Capture::install();
    let mut cache = Cache::default();
    cache.entries.insert(1, Field);
    cache.order.insert((1, Field));
    let mut names: Vec<_> = made(&capture, "Field")
        .iter()
        .map(|map| map.site.name.clone())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Cache.entries", "Cache.order"]);
}

declare! {
    name: "First.map", path: "First.map", named: false, kind: HashMap, scope: Type, sample: default,
    line: 1, from: (1, 1), to: (1, 999), ty: [HashMap<u8, Twice>]
}
declare! {
    name: "Second.map", path: "Second.map", named: false, kind: HashMap, scope: Type, sample: default,
    line: 2, from: (2, 1), to: (2, 999), ty: [HashMap<u8, Twice>]
}

#[test]
fn a_type_of_two_fields_is_told_apart_by_its_place() {
    let capture = Capture::install();
    let mut map: HashMap<u8, Twice> = HashMap::new();
    let line = line!() - 1;
    map.insert(1, Twice);
    let found = only(&capture, "Twice");
    // Either name would be a guess, so both are given, with the place.
    assert_eq!(
        (found.site.name.as_str(), found.site.declared),
        (format!("First.map or Second.map (sites.rs:{line}:39)").as_str(), false)
    );
    // Neither goes away, and neither is said to be unused.
    let snapshot = capture.snapshot();
    for name in ["First.map", "Second.map"] {
        let declared = snapshot.map(name).expect("it stays");
        assert!(declared.ambiguous && declared.created == 0, "{declared:?}");
    }
    let report = Report::new(snapshot.into()).width(4_000).to_string();
    let unused = report
        .lines()
        .find(|line| line.contains("not used yet"))
        .expect("others are");
    assert!(
        unused.contains("never made") && !unused.contains("First.map"),
        "{unused}"
    );
}

declare! {
    name: "Twin.map", path: "Twin.map", named: false, kind: HashMap, scope: Type, sample: default,
    line: 1, from: (1, 1), to: (1, 999), ty: [HashMap<u8, Namesake>]
}
declare! {
    name: "Twin.map", path: "Twin.map", named: false, kind: HashMap, scope: Type, sample: default,
    line: 2, from: (2, 1), to: (2, 999), ty: [HashMap<u8, Namesake>]
}

/// Two structs of one name, in modules of their own: the name is right for a map of either, so it is given.
#[test]
fn of_two_declarations_with_one_name_neither_is_said_to_be_unused() {
    let capture = Capture::install();
    let collected: HashMap<u8, Namesake> = std::iter::once((1, Namesake)).collect();
    assert_eq!(only(&capture, "Namesake").site.name, "Twin.map");
    let report = Report::new(capture.snapshot().into()).width(4_000).to_string();
    let unused = report.lines().find(|line| line.contains("not used yet"));
    let unused = unused.expect("others are");
    assert!(
        unused.contains("never made") && !unused.contains("Twin.map"),
        "{unused}"
    );
    drop(collected);
}

static FIRST: Mutex<Option<HashMap<u8, Collected>>> = Mutex::new(None);
static SECOND: Mutex<Option<HashMap<u8, Collected>>> = Mutex::new(None);
declare! {
    name: "FIRST", path: "FIRST", named: false, kind: HashMap, scope: Item, sample: 3,
    line: 1, from: (1, 1), to: (1, 999), ty: [HashMap<u8, Collected>]
}
declare! {
    name: "SECOND", path: "SECOND", named: false, kind: HashMap, scope: Item, sample: default,
    line: 2, from: (2, 1), to: (2, 999), ty: [HashMap<u8, Collected>]
}
declare! {
    name: "Alias", path: "Alias", named: false, kind: HashMap, scope: Type, sample: default,
    line: 3, from: (3, 1), to: (3, 999), ty: [HashMap<u8, Collected>]
}
declare! {
    name: "FIRST", path: "FIRST", named: false, kind: HashMap, scope: Type, sample: default,
    line: 4, from: (4, 1), to: (4, 999), ty: [HashMap<u8, Collected>]
}

#[test]
fn a_static_whose_map_was_made_nowhere_known_is_not_taken_for_another() {
    let capture = Capture::install();
    for slot in [&FIRST, &SECOND] {
        *slot.lock().expect("no panic") = Some(std::iter::once((1, Collected)).collect());
    }
    let found = only(&capture, "Collected");
    // Each name once; and what one of them alone says of sampling holds for none.
    let name = "FIRST or SECOND or Alias (HashMap<u8, Collected>)";
    assert_eq!(
        (found.created, found.site.name.as_str(), found.site.sample),
        (2, name, 1)
    );
    assert!(capture.snapshot().map("SECOND").expect("it stays").ambiguous);
}

#[test]
fn a_static_names_the_map_made_within_its_lines() {
    let capture = Capture::install();
    TABLE.lock().expect("no panic").insert(1, Static);
    assert_eq!(only(&capture, "Static").site.name, "TABLE");
    // Of the same type, and elsewhere: the static's type is not in the declaration.
    let mut elsewhere: HashMap<u8, Static> = HashMap::new();
    elsewhere.insert(1, Static);
    let found = made(&capture, "Static");
    assert_eq!(found.len(), 2);
    assert!(
        found.iter().any(|map| !map.site.declared && map.created == 1),
        "{found:?}"
    );
}

mod generic {
    //! In a file's module of its own only for the reader.
    use super::{BTreeMap, declare};

    pub(super) type Index<K> = BTreeMap<K, super::Generic>;
    declare! {
        name: "Index", path: "Index", named: true, kind: BTreeMap, scope: Item, sample: default,
        line: 1, from: (1, 1), to: (1, 999), ty: []
    }
    declare! {
        name: "postings", path: "postings", named: true, kind: HashSet, scope: Type, sample: default,
        line: 1, from: (1, 1), to: (1, 999), ty: []
    }
}

#[test]
fn a_generic_declaration_has_a_site_for_each_type() {
    let capture = Capture::install();
    // By kind and file, as the type is not known: `postings` is the only declaration of sets without a type.
    let (mut words, mut numbers) = (HashSet::new(), HashSet::new());
    let (mut more, mut index) = (HashSet::with_capacity(3), generic::Index::new());
    words.insert(("a", Generic));
    more.insert(("b", Generic));
    numbers.insert((1, Generic));
    index.insert(1, Generic);
    let found = made(&capture, "Generic");
    let mut of: Vec<_> = found
        .iter()
        .filter(|map| map.site.name == "postings")
        .map(|map| map.created)
        .collect();
    of.sort_unstable();
    assert_eq!(of.iter().sum::<u64>(), 3, "{found:?}");
    assert_eq!(of.len(), 2, "one site for each type: {found:?}");
    // Outside of its item's lines, the generic `Index` does not claim the map.
    assert!(found.iter().any(|map| !map.site.declared), "{found:?}");
}

declare! {
    name: "never made", path: "never made", named: true, kind: BTreeMap, scope: Type, sample: 64,
    line: 7, from: (7, 1), to: (9, 999), ty: [BTreeMap<u64, Unused>]
}

#[test]
fn declared_sites_are_listed_before_they_are_used() {
    let capture = Capture::install();
    let now = capture.snapshot();
    let map = now
        .maps
        .iter()
        .find(|map| map.site.name == "never made")
        .expect("it is declared");
    assert_eq!((map.created, map.live, map.entries), (0, 0, 0));
    let site = &map.site;
    assert_eq!(
        (site.declared, site.file.as_str(), site.line, site.sample),
        (true, file!(), 7, 64)
    );
    assert_eq!(site.type_name, "u64 -> Unused");
}

declare! {
    name: "thinned", path: "thinned", named: true, kind: BTreeMap, scope: Type, sample: 8,
    line: 1, from: (1, 1), to: (1, 999), ty: [BTreeMap<u32, Sampled>]
}

#[test]
fn a_declared_sample_thins_its_maps_alone() {
    let capture = Capture::install();
    let mut thinned = BTreeMap::new();
    let mut whole = BTreeSet::new();
    for key in 0..10_000_u32 {
        thinned.insert(key, Sampled);
        whole.insert(key);
    }
    let now = capture.snapshot();
    let map = now
        .maps
        .iter()
        .find(|map| map.site.name == "thinned")
        .expect("it is declared");
    assert_eq!((map.totals.assigns_new, map.entries), (10_000, 10_000));
    let health = &now.health;
    assert_eq!(health.emitted, 20_002);
    // Nine tenths of one of the two, give or take many times what chance does.
    assert!((8_300..=9_200).contains(&health.sampled_out), "{health:?}");
    assert_eq!(health.delivered, 20_002 - health.sampled_out);
}

/// These are called by the standard library, whose places are nobody's.
#[test]
fn a_lost_caller_falls_back_on_the_type() {
    let capture = Capture::install();
    let collected: HashMap<u8, Lost> = [(1, Lost)].into_iter().collect();
    let mut taken: HashMap<u8, Taken> = HashMap::new();
    taken.insert(1, Taken);
    let before = std::mem::take(&mut taken);
    taken.insert(2, Taken);
    let mut nested: Plain<u8, HashMap<u8, Defaulted>> = Plain::new();
    nested.entry(1).or_default().insert(1, Defaulted);
    for (type_name, maps) in [("Lost", 1), ("Taken", 2), ("Defaulted", 1)] {
        let found = made(&capture, type_name);
        assert_eq!(found.iter().map(|map| map.created).sum::<u64>(), maps, "{found:?}");
        for map in &found {
            let by_type = map.site.name == format!("HashMap<u8, {type_name}>") && map.site.file.is_empty();
            let by_place = map.site.file == file!();
            assert!(by_type || by_place, "{:?}", map.site);
        }
    }
    // Of these two the caller is lost for certain.
    assert!(made(&capture, "Taken").iter().any(|map| map.site.file.is_empty()));
    assert!(only(&capture, "Defaulted").site.file.is_empty());
    drop((collected, before));
}

#[test]
fn two_types_of_one_place_are_two_sites() {
    fn make<T: Ord>(value: T) -> BTreeSet<(T, Shared)> {
        let mut set = BTreeSet::new();
        set.insert((value, Shared));
        set
    }
    let capture = Capture::install();
    let sets = (make(1_u8), make("text"), make(2_u8));
    let found = made(&capture, "Shared");
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0].site.line, found[1].site.line);
    assert_eq!(found[0].created + found[1].created, 3);
    drop(sets);
}

/// The environment's rate is the default of places that say nothing.
#[test]
fn the_default_sample() {
    alone(
        module_path!(),
        "the_default_sample",
        &[("MAPTRACE_SAMPLE", "1000")],
        || {
            let mut map = BTreeMap::new();
            for key in 0..10_000_u32 {
                map.insert(key, Nowhere);
            }
            let now = snapshot();
            let found = now.maps.iter().find(|map| map.created > 0).expect("it is there");
            assert_eq!((found.site.sample, found.entries), (1000, 10_000));
            assert!(now.health.sampled_out > 9_900, "{:?}", now.health);
            let declared = now
                .maps
                .iter()
                .find(|map| map.site.name == "never made")
                .expect("it is declared");
            assert_eq!(declared.site.sample, 64);
        },
    );
}

declare! {
    name: "", path: "", named: false, kind: HashMap, scope: File, sample: 1,
    line: 1, from: (1, 1), to: (1, 999), ty: []
}

/// The `use` above says `sample = 1` for this file's hash maps, so the environment does not.
#[test]
fn a_use_gives_its_options_to_the_places_of_its_file() {
    alone(
        module_path!(),
        "a_use_gives_its_options_to_the_places_of_its_file",
        &[("MAPTRACE_SAMPLE", "1000")],
        || {
            let mut map = HashMap::with_capacity(1_000);
            for key in 0..1_000_u32 {
                map.insert(key, Nowhere);
            }
            let now = snapshot();
            let found = now.maps.iter().find(|map| map.created > 0).expect("it is there");
            assert_eq!(
                (found.site.sample, found.site.declared, now.health.sampled_out),
                (1, false, 0)
            );
            assert!(found.site.name.starts_with(file!()), "{}", found.site.name);
        },
    );
}
