//! serde's traits, with the bounds and the behaviour that serde has for std's map.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{BTreeMap, Plain};

impl<K: Serialize, V: Serialize> Serialize for BTreeMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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
