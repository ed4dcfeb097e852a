//! The macros of the crate maplit, for the traced collections: [`hashmap!`], [`hashset!`], [`btreemap!`] and
//! [`btreeset!`], of the same syntax and meaning. Without tracing they make std's.
//!
//! maplit's `convert_args!` works with these as it does with its own.

#[doc(inline)]
pub use crate::{__btreemap as btreemap, __btreeset as btreeset, __hashmap as hashmap, __hashset as hashset};

/// Makes a [`HashMap`](crate::collections::HashMap) of a list of entries, as maplit's macro of this name does.
///
/// ```
/// use maptrace_runtime::collections::HashMap;
/// use maptrace_runtime::maplit::hashmap;
///
/// let map = hashmap! { "a" => 1, "b" => 2, "a" => 3 };
/// assert_eq!(map, HashMap::from([("a", 3), ("b", 2)]));
/// assert!(map.capacity() >= 3, "made large enough for all");
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __hashmap {
    () => { $crate::collections::HashMap::new() };
    ($($key:expr => $value:expr),+ $(,)?) => {{
        let mut map = $crate::collections::HashMap::with_capacity(
            const { <[()]>::len(&[$({ ::core::stringify!($key); }),+]) },
        );
        $(let _ = map.insert($key, $value);)+
        map
    }};
}

/// Makes a [`HashSet`](crate::collections::HashSet) of a list of elements, as maplit's macro of this name does.
///
/// ```
/// use maptrace_runtime::collections::HashSet;
/// use maptrace_runtime::maplit::hashset;
///
/// assert_eq!(hashset! { "a", "b", "a" }, HashSet::from(["a", "b"]));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __hashset {
    () => { $crate::collections::HashSet::new() };
    ($($value:expr),+ $(,)?) => {{
        let mut set = $crate::collections::HashSet::with_capacity(
            const { <[()]>::len(&[$({ ::core::stringify!($value); }),+]) },
        );
        $(let _ = set.insert($value);)+
        set
    }};
}

/// Makes a [`BTreeMap`](crate::collections::BTreeMap) of a list of entries, as maplit's macro of this name does.
///
/// ```
/// use maptrace_runtime::collections::BTreeMap;
/// use maptrace_runtime::maplit::btreemap;
///
/// assert_eq!(btreemap! { "b" => 2, "a" => 1, "b" => 3 }, BTreeMap::from([("a", 1), ("b", 3)]));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __btreemap {
    () => { $crate::collections::BTreeMap::new() };
    ($($key:expr => $value:expr),+ $(,)?) => {{
        let mut map = $crate::collections::BTreeMap::new();
        $(let _ = map.insert($key, $value);)+
        map
    }};
}

/// Makes a [`BTreeSet`](crate::collections::BTreeSet) of a list of elements, as maplit's macro of this name does.
///
/// ```
/// use maptrace_runtime::collections::BTreeSet;
/// use maptrace_runtime::maplit::btreeset;
///
/// assert_eq!(btreeset! { "b", "a", "b" }, BTreeSet::from(["a", "b"]));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __btreeset {
    () => { $crate::collections::BTreeSet::new() };
    ($($value:expr),+ $(,)?) => {{
        let mut set = $crate::collections::BTreeSet::new();
        $(let _ = set.insert($value);)+
        set
    }};
}
