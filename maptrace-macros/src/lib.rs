//! The `#[maptrace]` attribute. Use it through the crate `maptrace`.
