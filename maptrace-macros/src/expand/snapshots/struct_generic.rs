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
    name : "Index.by_key", named : false, kind : HashMap, scope : Type, sample : default,
    line : 6, end_line : 6, ty : []
}
::maptrace::__private::declare! {
    name : "Index.by_name", named : false, kind : BTreeMap, scope : Type, sample :
    default, line : 7, end_line : 7, ty : [::maptrace::collections::BTreeMap < & 'static
    str, u8 >]
}
::maptrace::__private::declare! {
    name : "Index.own", named : false, kind : BTreeMap, scope : Type, sample : default,
    line : 8, end_line : 8, ty : []
}
