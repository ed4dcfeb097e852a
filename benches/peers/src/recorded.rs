//! A map each of whose changes is recorded by a peer, where maptrace would record it.

use std::hint::black_box;
use std::marker::PhantomData;

use maptrace_bench::Map;

/// How a peer records one operation: around it, if it measures time, else beside it.
pub trait Recorder: 'static {
    /// An insert, or an entry that may be one.
    fn assign<T>(operation: impl FnOnce() -> T) -> T;
    /// A remove.
    fn delete<T>(operation: impl FnOnce() -> T) -> T;
}

/// The map `M`, recorded by `R`. Reads are not recorded, and `clear` is left out, as it is one call for a whole map.
pub struct Recorded<M, R>(M, PhantomData<R>);

impl<M: Map, R: Recorder> Map for Recorded<M, R> {
    type Key = M::Key;
    type Value = M::Value;

    #[inline]
    fn with_capacity(capacity: usize) -> Self {
        Self(M::with_capacity(capacity), PhantomData)
    }
    #[inline]
    fn insert(&mut self, key: M::Key, value: M::Value) -> Option<M::Value> {
        R::assign(|| self.0.insert(key, value))
    }
    #[inline]
    fn remove(&mut self, key: &M::Key) -> Option<M::Value> {
        R::delete(|| self.0.remove(key))
    }
    #[inline]
    fn get(&self, key: &M::Key) -> Option<&M::Value> {
        self.0.get(key)
    }
    #[inline]
    fn each(&self, see: impl FnMut(&M::Key, &M::Value)) {
        self.0.each(see);
    }
    #[inline]
    fn clear(&mut self) {
        self.0.clear();
    }
    #[inline]
    fn entry_or_insert(&mut self, key: M::Key, value: M::Value) -> &mut M::Value {
        R::assign(|| self.0.entry_or_insert(key, value))
    }
    #[inline]
    fn reserve(&mut self, more: usize) {
        self.0.reserve(more);
    }
    #[inline]
    fn put_all(&mut self, entries: impl ExactSizeIterator<Item = (M::Key, M::Value)>) {
        self.0.reserve(entries.len());
        for (key, value) in entries {
            black_box(R::assign(|| self.0.insert(key, value)));
        }
    }
}
