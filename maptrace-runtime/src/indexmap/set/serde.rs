//! serde's traits, as indexmap has them for the plain set.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use ::serde::de::value::SeqDeserializer;
use ::serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, SeqAccess, Visitor};
use ::serde::ser::{Serialize, Serializer};

use super::IndexSet;
use crate::collections::cautious;
use crate::episode::BatchDoor;

impl<T, S> Serialize for IndexSet<T, S>
where
    T: Serialize,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn serialize<Se>(&self, serializer: Se) -> Result<Se::Ok, Se::Error>
    where
        Se: Serializer,
    {
        reads!(self.inner, Iterate);
        self.inner.map.serialize(serializer)
    }
}

impl<'de, T, S> Deserialize<'de> for IndexSet<T, S>
where
    T: Deserialize<'de> + Eq + Hash,
    S: Default + BuildHasher,
{
    /// One batch, of the same kind as `from_iter`.
    fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

impl<'de, T, S, E> IntoDeserializer<'de, E> for IndexSet<T, S>
where
    T: IntoDeserializer<'de, E> + Eq + Hash,
    S: BuildHasher,
    E: Error,
{
    type Deserializer = SeqDeserializer<<Self as IntoIterator>::IntoIter, E>;

    /// Consumes the set, which counts as freed, with its elements.
    fn into_deserializer(self) -> Self::Deserializer {
        self.inner.into_plain().into_deserializer()
    }
}

struct Elements<T, S>(PhantomData<IndexSet<T, S>>);

impl<'de, T, S> Visitor<'de> for Elements<T, S>
where
    T: Deserialize<'de> + Eq + Hash,
    S: BuildHasher + Default,
{
    type Value = IndexSet<T, S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a set")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let additional = cautious::<(usize, T)>(access.size_hint());
        // Made by a function of std's that passes no caller on, so that the set is known by its type: serde's own
        // source, from where it is made, would tell nobody anything.
        let mut set: IndexSet<T, S> = Option::default().unwrap_or_default();
        let mut batch = set.inner.batch(BatchDoor::FromIter, additional);
        batch.reserve(additional, |plain| plain.reserve_exact(additional));
        while let Some(element) = access.next_element()? {
            batch.assign(|plain| plain.insert(element));
        }
        drop(batch);
        Ok(set)
    }
}
