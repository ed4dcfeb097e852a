//! By value to code that names the plain collection: [`IntoInner`], beside `From` both ways. By reference: `AsRef`, beside
//! `Deref`.
//!
//! `Borrow` of the plain one is there with the feature `borrow` alone. With two types to choose from, the compiler can no
//! longer tell what `seen.contains(&parts.collect())` collects into, where `seen` is a set of sets: docs/adr/0018.

/// The plain collection, by value, with tracing on and off.
///
/// For a call of code that names the plain type. `.into()` does the same, but needs to know the target, and clippy calls
/// it useless while tracing is off.
///
/// ```
/// use maptrace_runtime::{IntoInner, collections::HashMap};
///
/// fn elsewhere(map: std::collections::HashMap<u8, &str>) -> usize {
///     map.len()
/// }
///
/// let names = HashMap::from([(1, "one")]);
/// assert_eq!(elsewhere(names.into_inner()), 1);
/// ```
///
/// By reference there are `Deref` and `AsRef`, and with the feature `borrow` also `Borrow`. With that, the compiler cannot
/// tell any more what is collected here (error E0283), as a traced set borrows as itself and as std's:
///
#[cfg_attr(
    all(
        feature = "borrow",
        feature = "enable",
        any(not(feature = "release_off"), debug_assertions)
    ),
    doc = "```compile_fail,E0283"
)]
#[cfg_attr(
    not(all(
        feature = "borrow",
        feature = "enable",
        any(not(feature = "release_off"), debug_assertions)
    )),
    doc = "```"
)]
/// use maptrace_runtime::collections::{BTreeSet, HashSet};
///
/// let seen = HashSet::from([BTreeSet::from([1, 2])]);
/// assert!(seen.contains(&[1, 2].into_iter().collect()));
/// ```
pub trait IntoInner {
    /// The plain collection: `Self`, with tracing off.
    type Inner;

    /// Gives up tracing and returns the plain collection, in O(1). The traced one counts as freed, with its entries.
    fn into_inner(self) -> Self::Inner;
}

macro_rules! border {
    ($([$($P:ident $(: $bound:path)?),*] $Traced:ty, $Plain:ty;)*) => {
        $(
            impl<$($P $(: $bound)?),*> IntoInner for $Traced {
                type Inner = $Plain;

                #[inline]
                #[allow(clippy::useless_conversion, reason = "with tracing off both are one type")]
                fn into_inner(self) -> $Plain {
                    self.into()
                }
            }

            /// As by `Deref`.
            #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
            impl<$($P $(: $bound)?),*> AsRef<$Plain> for $Traced {
                #[inline]
                fn as_ref(&self) -> &$Plain {
                    self
                }
            }

            /// As by `Deref`: both are equal, ordered and hashed alike, where they are at all. With the feature `borrow`
            /// alone, as with two types to borrow as what is looked up is not always inferred.
            #[cfg(all(feature = "borrow", feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
            impl<$($P $(: $bound)?),*> std::borrow::Borrow<$Plain> for $Traced {
                #[inline]
                fn borrow(&self) -> &$Plain {
                    self
                }
            }
        )*
    };
}

border! {
    [K, V, S] crate::collections::HashMap<K, V, S>, std::collections::HashMap<K, V, S>;
    [T, S] crate::collections::HashSet<T, S>, std::collections::HashSet<T, S>;
    [K, V] crate::collections::BTreeMap<K, V>, std::collections::BTreeMap<K, V>;
    [T] crate::collections::BTreeSet<T>, std::collections::BTreeSet<T>;
}

#[cfg(feature = "hashbrown")]
border! {
    [K, V, S, A: allocator_api2::alloc::Allocator]
        crate::hashbrown::HashMap<K, V, S, A>, ::hashbrown::HashMap<K, V, S, A>;
    [T, S, A: allocator_api2::alloc::Allocator] crate::hashbrown::HashSet<T, S, A>, ::hashbrown::HashSet<T, S, A>;
    [T, A: allocator_api2::alloc::Allocator] crate::hashbrown::HashTable<T, A>, ::hashbrown::HashTable<T, A>;
}

#[cfg(feature = "indexmap")]
border! {
    [K, V, S] crate::indexmap::IndexMap<K, V, S>, ::indexmap::IndexMap<K, V, S>;
    [T, S] crate::indexmap::IndexSet<T, S>, ::indexmap::IndexSet<T, S>;
}
