//! By value to code that names the plain collection: [`IntoInner`], beside `From` both ways.
//!
//! A traced collection is no `Borrow` of the plain one. With two types to choose from, the compiler could no longer tell what
//! `seen.contains(&parts.collect())` collects into, where `seen` is a set of sets.

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
