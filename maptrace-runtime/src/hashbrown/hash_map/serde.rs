//! serde's traits, as hashbrown has them for the plain map.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use allocator_api2::alloc::Allocator;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::HashMap;
use crate::episode::BatchDoor;
use crate::hashbrown::cautious;

impl<K, V, H, A> Serialize for HashMap<K, V, H, A>
where
    K: Serialize + Eq + Hash,
    V: Serialize,
    H: BuildHasher,
    A: Allocator,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        reads!(self.inner, Iterate);
        self.inner.map.serialize(serializer)
    }
}

impl<'de, K, V, S, A> Deserialize<'de> for HashMap<K, V, S, A>
where
    K: Deserialize<'de> + Eq + Hash,
    V: Deserialize<'de>,
    S: BuildHasher + Default,
    A: Allocator + Default,
{
    /// One batch, of the same kind as `from_iter`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct Entries<K, V, S, A: Allocator>(PhantomData<HashMap<K, V, S, A>>);

impl<'de, K, V, S, A> Visitor<'de> for Entries<K, V, S, A>
where
    K: Deserialize<'de> + Eq + Hash,
    V: Deserialize<'de>,
    S: BuildHasher + Default,
    A: Allocator + Default,
{
    type Value = HashMap<K, V, S, A>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut access: M) -> Result<Self::Value, M::Error> {
        let additional = cautious(access.size_hint());
        // Made by a function of std's that passes no caller on, so that the map is known by its type: serde's own
        // source, from where it is made, would tell nobody anything.
        let mut map: HashMap<K, V, S, A> = Option::default().unwrap_or_default();
        let mut batch = map.inner.batch(BatchDoor::FromIter, additional);
        batch.reserve(additional, |plain| plain.reserve(additional));
        while let Some((key, value)) = access.next_entry()? {
            batch.assign(|plain| plain.insert(key, value));
        }
        drop(batch);
        Ok(map)
    }
}
