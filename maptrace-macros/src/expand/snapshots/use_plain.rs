#[maptrace]
use std::collections::HashMap;
#[maptrace]
pub(crate) use ::std::collections::BTreeSet;
#[maptrace]
use std::collections::HashMap as Map;
#[maptrace(name = "cache", sample = 64)]
use std::collections::HashSet;
#[maptrace]
use alloc::collections::BTreeMap;
#[maptrace]
use std::collections::hash_map::HashMap;
// ---- becomes ----
use ::maptrace::collections::HashMap;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 30), ty : []
}
pub(crate) use ::maptrace::collections::BTreeSet;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 44), ty : []
}
use ::maptrace::collections::HashMap as Map;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 37), ty : []
}
use ::maptrace::collections::HashSet;
::maptrace::__private::declare! {
    name : "cache", path : "", named : true, kind : HashSet, scope : File, sample : 64,
    line : 8, from : (8, 1), to : (8, 30), ty : []
}
use ::maptrace::collections::BTreeMap;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 10, from : (10, 1), to : (10, 33), ty : []
}
use ::maptrace::collections::hash_map::HashMap;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 12, from : (12, 1), to : (12, 40), ty : []
}
