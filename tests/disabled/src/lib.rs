//! The same functions with and without `#[maptrace]`, for `tests/machine_code` to compare.

pub mod functions;
