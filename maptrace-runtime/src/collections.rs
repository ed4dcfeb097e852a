//! The traced collections, in std's module tree.

on! {
    pub mod btree_map;
    pub mod btree_set;

    pub use btree_map::BTreeMap;
    pub use btree_set::BTreeSet;
}

#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
pub use std::collections::*;
