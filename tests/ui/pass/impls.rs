//! `impl` blocks and traits: methods, associated constants and types, and fields by their names.
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced, assert_used};

#[maptrace]
#[derive(Default)]
struct Cache {
    by_mail: HashMap<String, [u8; 2]>,
    /// Of the same type: what fills them tells them apart.
    by_name: HashMap<String, [u8; 2]>,
    #[maptrace(name = "tags")]
    by_tag: HashMap<String, [u8; 2]>,
}

#[maptrace]
impl Cache {
    const EMPTY: &'static BTreeMap<u8, [u8; 3]> = &BTreeMap::new();

    fn new() -> Self {
        let by_mail = HashMap::from([("a".to_owned(), [0; 2])]);
        Self { by_mail, by_name: HashMap::from([("b".to_owned(), [0; 2]), ("c".to_owned(), [0; 2])]), by_tag: HashMap::new() }
    }

    fn reset(&mut self) -> HashMap<String, [u8; 2]> {
        self.by_tag = HashMap::from([("d".to_owned(), [0; 2])]);
        std::mem::take(&mut self.by_mail)
    }

    fn reads(&self, other: &HashMap<String, [u8; 2]>) -> usize {
        let seen: HashSet<&String> = self.by_mail.keys().chain(other.keys()).collect();
        seen.len()
    }

    #[maptrace(skip)]
    fn plain() -> HashMap<u8, u8> {
        HashMap::new()
    }

    #[maptrace(name = "of the method", sample = 8)]
    fn named() -> usize {
        let map = HashMap::from([(1, [0_u8; 4])]);
        map.len()
    }
}

struct Generic<K>(HashMap<K, [u8; 5]>, HashSet<K>);

/// Only this method: nothing can stand beside it.
struct Lone;
impl Lone {
    #[maptrace]
    fn make(&self, set: HashSet<u8>) -> HashMap<u8, [u8; 6]> {
        HashMap::from_iter(set.into_iter().map(|key| (key, [0; 6])))
    }

    /// With something of the caller's name in its body.
    #[maptrace]
    fn hides(&self, map: &HashMap<u8, [u8; 6]>) -> usize {
        use std::collections::HashMap;
        let more: HashMap<u8, u8> = HashMap::from([(1, 2)]);
        map.len() + more.len()
    }
}

#[maptrace]
mod generic {
    use super::{BTreeMap, Hash};
    use std::collections::{HashMap, HashSet};

    pub struct Generic<K>(pub HashMap<K, [u8; 5]>, pub HashSet<K>);

    impl<K: Hash + Eq + Copy> Generic<K>
    where
        HashMap<K, [u8; 5]>: Clone,
    {
        pub fn new(key: K) -> Self {
            let set = HashSet::from([key]);
            Self(HashMap::from([(key, [0; 5])]), set)
        }
    }

    impl<K: Hash + Eq> From<HashMap<K, [u8; 5]>> for Generic<K> {
        fn from(map: HashMap<K, [u8; 5]>) -> Self {
            Self(map, HashSet::default())
        }
    }
    #[maptrace::maptrace(skip)]
    pub type Unused = BTreeMap<u8, u8>;
}

#[maptrace]
trait Source {
    type Map: Default + Into<HashMap<u8, [u8; 7]>>;
    const NONE: Option<HashMap<u8, [u8; 7]>> = None;

    fn source(&self) -> Self::Map;

    fn twice(&self) -> HashMap<u8, [u8; 7]> {
        let mut all = HashMap::new();
        all.extend(self.source().into());
        all
    }
}

#[maptrace]
impl Source for Lone {
    type Map = HashMap<u8, [u8; 7]>;

    fn source(&self) -> Self::Map {
        Self::Map::from([(1, [0; 7])])
    }
}

/// Of another crate, which names std's map.
trait Foreign {
    fn plain(&self) -> std::collections::HashMap<u8, u8>;
    fn count(&self) -> usize;
}

#[maptrace]
impl Foreign for Lone {
    #[maptrace(skip)]
    fn plain(&self) -> std::collections::HashMap<u8, u8> {
        std::collections::HashMap::new()
    }

    fn count(&self) -> usize {
        let counted = HashMap::from([(1, [0_u8; 8])]);
        counted.len()
    }
}

#[maptrace]
impl Foreign for HashMap<u8, [u8; 9]> {
    #[maptrace(skip)]
    fn plain(&self) -> std::collections::HashMap<u8, u8> {
        std::collections::HashMap::new()
    }

    fn count(&self) -> usize {
        self.len()
    }
}

#[maptrace]
fn foreign() -> usize {
    let map: HashMap<u8, [u8; 9]> = HashMap::new();
    Foreign::count(&map)
}

fn main() {
    let mut cache = Cache::new();
    assert_eq!((cache.by_mail.len(), cache.by_name.len()), (1, 2));
    assert_traced(&cache.reset());
    cache.by_mail.insert("e".to_owned(), [0; 2]);
    assert_eq!(cache.reads(&Cache::default().by_tag), 1);
    assert_traced(Cache::EMPTY);
    assert_plain(&Cache::plain());
    assert_eq!(Cache::named(), 1);
    let generic = generic::Generic::new(1_u8);
    let generic = generic::Generic(generic::Generic::from(generic.0).0, generic.1);
    assert_traced(&generic.0);
    let Generic(map, set) = Generic(HashMap::<u8, _>::new(), HashSet::new());
    assert_plain(&map);
    assert_plain(&set);
    let _: Option<generic::Unused> = None;
    let made = Lone.make(Default::default());
    assert_eq!(Lone.hides(&made), 1);
    assert_traced(&Lone.twice());
    assert_traced(&<Lone as Source>::NONE.unwrap_or_default());
    assert_plain(&Lone.plain());
    assert_eq!(Lone.count(), 1);
    assert_eq!(foreign(), 0);
    if cfg!(feature = "enable") {
        assert_eq!(maptrace::snapshot().map("of the method").map(|map| map.site.sample), Some(8));
    }
    assert_used(&[
        "Cache.by_mail", "Cache.by_name", "tags", "Cache::reads::seen", "of the method",
        // What `take` leaves behind.
        "Cache.by_mail or Cache.by_name or tags (HashMap<String, [u8; 2]>)",
        "Generic.0", "Generic::new::set", "make", "hides::more", "Lone::Map", "Source::twice::all", "Lone::count::counted",
    ]);
    assert_declared(&[
        "Cache.by_mail", "Cache.by_name", "tags", "Cache::EMPTY", "Cache::reads::seen", "of the method", "Generic.0",
        "Generic::new::set", "make", "hides::more", "Lone::Map", "Source::NONE", "Source::twice::all", "Lone::count::counted",
    ]);
}
