//! What the fuzz target `environment` calls.

use std::time::Duration;

use super::Config;

/// Applies an environment and returns the warnings.
///
/// # Panics
///
/// If a setting is outside of what is documented.
#[must_use]
pub fn environment(variables: &[(&str, &str)]) -> Vec<String> {
    let mut config = Config::default();
    let value = |name: &str| {
        let found = variables.iter().rev().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let names = variables.iter().map(|(name, _)| (*name).to_owned());
    let warnings = config.apply_environment(&value, names.collect());
    assert!(config.sample <= 1_000_000, "{config:?}");
    assert!((1 << 10..=64 << 20).contains(&config.ring_bytes), "{config:?}");
    assert!(config.memory >= 1 << 20, "{config:?}");
    assert!(config.instances <= 4_000_000, "{config:?}");
    let hour = Duration::from_secs(3600);
    assert!((Duration::from_millis(10)..=hour).contains(&config.interval), "{config:?}");
    let is_slow = |slow| (Duration::from_micros(1)..=hour).contains(&slow);
    assert!(config.slow.is_none_or(is_slow), "{config:?}");
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let is_host = |host: &String| !host.is_empty() && host.chars().all(is_of_a_name);
    assert!(config.allow_hosts.iter().all(is_host), "{config:?}");
    warnings
}
