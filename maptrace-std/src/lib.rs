//! The standard library, with the maps of [`collections`] traced.
//!
//! One line at the root of a crate, `src/main.rs` or `src/lib.rs`, traces all its maps:
//!
//! ```
//! extern crate maptrace_std as std;
//!
//! use std::collections::HashMap;
//!
//! fn main() {
//!     let mut ages = HashMap::new();
//!     ages.insert("ann", 7);
//!     std::println!("{ages:?}");
//! }
//! ```
//!
//! From there on each path of that crate that begins with `std::` or `::std::` is looked up here, macros of the crate
//! included. Everything but `collections` is std's own: the same types, traits, macros and modules. What needs no path,
//! as `Vec`, `Option` and `println!`, is not touched at all.
//!
//! Without the feature `enable` (the default) `collections` is std's as well, and the line has no effect. The binary
//! sets it, as with the crate `maptrace`:
//!
//! ```toml
//! [dependencies]
//! maptrace-std = "0.1"
//!
//! [features]
//! trace-maps = ["maptrace-std/enable"]
//! ```
//!
//! `maptrace-std/listen` beside it brings the live page and `/metrics`, which `MAPTRACE_LISTEN=127.0.0.1:9102` then serves,
//! `maptrace-std/guard` panic dumps: `MAPTRACE_GUARD=./dumps`, and `maptrace-std/flight` the flight recorder:
//! `MAPTRACE_FLIGHT=/dev/shm/maps`; `maptrace-std/race` finds two threads in one map: `MAPTRACE_RACE=report`.
//!
//! In the edition of 2015 the compiler refuses the line (E0259), as std has an item of that name there already.
//!
//! The line has to be written by hand: no macro may write an `extern crate` that hides `std`. It holds for its own
//! crate alone, so each crate of a workspace has its own line. A map that goes by value to a crate without it is turned
//! into std's with `.into()`.
//!
//! Maps are named by the file and line that makes them. For names of your own, settings and sinks use the crate
//! `maptrace` beside this one: `#[maptrace]` works in a crate with this line.

// The order does not matter: a name that is listed goes before one of a glob.
#[doc(no_inline)]
pub use std::*;

pub use maptrace_runtime::collections;
