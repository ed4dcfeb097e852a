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
    name : "", named : false, kind : BTreeMap, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
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
        name : "", named : false, kind : HashMap, scope : File, sample : default, line :
        6, end_line : 6, ty : []
    }
};
use std::{fmt, io::{self, Write}};
use ::maptrace::collections::{self, btree_map::{self, Entry}};
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 8,
    end_line : 8, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : HashSet, scope : File, sample : default, line : 8,
    end_line : 8, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeMap, scope : File, sample : default, line : 8,
    end_line : 8, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 8,
    end_line : 8, ty : []
}
use other::Thing;
use ::maptrace::collections::BTreeSet;
use ::maptrace::collections::HashSet as Set;
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 10,
    end_line : 10, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : HashSet, scope : File, sample : default, line : 10,
    end_line : 10, ty : []
}
use std::{self};
use ::maptrace::collections::HashMap;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 12,
    end_line : 12, ty : []
}
