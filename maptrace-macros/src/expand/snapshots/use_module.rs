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
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : HashSet, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeMap, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
}
use ::maptrace::collections as c;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 4,
    end_line : 4, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : HashSet, scope : File, sample : default, line : 4,
    end_line : 4, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeMap, scope : File, sample : default, line : 4,
    end_line : 4, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 4,
    end_line : 4, ty : []
}
use ::maptrace::collections::*;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 6,
    end_line : 6, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : HashSet, scope : File, sample : default, line : 6,
    end_line : 6, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeMap, scope : File, sample : default, line : 6,
    end_line : 6, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 6,
    end_line : 6, ty : []
}
use ::maptrace::collections::*;
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeMap, scope : File, sample : default, line : 8,
    end_line : 8, ty : []
}
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 8,
    end_line : 8, ty : []
}
use ::maptrace::collections::hash_map;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 10,
    end_line : 10, ty : []
}
use ::maptrace::collections::btree_set::{self, Iter};
::maptrace::__private::declare! {
    name : "", named : false, kind : BTreeSet, scope : File, sample : default, line : 12,
    end_line : 12, ty : []
}
use ::maptrace::collections::hash_map::*;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 14,
    end_line : 14, ty : []
}
use ::maptrace::collections::HashSet;
const _: () = {
    type _Plain<K, V> = collections::BTreeMap<K, V>;
};
::maptrace::__private::declare! {
    name : "", named : false, kind : HashSet, scope : File, sample : default, line : 16,
    end_line : 16, ty : []
}
use ::maptrace::collections::hash_map::HashMap;
const _: () = {
    type _Plain<K, V> = hash_map::HashMap<K, V>;
};
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 18,
    end_line : 18, ty : []
}
