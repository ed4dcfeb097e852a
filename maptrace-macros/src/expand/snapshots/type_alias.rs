#[maptrace]
type Sessions = HashMap<String, u64>;
#[maptrace(name = "user sessions", sample = "auto")]
pub type Named = std::collections::BTreeMap<&'static str, ()>;
#[maptrace]
type Shared = Arc<RwLock<std::collections::HashMap<(u8, u8), Vec<String>, BuildHasherDefault<Fx>>>>;
#[maptrace]
type Set = collections::HashSet<[u8; 4]>;
#[maptrace]
type Already = maptrace::collections::BTreeSet<u8>;
#[maptrace]
type Slot<'a> = hash_map::Entry<'a, u8, u8>;
#[maptrace]
type Pairs = <std::collections::HashMap<u8, u8> as IntoIterator>::IntoIter;
// ---- becomes ----
type Sessions = ::maptrace::collections::HashMap<String, u64>;
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "Sessions", path : "Sessions", named : false, kind : HashMap, scope : Type,
    sample : default, line : 2, from : (2, 1), to : (2, 37), ty :
    [::maptrace::collections::HashMap < String, u64 >]
}
pub type Named = ::maptrace::collections::BTreeMap<&'static str, ()>;
::maptrace::__private::declare! {
    name : "user sessions", path : "Named", named : true, kind : BTreeMap, scope : Type,
    sample : auto, line : 4, from : (4, 1), to : (4, 62), ty :
    [::maptrace::collections::BTreeMap < & 'static str, () >]
}
type Shared = Arc<
    RwLock<
        ::maptrace::collections::HashMap<(u8, u8), Vec<String>, BuildHasherDefault<Fx>>,
    >,
>;
::maptrace::__private::declare! {
    name : "Shared", path : "Shared", named : false, kind : HashMap, scope : Type, sample
    : default, line : 6, from : (6, 1), to : (6, 100), ty :
    [::maptrace::collections::HashMap < (u8, u8), Vec < String >, BuildHasherDefault < Fx
    > >]
}
type Set = ::maptrace::collections::HashSet<[u8; 4]>;
const _: () = {
    use ::maptrace::__private::Named as _;
    collections::HashSet::__MAPTRACE.of_std::<::maptrace::collections::HashSet<()>>()
};
::maptrace::__private::declare! {
    name : "Set", path : "Set", named : false, kind : HashSet, scope : Type, sample :
    default, line : 8, from : (8, 1), to : (8, 41), ty :
    [::maptrace::collections::HashSet < [u8; 4] >]
}
type Already = maptrace::collections::BTreeSet<u8>;
::maptrace::__private::declare! {
    name : "Already", path : "Already", named : false, kind : BTreeSet, scope : Type,
    sample : default, line : 10, from : (10, 1), to : (10, 51), ty :
    [maptrace::collections::BTreeSet < u8 >]
}
type Slot<'a> = ::maptrace::collections::hash_map::Entry<'a, u8, u8>;
const _: () = {
    use ::maptrace::__private::Named as _;
    hash_map::HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
type Pairs = <::maptrace::collections::HashMap<u8, u8> as IntoIterator>::IntoIter;
