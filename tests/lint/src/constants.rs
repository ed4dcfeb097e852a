//! `static` and `const` items.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex};

use maptrace::maptrace;

/// With a closure.
#[maptrace]
pub static SEEN: LazyLock<Mutex<HashMap<u64, u32>>> = LazyLock::new(|| Mutex::new(HashMap::new()));

/// With an elided lifetime, and imports inside.
#[maptrace(name = "words")]
pub static WORDS: LazyLock<Mutex<BTreeMap<&str, u32>>> = LazyLock::new(|| {
    use std::{collections::HashSet, iter::once};
    let keys: HashSet<&str> = once("a").collect();
    Mutex::new(keys.into_iter().map(|key| (key, 1)).collect())
});

/// With something expected inside.
#[maptrace]
pub static KEYS: LazyLock<HashMap<u8, usize>> = LazyLock::new(|| {
    #[expect(clippy::zero_sized_map_values, reason = "as the lint knows only std's maps")]
    let keys: HashMap<u8, ()> = std::iter::once((1, ())).collect();
    HashMap::from([(1, keys.len())])
});

/// Built at compile time.
#[maptrace]
pub const EMPTY: &BTreeMap<u8, u8> = &BTreeMap::new();

/// Annotated items beside an annotated import of the same map.
pub mod beside_import {
    use std::sync::{LazyLock, Mutex};

    use maptrace::maptrace;

    #[maptrace]
    use std::collections::HashMap;

    /// A field.
    #[maptrace]
    #[derive(Debug)]
    pub struct Store {
        /// The map.
        pub map: HashMap<u8, u8>,
    }

    /// An initialiser.
    #[maptrace]
    pub static SEEN: LazyLock<Mutex<HashMap<u64, u32>>> = LazyLock::new(|| Mutex::new(HashMap::new()));
}
