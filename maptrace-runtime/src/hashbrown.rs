//! The traced collections of the crate `hashbrown`, in its module tree.
//!
//! With the feature `enable` (and without `release_off`, or with `debug_assertions`) [`HashMap`], [`HashSet`] and
//! [`HashTable`] are newtypes around hashbrown's, with every method and trait of the original, allocators and raw entries
//! included, and record what happens to them; everything else here is hashbrown's own. Without it this module *is* `hashbrown`.
//!
//! As in [`collections`](crate::collections), a traced collection goes wherever a shared reference to the plain one
//! is asked for (`Deref`), and is turned into the plain one and back by `From`.

#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
pub use ::hashbrown::*;

on! {
    pub mod hash_map;
    pub mod hash_set;
    pub mod hash_table;
    mod lent;

    pub use ::hashbrown::{
        DefaultHashBuilder, DefaultHasher, Equivalent, TryReserveError,
    };

    pub use self::hash_map::HashMap;
    pub use self::hash_set::HashSet;
    pub use self::hash_table::HashTable;
}

/// hashbrown's rule for how much room to make for entries that come: for all of them in an empty collection, else for half
/// of them, as some may be there.
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
fn half_unless_empty<M: crate::traced::Plain>(batch: &mut crate::traced::Batch<'_, M>, coming: usize) -> usize {
    if batch.map().entries() == 0 {
        coming
    } else {
        coming.div_ceil(2)
    }
}

/// hashbrown's rule for how many entries a size hint from outside may claim before the first.
#[cfg(all(
    feature = "serde",
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
))]
fn cautious(hint: Option<usize>) -> usize {
    hint.unwrap_or(0).min(4096)
}
