//! `put_all`: many entries by one call, with one reservation and one batch to show for it.

/// Assigns many entries at once.
///
/// Reserves once from the iterator's size hint, assigns each entry, and leaves one batch episode (entries offered,
/// new, replaced, grows avoided, duration) in place of an event for each entry. Implemented for the traced
/// collections and, without the feature `enable`, for the plain ones, where it does the same and records nothing.
///
/// ```
/// use maptrace_runtime::{PutAll, collections::HashMap};
///
/// let mut stock = HashMap::from([("pear", 1)]);
/// let report = stock.put_all([("apple", 3), ("pear", 2)]);
/// assert_eq!((report.offered, report.new, report.replaced), (2, 1, 1));
/// ```
pub trait PutAll<T> {
    /// Assigns every entry of `entries`; see the trait.
    ///
    /// Differs from `extend` in that it reserves for the whole size hint even if the collection is not empty, so
    /// that a batch of new keys grows the table at most once; a batch of known keys may leave it larger than needed.
    ///
    /// # Panics
    /// If the iterator or the key's `Hash`, `Eq` or `Ord` does. Entries assigned before stay.
    fn put_all<I: IntoIterator<Item = T>>(&mut self, entries: I) -> PutAllReport;
}

/// What [`PutAll::put_all`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PutAllReport {
    /// Entries the iterator gave.
    pub offered: u64,
    /// Entries whose key was new.
    pub new: u64,
    /// Entries whose key was there: the value was replaced (in a set: nothing changed).
    pub replaced: u64,
}

#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
mod plain {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
    use std::hash::{BuildHasher, Hash};

    use super::{PutAll, PutAllReport};

    impl PutAllReport {
        fn count(&mut self, new: bool) {
            self.offered += 1;
            if new {
                self.new += 1;
            } else {
                self.replaced += 1;
            }
        }
    }

    /// For a map and a set that have a capacity, with any allocator if they name one.
    macro_rules! tables {
        ($($map:ident)::+, $($set:ident)::+ $(, $alloc:ident: $bound:path)?) => {
            impl<K: Eq + Hash, V, S: BuildHasher $(, $alloc: $bound)?> PutAll<(K, V)> for $($map)::+<K, V, S $(, $alloc)?> {
                fn put_all<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) -> PutAllReport {
                    let entries = entries.into_iter();
                    let mut report = PutAllReport::default();
                    self.reserve(entries.size_hint().0);
                    for (key, value) in entries {
                        report.count(self.insert(key, value).is_none());
                    }
                    report
                }
            }

            impl<T: Eq + Hash, S: BuildHasher $(, $alloc: $bound)?> PutAll<T> for $($set)::+<T, S $(, $alloc)?> {
                fn put_all<I: IntoIterator<Item = T>>(&mut self, elements: I) -> PutAllReport {
                    let elements = elements.into_iter();
                    let mut report = PutAllReport::default();
                    self.reserve(elements.size_hint().0);
                    for element in elements {
                        report.count(self.insert(element));
                    }
                    report
                }
            }
        };
    }

    tables!(HashMap, HashSet);
    #[cfg(feature = "hashbrown")]
    tables!(hashbrown::HashMap, hashbrown::HashSet, A: allocator_api2::alloc::Allocator);
    #[cfg(feature = "indexmap")]
    tables!(indexmap::IndexMap, indexmap::IndexSet);

    impl<K: Ord, V> PutAll<(K, V)> for BTreeMap<K, V> {
        fn put_all<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) -> PutAllReport {
            let mut report = PutAllReport::default();
            for (key, value) in entries {
                report.count(self.insert(key, value).is_none());
            }
            report
        }
    }

    impl<T: Ord> PutAll<T> for BTreeSet<T> {
        fn put_all<I: IntoIterator<Item = T>>(&mut self, elements: I) -> PutAllReport {
            let mut report = PutAllReport::default();
            for element in elements {
                report.count(self.insert(element));
            }
            report
        }
    }
}
