//! serde's traits, as indexmap has them for the plain map.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use ::serde::de::value::MapDeserializer;
use ::serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use ::serde::ser::{Serialize, Serializer};

use super::IndexMap;
use crate::collections::cautious;
use crate::episode::BatchDoor;

impl<K, V, S> Serialize for IndexMap<K, V, S>
where
    K: Serialize,
    V: Serialize,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn serialize<T>(&self, serializer: T) -> Result<T::Ok, T::Error>
    where
        T: Serializer,
    {
        reads!(self.inner, Iterate);
        self.inner.map.serialize(serializer)
    }
}

impl<'de, K, V, S> Deserialize<'de> for IndexMap<K, V, S>
where
    K: Deserialize<'de> + Eq + Hash,
    V: Deserialize<'de>,
    S: Default + BuildHasher,
{
    /// One batch, of the same kind as `from_iter`.
    fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

impl<'de, K, V, S, E> IntoDeserializer<'de, E> for IndexMap<K, V, S>
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

impl<K: Eq + Hash, V, S: BuildHasher + Default> IndexMap<K, V, S> {
    /// One batch, of what `next` gives until it has no more.
    pub(super) fn deserialized<E>(
        hint: Option<usize>,
        mut next: impl FnMut() -> Result<Option<(K, V)>, E>,
    ) -> Result<Self, E> {
        let additional = cautious::<(usize, K, V)>(hint);
        // Made by a function of std's that passes no caller on, so that the map is known by its type: serde's own
        // source, from where it is made, would tell nobody anything.
        let mut map: Self = Option::default().unwrap_or_default();
        let mut batch = map.inner.batch(BatchDoor::FromIter, additional);
        batch.reserve(additional, |plain| plain.reserve_exact(additional));
        while let Some((key, value)) = next()? {
            batch.assign(|plain| plain.insert(key, value));
        }
        drop(batch);
        Ok(map)
    }
}

struct Entries<K, V, S>(PhantomData<IndexMap<K, V, S>>);

impl<'de, K, V, S> Visitor<'de> for Entries<K, V, S>
where
    K: Deserialize<'de> + Eq + Hash,
    V: Deserialize<'de>,
    S: BuildHasher + Default,
{
    type Value = IndexMap<K, V, S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        IndexMap::deserialized(access.size_hint(), || access.next_entry())
    }
}
