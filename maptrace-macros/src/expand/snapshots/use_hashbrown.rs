#[maptrace]
use hashbrown::HashMap;
#[maptrace(name = "fast")]
pub(crate) use ::hashbrown::{hash_map::{self, Entry}, Equivalent, HashSet as Fast};
#[maptrace]
use {hashbrown::HashTable, std::sync::Arc, std::collections::BTreeMap};
#[maptrace]
use hashbrown as hb;
#[maptrace]
use maptrace::hashbrown::hash_set;
#[maptrace]
struct Cache<K> {
    bare: HashMap<K, u8>,
    renamed: Fast<u8>,
    module: hash_map::HashMap<u8, Entry<'static, u8, u8>>,
    path: hb::HashTable<K>,
    full: hashbrown::HashMap<u8, std::collections::HashMap<u8, u8>>,
}
#[maptrace]
fn load() -> hashbrown::HashMap<u8, u8> {
    let seen = HashMap::new();
    let set = hb::HashSet::new();
    let (std, table) = (std::collections::HashMap::new(), ::hashbrown::hash_table::HashTable::new());
    hashbrown::HashMap::with_capacity(3)
}
// ---- becomes ----
use ::maptrace::hashbrown::HashMap;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap of hashbrown, scope : File,
    sample : default, line : 2, from : (2, 1), to : (2, 23), ty : []
}
pub(crate) use ::maptrace::hashbrown::{
    hash_map::{self, Entry},
    Equivalent, HashSet as Fast,
};
::maptrace::__private::declare! {
    name : "fast", path : "", named : true, kind : HashMap of hashbrown, scope : File,
    sample : default, line : 4, from : (4, 1), to : (4, 83), ty : []
}
::maptrace::__private::declare! {
    name : "fast", path : "", named : true, kind : HashSet of hashbrown, scope : File,
    sample : default, line : 4, from : (4, 1), to : (4, 83), ty : []
}
use std::sync::Arc;
use ::maptrace::hashbrown::HashTable;
use ::maptrace::collections::BTreeMap;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashTable of hashbrown, scope : File,
    sample : default, line : 6, from : (6, 1), to : (6, 71), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 71), ty : []
}
use ::maptrace::hashbrown as hb;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap of hashbrown, scope : File,
    sample : default, line : 8, from : (8, 1), to : (8, 20), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet of hashbrown, scope : File,
    sample : default, line : 8, from : (8, 1), to : (8, 20), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashTable of hashbrown, scope : File,
    sample : default, line : 8, from : (8, 1), to : (8, 20), ty : []
}
use maptrace::hashbrown::hash_set;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet of hashbrown, scope : File,
    sample : default, line : 10, from : (10, 1), to : (10, 34), ty : []
}
struct Cache<K> {
    bare: HashMap<K, u8>,
    renamed: Fast<u8>,
    module: hash_map::HashMap<u8, Entry<'static, u8, u8>>,
    path: hb::HashTable<K>,
    full: ::maptrace::hashbrown::HashMap<u8, ::maptrace::collections::HashMap<u8, u8>>,
}
::maptrace::__private::declare! {
    name : "Cache.bare", path : "Cache.bare", named : false, kind : HashMap of hashbrown,
    scope : Type, sample : default, line : 13, from : (13, 5), to : (13, 24), ty : []
}
::maptrace::__private::declare! {
    name : "Cache.renamed", path : "Cache.renamed", named : false, kind : HashSet of
    hashbrown, scope : Type, sample : default, line : 14, from : (14, 5), to : (14, 21),
    ty : [Fast < u8 >]
}
::maptrace::__private::declare! {
    name : "Cache.module", path : "Cache.module", named : false, kind : HashMap of
    hashbrown, scope : Type, sample : default, line : 15, from : (15, 5), to : (15, 57),
    ty : [hash_map::HashMap < u8, Entry < 'static, u8, u8 > >]
}
::maptrace::__private::declare! {
    name : "Cache.path", path : "Cache.path", named : false, kind : HashTable of
    hashbrown, scope : Type, sample : default, line : 16, from : (16, 5), to : (16, 26),
    ty : []
}
::maptrace::__private::declare! {
    name : "Cache.full", path : "Cache.full", named : false, kind : HashMap of hashbrown,
    scope : Type, sample : default, line : 17, from : (17, 5), to : (17, 67), ty :
    [::maptrace::hashbrown::HashMap < u8, ::maptrace::collections::HashMap < u8, u8 > >]
}
::maptrace::__private::declare! {
    name : "Cache.full#2", path : "Cache.full#2", named : false, kind : HashMap, scope :
    Type, sample : default, line : 17, from : (17, 5), to : (17, 67), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
fn load() -> ::maptrace::hashbrown::HashMap<u8, u8> {
    ::maptrace::__private::declare! {
        name : "load::seen", path : "load::seen", named : false, kind : HashMap of
        hashbrown, scope : Place, sample : default, line : 21, from : (21, 5), to : (21,
        30), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::set", path : "load::set", named : false, kind : HashSet of
        hashbrown, scope : Place, sample : default, line : 22, from : (22, 5), to : (22,
        33), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::std", path : "load::std", named : false, kind : HashMap, scope :
        Place, sample : default, line : 23, from : (23, 25), to : (23, 56), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::table", path : "load::table", named : false, kind : HashTable of
        hashbrown, scope : Place, sample : default, line : 23, from : (23, 59), to : (23,
        99), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load", path : "load", named : false, kind : HashMap of hashbrown, scope :
        Body, sample : default, line : 20, from : (20, 4), to : (25, 1), ty : []
    }
    let seen = HashMap::new();
    let set = hb::HashSet::new();
    let (std, table) = (
        (::maptrace::collections::HashMap::new)(),
        (::maptrace::hashbrown::hash_table::HashTable::new)(),
    );
    (::maptrace::hashbrown::HashMap::with_capacity)(3)
}
