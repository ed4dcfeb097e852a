#[maptrace]
#[cfg(unix)]
struct Conditional {
    #[cfg(feature = "a")]
    map: HashMap<u8, u8>,
    #[cfg(not(feature = "a"))]
    map: BTreeMap<u8, u8>,
}
// ---- becomes ----
#[cfg(unix)]
struct Conditional {
    #[cfg(feature = "a")]
    map: ::maptrace::collections::HashMap<u8, u8>,
    #[cfg(not(feature = "a"))]
    map: ::maptrace::collections::BTreeMap<u8, u8>,
}
#[cfg(unix)]
#[cfg(feature = "a")]
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
#[cfg(unix)]
#[cfg(not(feature = "a"))]
const _: () = {
    use ::maptrace::__private::Named as _;
    BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
};
#[cfg(unix)]
#[cfg(feature = "a")]
::maptrace::__private::declare! {
    name : "Conditional.map", path : "Conditional.map", named : false, kind : HashMap,
    scope : Type, sample : default, line : 5, from : (5, 5), to : (5, 24), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
#[cfg(unix)]
#[cfg(not(feature = "a"))]
::maptrace::__private::declare! {
    name : "Conditional.map", path : "Conditional.map", named : false, kind : BTreeMap,
    scope : Type, sample : default, line : 7, from : (7, 5), to : (7, 25), ty :
    [::maptrace::collections::BTreeMap < u8, u8 >]
}
