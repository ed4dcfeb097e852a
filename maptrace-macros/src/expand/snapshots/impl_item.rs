#[maptrace]
#[cfg(feature = "x")]
impl<K: Hash> Store<K, HashMap<u8, u8>> for Cache<'_, K>
where
    HashMap<K, u8>: Clone,
{
    type Map = HashMap<u8, K>;
    type Other = Option<BTreeMap<u8, &'static str>>;
    const EMPTY: BTreeMap<u8, u8> = BTreeMap::new();
    fn new() -> Self {
        let entries = HashMap::new();
        Self { entries, index: Arc::new(Mutex::new(BTreeMap::new())) }
    }
    #[cfg(feature = "y")]
    #[maptrace(sample = 2)]
    fn reset(&mut self) {
        self.entries = HashMap::new();
        self.index.entry(1).or_insert_with(HashMap::new);
    }
    #[maptrace(skip)]
    fn plain(&self, map: HashMap<u8, u8>) {}
}
// ---- becomes ----
#[cfg(feature = "x")]
impl<K: Hash> Store<K, ::maptrace::collections::HashMap<u8, u8>> for Cache<'_, K>
where
    ::maptrace::collections::HashMap<K, u8>: Clone,
{
    type Map = ::maptrace::collections::HashMap<u8, K>;
    type Other = Option<::maptrace::collections::BTreeMap<u8, &'static str>>;
    const EMPTY: ::maptrace::collections::BTreeMap<u8, u8> = {
        ::maptrace::__private::declare! {
            name : "Cache::EMPTY", path : "Cache::EMPTY", named : false, kind : BTreeMap,
            scope : Item, sample : default, line : 9, from : (9, 5), to : (9, 52), ty :
            [::maptrace::collections::BTreeMap < u8, u8 >]
        }
        (::maptrace::collections::BTreeMap::new)()
    };
    fn new() -> Self {
        const _: () = {
            use ::maptrace::__private::Named as _;
            HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
        };
        const _: () = {
            use ::maptrace::__private::Named as _;
            BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
        };
        ::maptrace::__private::declare! {
            name : "Cache.entries", path : "Cache.entries", named : false, kind :
            HashMap, scope : Place, sample : default, line : 11, from : (11, 9), to :
            (11, 37), ty : []
        }
        ::maptrace::__private::declare! {
            name : "Cache.index", path : "Cache.index", named : false, kind : BTreeMap,
            scope : Place, sample : default, line : 12, from : (12, 32), to : (12, 68),
            ty : []
        }
        let entries = (::maptrace::collections::HashMap::new)();
        Self {
            entries,
            index: Arc::new(Mutex::new((::maptrace::collections::BTreeMap::new)())),
        }
    }
    #[cfg(feature = "y")]
    fn reset(&mut self) {
        const _: () = {
            use ::maptrace::__private::Named as _;
            HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
        };
        ::maptrace::__private::declare! {
            name : "Cache.entries", path : "Cache.entries", named : false, kind :
            HashMap, scope : Place, sample : 2, line : 11, from : (17, 24), to : (17,
            37), ty : []
        }
        ::maptrace::__private::declare! {
            name : "Cache::reset", path : "Cache::reset", named : false, kind : HashMap,
            scope : Body, sample : 2, line : 16, from : (16, 8), to : (19, 5), ty : []
        }
        self.entries = (::maptrace::collections::HashMap::new)();
        self.index.entry(1).or_insert_with(::maptrace::collections::HashMap::new);
    }
    fn plain(&self, map: HashMap<u8, u8>) {}
}
#[cfg(feature = "x")]
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
#[cfg(feature = "x")]
const _: () = {
    use ::maptrace::__private::Named as _;
    BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
};
#[cfg(feature = "x")]
::maptrace::__private::declare! {
    name : "Cache::Map", path : "Cache::Map", named : false, kind : HashMap, scope :
    Type, sample : default, line : 7, from : (7, 5), to : (7, 30), ty : []
}
#[cfg(feature = "x")]
::maptrace::__private::declare! {
    name : "Cache::Other", path : "Cache::Other", named : false, kind : BTreeMap, scope :
    Type, sample : default, line : 8, from : (8, 5), to : (8, 52), ty :
    [::maptrace::collections::BTreeMap < u8, & 'static str >]
}
