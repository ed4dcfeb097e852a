//! A traced map has the traits that other crates have for the plain one, and does the same by them.
//!
//! The modules [`shapes::traced`] and [`shapes::plain`] have the same structs, with and without `#[maptrace]` on the
//! `use`. Each test asks both for the same thing, with tracing on and off: off, the features are accepted and change nothing.
// With tracing off, `.into()` is from a type to itself.
#![allow(clippy::useless_conversion, reason = "a traced map is another type")]

mod border;
mod bytes;
mod generated;
mod parallel;
mod recorded;
mod schemas;
mod serde_traits;
mod serde_with_traits;
mod shapes;
