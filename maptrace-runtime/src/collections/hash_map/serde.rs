//! serde's traits, as serde has them for the plain map.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::HashMap;
use crate::collections::cautious;
use crate::episode::BatchDoor;

impl<K: Serialize, V: Serialize, S> Serialize for HashMap<K, V, S> {
    #[cfg_attr(feature = "race", track_caller)]
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        reads!(self.inner, Iterate);
        self.inner.map.serialize(serializer)
    }
}

impl<'de, K, V, S> Deserialize<'de> for HashMap<K, V, S>
where
    K: Deserialize<'de> + Eq + Hash,
    V: Deserialize<'de>,
    S: BuildHasher + Default,
{
    /// One batch, of the same kind as `from_iter`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

impl<'de, K, V, S, E> IntoDeserializer<'de, E> for HashMap<K, V, S>
where
    K: IntoDeserializer<'de, E> + Eq + Hash,
    V: IntoDeserializer<'de, E>,
    S: BuildHasher,
    E: Error,
{
    type Deserializer = MapDeserializer<'de, <Self as IntoIterator>::IntoIter, E>;

    /// Consumes the map, which counts as freed, with its entries.
    fn into_deserializer(self) -> Self::Deserializer {
        self.inner.into_plain().into_deserializer()
    }
}

struct Entries<K, V, S>(PhantomData<HashMap<K, V, S>>);

impl<'de, K, V, S> Visitor<'de> for Entries<K, V, S>
where
    K: Deserialize<'de> + Eq + Hash,
    V: Deserialize<'de>,
    S: BuildHasher + Default,
{
    type Value = HashMap<K, V, S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let additional = cautious::<(K, V)>(access.size_hint());
        // Made by a function of std's that passes no caller on, so that the map is known by its type: serde's own
        // source, from where it is made, would tell nobody anything.
        let mut map: HashMap<K, V, S> = Option::default().unwrap_or_default();
        let mut batch = map.inner.batch(BatchDoor::FromIter, additional);
        batch.reserve(additional, |plain| plain.reserve(additional));
        while let Some((key, value)) = access.next_entry()? {
            batch.assign(|plain| plain.insert(key, value));
        }
        drop(batch);
        Ok(map)
    }
}
