//! indexmap's macros, for the traced collections. They are found as `maptrace::indexmap::indexmap!` and so on.

/// Makes an [`IndexMap`](crate::indexmap::IndexMap) of a list of entries, as indexmap's macro of this name does.
///
/// ```
/// use maptrace_runtime::indexmap::indexmap;
///
/// let map = indexmap! { "a" => 1, "b" => 2 };
/// assert_eq!(map["a"], 1);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __indexmap {
    () => { $crate::indexmap::IndexMap::new() };
    ($($key:expr => $value:expr),+ $(,)?) => {{
        let mut map = $crate::indexmap::IndexMap::with_capacity(
            const { <[()]>::len(&[$({ ::core::stringify!($key); }),*]) },
        );
        $(map.insert($key, $value);)+
        map
    }};
}

/// Makes an [`IndexMap`](crate::indexmap::IndexMap) of a list of entries with a default hasher, as indexmap's macro of
/// this name does.
#[doc(hidden)]
#[macro_export]
macro_rules! __indexmap_with_default {
    () => { const { $crate::indexmap::IndexMap::with_hasher(::core::hash::BuildHasherDefault::new()) } };
    ($H:ty $(;)?) => {
        const { $crate::indexmap::IndexMap::with_hasher(::core::hash::BuildHasherDefault::<$H>::new()) }
    };
    ($H:ty; $($key:expr => $value:expr),+ $(,)?) => {{
        let mut map = $crate::indexmap::IndexMap::with_capacity_and_hasher(
            const { <[()]>::len(&[$({ ::core::stringify!($key); }),*]) },
            ::core::hash::BuildHasherDefault::<$H>::new(),
        );
        $(map.insert($key, $value);)+
        map
    }};
}

/// Makes an [`IndexSet`](crate::indexmap::IndexSet) of a list of elements, as indexmap's macro of this name does.
///
/// ```
/// use maptrace_runtime::indexmap::indexset;
///
/// let set = indexset! { "a", "b" };
/// assert!(set.contains("a"));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __indexset {
    () => { $crate::indexmap::IndexSet::new() };
    ($($value:expr),+ $(,)?) => {{
        let mut set = $crate::indexmap::IndexSet::with_capacity(
            const { <[()]>::len(&[$({ ::core::stringify!($value); }),*]) },
        );
        $(set.insert($value);)+
        set
    }};
}

/// Makes an [`IndexSet`](crate::indexmap::IndexSet) of a list of elements with a default hasher, as indexmap's macro of
/// this name does.
#[doc(hidden)]
#[macro_export]
macro_rules! __indexset_with_default {
    () => { const { $crate::indexmap::IndexSet::with_hasher(::core::hash::BuildHasherDefault::new()) } };
    ($H:ty $(;)?) => {
        const { $crate::indexmap::IndexSet::with_hasher(::core::hash::BuildHasherDefault::<$H>::new()) }
    };
    ($H:ty; $($value:expr),+ $(,)?) => {{
        let mut set = $crate::indexmap::IndexSet::with_capacity_and_hasher(
            const { <[()]>::len(&[$({ ::core::stringify!($value); }),*]) },
            ::core::hash::BuildHasherDefault::<$H>::new(),
        );
        $(set.insert($value);)+
        set
    }};
}
