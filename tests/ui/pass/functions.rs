//! Functions: signatures and bodies are rewritten alike, and variables and fields name the maps.
#![deny(warnings)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, hash_map};
use std::hash::Hash;
use std::sync::{Arc, Mutex};

use maptrace::maptrace;
use maptrace_ui_tests::{assert_plain, assert_traced, assert_used};

#[maptrace]
fn variables() {
    let mut seen = HashMap::new();
    seen.insert(1_u8, 1_u8);
    let typed: HashMap<u8, u16> = Default::default();
    let collected = [1_u8].into_iter().collect::<HashSet<u8>>();
    let guessed: HashSet<_> = [1_u16].into_iter().collect();
    let (a, b) = (HashMap::from([(1_u8, 1_i8)]), Arc::new(Mutex::new(BTreeSet::from([1_u8]))));
    let Some(inside) = Some(BTreeMap::from([(1_u8, 2_u8)])) else { unreachable!() };
    let vector = vec![HashMap::from([(1_u8, 2_u32)]), HashMap::new()];
    let repeated = vec![HashSet::from([2_u32]); 2];
    let chosen = match seen.len() {
        0 => HashMap::new(),
        #[cfg(any())]
        1 => HashMap::<Nowhere, u8>::new(),
        _ => HashMap::from([(1_u8, 1_u64)]),
    };
    let keys: hash_map::IntoKeys<u8, u8> = HashMap::from([(1_u8, 2_u8)]).into_keys();
    let closure = || HashMap::from([(1_u8, 1_i64)]);
    #[cfg(any())]
    let absent: HashMap<Nowhere, u8> = [].into_iter().collect();
    #[expect(unused_variables, reason = "as there is a lint")]
    let unused = HashMap::from([(1_u8, 1_i16)]);
    {
        // Of the same name, in the order in which they are written.
        let seen = BTreeMap::from([(1_u8, 1_u8)]);
        assert_traced(&seen);
    }
    let mut late;
    if seen.is_empty() {
        late = HashMap::new();
    } else {
        late = HashMap::from([(1_u8, 1_i32)]);
    }
    late.insert(2, 2);
    assert_traced(&seen);
    assert_traced(&typed);
    assert_traced(&collected);
    assert_traced(&guessed);
    assert_traced(&a);
    assert_traced(&*b.lock().unwrap());
    assert_traced(&inside);
    assert_traced(&vector[0]);
    assert_traced(&repeated[1]);
    assert_traced(&chosen);
    assert_traced(&closure());
    assert_traced(&late);
    assert_eq!(keys.count(), 1);
}

struct Cache {
    entries: HashMap<u8, [u8; 2]>,
    index: Option<HashMap<u8, [u8; 2]>>,
    #[expect(dead_code)]
    store: Store,
}
#[maptrace]
use std::collections::HashMap as Traced;
enum Store {
    Hashed {
        #[expect(dead_code)]
        map: Traced<u8, [u8; 3]>,
    },
}

mod fields {
    use super::*;

    /// Of one type, and told apart by the fields that they become.
    #[maptrace]
    pub fn fields() {
        struct Cache {
            entries: HashMap<u8, [u8; 2]>,
            index: Option<HashMap<u8, [u8; 2]>>,
            store: Store,
        }
        let entries = HashMap::from([(1, [0; 2])]);
        let store = Store::Hashed { map: HashMap::from([(1, [0; 3])]) };
        let mut cache = Cache { entries, index: Some(HashMap::from([(2, [1; 2])])), store };
        cache.entries.insert(2, [0; 2]);
        assert_traced(&cache.entries);
        assert_eq!(cache.index.map(|index| index.len()), Some(1));
        let Store::Hashed { .. } = cache.store;
    }
}

#[maptrace]
fn generic<K: Hash + Eq + Copy, const N: usize>(keys: [K; N]) -> HashMap<K, [u8; 4]>
where
    HashMap<K, u8>: Clone,
{
    let counts: HashMap<K, usize> = keys.into_iter().map(|key| (key, 1)).collect();
    counts.keys().map(|key| (*key, [0; 4])).collect()
}

#[maptrace]
fn hidden(
    make: impl Fn() -> HashMap<u8, [u8; 5]>,
    read: &dyn Fn(&HashMap<u8, [u8; 5]>) -> usize,
    function: fn(HashMap<u8, [u8; 5]>) -> usize,
) -> impl Iterator<Item = HashMap<u8, [u8; 5]>> {
    let mut map = make();
    map.insert(1, [0; 5]);
    assert_eq!(read(&map) + function(map), 2);
    std::iter::once(HashMap::from([(1, [0; 5])]))
}

#[maptrace]
fn calls_hidden() {
    let maps: Vec<HashMap<u8, [u8; 5]>> = hidden(HashMap::new, &|map| map.len(), |map: HashMap<_, _>| map.len()).collect();
    assert_eq!(maps.len(), 1);
}

#[maptrace]
const fn constant() -> BTreeMap<u8, [u8; 6]> {
    BTreeMap::new()
}

#[maptrace]
async fn waits() -> usize {
    let map = HashMap::from([(1, [0_u8; 7])]);
    std::future::ready(map.len()).await
}

#[maptrace]
#[allow(dead_code)]
fn never_called<T: Default>() {
    let map: HashMap<u8, T> = HashMap::new();
    drop(map);
}

#[maptrace]
fn outer() -> usize {
    use std::collections::{BTreeMap as Ordered, HashSet};
    fn inner() -> Ordered<u8, [u8; 8]> {
        let map = Ordered::from([(1, [0; 8])]);
        map
    }
    struct Local;
    impl Local {
        fn make() -> HashSet<[u8; 8]> {
            let local = HashSet::from([[0; 8]]);
            local
        }
    }
    inner().len() + Local::make().len()
}

/// What is made for a map is not the variable's that takes what the call gives.
#[maptrace]
fn arguments() {
    let mut nested: HashMap<u8, HashMap<u8, [u8; 9]>> = HashMap::new();
    let old = nested.insert(1, HashMap::from([(1, [0; 9])]));
    assert!(old.is_none());
    let other = nested.entry(2).or_insert_with(HashMap::new);
    other.insert(1, [1; 9]);
}

/// Names of the user's own are no maps.
#[maptrace]
fn own_names<BTreeSet: Default>() -> (usize, BTreeSet) {
    struct HashMap(usize);
    let HashMap(one) = HashMap(1);
    mod inside {
        use std::collections::HashSet;
        pub struct BTreeMap;
        pub fn map() -> (HashSet<u8>, BTreeMap) {
            (HashSet::new(), BTreeMap)
        }
    }
    let (set, inside::BTreeMap): (HashSet<u8>, _) = inside::map();
    (one + set.len(), BTreeSet::default())
}

#[maptrace(name = "the one", sample = 8)]
fn named() -> HashMap<u8, [u8; 10]> {
    let mut map = HashMap::new();
    map.insert(1, [0; 10]);
    map
}

#[maptrace(sample = 16)]
fn options() {
    #[maptrace(name = "own name")]
    let a = HashMap::from([(1, [0_u8; 11])]);
    #[maptrace(skip)]
    let b: std::collections::HashMap<u8, u8> = std::collections::HashMap::new();
    struct Two<A, B>(A, B);
    let two = Two { 0: a, #[maptrace(skip)] 1: std::collections::BTreeMap::from([(1_u8, 1_u8)]) };
    assert_traced(&two.0);
    assert_plain(&two.1);
    assert_plain(&b);
}

#[maptrace(skip)]
fn untouched() -> HashMap<u8, u8> {
    HashMap::new()
}

fn main() {
    variables();
    fields::fields();
    assert_traced(&generic([1_u8, 2]));
    calls_hidden();
    assert_traced(&constant());
    let mut waiting = std::pin::pin!(waits());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_ready());
    assert_eq!(outer(), 2);
    arguments();
    assert_eq!(own_names::<u8>(), (1, 0));
    assert_traced(&named());
    options();
    assert_plain(&untouched());
    let _ = |cache: Cache| (cache.entries, cache.index);
    assert_used(&[
        "variables::seen", "variables::collected", "variables::a", "variables::b", "variables::inside", "variables::vector",
        "variables::repeated", "variables::chosen", "variables::keys", "variables::closure", "variables::unused",
        "variables::seen#2", "variables::late",
        "Cache.entries", "Cache.index", "Store::Hashed.map",
        "hidden", "calls_hidden::maps", "waits::map", "outer::inner::map", "Local::make::local",
        "arguments", "arguments::nested", "arguments::nested#2", "the one", "own name",
        // The standard library makes these: the type is not said, or said in terms of a parameter, or cloned from one.
        "HashSet<u16>", "HashMap<u8, usize>", "HashMap<u8, [u8; 4]>", "HashSet<u32>",
    ]);
}
