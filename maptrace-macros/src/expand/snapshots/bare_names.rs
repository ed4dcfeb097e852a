#[maptrace]
use rustc_hash::FxHashMap;
#[maptrace]
use std::collections::HashMap as Map;
#[maptrace(kind = HashSet)]
use crate::their::Table;
#[cfg(feature = "std")]
use std::collections::HashSet;
#[cfg(not(feature = "std"))]
use hashbrown::HashSet;
#[maptrace(skip)]
use hashbrown::HashMap;
#[maptrace]
fn load() {
    let fx = FxHashMap::default();
    let map = Map::new();
    let table = Table::default();
    let one_or_the_other = HashSet::new();
    let plain = HashMap::new();
    mod inner {
        type Other = FxHashMap;
    }
}
#[maptrace]
mod of_its_own {
    fn load() {
        let of_std = HashMap::new();
    }
}
// ---- becomes ----
use rustc_hash::FxHashMap as __BehindFxHashMap;
///`rustc_hash::FxHashMap`, traced.
type FxHashMap<K, V> = ::maptrace::collections::HashMap<
    K,
    V,
    <__BehindFxHashMap<
        (),
        u8,
    > as ::maptrace::__private::OfKind<::maptrace::collections::HashMap<(), u8>>>::Hasher,
>;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 26), ty : []
}
use ::maptrace::collections::HashMap as Map;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 37), ty : []
}
use crate::their::Table as __BehindTable;
///`crate::their::Table`, traced.
type Table<T> = ::maptrace::collections::HashSet<
    T,
    <__BehindTable<
        (),
    > as ::maptrace::__private::OfKind<::maptrace::collections::HashSet<()>>>::Hasher,
>;
const _: () = <__BehindTable<
    (),
> as ::maptrace::__private::OfKind<::maptrace::collections::HashSet<()>>>::IS;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 24), ty : []
}
#[cfg(feature = "std")]
use std::collections::HashSet;
#[cfg(not(feature = "std"))]
use hashbrown::HashSet;
use hashbrown::HashMap;
fn load() {
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashSet::__MAPTRACE.of_std::<::maptrace::collections::HashSet<()>>()
    };
    ::maptrace::__private::declare! {
        name : "load::fx", path : "load::fx", named : false, kind : HashMap, scope :
        Place, sample : default, line : 15, from : (15, 5), to : (15, 34), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::map", path : "load::map", named : false, kind : HashMap, scope :
        Place, sample : default, line : 16, from : (16, 5), to : (16, 25), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::table", path : "load::table", named : false, kind : HashSet, scope
        : Place, sample : default, line : 17, from : (17, 5), to : (17, 33), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::one_or_the_other", path : "load::one_or_the_other", named : false,
        kind : HashSet, scope : Place, sample : default, line : 18, from : (18, 5), to :
        (18, 42), ty : []
    }
    let fx = FxHashMap::default();
    let map = Map::new();
    let table = Table::default();
    let one_or_the_other = (::maptrace::collections::HashSet::new)();
    let plain = HashMap::new();
    mod inner {
        type Other = FxHashMap;
    }
}
mod of_its_own {
    fn load() {
        const _: () = {
            use ::maptrace::__private::Named as _;
            HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
        };
        ::maptrace::__private::declare! {
            name : "load::of_std", path : "load::of_std", named : false, kind : HashMap,
            scope : Place, sample : default, line : 27, from : (27, 9), to : (27, 36), ty
            : []
        }
        let of_std = (::maptrace::collections::HashMap::new)();
    }
}
