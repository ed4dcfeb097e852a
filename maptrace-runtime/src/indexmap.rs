//! The traced collections of the crate [indexmap](mod@indexmap), in its module tree.
//!
//! With the feature `enable` (and without `release_off`, or with `debug_assertions`), [`IndexMap`] and [`IndexSet`] are
//! newtypes around indexmap's, with every method and trait of the originals, and record what happens to them; slices
//! and plain iterators are indexmap's own. Without it this module *is* `indexmap`.
//!
//! indexmap seals its traits [`MutableKeys`](map::MutableKeys), [`MutableValues`](set::MutableValues),
//! [`MutableEntryKey`](map::MutableEntryKey) and [`RawEntryApiV1`](map::RawEntryApiV1), so those here are traits of
//! their own, for the traced collections, with the same methods.

#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
pub use ::indexmap::*;

on! {
    pub mod map;
    pub mod set;

    pub use ::indexmap::{Equivalent, GetDisjointMutError, TryReserveError};

    pub use self::map::IndexMap;
    pub use self::set::IndexSet;
    #[doc(inline)]
    pub use crate::{
        __indexmap as indexmap, __indexmap_with_default as indexmap_with_default, __indexset as indexset,
        __indexset_with_default as indexset_with_default,
    };

    /// A range with its type put aside, so that it is asked for its bounds once.
    fn bounds(range: &impl std::ops::RangeBounds<usize>) -> (std::ops::Bound<usize>, std::ops::Bound<usize>) {
        (range.start_bound().cloned(), range.end_bound().cloned())
    }

    /// What a vacant entry of a full map has to know: filling it resizes the map.
    struct Full {
        resize: crate::traced::Resize,
        info: &'static crate::site::TypeInfo,
    }
}

#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
mod macros;
