//! `struct` and `enum` items.

use std::collections::{BTreeMap, HashMap, HashSet};

use maptrace::maptrace;

/// A struct with an option of each kind.
#[maptrace(sample = "auto")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    /// Traced.
    pub by_id: HashMap<u64, String>,
    /// Traced under another name.
    #[maptrace(name = "store index", sample = 2)]
    pub index: Option<Box<BTreeMap<String, HashSet<u64>>>>,
    /// Not traced.
    #[maptrace(skip)]
    pub scratch: HashMap<u64, u64>,
}

/// A tuple struct with a lifetime.
#[maptrace]
#[derive(Clone, Debug, Default)]
pub struct Words<'text>(pub HashMap<&'text str, Vec<&'text str>>, pub u8);

/// An enum, generic, with a condition.
#[maptrace]
#[derive(Clone, Debug)]
pub enum Value<Key> {
    /// Generic.
    Hash(HashMap<Key, u8>),
    /// Named.
    Sorted {
        /// The map.
        by_score: BTreeMap<u64, Key>,
    },
    /// Not here.
    #[cfg(any())]
    Absent(HashMap<u8, Missing>),
}

/// What is expected of the plain maps is not so of the traced ones.
#[maptrace]
#[expect(clippy::zero_sized_map_values, reason = "as the lint knows only std's maps")]
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// The map.
    pub map: HashMap<u8, ()>,
}

/// The same of fields, and behind a condition.
#[maptrace]
#[derive(Clone, Debug)]
pub enum Flag {
    /// Named.
    Named {
        /// The map.
        #[expect(clippy::zero_sized_map_values, reason = "as above")]
        map: HashMap<u8, ()>,
    },
    /// Behind a condition.
    #[cfg_attr(all(), expect(clippy::zero_sized_map_values, reason = "as above"))]
    Conditional(BTreeMap<u8, ()>),
}

/// A key that the field below is not warned about.
#[deprecated = "shows that what is expected of a field holds wherever its type is written again"]
pub type OldKey = u8;

/// A field with a lint silenced.
#[maptrace]
#[derive(Clone, Debug, Default)]
pub struct Lenient {
    /// The map.
    #[expect(deprecated, reason = "until the key is gone")]
    pub map: HashMap<OldKey, u8>,
}
