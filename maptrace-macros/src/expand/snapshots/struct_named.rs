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
    type _Plain<K, V> = HashMap<K, V>;
};
const _: () = {
    type _Plain<K, V> = BTreeMap<K, V>;
};
const _: () = {
    type _Plain<T> = HashSet<T>;
};
::maptrace::__private::declare! {
    name : "Store.by_id", named : false, kind : HashMap, scope : Type, sample : 8, line :
    4, end_line : 4, ty : [::maptrace::collections::HashMap < u64, String >]
}
::maptrace::__private::declare! {
    name : "index", named : true, kind : BTreeMap, scope : Type, sample : 1, line : 6,
    end_line : 6, ty : [::maptrace::collections::BTreeMap < String,
    ::maptrace::collections::HashSet < u64 > >]
}
::maptrace::__private::declare! {
    name : "index#2", named : true, kind : HashSet, scope : Type, sample : 1, line : 6,
    end_line : 6, ty : [::maptrace::collections::HashSet < u64 >]
}
::maptrace::__private::declare! {
    name : "Store.type", named : false, kind : HashSet, scope : Type, sample : 8, line :
    13, end_line : 15, ty : [::maptrace::collections::HashSet < u8 >]
}
struct Only {
    map: ::maptrace::collections::HashMap<u8, u8>,
    other: u8,
}
const _: () = {
    type _Plain<K, V> = HashMap<K, V>;
};
::maptrace::__private::declare! {
    name : "only", named : true, kind : HashMap, scope : Type, sample : default, line :
    18, end_line : 18, ty : [::maptrace::collections::HashMap < u8, u8 >]
}
