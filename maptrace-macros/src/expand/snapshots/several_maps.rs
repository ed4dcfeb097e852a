#[maptrace]
type Tables = (HashMap<u8, BTreeMap<u8, u8>>, BTreeSet<u8>);
#[maptrace(name = "tables")]
type Named = std::collections::HashMap<u8, std::collections::HashMap<u8, u8>>;
// ---- becomes ----
type Tables = (
    ::maptrace::collections::HashMap<u8, ::maptrace::collections::BTreeMap<u8, u8>>,
    ::maptrace::collections::BTreeSet<u8>,
);
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
    BTreeSet::__MAPTRACE.of_std::<::maptrace::collections::BTreeSet<()>>()
};
::maptrace::__private::declare! {
    name : "Tables", path : "Tables", named : false, kind : HashMap, scope : Type, sample
    : default, line : 2, from : (2, 1), to : (2, 60), ty :
    [::maptrace::collections::HashMap < u8, ::maptrace::collections::BTreeMap < u8, u8 >
    >]
}
::maptrace::__private::declare! {
    name : "Tables#2", path : "Tables#2", named : false, kind : BTreeMap, scope : Type,
    sample : default, line : 2, from : (2, 1), to : (2, 60), ty :
    [::maptrace::collections::BTreeMap < u8, u8 >]
}
::maptrace::__private::declare! {
    name : "Tables#3", path : "Tables#3", named : false, kind : BTreeSet, scope : Type,
    sample : default, line : 2, from : (2, 1), to : (2, 60), ty :
    [::maptrace::collections::BTreeSet < u8 >]
}
type Named = ::maptrace::collections::HashMap<
    u8,
    ::maptrace::collections::HashMap<u8, u8>,
>;
::maptrace::__private::declare! {
    name : "tables", path : "Named", named : true, kind : HashMap, scope : Type, sample :
    default, line : 4, from : (4, 1), to : (4, 78), ty :
    [::maptrace::collections::HashMap < u8, ::maptrace::collections::HashMap < u8, u8 >
    >]
}
::maptrace::__private::declare! {
    name : "tables#2", path : "Named#2", named : true, kind : HashMap, scope : Type,
    sample : default, line : 4, from : (4, 1), to : (4, 78), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
