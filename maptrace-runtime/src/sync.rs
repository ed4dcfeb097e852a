//! The atomics that the ring and the thread registry are built of: std's, or loom's under `--cfg maptrace_loom`.

#[cfg(maptrace_loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
#[cfg(not(maptrace_loom))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
