//! The traced collections, in std's module tree.
//!
//! With the feature `enable` (and without `release_off`, or with `debug_assertions`), [`HashMap`], [`HashSet`],
//! [`BTreeMap`] and [`BTreeSet`] are newtypes around std's, with every stable method and trait of the original, and record what
//! happens to them; everything else here is std's own. Without it this module *is* `std::collections`.
//!
//! A traced collection goes wherever a shared reference to the plain one is asked for (`Deref`), and is turned into
//! the plain one and back by `From`. It cannot be changed behind maptrace's back: there is no `DerefMut`.

#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
pub use std::collections::*;

on! {
    pub mod btree_map;
    pub mod btree_set;
    pub mod hash_map;
    pub mod hash_set;

    pub use std::collections::{
        BinaryHeap, Bound, LinkedList, TryReserveError, VecDeque, binary_heap, linked_list, vec_deque,
    };

    pub use self::btree_map::BTreeMap;
    pub use self::btree_set::BTreeSet;
    pub use self::hash_map::HashMap;
    pub use self::hash_set::HashSet;
}

/// serde's rule for memory that a size hint from outside may claim: at most one megabyte before the first entry.
#[cfg(all(
    feature = "serde",
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
))]
pub(crate) fn cautious<Entry>(hint: Option<usize>) -> usize {
    const MOST_BYTES: usize = 1024 * 1024;
    MOST_BYTES
        .checked_div(size_of::<Entry>())
        .map_or(0, |most| hint.unwrap_or(0).min(most))
}
