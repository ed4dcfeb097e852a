#[maptrace]
pub use ahash::{AHashMap, AHashSet as Fast, RandomState};
#[maptrace]
#[cfg(feature = "x")]
use ahash::HashMap;
// ---- becomes ----
#[allow(unused_imports)]
pub use ahash::RandomState;
use ahash::RandomState as __BehindAHashMap;
///`ahash::AHashMap`, traced.
pub type AHashMap<K, V> = ::maptrace::collections::HashMap<K, V, __BehindAHashMap>;
#[allow(unused_imports)]
use ::maptrace::__private::NewWithAnyHasher as _;
use ahash::RandomState as __BehindFast;
///`ahash::AHashSet`, traced.
pub type Fast<T> = ::maptrace::collections::HashSet<T, __BehindFast>;
#[allow(unused_imports)]
use ::maptrace::__private::NewWithAnyHasher as _;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 57), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashSet, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 57), ty : []
}
#[cfg(feature = "x")]
use ahash::RandomState as __BehindHashMap;
#[cfg(feature = "x")]
///`ahash::HashMap`, traced.
type HashMap<K, V> = ::maptrace::collections::HashMap<K, V, __BehindHashMap>;
#[cfg(feature = "x")]
#[allow(unused_imports)]
use ::maptrace::__private::NewWithAnyHasher as _;
#[cfg(feature = "x")]
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 5, from : (5, 1), to : (5, 19), ty : []
}
