//! What the fuzz targets of `fuzz/` call. Not public API.

pub use crate::config::fuzz::environment;
pub use crate::http::fuzz::{head, route};
