//! Tests alone: `fail/` holds what `#[maptrace]` refuses, with what it says, and `pass/` what it accepts.
//!
//! `cargo test -p maptrace-ui-tests`, then the same with `--features enable`: an item is accepted or refused, in the
//! same words, whether or not tracing is compiled in; `fail_traced/` is for what the compiler finds in the rewritten
//! item. `TRYBUILD=overwrite` writes the messages anew; read the difference.
//!
//! What follows is what the files in `pass/` share.

use std::any::type_name;
use std::time::Duration;

/// Another crate's types of these names.
pub mod other {
    /// None of std's.
    #[derive(Default)]
    pub struct HashMap<K, V>(pub Option<(K, V)>);

    /// None of std's.
    #[derive(Default)]
    pub struct BTreeMap<K, V>(pub Option<(K, V)>);
}

/// Asserts that the map `T` is traced if, and only if, tracing is compiled in.
#[track_caller]
pub fn assert_traced<T>(_: &T) {
    assert_eq!(is_traced::<T>(), cfg!(feature = "enable"), "{}", type_name::<T>());
}

/// Asserts that the map `T` is not maptrace's.
#[track_caller]
pub fn assert_plain<T>(_: &T) {
    assert!(!is_traced::<T>(), "{}", type_name::<T>());
}

fn is_traced<T>() -> bool {
    type_name::<T>().starts_with("maptrace_runtime::")
}

/// Asserts that the maps of this program that are declared with their type are exactly `names`, if tracing is compiled
/// in; without it, that there are none.
#[track_caller]
pub fn assert_declared(names: &[&str]) {
    let snapshot = maptrace::snapshot();
    let mut declared: Vec<&str> = snapshot
        .maps
        .iter()
        .filter(|map| map.site.declared)
        .map(|map| map.site.name.as_str())
        .collect();
    declared.sort_unstable();
    let mut expected = if cfg!(feature = "enable") {
        names.to_vec()
    } else {
        Vec::new()
    };
    expected.sort_unstable();
    assert_eq!(declared, expected);
}

/// The sampling of the declared map of that name: one operation in so many, 0 for `auto`. `None` without tracing.
pub fn sample_of(name: &str) -> Option<u32> {
    maptrace::snapshot().map(name).map(|map| map.site.sample)
}

/// Asserts that the map of that name was seen to be created, and `assigns` new entries in it, if tracing is compiled in.
#[track_caller]
pub fn assert_seen(name: &str, assigns: u64) {
    if cfg!(feature = "enable") {
        let flushed = maptrace::flush(Duration::from_secs(60));
        assert!(flushed.complete, "{flushed:?}");
        let snapshot = maptrace::snapshot();
        let found: Vec<_> = snapshot
            .maps
            .iter()
            .map(|map| (&map.site.name, map.site.line, map.totals))
            .collect();
        let map = snapshot.map(name).unwrap_or_else(|| panic!("no `{name}` in {found:?}"));
        assert_eq!(
            (map.created, map.totals.assigns_new),
            (1, assigns),
            "`{name}` in {found:?}"
        );
    }
}

/// Asserts that the maps of this program that were made by a name are exactly `names`, if tracing is compiled in.
#[track_caller]
pub fn assert_used(names: &[&str]) {
    let flushed = maptrace::flush(Duration::from_secs(60));
    assert!(flushed.complete || !cfg!(feature = "enable"), "{flushed:?}");
    let snapshot = maptrace::snapshot();
    let used = snapshot.maps.iter().filter(|map| map.created > 0);
    let mut used: Vec<&str> = used.map(|map| map.site.name.as_str()).collect();
    used.sort_unstable();
    let mut expected = if cfg!(feature = "enable") {
        names.to_vec()
    } else {
        Vec::new()
    };
    expected.sort_unstable();
    assert_eq!(used, expected);
}
