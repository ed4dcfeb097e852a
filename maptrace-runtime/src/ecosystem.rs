//! Traits of other crates for the traced collections, each behind the feature of its crate's name.
//!
//! Every implementation asks what the plain collection's asks for and is the plain one's: the same bytes, schemas, random
//! values and errors by construction. What it reads is made as a plain collection and then wrapped, which is
//! recorded as one batch. Traits that need more than a collection's interface are with the collections: serde's, whose batch
//! tells which entries replaced others, and rayon's.

// Which of these three are used depends on the features.

/// Calls a macro for every traced collection whose plain one is std's, with its generics and both types.
#[allow(unused_macros)]
macro_rules! std_kinds {
    ($implement:ident) => {
        $implement!([K, V, S] crate::collections::HashMap<K, V, S>, std::collections::HashMap<K, V, S>);
        $implement!([T, S] crate::collections::HashSet<T, S>, std::collections::HashSet<T, S>);
        $implement!([K, V] crate::collections::BTreeMap<K, V>, std::collections::BTreeMap<K, V>);
        $implement!([T] crate::collections::BTreeSet<T>, std::collections::BTreeSet<T>);
    };
}

/// As [`std_kinds`], and for indexmap's if they are there.
#[allow(unused_macros)]
macro_rules! std_and_index_kinds {
    ($implement:ident) => {
        std_kinds!($implement);
        #[cfg(feature = "indexmap")]
        $implement!([K, V, S] crate::indexmap::IndexMap<K, V, S>, ::indexmap::IndexMap<K, V, S>);
        #[cfg(feature = "indexmap")]
        $implement!([T, S] crate::indexmap::IndexSet<T, S>, ::indexmap::IndexSet<T, S>);
    };
}

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "borsh")]
mod borsh;
#[cfg(feature = "proptest")]
mod proptest;
#[cfg(feature = "quickcheck")]
mod quickcheck;
#[cfg(feature = "rkyv")]
mod rkyv;
#[cfg(feature = "schemars")]
mod schemars;
#[cfg(feature = "schemars08")]
mod schemars08;
#[cfg(feature = "serde_with")]
mod serde_with;

/// A traced collection of a plain one that another crate has made. By a function of std's that passes no caller on, so
/// that the collection is known by its type: the other crate's source would tell nobody anything.
#[allow(dead_code)]
fn traced<Plain, Traced: From<Plain>>(plain: Plain) -> Traced {
    let [traced] = [plain].map(Traced::from);
    traced
}
