//! Functions, `impl` blocks, traits, modules and `thread_local!`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use maptrace::maptrace;

use crate::own::FxHashMap;

/// With maps in all places that a function has.
///
/// # Errors
/// None.
#[maptrace]
pub fn count<'text>(words: &[&'text str], skipped: &[BTreeSet<String>]) -> Result<HashMap<&'text str, usize>, String> {
    let mut seen = HashMap::new();
    let (left, right) = (BTreeMap::from([(1_u8, 2_u8)]), vec![HashSet::<u8>::new(); 2]);
    let lengths: BTreeMap<usize, &str> = words.iter().map(|word| (word.len(), *word)).collect();
    for word in words {
        let inner = skipped.iter().flatten().map(String::len).collect::<HashSet<usize>>();
        if !inner.contains(&word.len()) {
            *seen.entry(*word).or_default() += left.len() + right.len() + lengths.len();
        }
    }
    #[expect(clippy::zero_sized_map_values, reason = "as the lint knows only std's maps")]
    let keys: HashMap<u8, ()> = std::iter::once((1, ())).collect();
    drop(keys);
    Ok(seen)
}

/// At compile time.
#[maptrace]
#[must_use]
pub const fn empty() -> BTreeMap<u8, u8> {
    BTreeMap::new()
}

/// With a macro that might bring names, so that what the signature names is kept in use around the body.
#[maptrace]
#[must_use]
pub fn checked(given: &BTreeMap<u8, u8>) -> HashMap<u8, u8> {
    debug_assert!(!given.is_empty(), "it has entries");
    if given.len() > 1 {
        return HashMap::new();
    }
    given.iter().map(|(key, value)| (*value, *key)).collect()
}

/// The same at compile time.
#[maptrace]
#[must_use]
pub const fn checked_early(given: &BTreeMap<u8, u8>, is_there: bool) -> &BTreeMap<u8, u8> {
    debug_assert!(is_there, "it is there");
    given
}

/// The same, later.
#[maptrace]
pub async fn checked_late(given: &BTreeSet<u8>) -> impl Iterator<Item = &u8> {
    debug_assert!(given.is_empty(), "it has none");
    std::future::ready(()).await;
    given.iter()
}

/// With items in it, and an import of its own.
#[maptrace]
#[must_use]
pub fn nested() -> usize {
    use std::collections::BTreeSet as Ordered;

    /// Local.
    struct Local {
        /// A map.
        map: HashMap<u8, Ordered<u8>>,
    }
    let local = Local {
        map: HashMap::from([(1, Ordered::new())]),
    };
    local.map.len()
}

/// Filled by its methods.
#[maptrace]
#[derive(Debug, Default)]
pub struct Cache<K> {
    /// By key.
    pub by_key: HashMap<K, u8>,
    /// By name.
    pub by_name: HashMap<String, u8>,
}

#[maptrace]
impl<K: std::hash::Hash + Eq> Cache<K> {
    /// None.
    pub const EMPTY: &'static BTreeMap<u8, u8> = &BTreeMap::new();

    /// Makes one.
    #[must_use]
    pub fn new() -> Self {
        let by_key = HashMap::new();
        Self {
            by_key,
            by_name: HashMap::new(),
        }
    }

    /// Resets one.
    pub fn reset(&mut self) -> HashMap<String, u8> {
        self.by_key = HashMap::new();
        std::mem::take(&mut self.by_name)
    }
}

/// Has maps.
#[maptrace]
pub trait Source {
    /// A map.
    type Map: Into<HashMap<u8, u8>>;
    /// None.
    const NONE: Option<HashSet<u8>> = None;

    /// The map.
    fn source(&self) -> Self::Map;

    /// The map, of one type.
    fn all(&self) -> HashMap<u8, u8> {
        let mut all = HashMap::new();
        all.extend(self.source().into());
        all
    }
}

#[maptrace]
impl Source for Cache<u8> {
    type Map = HashMap<u8, u8>;

    fn source(&self) -> Self::Map {
        self.by_key.iter().map(|(key, value)| (*key, *value)).collect()
    }
}

/// A module.
#[maptrace(sample = 8)]
pub mod service {
    use std::collections::{BTreeMap, HashMap as Table, VecDeque};

    /// An alias.
    pub type Sessions = Table<u8, VecDeque<u8>>;

    /// Makes one.
    #[must_use]
    pub fn sessions() -> (Sessions, BTreeMap<u8, u8>) {
        let sessions = Sessions::new();
        let table = BTreeMap::new();
        (sessions, table)
    }
}

#[maptrace]
thread_local! {
    /// With a closure's worth of code.
    static SEEN: RefCell<HashMap<u8, u8>> = RefCell::new(HashMap::new());
    /// A constant.
    static CONST: RefCell<BTreeMap<u8, u8>> = const { RefCell::new(BTreeMap::new()) };
}

/// Uses them.
#[maptrace]
#[must_use]
pub fn locals() -> usize {
    SEEN.with_borrow(HashMap::len) + CONST.with_borrow(BTreeMap::len)
}

/// What the compiler is asked of a name whose type another file has, among parameters of all sorts.
#[maptrace]
#[must_use]
pub fn asked<K: Copy + Ord, V, const COUNT: usize>(all: &[(K, V)]) -> FxHashMap<K, &V>
where
    V: Clone + PartialEq,
{
    let keys: BTreeSet<K> = all.iter().take(COUNT).map(|(key, _)| *key).collect();
    FxHashMap(
        all.iter()
            .filter(|(key, _)| keys.contains(key))
            .map(|(key, value)| (*key, value))
            .collect(),
    )
}

/// The same without parameters.
#[maptrace]
#[must_use]
pub fn told() -> FxHashMap<u8, &'static str> {
    let words: BTreeMap<u8, &str> = BTreeMap::from([(1, "one")]);
    FxHashMap(words.into_iter().collect())
}
