#[maptrace(sample = 8)]
#[cfg(feature = "x")]
pub use rustc_hash::{FxHashMap, FxHashSet as Fast, FxHasher};
#[maptrace(kind = BTreeMap)]
use crate::their::Sorted;
#[maptrace(kind = HashMap)]
type Sessions<K> = their::Table<K, u8>;
// ---- becomes ----
#[cfg(feature = "x")]
pub use rustc_hash::FxHasher;
#[cfg(feature = "x")]
use rustc_hash::FxHashMap as __BehindFxHashMap;
#[cfg(feature = "x")]
///`rustc_hash::FxHashMap`, traced.
pub type FxHashMap<K, V> = ::maptrace::collections::HashMap<
    K,
    V,
    <__BehindFxHashMap<
        (),
        u8,
    > as ::maptrace::__private::OfKind<::maptrace::collections::HashMap<(), u8>>>::Hasher,
>;
#[cfg(feature = "x")]
use rustc_hash::FxHashSet as __BehindFast;
#[cfg(feature = "x")]
///`rustc_hash::FxHashSet`, traced.
pub type Fast<T> = ::maptrace::collections::HashSet<
    T,
    <__BehindFast<
        (),
    > as ::maptrace::__private::OfKind<::maptrace::collections::HashSet<()>>>::Hasher,
>;
#[cfg(feature = "x")]
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : 8, line :
    3, from : (3, 1), to : (3, 61), ty : []
}
#[cfg(feature = "x")]
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : 8, line :
    3, from : (3, 1), to : (3, 61), ty : []
}
use crate::their::Sorted as __BehindSorted;
///`crate::their::Sorted`, traced.
type Sorted<K, V> = ::maptrace::collections::BTreeMap<K, V>;
const _: () = <__BehindSorted<
    (),
    u8,
> as ::maptrace::__private::OfKind<::maptrace::collections::BTreeMap<(), u8>>>::IS;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 5, from : (5, 1), to : (5, 25), ty : []
}
type Sessions<K> = <their::Table<K, u8> as ::maptrace::__private::Retraced>::Traced;
::maptrace::__private::declare! {
    name : "Sessions", path : "Sessions", named : false, kind : HashMap, scope : Type,
    sample : default, line : 7, from : (7, 1), to : (7, 39), ty : []
}
