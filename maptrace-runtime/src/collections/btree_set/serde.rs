//! serde's traits, with the bounds and the behaviour that serde has for std's set.

use serde::de::value::SeqDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer};
use serde::ser::{Serialize, Serializer};

use super::{BTreeSet, Plain};

impl<T: Serialize> Serialize for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        reads!(self.inner, Iterate);
        self.inner.map.serialize(serializer)
    }
}

/// Recorded as one batch on the new set, unless it is empty.
impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for BTreeSet<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By way of the library, so that the set's place is unknown and its site goes by its type: the caller here is
        // always the same line of serde's.
        Plain::deserialize(deserializer).map(Self::from)
    }
}

/// The set is recorded as freed.
impl<'de, T, E> IntoDeserializer<'de, E> for BTreeSet<T>
where
    T: IntoDeserializer<'de, E> + Eq + Ord,
    E: Error,
{
    type Deserializer = SeqDeserializer<<Self as IntoIterator>::IntoIter, E>;

    fn into_deserializer(self) -> Self::Deserializer {
        self.inner.into_plain().into_deserializer()
    }
}
