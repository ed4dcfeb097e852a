//! Whatever the body of an answer says, no more is taken for rejected than was sent, and no wait is negative.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maptrace_otel::fuzz::{partial, retry};

fuzz_target!(|bytes: &[u8]| {
    for (rejected, message) in partial(bytes, 100).into_iter().flatten() {
        assert!(rejected <= 100 && message.len() <= bytes.len());
    }
    let _ = retry(bytes);
});
