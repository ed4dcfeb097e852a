//! The traps on the way to a drop-in map, each as a module of its name: what std's maps, hashbrown's and indexmap's allow
//! has to compile by attribute lines alone, and to do the same. `maptrace-runtime`'s suites have more of the types
//! themselves: their traits, methods, variance and borrows.
#![deny(warnings)]

use maptrace_ui_tests::{assert_seen, assert_traced};

/// A `Drop` of the generic wrapper would look at what the map holds. (hashbrown's own has one.)
mod a_map_may_outlive_what_it_borrows {
    use maptrace::maptrace;

    #[maptrace]
    use indexmap::{IndexMap, IndexSet};
    #[maptrace]
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    pub fn check() {
        let (mut map, mut set) = (HashMap::new(), HashSet::new());
        let (mut sorted, mut sorted_set) = (BTreeMap::new(), BTreeSet::new());
        let (mut ordered, mut ordered_set) = (IndexMap::new(), IndexSet::new());
        let text = String::from("dropped first");
        let text = text.as_str();
        map.insert(text, text);
        set.insert(text);
        sorted.insert(text, text);
        sorted_set.insert(text);
        ordered.insert(text, text);
        ordered_set.insert(text);
        super::assert_traced(&ordered_set);
    }
}

/// An inline atomic or `Cell` would be interior mutability behind a constant's reference.
mod a_constant_may_be_a_reference_to_an_empty_map {
    use maptrace::maptrace;
    use std::hash::{BuildHasherDefault, DefaultHasher};

    #[maptrace]
    use std::collections::{BTreeMap, BTreeSet, HashMap};

    type Fixed = BuildHasherDefault<DefaultHasher>;
    const SORTED: &BTreeMap<u8, u8> = &BTreeMap::new();
    const SET: &BTreeSet<u8> = &BTreeSet::new();
    const HASHED: &HashMap<u8, u8, Fixed> = &HashMap::with_hasher(Fixed::new());
    #[maptrace]
    const FAST: &hashbrown::HashMap<u8, u8, Fixed> = &hashbrown::HashMap::with_hasher(Fixed::new());
    #[maptrace]
    const ORDERED: &indexmap::IndexMap<u8, u8, Fixed> = &indexmap::IndexMap::with_hasher(Fixed::new());
    static SHARED: &[&BTreeMap<u8, u8>] = &[SORTED];

    pub fn check() {
        assert!(SORTED.is_empty() && SET.is_empty() && HASHED.is_empty() && FAST.is_empty() && ORDERED.is_empty());
        assert!(SHARED[0].is_empty());
    }
}

/// An inline atomic would take `Sync` or the variance away, a bound would ask for more.
mod a_struct_of_maps_is_sync_covariant_and_unbounded {
    use maptrace::maptrace;

    // Bare names are known by this import, whose map is named without a bound on `K`.
    #[maptrace]
    use hashbrown::HashMap as Fast;

    #[maptrace]
    pub struct Held<'a, K> {
        hashed: std::collections::HashMap<K, &'a str>,
        sorted: std::collections::BTreeMap<K, &'a str>,
        fast: Fast<K, &'a str>,
        ordered: indexmap::IndexMap<K, &'a str>,
    }

    impl<K> Held<'_, K> {
        fn len(&self) -> usize {
            self.hashed.len() + self.sorted.len() + self.fast.len() + self.ordered.len()
        }
    }

    fn shorter<'a, K>(held: Held<'static, K>, _: &'a str) -> Held<'a, K> {
        held
    }

    fn shared<T: Sync + Send + Unpin + std::panic::UnwindSafe + std::panic::RefUnwindSafe>(_: &T) {}

    pub fn check() {
        struct Opaque;
        let held: Held<'static, Opaque> = Held {
            hashed: Default::default(),
            sorted: Default::default(),
            fast: Default::default(),
            ordered: Default::default(),
        };
        shared(&held);
        let other = String::from("other");
        assert_eq!(shorter(held, &other).len(), 0);
    }
}

/// A further parameter, for the site, would have no default where the type is inferred.
mod types_are_inferred_as_before {
    use maptrace::maptrace;

    #[maptrace]
    use indexmap::{IndexMap, IndexSet};
    #[maptrace]
    use std::collections::{BTreeMap, HashMap};

    #[maptrace]
    type Sessions = HashMap<String, u8>;
    #[maptrace]
    type Routes = IndexMap<String, u8>;

    pub fn check() {
        let sessions: Sessions = HashMap::new();
        let routes: Routes = IndexMap::new();
        let mut map = HashMap::new();
        map.entry(1_u8).or_insert_with(Vec::new).push("x");
        let make: fn() -> BTreeMap<u8, u8> = BTreeMap::new;
        assert_eq!(sessions.len() + routes.len() + make().len(), 0);
        // A `PartialEq` or `From` more, of the plain map, would make these ambiguous.
        assert!(map == HashMap::from([(1, vec!["x"])]));
        assert!(map == [(1, vec!["x"])].into());
        assert!(map == [(1, vec!["x"])].into_iter().collect());
        assert!(IndexSet::from([1_u8]) == IndexSet::<u8>::from([1]));
    }
}

/// `Deref` alone gives neither two-phase borrows nor methods by their path.
mod methods_are_the_maps_own {
    use maptrace::maptrace;

    #[maptrace]
    use hashbrown::HashMap as Fast;
    #[maptrace]
    use indexmap::IndexMap;
    #[maptrace]
    use std::collections::HashMap;

    pub fn check() {
        let (mut map, mut fast, mut ordered) = (HashMap::new(), Fast::new(), IndexMap::new());
        map.insert(map.len(), map.len());
        fast.insert(fast.len(), fast.len());
        ordered.insert(ordered.len(), ordered.len());
        let lens = (
            Some(&map).map(HashMap::len),
            Some(&fast).map(Fast::len),
            Some(&ordered).map(IndexMap::len),
        );
        assert_eq!(lens, (Some(1), Some(1), Some(1)));
    }
}

/// The wrapper is not to be seen in text.
mod debug_shows_the_same_text {
    use maptrace::maptrace;

    #[maptrace]
    #[derive(Debug, Default)]
    struct Shown {
        sorted: std::collections::BTreeMap<u8, u8>,
        fast: hashbrown::HashMap<u8, u8>,
        ordered: indexmap::IndexSet<u8>,
    }

    pub fn check() {
        let mut shown = Shown::default();
        shown.sorted.insert(1, 2);
        shown.fast.insert(3, 4);
        shown.ordered.insert(5);
        assert_eq!(format!("{shown:?}"), "Shown { sorted: {1: 2}, fast: {3: 4}, ordered: {5} }");
        assert_eq!(
            format!("{shown:#?}"),
            "Shown {\n    sorted: {\n        1: 2,\n    },\n    fast: {\n        3: 4,\n    },\n    ordered: {\n        5,\n    },\n}"
        );
    }
}

/// A plain map is asked for by whoever is not annotated.
mod a_reference_goes_where_the_plain_map_is_asked_for {
    use maptrace::maptrace;

    fn len(map: &std::collections::HashMap<u8, u8>, fast: &hashbrown::HashMap<u8, u8>) -> usize {
        map.len() + fast.len()
    }

    fn taken(map: indexmap::IndexMap<u8, u8>) -> indexmap::IndexMap<u8, u8> {
        map
    }

    #[maptrace]
    #[allow(clippy::useless_conversion)]
    pub fn check() {
        let map = std::collections::HashMap::from([(1, 1)]);
        let fast: hashbrown::HashMap<u8, u8> = [(2, 2)].into_iter().collect();
        let ordered: indexmap::IndexMap<u8, u8> = taken(indexmap::indexmap! { 3 => 3 }.into()).into();
        assert_eq!(len(&map, &fast) + ordered.len(), 3);
    }
}

/// `#[track_caller]` is lost on these ways, and a map then goes by its type.
mod a_map_whose_caller_is_lost_goes_by_its_type {
    use maptrace::maptrace;
    use std::sync::{Arc, LazyLock, Mutex};

    #[maptrace]
    use hashbrown::HashMap as Fast;
    #[maptrace]
    use indexmap::IndexMap;
    #[maptrace]
    use std::collections::HashMap;

    #[maptrace]
    type Collected = HashMap<u8, [u8; 101]>;
    #[maptrace]
    type Taken = HashMap<u8, [u8; 102]>;
    #[maptrace]
    type OrDefault = HashMap<u8, [u8; 103]>;
    #[maptrace]
    type OrDefaultOfPlain = Fast<u8, [u8; 104]>;
    #[maptrace]
    type Boxed = IndexMap<u8, [u8; 105]>;
    #[maptrace]
    type Cloned = HashMap<u8, [u8; 106]>;
    #[maptrace]
    type Passed = Fast<u8, [u8; 107]>;
    #[maptrace]
    type PassedOfIndexmap = IndexMap<u8, [u8; 108]>;

    static LAZY: LazyLock<Mutex<Lazy>> = LazyLock::new(Default::default);
    #[maptrace]
    type Lazy = Fast<u8, [u8; 109]>;

    #[derive(Default)]
    struct Derived {
        map: DerivedMap,
    }
    #[maptrace]
    type DerivedMap = IndexMap<u8, [u8; 110]>;

    // A static is found by its place, and by its type only if the caller is lost.
    #[maptrace]
    static PASSED: LazyLock<Mutex<Fast<u8, [u8; 111]>>> = LazyLock::new(|| {
        let make: fn() -> Fast<u8, [u8; 111]> = Fast::new;
        Mutex::new(make())
    });

    pub fn check() {
        let collected: Collected = (0..1).map(|n| (n, [n; 101])).collect();
        let mut taken = Taken::new();
        std::mem::take(&mut taken);
        taken.insert(1, [1; 102]);
        let mut outer = std::collections::BTreeMap::<u8, OrDefault>::new();
        outer.entry(1).or_default().insert(1, [1; 103]);
        let mut plain = indexmap_plain::IndexMap::<u8, OrDefaultOfPlain>::new();
        plain.entry(1).or_default().insert(1, [1; 104]);
        let mut boxed: Arc<Mutex<Boxed>> = Arc::default();
        Arc::get_mut(&mut boxed).unwrap().get_mut().unwrap().insert(1, [1; 105]);
        let cloned: Vec<Cloned> = vec![Cloned::from([(1, [1; 106])]); 2];
        let mut passed = None.unwrap_or_else(Passed::new);
        passed.insert(1, [1; 107]);
        let mut passed_of_indexmap = None.unwrap_or_else(PassedOfIndexmap::new);
        passed_of_indexmap.insert(1, [1; 108]);
        LAZY.lock().unwrap().insert(1, [1; 109]);
        PASSED.lock().unwrap().insert(1, [1; 111]);
        let mut derived = Derived::default();
        derived.map.insert(1, [1; 110]);
        assert_eq!((collected.len(), cloned.len()), (1, 2));
        for name in [
            "Collected", "OrDefault", "OrDefaultOfPlain", "Boxed", "Passed", "PassedOfIndexmap", "Lazy", "DerivedMap",
            "PASSED",
        ] {
            super::assert_seen(name, 1);
        }
    }

    mod indexmap_plain {
        pub use indexmap::IndexMap;
    }
}

/// Both are called `HashMap`.
mod maps_of_two_crates_are_told_apart {
    use maptrace::maptrace;

    #[maptrace(name = "of hashbrown")]
    use hashbrown::HashMap as Fast;
    #[maptrace(name = "of std")]
    use std::collections::HashMap;

    #[maptrace]
    fn in_one_place() -> usize {
        let both = (HashMap::from([(1, [1_u8; 120])]), Fast::<u8, [u8; 120]>::from([(1, [1; 120]), (2, [2; 120])]));
        both.0.len() + both.1.len()
    }

    pub fn check() {
        let map = HashMap::from([(1_u8, [1_u8; 121])]);
        let fast: Fast<u8, [u8; 121]> = Fast::from([(1, [1; 121]), (2, [2; 121])]);
        assert_eq!((map.len(), fast.len(), in_one_place()), (1, 2, 3));
        super::assert_seen("of std", 1);
        super::assert_seen("of hashbrown", 2);
        super::assert_seen("in_one_place::both", 1);
        super::assert_seen("in_one_place::both#2", 2);
    }
}

fn main() {
    maps_of_two_crates_are_told_apart::check();
    a_map_may_outlive_what_it_borrows::check();
    a_constant_may_be_a_reference_to_an_empty_map::check();
    a_struct_of_maps_is_sync_covariant_and_unbounded::check();
    types_are_inferred_as_before::check();
    methods_are_the_maps_own::check();
    debug_shows_the_same_text::check();
    a_reference_goes_where_the_plain_map_is_asked_for::check();
    a_map_whose_caller_is_lost_goes_by_its_type::check();
}
