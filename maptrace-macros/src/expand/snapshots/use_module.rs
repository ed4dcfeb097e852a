#[maptrace]
use std::collections;
#[maptrace]
use std::collections as c;
#[maptrace]
use std::collections::*;
#[maptrace]
use alloc::collections::*;
#[maptrace]
use std::collections::hash_map;
#[maptrace]
use std::collections::btree_set::{self, Iter};
#[maptrace]
use std::collections::hash_map::*;
#[maptrace]
use collections::HashSet;
#[maptrace]
use hash_map::HashMap;
// ---- becomes ----
use ::maptrace::collections;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 21), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 21), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 21), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 21), ty : []
}
use ::maptrace::collections as c;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 26), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 26), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 26), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 26), ty : []
}
use ::maptrace::collections::*;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 24), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 24), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 24), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 24), ty : []
}
use ::maptrace::collections::*;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 8, from : (8, 1), to : (8, 26), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 8, from : (8, 1), to : (8, 26), ty : []
}
use ::maptrace::collections::hash_map;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 10, from : (10, 1), to : (10, 31), ty : []
}
use ::maptrace::collections::btree_set::{self, Iter};
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 12, from : (12, 1), to : (12, 46), ty : []
}
use ::maptrace::collections::hash_map::*;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 14, from : (14, 1), to : (14, 34), ty : []
}
use ::maptrace::collections::HashSet;
const _: () = {
    use ::maptrace::__private::Named as _;
    use collections::BTreeMap as Plain;
    Plain::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 16, from : (16, 1), to : (16, 25), ty : []
}
use ::maptrace::collections::hash_map::HashMap;
const _: () = {
    use ::maptrace::__private::Named as _;
    use hash_map::HashMap as Plain;
    Plain::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 18, from : (18, 1), to : (18, 22), ty : []
}
