//! The macros of the crate maplit, for the traced collections: [`hashmap!`], [`hashset!`], [`btreemap!`], [`btreeset!`] and
//! [`convert_args!`], of the same syntax and meaning. Without tracing they make std's.
//!
//! maplit's own `convert_args!` works with these as well.

#[doc(inline)]
pub use crate::{
    __btreemap as btreemap, __btreeset as btreeset, __convert_args as convert_args, __hashmap as hashmap,
    __hashset as hashset,
};

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

/// Converts the keys and values that another macro is given, as maplit's macro of this name does: by `Into`, or by what
/// `keys=` and `values=` say, and then not those of which nothing is said.
///
/// ```
/// use maptrace_runtime::collections::{BTreeSet, HashMap};
/// use maptrace_runtime::maplit::{btreeset, convert_args, hashmap};
///
/// let map: HashMap<String, u64> = convert_args!(hashmap! { "a" => 1_u8, "b" => 2_u8 });
/// assert_eq!(map, convert_args!(keys = String::from, hashmap!("a" => 1, "b" => 2)));
/// assert_eq!(convert_args!(keys = str::len, btreeset!["a", "b"]), BTreeSet::from([1]));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __convert_args {
    (keys=$key_by:expr, values=$value_by:expr, $made_by:ident ! { $($rest:tt)* }) => {
        $crate::__convert_args! { @ ($key_by) ($value_by) $made_by $($rest)* }
    };
    (keys=$key_by:expr, values=$value_by:expr, $made_by:ident ! [ $($rest:tt)* ]) => {
        $crate::__convert_args! { @ ($key_by) ($value_by) $made_by $($rest)* }
    };
    (keys=$key_by:expr, values=$value_by:expr, $made_by:ident ! ( $($rest:tt)* )) => {
        $crate::__convert_args! { @ ($key_by) ($value_by) $made_by $($rest)* }
    };
    (keys=$key_by:expr, $made_by:ident ! $rest:tt) => {
        $crate::__convert_args! { keys=$key_by, values=::core::convert::identity, $made_by ! $rest }
    };
    (values=$value_by:expr, $made_by:ident ! $rest:tt) => {
        $crate::__convert_args! { keys=::core::convert::identity, values=$value_by, $made_by ! $rest }
    };
    ($made_by:ident ! $rest:tt) => {
        $crate::__convert_args! {
            keys=::core::convert::Into::into, values=::core::convert::Into::into, $made_by ! $rest
        }
    };
    (@ $key_by:tt $value_by:tt $made_by:ident $($key:expr),* $(,)?) => {
        $made_by! { $($key_by($key)),* }
    };
    (@ $key_by:tt $value_by:tt $made_by:ident $($key:expr => $value:expr),* $(,)?) => {
        $made_by! { $($key_by($key) => $value_by($value)),* }
    };
}
