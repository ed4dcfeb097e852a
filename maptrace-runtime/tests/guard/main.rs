//! Panic dumps: that they are there and right, and that the host does not notice.
#![cfg(all(
    feature = "guard",
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
))]

mod allocator;
#[path = "../support/alone.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod alone;
mod ends;
mod folder;
mod full;
#[cfg(unix)]
mod others;
mod signal;
mod state;
mod support;
