#[maptrace]
pub const EMPTY: &BTreeMap<u8, u8> = &BTreeMap::new();
#[maptrace]
const NONE: Option<std::collections::HashMap<u8, u8>> = None::<std::collections::HashMap<u8, u8>>;
// ---- becomes ----
pub const EMPTY: &::maptrace::collections::BTreeMap<u8, u8> = &(::maptrace::collections::BTreeMap::new)();
const _: () = {
    use ::maptrace::__private::Named as _;
    BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "EMPTY", path : "EMPTY", named : false, kind : BTreeMap, scope : Item, sample
    : default, line : 2, from : (2, 1), to : (2, 54), ty :
    [::maptrace::collections::BTreeMap < u8, u8 >]
}
const NONE: Option<::maptrace::collections::HashMap<u8, u8>> = None::<
    ::maptrace::collections::HashMap<u8, u8>,
>;
::maptrace::__private::declare! {
    name : "NONE", path : "NONE", named : false, kind : HashMap, scope : Item, sample :
    default, line : 4, from : (4, 1), to : (4, 98), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
