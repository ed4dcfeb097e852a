//! serde's traits, with the bounds and the behaviour that serde has for std's map.

use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer};
use serde::ser::{Serialize, Serializer};

use super::{BTreeMap, Plain};

impl<K: Serialize, V: Serialize> Serialize for BTreeMap<K, V> {
    #[cfg_attr(feature = "race", track_caller)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        reads!(self.inner, Iterate);
        self.inner.map.serialize(serializer)
    }
}

/// Recorded as one batch on the new map, unless it is empty.
impl<'de, K, V> Deserialize<'de> for BTreeMap<K, V>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By way of the library, so that the map's place is unknown and its site goes by its type: the caller here is
        // always the same line of serde's.
        Plain::deserialize(deserializer).map(Self::from)
    }
}

/// The map is recorded as freed.
impl<'de, K, V, E> IntoDeserializer<'de, E> for BTreeMap<K, V>
where
    K: IntoDeserializer<'de, E> + Eq + Ord,
    V: IntoDeserializer<'de, E>,
    E: Error,
{
    type Deserializer = MapDeserializer<'de, <Self as IntoIterator>::IntoIter, E>;

    fn into_deserializer(self) -> Self::Deserializer {
        self.inner.into_plain().into_deserializer()
    }
}
