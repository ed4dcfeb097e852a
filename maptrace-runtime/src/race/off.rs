//! Without the feature `race` nobody looks who is in a map.

use crate::config::{Config, OnRace};
use crate::say::say;

#[inline(always)]
pub(crate) const fn is_watching() -> bool {
    false
}

/// Says that nobody looks, if somebody should.
pub(crate) fn know(config: &Config) {
    let asked = match config.race {
        Some(OnRace::Report) => "report",
        Some(OnRace::Abort) => "abort",
        None => return,
    };
    if config.enabled {
        say(format_args!(
            "no map is watched for MAPTRACE_RACE={asked}: the check was not compiled in. Build with maptrace's feature `race`, in \
             Cargo.toml `trace-maps = [\"maptrace/enable\", \"maptrace/race\"]` or by `cargo run --features \
             trace-maps,maptrace/race`; the service goes on without it"
        ));
    }
}
