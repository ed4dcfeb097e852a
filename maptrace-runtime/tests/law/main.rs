//! What maptrace promises about its own books, under every kind of trouble: nothing is lost without being counted, and
//! counts are exact.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

#[path = "../support/alone.rs"]
mod alone;
#[cfg(all(feature = "guard", feature = "listen", feature = "flight", target_os = "linux"))]
#[path = "../support/canaries.rs"]
mod canaries;
mod churn;
mod collector;
mod conservation;
mod counted;
mod environment;
mod exits;
mod flood;
mod fork;
mod gaps;
mod host;
mod memory;
mod nested;
mod panics;
mod process;
#[cfg(all(feature = "guard", feature = "listen", feature = "flight", target_os = "linux"))]
mod privacy;
mod quiet;
mod rings;
mod signals;
mod stages;
mod teardown;
mod watchdog;
mod young;
