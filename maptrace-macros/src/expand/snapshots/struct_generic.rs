#[maptrace]
struct Index<'a, K, S = std::collections::HashMap<u8, u8>>
where
    std::collections::HashMap<K, u8>: Clone,
{
    by_key: std::collections::HashMap<K, u8>,
    by_name: std::collections::BTreeMap<&'a str, u8>,
    own: std::collections::BTreeMap<u8, Box<Self>>,
    other: S,
}
// ---- becomes ----
struct Index<'a, K, S = ::maptrace::collections::HashMap<u8, u8>>
where
    ::maptrace::collections::HashMap<K, u8>: Clone,
{
    by_key: ::maptrace::collections::HashMap<K, u8>,
    by_name: ::maptrace::collections::BTreeMap<&'a str, u8>,
    own: ::maptrace::collections::BTreeMap<u8, Box<Self>>,
    other: S,
}
::maptrace::__private::declare! {
    name : "Index.by_key", path : "Index.by_key", named : false, kind : HashMap, scope :
    Type, sample : default, line : 6, from : (6, 5), to : (6, 44), ty : []
}
::maptrace::__private::declare! {
    name : "Index.by_name", path : "Index.by_name", named : false, kind : BTreeMap, scope
    : Type, sample : default, line : 7, from : (7, 5), to : (7, 52), ty :
    [::maptrace::collections::BTreeMap < & 'static str, u8 >]
}
::maptrace::__private::declare! {
    name : "Index.own", path : "Index.own", named : false, kind : BTreeMap, scope : Type,
    sample : default, line : 8, from : (8, 5), to : (8, 50), ty : []
}
