//! Several values at once.
#![expect(
    unsafe_code,
    reason = "std's `get_disjoint_unchecked_mut` is an unsafe function, and so is ours"
)]

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

use super::HashMap;

impl<K, V, S> HashMap<K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher,
{
    /// The values of several keys, to be changed in place. One hash a key, and a comparison of each with each; not
    /// recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If two keys are equal and there.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map = HashMap::from([("a", 1), ("b", 2)]);
    /// if let [Some(a), Some(b)] = map.get_disjoint_mut(["a", "b"]) {
    ///     std::mem::swap(a, b);
    /// }
    /// assert_eq!(map["a"], 2);
    /// ```
    #[inline]
    #[doc(alias = "get_many_mut")]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_disjoint_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<&'_ mut V>; N]
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        writes!(self.inner, Change);
        self.inner.map.get_disjoint_mut(ks)
    }

    /// The values of several keys, to be changed in place, without a check that the keys differ. One hash a key; not
    /// recorded.
    ///
    /// # Safety
    /// The keys must not be equal to one another, even if the values are not used.
    #[inline]
    #[doc(alias = "get_many_unchecked_mut")]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn get_disjoint_unchecked_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<&'_ mut V>; N]
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        writes!(self.inner, Change);
        // SAFETY: the caller promises what the plain map's method asks for: keys that differ.
        unsafe { self.inner.map.get_disjoint_unchecked_mut(ks) }
    }
}
