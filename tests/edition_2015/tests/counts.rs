//! What is seen of the library's maps. Whether they are traced is this program's to say.
#![deny(warnings)]

extern crate maptrace_edition_2015_tests;

use maptrace_edition_2015_tests::code::{Counts, Index};
use maptrace_edition_2015_tests::{code, imports, types};

/// The maps that `work` was seen to use, in the order of names, each with its new entries. One without a name has its line.
fn seen<F: FnOnce()>(work: F) -> Vec<(String, u64)> {
    let capture = maptrace::testing::Capture::install();
    work();
    let snapshot = capture.snapshot();
    let used = snapshot.maps.iter().filter(|map| map.created > 0);
    let mut seen: Vec<_> = used
        .map(|map| (map.site.name.clone(), map.totals.assigns_new))
        .collect();
    seen.sort();
    seen
}

/// What is to be seen: all of it with tracing on, each with one entry, and nothing with tracing off.
fn expected(names: &[&str]) -> Vec<(String, u64)> {
    const _: () = assert!(maptrace::COMPILED_IN || !cfg!(feature = "enable"));
    let names = names.iter().filter(|_| maptrace::COMPILED_IN);
    names.map(|name| ((*name).to_owned(), 1)).collect()
}

#[test]
fn imports_are_traced_by_their_lines() {
    let maps = seen(|| assert_eq!(imports::all(), 10));
    let file = "tests/edition_2015/src/imports.rs:";
    assert!(maps.iter().all(|map| map.0.contains(file) && map.1 == 1), "{:?}", maps);
    assert_eq!(maps.len(), if maptrace::COMPILED_IN { 10 } else { 0 }, "{:?}", maps);
}

#[test]
fn types_are_traced_by_their_names() {
    let work = || {
        let mut stock = types::Stock::default();
        stock.names.insert(1, 2);
        stock.brown.insert(1, 2);
        let mut ids = types::Ids::default();
        ids.insert(1, 2);
        let types::Either::Some(mut set) = types::Either::Some(Default::default());
        set.insert(1);
    };
    assert_eq!(
        seen(work),
        expected(&["Either::Some.0", "Ids", "Stock.brown", "Stock.names"])
    );
}

#[test]
fn code_is_traced_by_its_places() {
    let work = || {
        assert_eq!(code::values(), 1);
        assert_eq!(code::variables(), 7);
        assert_eq!(Index::new().by_name.insert(1, 2), None);
        assert_eq!(Index::default().count(), 1);
        assert_eq!(code::inner::fill(), 1);
    };
    let expected = expected(&[
        "Counts::count::met",
        "Index.by_name",
        "LATELY",
        "NOTHING",
        "SHARED",
        "fill::filled",
        "variables::absolute",
        "variables::bare",
        "variables::brown",
        "variables::collected",
        "variables::made",
        "variables::ordered",
        "variables::several",
    ]);
    assert_eq!(seen(work), expected);
}
