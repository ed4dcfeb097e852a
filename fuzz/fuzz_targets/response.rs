//! Whatever a server answers over HTTP, and in whatever pieces it comes, it is the same answer, within limits.
//!
//! The first byte says how large the pieces are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maptrace_otel::fuzz::response;

fuzz_target!(|bytes: &[u8]| {
    let Some((&piece, bytes)) = bytes.split_first() else {
        return;
    };
    let whole = response(bytes, usize::MAX, false);
    let pieces = response(bytes, usize::from(piece), false);
    assert_eq!(whole, pieces);
    if let Err(error) = &whole {
        assert!(!error.contains(char::is_control), "{error:?}");
    }
    // Somebody who never stops.
    if !bytes.is_empty() && piece >= 128 {
        let _ = response(bytes, usize::MAX, true);
    }
});
