//! What maptrace promises about its own books, under every kind of trouble: nothing is lost without being counted, and
//! counts are exact.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

#[path = "../support/alone.rs"]
mod alone;
mod churn;
mod collector;
mod conservation;
mod counted;
mod environment;
mod fork;
mod gaps;
mod host;
mod memory;
mod nested;
mod panics;
mod rings;
mod teardown;
mod watchdog;
mod young;
