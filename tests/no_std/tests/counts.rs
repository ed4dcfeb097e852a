//! A program with std that uses the library without. Whether the library's maps are traced is the program's to say.

use maptrace::testing::Capture;
use maptrace_no_std_tests::{NOTHING, Stock, bare, by_hand, words};

/// How often maps were made, and what was done to them: new, replaced, hit, missed.
type Counts = (u64, [u64; 4]);

/// The maps that `work` was seen to use, by name, kind and line, in the order of names.
fn seen(work: impl FnOnce()) -> Vec<(String, Counts)> {
    let capture = Capture::install();
    work();
    let snapshot = capture.snapshot();
    let used = snapshot.maps.iter().filter(|map| map.created > 0);
    let mut seen: Vec<_> = used
        .map(|map| {
            let totals = &map.totals;
            let done = [
                totals.assigns_new,
                totals.assigns_replaced,
                totals.deletes_hit,
                totals.deletes_miss,
            ];
            (map.site.name.clone(), (map.created, done))
        })
        .collect();
    seen.sort();
    seen
}

/// What is to be seen: all of it with tracing on, nothing with tracing off.
fn expected(counts: &[(&str, Counts)]) -> Vec<(String, Counts)> {
    const { assert!(maptrace::COMPILED_IN || !cfg!(feature = "enable")) };
    let counts = counts.iter().filter(|_| maptrace::COMPILED_IN);
    counts.map(|(name, counts)| ((*name).to_owned(), *counts)).collect()
}

#[test]
fn fields_are_counted_exactly() {
    let each = (1, [2, 1, 1, 1]);
    assert_eq!(
        seen(|| Stock::default().work()),
        expected(&[
            ("Stock.amounts", each),
            ("Stock.kinds", each),
            ("Stock.order", each),
            ("Stock.prices", each),
            ("Stock.seen", each),
            ("Stock.sold", each),
        ])
    );
}

#[test]
fn constants_and_functions_are_counted_exactly() {
    let work = || {
        let mut nothing = NOTHING;
        nothing.insert(7, [0; 4]);
        assert_eq!(words("a b a c a"), (3, 3));
        assert_eq!(bare::different(vec![1, 2, 1]), 2);
    };
    assert_eq!(
        seen(work),
        expected(&[
            ("NOTHING", (1, [1, 0, 0, 0])),
            ("different::met", (1, [2, 1, 0, 0])),
            ("words::often", (1, [3, 0, 0, 0])),
        ])
    );
}

#[test]
fn maptraces_own_paths_are_traced_as_well() {
    let kinds = seen(|| assert_eq!(by_hand(), 4));
    assert_eq!(kinds.len(), if maptrace::COMPILED_IN { 3 } else { 0 }, "{kinds:?}");
}
