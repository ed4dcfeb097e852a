//! serde_with's traits, for `#[serde_as(as = "...")]` on a field that is or holds a traced collection.
//!
//! In the string stands the traced collection if the `use` is annotated, and the plain one if only the `struct` is, so
//! both can be written for the field; so can each of serde_with's own names for what it does with maps and sets.

use ::serde::{Deserializer, Serializer};
use ::serde_with::{
    DeserializeAs, MapFirstKeyWins, MapPreventDuplicates, MapSkipError, Seq, SerializeAs, SetLastValueWins,
    SetPreventDuplicates,
};

use super::traced;

/// A traced collection is written as `$As` in the way that the plain one is written as `$PlainAs`.
macro_rules! written_as {
    ([$($P:ident),*] $Traced:ty, $Plain:ty; $As:ty, $PlainAs:ty) => {
        impl<$($P),*> SerializeAs<$Traced> for $As
        where
            $PlainAs: SerializeAs<$Plain>,
        {
            fn serialize_as<Z: Serializer>(source: &$Traced, serializer: Z) -> Result<Z::Ok, Z::Error> {
                <$PlainAs as SerializeAs<$Plain>>::serialize_as(source, serializer)
            }
        }

        /// Recorded as one batch.
        impl<'de, $($P),*> DeserializeAs<'de, $Traced> for $As
        where
            $PlainAs: DeserializeAs<'de, $Plain>,
        {
            fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<$Traced, D::Error> {
                <$PlainAs as DeserializeAs<'de, $Plain>>::deserialize_as(deserializer).map(traced)
            }
        }
    };
    ([$($P:ident),*] $Traced:ty, $Plain:ty; $As:ty) => {
        written_as!([$($P),*] $Traced, $Plain; $As, $As);
    };
}

/// One map; its types with the entries' types and with those that they are written as.
macro_rules! implement_map {
    ([$($S:ident)?] $Traced:ty, $TracedAs:ty, $Plain:ty, $PlainAs:ty) => {
        written_as!([K, V, KAs, VAs $(, $S)?] $Traced, $Plain; $TracedAs, $PlainAs);
        written_as!([K, V, KAs, VAs $(, $S)?] $Traced, $Plain; $PlainAs);
        written_as!([K, V, KAs, VAs $(, $S)?] $Traced, $Plain; Seq<(KAs, VAs)>);
        written_as!([K, V, KAs, VAs $(, $S)?] $Traced, $Plain; Vec<(KAs, VAs)>);
        written_as!([K, V, KAs, VAs $(, $S)?] $Traced, $Plain; MapFirstKeyWins<KAs, VAs>);
        written_as!([K, V, KAs, VAs $(, $S)?] $Traced, $Plain; MapPreventDuplicates<KAs, VAs>);
        written_as!([K, V, KAs, VAs, I $(, $S)?] $Traced, $Plain; MapSkipError<KAs, VAs, I>);
    };
}

/// One set.
macro_rules! implement_set {
    ([$($S:ident)?] $Traced:ty, $TracedAs:ty, $Plain:ty, $PlainAs:ty) => {
        written_as!([T, As $(, $S)?] $Traced, $Plain; $TracedAs, $PlainAs);
        written_as!([T, As $(, $S)?] $Traced, $Plain; $PlainAs);
        written_as!([T, As $(, $S)?] $Traced, $Plain; SetLastValueWins<As>);
        written_as!([T, As $(, $S)?] $Traced, $Plain; SetPreventDuplicates<As>);
    };
}

/// A sequence of pairs is written as a map.
macro_rules! pairs_as {
    ($Traced:ty, $Plain:ty) => {
        impl<K, V, KAs, VAs> SerializeAs<Vec<(K, V)>> for $Traced
        where
            $Plain: SerializeAs<Vec<(K, V)>>,
        {
            fn serialize_as<Z: Serializer>(source: &Vec<(K, V)>, serializer: Z) -> Result<Z::Ok, Z::Error> {
                <$Plain>::serialize_as(source, serializer)
            }
        }

        impl<'de, K, V, KAs, VAs> DeserializeAs<'de, Vec<(K, V)>> for $Traced
        where
            $Plain: DeserializeAs<'de, Vec<(K, V)>>,
        {
            fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(K, V)>, D::Error> {
                <$Plain>::deserialize_as(deserializer)
            }
        }
    };
}

/// The collections of std's.
mod of_std {
    use super::*;
    use crate::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
    use std::collections as plain;

    implement_map!([S] HashMap<K, V, S>, HashMap<KAs, VAs, S>, plain::HashMap<K, V, S>, plain::HashMap<KAs, VAs, S>);
    implement_map!([] BTreeMap<K, V>, BTreeMap<KAs, VAs>, plain::BTreeMap<K, V>, plain::BTreeMap<KAs, VAs>);
    implement_set!([S] HashSet<T, S>, HashSet<As, S>, plain::HashSet<T, S>, plain::HashSet<As, S>);
    implement_set!([] BTreeSet<T>, BTreeSet<As>, plain::BTreeSet<T>, plain::BTreeSet<As>);
    pairs_as!(HashMap<KAs, VAs>, plain::HashMap<KAs, VAs>);
    pairs_as!(BTreeMap<KAs, VAs>, plain::BTreeMap<KAs, VAs>);
}

#[cfg(feature = "hashbrown")]
mod of_hashbrown {
    use super::*;
    use crate::hashbrown::{HashMap, HashSet};
    use ::hashbrown as plain;

    implement_map!([S] HashMap<K, V, S>, HashMap<KAs, VAs, S>, plain::HashMap<K, V, S>, plain::HashMap<KAs, VAs, S>);
    implement_set!([S] HashSet<T, S>, HashSet<As, S>, plain::HashSet<T, S>, plain::HashSet<As, S>);
}

#[cfg(feature = "indexmap")]
mod of_indexmap {
    use super::*;
    use crate::indexmap::{IndexMap, IndexSet};
    use ::indexmap as plain;

    implement_map!([S] IndexMap<K, V, S>, IndexMap<KAs, VAs, S>, plain::IndexMap<K, V, S>, plain::IndexMap<KAs, VAs, S>);
    implement_set!([S] IndexSet<T, S>, IndexSet<As, S>, plain::IndexSet<T, S>, plain::IndexSet<As, S>);
}
