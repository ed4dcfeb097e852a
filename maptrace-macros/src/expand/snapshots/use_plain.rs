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
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
}
pub(crate) use ::maptrace::collections::BTreeSet;
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 4,
    end_line : 4, ty : []
}
use ::maptrace::collections::HashMap as Map;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 6,
    end_line : 6, ty : []
}
use ::maptrace::collections::HashSet;
::maptrace::__private::declare! {
    name : "cache", named : true, kind : HashSet, scope : File, sample : 64, line : 8,
    end_line : 8, ty : []
}
use ::maptrace::collections::BTreeMap;
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeMap, scope : File, sample : default, line : 10,
    end_line : 10, ty : []
}
use ::maptrace::collections::hash_map::HashMap;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 12,
    end_line : 12, ty : []
}
