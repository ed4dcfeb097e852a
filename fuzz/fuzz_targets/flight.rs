//! Whatever a recording's bytes are, it is read or refused.
//!
//! A file of the flight recorder makes a good corpus: `mkdir -p corpus/flight && cp /dev/shm/maps/*.flight corpus/flight`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maptrace_flight::{Options, parse};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(recording) = parse(bytes, Options::default().last(64)) {
        assert!(recording.threads.iter().all(|thread| thread.events.len() <= 64));
        assert!(recording.instances.len() <= bytes.len() / 128);
        assert!(recording.damage.parts.len() <= 100);
    }
});
