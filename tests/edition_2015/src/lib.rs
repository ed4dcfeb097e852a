//! A library of the edition of 2015, where the path of a `use` begins at the crate's root, and so does `::maptrace` in
//! the user's own code. With the attribute at each place it compiles with tracing off and on, and without a line
//! `extern crate maptrace;`. What is seen of its maps is tested in `tests/counts.rs`.
//!
//! Nearly all of it is in modules below the root, where a path of a `use` means another thing in a type.
#![deny(warnings)]

extern crate ahash;
extern crate fnv;
extern crate hashbrown;
extern crate indexmap;

use std::collections;

pub mod code;
pub mod imports;
pub mod types;

mod table {
    /// A name that no one knows.
    pub(crate) type Table<K, V> = ::std::collections::HashMap<K, V>;
}
