//! What maptrace promises about its own books, under every kind of trouble: nothing is lost without being counted, and
//! counts are exact.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

#[path = "../support/alone.rs"]
mod alone;
#[cfg(all(feature = "guard", feature = "listen", feature = "flight", target_os = "linux"))]
#[path = "../support/canaries.rs"]
mod canaries;
mod churn;
#[cfg(feature = "listen")]
mod clients;
mod collector;
mod conservation;
mod counted;
mod crowd;
mod environment;
mod exits;
mod flood;
mod fork;
mod gaps;
mod goodbyes;
mod host;
mod memory;
mod nested;
mod panics;
#[cfg(all(feature = "guard", feature = "listen", feature = "flight", target_os = "linux"))]
mod privacy;
mod process;
mod quiet;
mod rings;
mod seeds;
mod signals;
mod soak;
mod stages;
mod teardown;
mod watchdog;
mod young;
