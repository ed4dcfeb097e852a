#[maptrace]
use std::collections::{BTreeMap, HashMap, VecDeque, hash_map::Entry};
#[maptrace]
/// Documented.
#[allow(unused_imports)]
pub use std::{collections::{HashMap, VecDeque}, sync::Arc};
#[maptrace]
use std::{collections::{self, btree_map::{self, Entry}}, fmt, io::{self, Write}};
#[maptrace]
use {alloc::collections::BTreeSet, std::collections::HashSet as Set, other::Thing};
#[maptrace]
use std::{self, collections::HashMap};
// ---- becomes ----
use ::maptrace::collections::{BTreeMap, HashMap, VecDeque, hash_map::Entry};
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 69), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 69), ty : []
}
/// Documented.
#[allow(unused_imports)]
pub use std::sync::Arc;
/// Documented.
#[allow(unused_imports)]
pub use ::maptrace::collections::{HashMap, VecDeque};
#[allow(unused_imports)]
const _: () = {
    ::maptrace::__private::declare! {
        name : "", path : "", named : false, kind : HashMap, scope : File, sample :
        default, line : 6, from : (6, 1), to : (6, 59), ty : []
    }
};
use std::{fmt, io::{self, Write}};
use ::maptrace::collections::{self, btree_map::{self, Entry}};
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 8, from : (8, 1), to : (8, 81), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 8, from : (8, 1), to : (8, 81), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 8, from : (8, 1), to : (8, 81), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 8, from : (8, 1), to : (8, 81), ty : []
}
use other::Thing;
use ::maptrace::collections::BTreeSet;
use ::maptrace::collections::HashSet as Set;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeSet, scope : File, sample : default,
    line : 10, from : (10, 1), to : (10, 83), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 10, from : (10, 1), to : (10, 83), ty : []
}
use std::{self};
use ::maptrace::collections::HashMap;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 12, from : (12, 1), to : (12, 38), ty : []
}
