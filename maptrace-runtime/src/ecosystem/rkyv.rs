//! rkyv's traits: the archive of the plain collection, byte for byte.

use ::rkyv::collections::btree_map::ArchivedBTreeMap;
use ::rkyv::collections::btree_set::ArchivedBTreeSet;
use ::rkyv::collections::swiss_table::{ArchivedHashMap, ArchivedHashSet};
#[cfg(feature = "indexmap")]
use ::rkyv::collections::swiss_table::{ArchivedIndexMap, ArchivedIndexSet};
use ::rkyv::rancor::Fallible;
use ::rkyv::{Archive, Deserialize, Place, Serialize};

use super::traced;

macro_rules! implement {
    ([$($P:ident),*] $Traced:ty, $Plain:ty, [$($A:ident),*] $Archived:ty) => {
        impl<$($P),*> Archive for $Traced
        where
            $Plain: Archive,
        {
            type Archived = <$Plain as Archive>::Archived;
            type Resolver = <$Plain as Archive>::Resolver;

            fn resolve(&self, resolver: Self::Resolver, out: Place<Self::Archived>) {
                <$Plain>::resolve(self, resolver, out);
            }
        }

        impl<$($P,)* Z> Serialize<Z> for $Traced
        where
            $Plain: Serialize<Z>,
            Z: Fallible + ?Sized,
        {
            fn serialize(&self, serializer: &mut Z) -> Result<Self::Resolver, Z::Error> {
                <$Plain as Serialize<Z>>::serialize(self, serializer)
            }
        }

        /// Recorded as one batch.
        impl<$($P,)* $($A,)* D> Deserialize<$Traced, D> for $Archived
        where
            Self: Deserialize<$Plain, D>,
            D: Fallible + ?Sized,
        {
            fn deserialize(&self, deserializer: &mut D) -> Result<$Traced, D::Error> {
                <Self as Deserialize<$Plain, D>>::deserialize(self, deserializer).map(traced)
            }
        }

        /// Not the other way round as well: with two types on the right, `map == parts.collect()` would not compile.
        impl<$($P,)* $($A),*> PartialEq<$Traced> for $Archived
        where
            Self: PartialEq<$Plain>,
        {
            fn eq(&self, other: &$Traced) -> bool {
                PartialEq::<$Plain>::eq(self, other)
            }
        }
    };
}

implement!(
    [K, V, S] crate::collections::HashMap<K, V, S>,
    std::collections::HashMap<K, V, S>,
    [AK, AV] ArchivedHashMap<AK, AV>
);
implement!(
    [T, S] crate::collections::HashSet<T, S>,
    std::collections::HashSet<T, S>,
    [A] ArchivedHashSet<A>
);
implement!(
    [K, V] crate::collections::BTreeMap<K, V>,
    std::collections::BTreeMap<K, V>,
    [AK, AV] ArchivedBTreeMap<AK, AV>
);
implement!([T] crate::collections::BTreeSet<T>, std::collections::BTreeSet<T>, [A] ArchivedBTreeSet<A>);
#[cfg(feature = "indexmap")]
implement!(
    [K, V, S] crate::indexmap::IndexMap<K, V, S>,
    ::indexmap::IndexMap<K, V, S>,
    [AK, AV] ArchivedIndexMap<AK, AV>
);
#[cfg(feature = "indexmap")]
implement!(
    [T, S] crate::indexmap::IndexSet<T, S>,
    ::indexmap::IndexSet<T, S>,
    [A] ArchivedIndexSet<A>
);
#[cfg(feature = "hashbrown")]
implement!(
    [K, V, S] crate::hashbrown::HashMap<K, V, S>,
    ::hashbrown::HashMap<K, V, S>,
    [AK, AV] ArchivedHashMap<AK, AV>
);
#[cfg(feature = "hashbrown")]
implement!(
    [T, S] crate::hashbrown::HashSet<T, S>,
    ::hashbrown::HashSet<T, S>,
    [A] ArchivedHashSet<A>
);
