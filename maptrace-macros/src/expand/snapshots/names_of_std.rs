#[maptrace]
use ahash::HashMap;
#[maptrace(kind = HashSet)]
use foldhash::HashSet;
#[maptrace]
use std::collections::*;
#[maptrace]
use hashbrown::HashTable;
#[maptrace(skip)]
use hashbrown::hash_map;
#[maptrace]
struct Cache {
    by_ahash: HashMap<u8, u8>,
    by_foldhash: HashSet<u8>,
    of_std: BTreeMap<u8, u8>,
    not_of_the_glob: hash_map::HashMap<u8, u8>,
}
#[maptrace]
mod tests {
    use super::*;
    fn by_ahash() {
        let map = HashMap::default();
        let table = HashTable::new();
    }
    mod inner {
        fn of_std() {
            let map = HashMap::new();
        }
    }
}
// ---- becomes ----
use ahash::RandomState as __BehindHashMap;
///`ahash::HashMap`, traced.
type HashMap<K, V> = ::maptrace::collections::HashMap<K, V, __BehindHashMap>;
#[allow(unused_imports)]
use ::maptrace::__private::NewWithAnyHasher as _;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 19), ty : []
}
use foldhash::HashSet as __BehindHashSet;
///`foldhash::HashSet`, traced.
type HashSet<T> = ::maptrace::collections::HashSet<
    T,
    <__BehindHashSet<
        (),
    > as ::maptrace::__private::OfKind<::maptrace::collections::HashSet<()>>>::Hasher,
>;
const _: () = <__BehindHashSet<
    (),
> as ::maptrace::__private::OfKind<::maptrace::collections::HashSet<()>>>::IS;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 22), ty : []
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
use ::maptrace::hashbrown::HashTable;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashTable of hashbrown, scope : File,
    sample : default, line : 8, from : (8, 1), to : (8, 25), ty : []
}
use hashbrown::hash_map;
struct Cache {
    by_ahash: HashMap<u8, u8>,
    by_foldhash: HashSet<u8>,
    of_std: ::maptrace::collections::BTreeMap<u8, u8>,
    not_of_the_glob: hash_map::HashMap<u8, u8>,
}
const _: () = {
    use ::maptrace::__private::Named as _;
    BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "Cache.by_ahash", path : "Cache.by_ahash", named : false, kind : HashMap,
    scope : Type, sample : default, line : 13, from : (13, 5), to : (13, 29), ty :
    [HashMap < u8, u8 >]
}
::maptrace::__private::declare! {
    name : "Cache.by_foldhash", path : "Cache.by_foldhash", named : false, kind :
    HashSet, scope : Type, sample : default, line : 14, from : (14, 5), to : (14, 28), ty
    : [HashSet < u8 >]
}
::maptrace::__private::declare! {
    name : "Cache.of_std", path : "Cache.of_std", named : false, kind : BTreeMap, scope :
    Type, sample : default, line : 15, from : (15, 5), to : (15, 28), ty :
    [::maptrace::collections::BTreeMap < u8, u8 >]
}
mod tests {
    use super::*;
    fn by_ahash() {
        ::maptrace::__private::declare! {
            name : "by_ahash::map", path : "by_ahash::map", named : false, kind :
            HashMap, scope : Place, sample : default, line : 22, from : (22, 9), to :
            (22, 37), ty : []
        }
        ::maptrace::__private::declare! {
            name : "by_ahash::table", path : "by_ahash::table", named : false, kind :
            HashTable of hashbrown, scope : Place, sample : default, line : 23, from :
            (23, 9), to : (23, 37), ty : []
        }
        let map = HashMap::default();
        let table = HashTable::new();
    }
    mod inner {
        fn of_std() {
            const _: () = {
                use ::maptrace::__private::Named as _;
                HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
            };
            ::maptrace::__private::declare! {
                name : "of_std::map", path : "of_std::map", named : false, kind :
                HashMap, scope : Place, sample : default, line : 27, from : (27, 13), to
                : (27, 37), ty : []
            }
            let map = (::maptrace::collections::HashMap::new)();
        }
    }
}
