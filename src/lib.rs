//! See every map of a Rust service.
