#[maptrace]
struct Pair(pub std::collections::HashMap<u8, u8>, (u8, [std::collections::BTreeSet<u8>; 2]));
// ---- becomes ----
struct Pair(
    pub ::maptrace::collections::HashMap<u8, u8>,
    (u8, [::maptrace::collections::BTreeSet<u8>; 2]),
);
::maptrace::__private::declare! {
    name : "Pair.0", path : "Pair.0", named : false, kind : HashMap, scope : Type, sample
    : default, line : 2, from : (2, 13), to : (2, 49), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
::maptrace::__private::declare! {
    name : "Pair.1", path : "Pair.1", named : false, kind : BTreeSet, scope : Type,
    sample : default, line : 2, from : (2, 52), to : (2, 92), ty :
    [::maptrace::collections::BTreeSet < u8 >]
}
