//! serde's traits, as hashbrown has them for the plain set.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use allocator_api2::alloc::Allocator;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::HashSet;
use crate::episode::BatchDoor;
use crate::hashbrown::cautious;

impl<T, H, A> Serialize for HashSet<T, H, A>
where
    T: Serialize + Eq + Hash,
    H: BuildHasher,
    A: Allocator,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        reads!(self.inner, Iterate);
        self.inner.map.serialize(serializer)
    }
}

impl<'de, T, S, A> Deserialize<'de> for HashSet<T, S, A>
where
    T: Deserialize<'de> + Eq + Hash,
    S: BuildHasher + Default,
    A: Allocator + Default,
{
    /// One batch, of the same kind as `from_iter`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Elements(PhantomData))
    }

    /// A clear and one batch, of the same kind as `from_iter`.
    fn deserialize_in_place<D: Deserializer<'de>>(deserializer: D, place: &mut Self) -> Result<(), D::Error> {
        deserializer.deserialize_seq(InPlace(place))
    }
}

struct Elements<T, S, A: Allocator>(PhantomData<HashSet<T, S, A>>);

impl<'de, T, S, A> Visitor<'de> for Elements<T, S, A>
where
    T: Deserialize<'de> + Eq + Hash,
    S: BuildHasher + Default,
    A: Allocator + Default,
{
    type Value = HashSet<T, S, A>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<M: SeqAccess<'de>>(self, mut access: M) -> Result<Self::Value, M::Error> {
        let additional = cautious(access.size_hint());
        // Made by a function of std's that passes no caller on, so that the set is known by its type: serde's own
        // source, from where it is made, would tell nobody anything.
        let mut set: HashSet<T, S, A> = Option::default().unwrap_or_default();
        let mut batch = set.inner.batch(BatchDoor::FromIter, additional);
        batch.reserve(additional, |plain| plain.reserve(additional));
        while let Some(element) = access.next_element()? {
            batch.assign(|plain| plain.insert(element));
        }
        drop(batch);
        Ok(set)
    }
}

struct InPlace<'a, T, S, A: Allocator>(&'a mut HashSet<T, S, A>);

impl<'de, T, S, A> Visitor<'de> for InPlace<'_, T, S, A>
where
    T: Deserialize<'de> + Eq + Hash,
    S: BuildHasher + Default,
    A: Allocator,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<M: SeqAccess<'de>>(self, mut access: M) -> Result<(), M::Error> {
        self.0.clear();
        let additional = cautious(access.size_hint());
        let mut batch = self.0.inner.batch(BatchDoor::FromIter, additional);
        batch.reserve(additional, |plain| plain.reserve(additional));
        while let Some(element) = access.next_element()? {
            batch.assign(|plain| plain.insert(element));
        }
        Ok(())
    }
}
