//! `use` and `type` items.

use maptrace::maptrace;

#[maptrace]
pub use std::collections::HashMap;
#[maptrace(name = "sets", sample = 4)]
use std::collections::{BTreeSet, hash_set::HashSet as Set};

/// Imports that only annotated items use.
pub mod through_imports {
    use std::collections;
    use std::collections::BTreeMap;
    use std::collections::btree_set;

    use maptrace::maptrace;

    /// By its bare name.
    #[maptrace]
    pub type Ordered = BTreeMap<u8, u8>;
    /// By its module.
    #[maptrace]
    pub type Sorted = btree_set::BTreeSet<u8>;
    /// By the module above that.
    #[maptrace]
    pub type Hashed<Value> = collections::HashMap<u8, Value>;
}

/// Uses what is imported above.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// By its own name.
    pub map: HashMap<u8, u8>,
    /// In a group.
    pub sorted: BTreeSet<u8>,
    /// In a group, renamed.
    pub set: Set<u8>,
}
