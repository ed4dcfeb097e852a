//! Maps as sequences of entries, in their order: [`indexmap::map::serde_seq`], for the traced
//! map. For an attribute of a field, `#[serde(with = "maptrace::indexmap::map::serde_seq")]`.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use ::serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use ::serde::ser::{Serialize, Serializer};

use super::IndexMap;

/// Writes a map as a sequence. Not recorded.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<K, V, S, T>(map: &IndexMap<K, V, S>, serializer: T) -> Result<T::Ok, T::Error>
where
    K: Serialize,
    V: Serialize,
    T: Serializer,
{
    ::indexmap::map::serde_seq::serialize(&map.inner.map, serializer)
}

/// Reads a map from a sequence. One batch, of the same kind as `from_iter`.
///
/// # Errors
/// Those of the deserializer.
pub fn deserialize<'de, D, K, V, S>(deserializer: D) -> Result<IndexMap<K, V, S>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Eq + Hash,
    V: Deserialize<'de>,
    S: Default + BuildHasher,
{
    deserializer.deserialize_seq(Entries(PhantomData))
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
        f.write_str("a sequenced map")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        IndexMap::deserialized(access.size_hint(), || access.next_element())
    }
}
