//! Settings: environment variables win over the builder, the builder over defaults.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

on! {
    mod environment;
    #[cfg(all(feature = "__fuzz", feature = "listen"))]
    pub(crate) mod fuzz;

    /// The sample rate that stands for `auto`. Not public API.
    #[doc(hidden)]
    pub const SAMPLE_AUTO: u32 = 0;
}

/// Where the report goes when the process ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportTo {
    /// Nowhere.
    #[default]
    Off,
    /// As a table to standard error.
    Text,
    /// As JSON to standard error.
    Json,
    /// To a file: as JSON if its name ends in `.json`, else as a table.
    File(PathBuf),
}

/// Which signal asks for a dump of all maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(
        feature = "guard",
        feature = "enable",
        any(not(feature = "release_off"), debug_assertions)
    )),
    allow(dead_code, reason = "the panic dump's")
)]
pub(crate) enum GuardSignal {
    Usr1,
    Usr2,
}

/// What is done when two threads are found in one map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))),
    allow(dead_code, reason = "without tracing nobody looks")
)]
pub(crate) enum OnRace {
    Report,
    Abort,
}

impl GuardSignal {
    #[cfg(all(
        feature = "guard",
        feature = "enable",
        any(not(feature = "release_off"), debug_assertions)
    ))]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Usr1 => "SIGUSR1",
            Self::Usr2 => "SIGUSR2",
        }
    }
}

/// What can be set. See the crate's guide for the variables.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq, Eq))]
#[cfg_attr(
    not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))),
    allow(dead_code, reason = "without tracing nobody asks for what is set")
)]
pub(crate) struct Config {
    pub(crate) enabled: bool,
    /// Default sample of sites that do not say; 0 is `auto`.
    pub(crate) sample: u32,
    pub(crate) ring_bytes: usize,
    pub(crate) memory: u64,
    pub(crate) instances: u32,
    pub(crate) listen: Option<SocketAddr>,
    /// Names by which the page may be asked for, loopback and the address listened on aside.
    pub(crate) allow_hosts: Vec<String>,
    pub(crate) report: ReportTo,
    /// How often sinks get a snapshot.
    pub(crate) interval: Duration,
    /// Whether maps are without a record of their own while they are young. For captures it is off.
    pub(crate) nursery: bool,
    /// From when on a single operation is slow, if any is to be told.
    pub(crate) slow: Option<Duration>,
    /// The folder that panic dumps go to, if there are to be any.
    pub(crate) guard: Option<PathBuf>,
    pub(crate) guard_signal: Option<GuardSignal>,
    /// What is done when two threads are found in one map, if anybody is to look.
    pub(crate) race: Option<OnRace>,
    /// The folder for a recording that outlives the process.
    pub(crate) flight: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            enabled: true,
            sample: 1,
            ring_bytes: 64 << 10,
            memory: 64 << 20,
            instances: 65_536,
            listen: None,
            allow_hosts: Vec::new(),
            report: ReportTo::Off,
            interval: Duration::from_secs(1),
            nursery: true,
            slow: None,
            guard: None,
            guard_signal: None,
            race: None,
            flight: None,
        }
    }
}
