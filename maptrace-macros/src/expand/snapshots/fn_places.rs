#[maptrace]
pub fn load<'a, K: Hash + Eq>(names: &'a [K], other: impl Fn(&HashMap<u8, u8>) -> usize) -> HashMap<&'a K, usize> {
    let seen = HashMap::new();
    let typed: HashMap<u8, u8> = Default::default();
    let by_key: BTreeMap<K, u8> = BTreeMap::new();
    let collected = names.iter().collect::<HashSet<_>>();
    let said = names.iter().map(|_| 1).collect::<Result<HashSet<u8>, ()>>()?.len();
    let (a, b): (HashMap<u8, u8>, _) = (HashMap::new(), Arc::new(Mutex::new(HashSet::<u16>::new())));
    let entries = HashMap::new();
    let mut late;
    late = BTreeSet::new();
    if a.is_empty() {
        let seen = HashMap::new();
        late = BTreeSet::from([1]);
    }
    let old = seen.insert(1, HashMap::new());
    let vector = vec![HashMap::new(); 3];
    #[cfg(feature = "x")]
    let conditional: HashMap<Feature, u8> = {
        let inner = HashMap::new();
        inner
    };
    fn inner() -> BTreeMap<u8, u8> {
        BTreeMap::new()
    }
    let cache = Cache { entries, index: Some(BTreeMap::new()), kind: Kind::Hashed { map: HashMap::new() } };
    old.unwrap_or_else(HashMap::new);
    HashMap::new()
}
// ---- becomes ----
pub fn load<'a, K: Hash + Eq>(
    names: &'a [K],
    other: impl Fn(&::maptrace::collections::HashMap<u8, u8>) -> usize,
) -> ::maptrace::collections::HashMap<&'a K, usize> {
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    const _: () = {
        use ::maptrace::__private::Named as _;
        BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
    };
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashSet::__MAPTRACE.of_std::<::maptrace::collections::HashSet<()>>()
    };
    const _: () = {
        use ::maptrace::__private::Named as _;
        BTreeSet::__MAPTRACE.of_std::<::maptrace::collections::BTreeSet<()>>()
    };
    #[cfg(feature = "x")]
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    ::maptrace::__private::declare! {
        name : "load::seen", path : "load::seen", named : false, kind : HashMap, scope :
        Place, sample : default, line : 3, from : (3, 5), to : (3, 30), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::typed", path : "load::typed", named : false, kind : HashMap, scope
        : Place, sample : default, line : 4, from : (4, 5), to : (4, 52), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::by_key", path : "load::by_key", named : false, kind : BTreeMap,
        scope : Place, sample : default, line : 5, from : (5, 5), to : (5, 50), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::collected", path : "load::collected", named : false, kind :
        HashSet, scope : Place, sample : default, line : 6, from : (6, 5), to : (6, 57),
        ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::said", path : "load::said", named : false, kind : HashSet, scope :
        Place, sample : default, line : 7, from : (7, 5), to : (7, 83), ty :
        [::maptrace::collections::HashSet < u8 >]
    }
    ::maptrace::__private::declare! {
        name : "load::a", path : "load::a", named : false, kind : HashMap, scope : Place,
        sample : default, line : 8, from : (8, 41), to : (8, 54), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::b", path : "load::b", named : false, kind : HashSet, scope : Place,
        sample : default, line : 8, from : (8, 57), to : (8, 99), ty : []
    }
    ::maptrace::__private::declare! {
        name : "Cache.entries", path : "Cache.entries", named : false, kind : HashMap,
        scope : Place, sample : default, line : 9, from : (9, 5), to : (9, 33), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::late", path : "load::late", named : false, kind : BTreeSet, scope :
        Place, sample : default, line : 10, from : (11, 12), to : (11, 26), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load", path : "load", named : false, kind : HashMap, scope : Body, sample
        : default, line : 2, from : (16, 30), to : (16, 43), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::vector", path : "load::vector", named : false, kind : HashMap,
        scope : Place, sample : default, line : 17, from : (17, 5), to : (17, 41), ty :
        []
    }
    #[cfg(feature = "x")]
    ::maptrace::__private::declare! {
        name : "load::conditional", path : "load::conditional", named : false, kind :
        HashMap, scope : Place, sample : default, line : 19, from : (19, 5), to : (22,
        6), ty : []
    }
    ::maptrace::__private::declare! {
        name : "Cache.index", path : "Cache.index", named : false, kind : BTreeMap, scope
        : Place, sample : default, line : 26, from : (26, 41), to : (26, 61), ty : []
    }
    ::maptrace::__private::declare! {
        name : "Kind::Hashed.map", path : "Kind::Hashed.map", named : false, kind :
        HashMap, scope : Place, sample : default, line : 26, from : (26, 90), to : (26,
        103), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load", path : "load", named : false, kind : HashMap, scope : Body, sample
        : default, line : 2, from : (2, 8), to : (29, 1), ty : []
    }
    let seen = (::maptrace::collections::HashMap::new)();
    let typed: ::maptrace::collections::HashMap<u8, u8> = Default::default();
    let by_key: ::maptrace::collections::BTreeMap<K, u8> = (::maptrace::collections::BTreeMap::new)();
    let collected = names.iter().collect::<::maptrace::collections::HashSet<_>>();
    let said = names
        .iter()
        .map(|_| 1)
        .collect::<Result<::maptrace::collections::HashSet<u8>, ()>>()?
        .len();
    let (a, b): (::maptrace::collections::HashMap<u8, u8>, _) = (
        (::maptrace::collections::HashMap::new)(),
        Arc::new(Mutex::new((::maptrace::collections::HashSet::<u16>::new)())),
    );
    let entries = (::maptrace::collections::HashMap::new)();
    let mut late;
    late = (::maptrace::collections::BTreeSet::new)();
    if a.is_empty() {
        ::maptrace::__private::declare! {
            name : "load::seen#2", path : "load::seen#2", named : false, kind : HashMap,
            scope : Place, sample : default, line : 13, from : (13, 9), to : (13, 34), ty
            : []
        }
        ::maptrace::__private::declare! {
            name : "load::late", path : "load::late", named : false, kind : BTreeSet,
            scope : Place, sample : default, line : 10, from : (14, 16), to : (14, 34),
            ty : []
        }
        let seen = (::maptrace::collections::HashMap::new)();
        late = (::maptrace::collections::BTreeSet::from)([1]);
    }
    let old = seen.insert(1, (::maptrace::collections::HashMap::new)());
    let vector = vec![(::maptrace::collections::HashMap::new) (); 3];
    #[cfg(feature = "x")]
    let conditional: ::maptrace::collections::HashMap<Feature, u8> = {
        ::maptrace::__private::declare! {
            name : "load::inner", path : "load::inner", named : false, kind : HashMap,
            scope : Place, sample : default, line : 20, from : (20, 9), to : (20, 35), ty
            : []
        }
        let inner = (::maptrace::collections::HashMap::new)();
        inner
    };
    fn inner() -> ::maptrace::collections::BTreeMap<u8, u8> {
        const _: () = {
            use ::maptrace::__private::Named as _;
            BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
        };
        ::maptrace::__private::declare! {
            name : "load::inner", path : "load::inner", named : false, kind : BTreeMap,
            scope : Body, sample : default, line : 23, from : (23, 8), to : (25, 5), ty :
            []
        }
        (::maptrace::collections::BTreeMap::new)()
    }
    let cache = Cache {
        entries,
        index: Some((::maptrace::collections::BTreeMap::new)()),
        kind: Kind::Hashed {
            map: (::maptrace::collections::HashMap::new)(),
        },
    };
    old.unwrap_or_else(::maptrace::collections::HashMap::new);
    (::maptrace::collections::HashMap::new)()
}
