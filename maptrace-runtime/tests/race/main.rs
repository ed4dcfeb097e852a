//! `MAPTRACE_RACE`: two threads in one map at once are told of, and two that take turns never are.
#![cfg(all(
    feature = "enable",
    feature = "race",
    feature = "hashbrown",
    feature = "indexmap",
    any(not(feature = "release_off"), debug_assertions)
))]

#[path = "../support/alone.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod alone;
mod ends;
#[cfg(feature = "guard")]
#[path = "../guard/support.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod folder;
mod held;
mod innocent;
mod kinds;
mod storm;
mod support;
