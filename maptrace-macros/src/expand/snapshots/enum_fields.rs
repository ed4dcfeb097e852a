#[maptrace]
enum Value {
    Nil,
    Hash(HashMap<String, String>),
    #[cfg(feature = "sorted")]
    Sorted {
        #[maptrace(name = "scores")]
        by_score: std::collections::BTreeMap<u64, String>,
        #[maptrace(skip)]
        members: std::collections::HashSet<String>,
    },
}
// ---- becomes ----
enum Value {
    Nil,
    Hash(::maptrace::collections::HashMap<String, String>),
    #[cfg(feature = "sorted")]
    Sorted {
        by_score: ::maptrace::collections::BTreeMap<u64, String>,
        members: std::collections::HashSet<String>,
    },
}
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "Value::Hash.0", path : "Value::Hash.0", named : false, kind : HashMap, scope
    : Type, sample : default, line : 4, from : (4, 10), to : (4, 32), ty :
    [::maptrace::collections::HashMap < String, String >]
}
#[cfg(feature = "sorted")]
::maptrace::__private::declare! {
    name : "scores", path : "Value::Sorted.by_score", named : true, kind : BTreeMap,
    scope : Type, sample : default, line : 8, from : (8, 9), to : (8, 57), ty :
    [::maptrace::collections::BTreeMap < u64, String >]
}
