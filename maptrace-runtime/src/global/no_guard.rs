//! In place of panic dumps, without the feature `guard`.

use crate::config::Config;
use crate::say::say;

/// Says what is missing: whoever names a folder is to know that nothing will be written there.
pub(super) fn start(config: &Config) {
    if let Some(folder) = &config.guard {
        say(format_args!(
            "no panic dumps in {}: they were not compiled in. Build with maptrace's feature `guard`, in Cargo.toml \
             `trace-maps = [\"maptrace/enable\", \"maptrace/guard\"]` or by `cargo run --features \
             trace-maps,maptrace/guard`; the service goes on without them",
            folder.display()
        ));
    }
}
