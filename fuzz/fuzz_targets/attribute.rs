//! Whatever is annotated, the attribute hands on Rust: the traced item, the item as it was, or the item and what is wrong
//! with it. With tracing off it refuses what it refuses with tracing on, and else changes nothing.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|text: &str| -> Corpus {
    // The compiler has its own limit on how deep code may be nested, which is far below what a stack takes.
    let mut depth = 0_usize;
    for c in text.chars() {
        depth = if "([{<&*!-|".contains(c) { depth + 1 } else { depth };
    }
    if depth > 200 {
        return Corpus::Reject;
    }
    maptrace_attribute::fuzz::attribute(text);
    Corpus::Keep
});
