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
///`rustc_hash::FxHashMap`, traced.
pub type FxHashMap<K, V> = <rustc_hash::FxHashMap<
    K,
    V,
> as ::maptrace::__private::Retraced>::Traced;
#[cfg(feature = "x")]
///`rustc_hash::FxHashSet`, traced.
pub type Fast<T> = <rustc_hash::FxHashSet<T> as ::maptrace::__private::Retraced>::Traced;
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
///`crate::their::Sorted`, traced.
type Sorted<K, V> = <crate::their::Sorted<
    K,
    V,
> as ::maptrace::__private::Retraced>::Traced;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : BTreeMap, scope : File, sample : default,
    line : 5, from : (5, 1), to : (5, 25), ty : []
}
type Sessions<K> = <their::Table<K, u8> as ::maptrace::__private::Retraced>::Traced;
::maptrace::__private::declare! {
    name : "Sessions", path : "Sessions", named : false, kind : HashMap, scope : Type,
    sample : default, line : 7, from : (7, 1), to : (7, 39), ty : []
}
