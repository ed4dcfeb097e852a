#[maptrace(sample = 8)]
#[derive(Debug, Default)]
pub struct Store {
    pub by_id: HashMap<u64, String>,
    #[maptrace(name = "index", sample = 1)]
    index: Arc<RwLock<BTreeMap<String, HashSet<u64>>>>,
    #[maptrace(skip)]
    scratch: HashMap<u64, u64>,
    /// Untraced.
    queue: std::collections::VecDeque<u8>,
    handler: fn(&HashMap<u8, u8>) -> bool,
    hook: Box<dyn Fn(HashMap<u8, u8>)>,
    r#type: Option<
        std::collections::HashSet<u8>,
    >,
}
#[maptrace(name = "only")]
struct Only { map: HashMap<u8, u8>, other: u8 }
// ---- becomes ----
#[derive(Debug, Default)]
pub struct Store {
    pub by_id: ::maptrace::collections::HashMap<u64, String>,
    index: Arc<
        RwLock<
            ::maptrace::collections::BTreeMap<
                String,
                ::maptrace::collections::HashSet<u64>,
            >,
        >,
    >,
    scratch: HashMap<u64, u64>,
    /// Untraced.
    queue: std::collections::VecDeque<u8>,
    handler: fn(&HashMap<u8, u8>) -> bool,
    hook: Box<dyn Fn(HashMap<u8, u8>)>,
    r#type: Option<::maptrace::collections::HashSet<u8>>,
}
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
::maptrace::__private::declare! {
    name : "Store.by_id", path : "Store.by_id", named : false, kind : HashMap, scope :
    Type, sample : 8, line : 4, from : (4, 5), to : (4, 35), ty :
    [::maptrace::collections::HashMap < u64, String >]
}
::maptrace::__private::declare! {
    name : "index", path : "Store.index", named : true, kind : BTreeMap, scope : Type,
    sample : 1, line : 6, from : (6, 5), to : (6, 54), ty :
    [::maptrace::collections::BTreeMap < String, ::maptrace::collections::HashSet < u64 >
    >]
}
::maptrace::__private::declare! {
    name : "index#2", path : "Store.index#2", named : true, kind : HashSet, scope : Type,
    sample : 1, line : 6, from : (6, 5), to : (6, 54), ty :
    [::maptrace::collections::HashSet < u64 >]
}
::maptrace::__private::declare! {
    name : "Store.type", path : "Store.type", named : false, kind : HashSet, scope :
    Type, sample : 8, line : 13, from : (13, 5), to : (15, 5), ty :
    [::maptrace::collections::HashSet < u8 >]
}
struct Only {
    map: ::maptrace::collections::HashMap<u8, u8>,
    other: u8,
}
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "only", path : "Only.map", named : true, kind : HashMap, scope : Type, sample
    : default, line : 18, from : (18, 15), to : (18, 34), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
