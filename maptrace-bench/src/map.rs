//! What the workloads ask of a map, and the maps that have it: plain ones, and the same traced.
//!
//! Each kind of map is behind a wrapper that says in which role it stands, so that a workload is compiled for each role
//! by itself although two of them may be one type: [`Plain`] and [`Again`] always are, and [`Traced`] is too while
//! tracing is not compiled in.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::hint::black_box;

use maptrace_runtime::PutAll;

/// A map that the workloads can be run on.
///
/// Implement it for a wrapper of your own to compare another map, or another way to record what happens to one, with the
/// plain map: see [`CaseOf::side`](crate::CaseOf::side).
pub trait Map: Sized {
    /// The keys.
    type Key: Clone + Send + Sync + 'static;
    /// The values.
    type Value: Clone + Send + Sync + 'static;

    /// An empty map with room for `capacity` entries, if it has such a thing.
    fn with_capacity(capacity: usize) -> Self;
    /// Assigns; returns what was there.
    fn insert(&mut self, key: Self::Key, value: Self::Value) -> Option<Self::Value>;
    /// Deletes; returns what was there.
    fn remove(&mut self, key: &Self::Key) -> Option<Self::Value>;
    /// Looks up.
    fn get(&self, key: &Self::Key) -> Option<&Self::Value>;
    /// Shows every entry to `see`.
    fn each(&self, see: impl FnMut(&Self::Key, &Self::Value));
    /// Removes all entries and keeps the table.
    fn clear(&mut self);
    /// `entry(key).or_insert(value)`.
    fn entry_or_insert(&mut self, key: Self::Key, value: Self::Value) -> &mut Self::Value;
    /// Makes room for `more` entries.
    fn reserve(&mut self, more: usize);
    /// Assigns all entries of an iterator that knows how many it has.
    fn put_all(&mut self, entries: impl ExactSizeIterator<Item = (Self::Key, Self::Value)>);
}

/// A map as the ecosystem has it: what all others are compared with.
#[derive(Debug)]
pub struct Plain<M>(M);

/// The same, compiled once more. What differs between the two is noise.
#[derive(Debug)]
pub struct Again<M>(M);

/// The traced map of the same name.
#[derive(Debug)]
pub struct Traced<M>(M);

/// `put_all` of a plain map is what [`PutAll`] does with tracing off; with it on, plain maps do not have it.
macro_rules! plain_put_all {
    ($map:expr, $entries:expr) => {
        for (key, value) in $entries {
            black_box($map.insert(key, value));
        }
    };
}

macro_rules! traced_put_all {
    ($map:expr, $entries:expr) => {
        black_box($map.put_all($entries));
    };
}

macro_rules! table {
    ($role:ident, $($map:ident)::+, $put_all:ident $(, $reserve:ident)?) => {
        impl<K, V, S> Map for $role<$($map)::+<K, V, S>>
        where
            K: Clone + Eq + Hash + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
            S: BuildHasher + Default,
        {
            type Key = K;
            type Value = V;

            #[inline]
            fn with_capacity(capacity: usize) -> Self {
                Self($($map)::+::with_capacity_and_hasher(capacity, S::default()))
            }
            #[inline]
            fn reserve(&mut self, more: usize) {
                self.0.reserve(more);
            }
            #[inline]
            fn put_all(&mut self, entries: impl ExactSizeIterator<Item = (K, V)>) {
                $(self.0.$reserve(entries.len());)?
                $put_all!(self.0, entries);
            }
            table!(@common);
            table!(@remove $($map)::+);
        }
    };
    // An `IndexMap` has `remove` in name only: a user chooses how, and most can bear the last entry in its place.
    (@remove $indexmap:ident::IndexMap) => {
        #[inline(always)]
        fn remove(&mut self, key: &K) -> Option<V> {
            self.0.swap_remove(key)
        }
    };
    (@remove $first:ident::indexmap::IndexMap) => {
        table!(@remove indexmap::IndexMap);
    };
    (@remove $($map:ident)::+) => {
        #[inline(always)]
        fn remove(&mut self, key: &K) -> Option<V> {
            self.0.remove(key)
        }
    };
    (@common) => {
        #[inline(always)]
        fn insert(&mut self, key: K, value: V) -> Option<V> {
            self.0.insert(key, value)
        }
        #[inline(always)]
        fn get(&self, key: &K) -> Option<&V> {
            self.0.get(key)
        }
        #[inline]
        fn each(&self, mut see: impl FnMut(&K, &V)) {
            for (key, value) in &self.0 {
                see(key, value);
            }
        }
        #[inline]
        fn clear(&mut self) {
            self.0.clear();
        }
        #[inline]
        fn entry_or_insert(&mut self, key: K, value: V) -> &mut V {
            self.0.entry(key).or_insert(value)
        }
    };
}

macro_rules! tree {
    ($role:ident, $($map:ident)::+, $put_all:ident) => {
        impl<K, V> Map for $role<$($map)::+<K, V>>
        where
            K: Clone + Ord + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            type Key = K;
            type Value = V;

            #[inline]
            fn with_capacity(_: usize) -> Self {
                Self($($map)::+::new())
            }
            #[inline]
            fn reserve(&mut self, _: usize) {}
            #[inline(always)]
            fn remove(&mut self, key: &K) -> Option<V> {
                self.0.remove(key)
            }
            #[inline]
            fn put_all(&mut self, entries: impl ExactSizeIterator<Item = (K, V)>) {
                $put_all!(self.0, entries);
            }
            table!(@common);
        }
    };
}

table!(Plain, HashMap, plain_put_all, reserve);
table!(Again, HashMap, plain_put_all, reserve);
table!(Traced, maptrace_runtime::collections::HashMap, traced_put_all);
table!(Plain, hashbrown::HashMap, plain_put_all, reserve);
table!(Again, hashbrown::HashMap, plain_put_all, reserve);
table!(Traced, maptrace_runtime::hashbrown::HashMap, traced_put_all);
table!(Plain, indexmap::IndexMap, plain_put_all, reserve);
table!(Again, indexmap::IndexMap, plain_put_all, reserve);
table!(Traced, maptrace_runtime::indexmap::IndexMap, traced_put_all);
tree!(Plain, BTreeMap, plain_put_all);
tree!(Again, BTreeMap, plain_put_all);
tree!(Traced, maptrace_runtime::collections::BTreeMap, traced_put_all);
