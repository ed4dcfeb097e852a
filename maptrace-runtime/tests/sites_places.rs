//! Which maps are counted under places in code. The declarations name lines and columns of the functions that follow.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
// The lines that follow are named below.

use maptrace_runtime::__private::declare;
use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::testing::Capture;

#[rustfmt::skip]
fn two() -> (HashMap<u8, Two>, HashMap<u8, Two>) { let ö = "ö"; let _ = ö; (HashMap::from([(1, [0; 2])]), HashMap::from([(1, [0; 2]), (2, [0; 2])])) }
#[rustfmt::skip]
fn nested() -> (HashMap<u8, Nested>, HashMap<u8, Nested>, HashMap<u8, Nested>) {
    let outer = {
        let inner = HashMap::from([(1, [0; 3])]);
        (inner, HashMap::from([(1, [0; 3]), (2, [0; 3])]))
    };
    (outer.0, outer.1, HashMap::from([(1, [0; 3]), (2, [0; 3]), (3, [0; 3])]))
}
#[rustfmt::skip]
fn fields() -> (HashMap<u8, Field>, HashMap<u8, Field>, HashMap<u8, Field>) {
    (HashMap::from([(1, [0; 4])]), HashMap::from([(1, [0; 4]), (2, [0; 4])]),
     HashMap::from([(1, [0; 4]), (2, [0; 4]), (3, [0; 4])]))
}

#[rustfmt::skip]
fn weak() -> (HashMap<u8, Weak>, HashMap<u8, [u8; 9]>) { (HashMap::from([(1, [0; 8])]), HashMap::from([(1, [0; 9])])) }
#[rustfmt::skip]
fn again(late: bool) -> HashMap<u8, Again> {
    let mut map = HashMap::new();
    if late { map = HashMap::new(); }
    map.insert(1, [0; 10]);
    map
}
#[rustfmt::skip]
fn generic<V: Default>() -> BTreeMap<u8, (V, Generic)> { BTreeMap::from([(1, Default::default())]) }
#[derive(Default)]
struct Generic;
type Two = [u8; 2];
type Nested = [u8; 3];
type Field = [u8; 4];
type Lost = [u8; 5];
type LostTwice = [u8; 6];
type LostOfItem = [u8; 7];
type Weak = [u8; 8];
type Again = [u8; 10];

macro_rules! places {
    ($($name:literal $scope:ident $line:literal ($from:literal $from_column:literal) ($to:literal $to_column:literal)
       $kind:ident [$($ty:ty)?];)*) => { $(
        declare! {
            name: $name, path: $name, named: false, kind: $kind, scope: $scope, sample: default, line: $line,
            from: ($from, $from_column), to: ($to, $to_column), ty: [$($ty)?]
        }
    )* };
}
places! {
    // By column alone, whatever the type is called.
    "Twos" Type 1 (1 1) (1 1) HashMap [HashMap<u8, Two>];
    "two::a" Place 10 (10 77) (10 104) HashMap [];
    "two::b" Place 10 (10 107) (10 147) HashMap [];
    // The one that starts last.
    "nested" Body 12 (12 4) (18 1) HashMap [];
    "nested::outer" Place 13 (13 5) (16 6) HashMap [];
    "nested::inner" Place 14 (14 9) (14 49) HashMap [];
    // A place in a struct expression is a field's, if there is a field of that name and type.
    "Cache.by_mail" Type 1 (1 1) (1 1) HashMap [HashMap<u8, Field>];
    "Cache.by_name" Type 2 (2 1) (2 1) HashMap [HashMap<u8, Field>];
    "Cache.by_mail" Place 21 (21 6) (21 33) HashMap [];
    "Cache.by_name" Place 21 (21 36) (21 76) HashMap [];
    "Cache.by_kind" Place 22 (22 6) (22 58) HashMap [];
    // By type, where nobody knows the place.
    "lost" Place 1 (1 1) (1 1) HashMap [HashMap<u8, Lost>];
    "lost::first" Place 1 (1 1) (1 1) HashMap [HashMap<u8, LostTwice>];
    "lost::second" Body 1 (1 1) (1 1) HashMap [HashMap<u8, LostTwice>];
    "lost::item" Place 1 (1 1) (1 1) HashMap [HashMap<u8, LostOfItem>];
    "Item.lost" Type 1 (1 1) (1 1) HashMap [HashMap<u8, LostOfItem>];
    // A type's name is stronger than a function's, that stronger than an import's.
    "weak" Body 26 (26 4) (26 118) HashMap [];
    "Weak" Type 1 (1 1) (1 1) HashMap [HashMap<u8, Weak>];
    "an import" File 1 (1 1) (1 1) HashMap [];
    // A variable that is filled in two places.
    "again::map" Place 29 (29 5) (29 34) HashMap [];
    "again::map" Place 29 (30 21) (30 34) HashMap [];
    "Any.map" Type 1 (1 1) (1 1) BTreeMap [];
    "generic" Body 35 (35 4) (35 99) BTreeMap [];
}

/// Names of the sites whose value's type is `type_name`, with the entries made there.
fn made(capture: &Capture, type_name: &str) -> Vec<(String, u64)> {
    let maps = capture.snapshot().maps.into_iter().filter(|map| map.created > 0);
    let mut made: Vec<_> = maps
        .filter(|map| map.site.type_name.ends_with(type_name))
        .map(|map| (map.site.name.clone(), map.entries))
        .collect();
    made.sort();
    made
}

fn named(names: &[(&str, u64)]) -> Vec<(String, u64)> {
    names
        .iter()
        .map(|(name, entries)| ((*name).to_owned(), *entries))
        .collect()
}

#[test]
fn two_on_one_line_are_told_apart() {
    let capture = Capture::install();
    let maps = two();
    assert_eq!(made(&capture, "[u8; 2]"), named(&[("two::a", 1), ("two::b", 2)]));
    drop(maps);
}

#[test]
fn the_innermost_place_wins() {
    let capture = Capture::install();
    let maps = nested();
    let expected = named(&[("nested", 3), ("nested::inner", 1), ("nested::outer", 2)]);
    assert_eq!(made(&capture, "[u8; 3]"), expected);
    drop(maps);
}

#[test]
fn fields_of_one_type_are_told_apart_by_what_fills_them() {
    let capture = Capture::install();
    let maps = fields();
    let expected = named(&[("Cache.by_kind", 3), ("Cache.by_mail", 1), ("Cache.by_name", 2)]);
    assert_eq!(made(&capture, "[u8; 4]"), expected);
    let snapshot = capture.snapshot();
    let used = snapshot
        .maps
        .iter()
        .filter(|map| map.created > 0 && map.site.type_name.ends_with("[u8; 4]"));
    let mut lines: Vec<_> = used.map(|map| (map.site.line, map.site.name.as_str())).collect();
    lines.sort_unstable();
    // The fields' own sites, so that a map whose caller is lost is listed with them.
    assert_eq!(
        lines,
        [(1, "Cache.by_mail"), (2, "Cache.by_name"), (22, "Cache.by_kind")]
    );
    drop(maps);
}

#[test]
fn a_lost_caller_is_looked_for_among_places_of_its_type() {
    let capture = Capture::install();
    let lost: HashMap<u8, Lost> = [(1, [0; 5])].into_iter().collect();
    assert_eq!(made(&capture, "[u8; 5]"), named(&[("lost", 1)]));
    let twice: HashMap<u8, LostTwice> = [(1, [0; 6])].into_iter().collect();
    let doubtful = "lost::first or lost::second (HashMap<u8, [u8; 6]>)";
    assert_eq!(made(&capture, "[u8; 6]"), named(&[(doubtful, 1)]));
    // What an item says of its type goes before.
    let of_item: HashMap<u8, LostOfItem> = [(1, [0; 7])].into_iter().collect();
    assert_eq!(made(&capture, "[u8; 7]"), named(&[("Item.lost", 1)]));
    drop((lost, twice, of_item));
}

#[test]
fn a_function_is_weaker_than_a_type_and_stronger_than_an_import() {
    let capture = Capture::install();
    let maps = weak();
    assert_eq!(made(&capture, "[u8; 8]"), named(&[("Weak", 1)]));
    assert_eq!(made(&capture, "[u8; 9]"), named(&[("weak", 1)]));
    drop(maps);
}

#[test]
fn all_places_of_one_variable_are_one_site() {
    let capture = Capture::install();
    let maps = (again(false), again(true));
    assert_eq!(made(&capture, "[u8; 10]"), named(&[("again::map", 2)]));
    drop(maps);
}

#[test]
fn a_place_has_a_site_for_each_type() {
    let capture = Capture::install();
    let maps = (generic::<u8>(), generic::<u16>(), generic::<u8>());
    let made = made(&capture, "Generic)");
    assert_eq!(made, named(&[("generic", 1), ("generic", 2)]));
    drop(maps);
}

/// It would be a guess that the map is that type's.
#[test]
fn a_function_is_stronger_than_a_type_that_is_not_known() {
    let capture = Capture::install();
    let maps = (generic::<i8>(), BTreeMap::from([(1_u8, [0_u8; 12])]));
    assert_eq!(made(&capture, "(i8, Generic)"), named(&[("generic", 1)]));
    assert_eq!(made(&capture, "[u8; 12]"), named(&[("Any.map", 1)]));
    drop(maps);
}

/// Most only say how a map elsewhere is made.
#[test]
fn places_without_a_map_are_not_listed() {
    // Alone, as sites are the process's.
    alone::alone(module_path!(), "places_without_a_map_are_not_listed", &[], || {
        let snapshot = maptrace_runtime::snapshot();
        let listed: Vec<_> = snapshot.maps.iter().map(|map| map.site.name.as_str()).collect();
        let declared = ["Cache.by_mail", "Cache.by_name", "Item.lost", "Twos", "Weak"];
        assert!(declared.iter().all(|name| listed.contains(name)), "{listed:?}");
        assert_eq!(listed.len(), declared.len(), "{listed:?}");
    });
}

#[cfg(unix)]
#[test]
#[expect(unsafe_code, reason = "a forked process has to be made and waited for")]
fn a_forked_process_finds_the_sites_again() {
    alone::alone(module_path!(), "a_forked_process_finds_the_sites_again", &[], || {
        let before = two();
        let count = || {
            maptrace_runtime::snapshot()
                .maps
                .iter()
                .filter(|map| map.site.name.starts_with("two"))
                .count()
        };
        assert_eq!(count(), 2);
        // SAFETY: this process has no other thread that the child could miss: it runs one test.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let again = two();
            let same = count() == 2;
            drop((before, again));
            // SAFETY: `_exit` is made for the child of a fork.
            unsafe { libc::_exit(if same { 0 } else { 1 }) };
        }
        let mut status = 0;
        // SAFETY: `child` is ours, and `status` is valid for writes.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{status}");
    });
}

#[path = "support/alone.rs"]
mod alone;
