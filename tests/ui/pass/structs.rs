//! Structs: named, tuple and generic, derives below, conditional and skipped fields.
#![deny(warnings)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, RwLock};

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced, sample_of};

/// A `#[derive(Clone)]` in a comment stands above nothing.
#[maptrace(sample = 8)]
#[derive(Debug, Default, Clone)]
pub struct Store {
    pub by_id: HashMap<u64, String>,
    #[maptrace(name = "store index", sample = "auto")]
    index: Arc<RwLock<BTreeMap<String, HashSet<u64>>>>,
    #[maptrace(skip)]
    scratch: std::collections::HashMap<u64, u64>,
    #[maptrace(sample = 1)]
    r#type: Option<BTreeSet<u8>>,
    #[cfg(any())]
    absent: HashMap<u8, u8>,
    #[cfg(not(any()))]
    absent: BTreeMap<u8, u8>,
    hook: Option<fn(&std::collections::HashMap<u64, u64>) -> usize>,
}

#[maptrace]
#[derive(Default)]
struct Pair(HashMap<u8, u8>, (u8, [BTreeSet<u8>; 2]), Vec<u8>);

#[maptrace(name = "only")]
struct Only<'a> {
    map: Mutex<HashMap<&'a str, Vec<&'a u8>>>,
    other: u8,
}

#[maptrace]
struct Generic<K, V = HashMap<u8, u8>>
where
    HashMap<K, u8>: Default,
{
    by_key: HashMap<K, u8>,
    fixed: HashMap<u8, u8>,
    children: BTreeMap<u8, Box<Self>>,
    value: V,
}

#[maptrace(skip)]
struct Untouched {
    map: std::collections::HashMap<u8, u8>,
}

#[deprecated]
type OldKey = u8;

#[maptrace]
#[derive(Default)]
struct Lenient {
    #[allow(deprecated)]
    allowed: std::collections::HashMap<OldKey, u8>,
    #[expect(deprecated, reason = "until it is gone")]
    expected: HashMap<u8, OldKey>,
    #[cfg_attr(all(), allow(deprecated), doc = "Older than the others.")]
    conditionally: HashMap<OldKey, u16>,
    #[cfg_attr(all(), cfg_attr(true, cfg(any())))]
    gone: HashMap<Nowhere, u8>,
}

fn main() {
    let lenient = Lenient::default();
    assert_traced(&lenient.allowed);
    assert_traced(&lenient.expected);
    assert_traced(&lenient.conditionally);

    let store = Store::default();
    assert_traced(&store.by_id);
    assert_traced(&*store.index.read().unwrap());
    assert_traced(&store.r#type.clone().unwrap_or_default());
    assert_traced(&store.absent);
    assert_plain(&store.scratch);
    let hook: fn(&std::collections::HashMap<u64, u64>) -> usize = |map| map.len();
    assert_eq!(Store { hook: Some(hook), ..store }.hook.map(|hook| hook(&Default::default())), Some(0));

    let Pair(map, (_, [set, _]), _) = Pair::default();
    assert_traced(&map);
    assert_traced(&set);

    let only = Only { map: Mutex::default(), other: 1 };
    only.map.lock().unwrap().insert("x", vec![&only.other]);
    assert_traced(&*only.map.lock().unwrap());

    let mut generic: Generic<String> =
        Generic { by_key: Default::default(), fixed: Default::default(), children: Default::default(), value: Default::default() };
    generic.by_key.insert("x".to_owned(), 1);
    assert_traced(&generic.by_key);
    assert_traced(&generic.fixed);
    assert_traced(&generic.children);
    assert_traced(&generic.value);

    assert_plain(&Untouched { map: Default::default() }.map);

    assert_declared(&[
        "Store.by_id",
        "store index",
        "store index#2",
        "Store.type",
        "Store.absent",
        "Pair.0",
        "Pair.1",
        "only",
        "Generic.fixed",
        "Lenient.allowed",
        "Lenient.expected",
        "Lenient.conditionally",
        // Its type depends on `K`: declared, but listed from its first map on.
        "Generic.by_key",
    ]);
    if cfg!(feature = "enable") {
        assert_eq!(sample_of("Store.by_id"), Some(8));
        assert_eq!(sample_of("Store.type"), Some(1));
        assert_eq!(sample_of("only"), Some(1));
    }
}
