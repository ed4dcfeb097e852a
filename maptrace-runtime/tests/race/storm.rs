//! Two threads in one map by nothing but luck, as in a program: nobody waits for anybody. Found before the map is torn, as the
//! one that finds the other never comes to the map's own operation.
#![expect(
    unsafe_code,
    reason = "a `static mut`, as no safe code brings two threads into one map"
)]

use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;
use std::thread;

use maptrace_runtime::collections::HashMap;

use crate::ends::dies;
use crate::support::{assert_told, blocks};

type Counts = HashMap<u64, u64, BuildHasherDefault<DefaultHasher>>;

static mut COUNTS: Counts = HashMap::with_hasher(BuildHasherDefault::new());

fn counts() -> &'static mut Counts {
    let counts = &raw mut COUNTS;
    // SAFETY: it is not, which is what the tests are about.
    unsafe { &mut *counts }
}

fn write() {
    for n in 0_u64.. {
        if n % 3 == 0 {
            counts().remove(&(n % 64));
        } else {
            counts().insert(n % 64, n);
        }
    }
}

fn read() {
    for n in 0_u64.. {
        assert!(counts().get(&(n % 64)).is_none_or(|&value| value % 64 == n % 64));
    }
}

/// Has both run for ever, so that only what is to be shown, or the watchdog, ends the process.
fn storm(one: fn(), other: fn()) {
    // The first change of the process is the one at which the variable is read.
    counts().insert(0, 0);
    thread::scope(|scope| {
        scope.spawn(one);
        scope.spawn(other);
    });
}

fn found(test: &str, what: &str, does: &[&str], body: fn()) {
    let Some(output) = dies(module_path!(), test, &[("MAPTRACE_RACE", "abort")], body) else {
        return;
    };
    let blocks = blocks(&output);
    assert_eq!(blocks.len(), 1, "{blocks:?}");
    let place = format!(", at {}:", file!());
    assert_told(&blocks[0], what, &["thread '", &place, "while thread '", &place]);
    for word in does {
        assert!(blocks[0].contains(word), "{word:?} in {}", blocks[0]);
    }
}

#[test]
fn two_writers_are_found() {
    found("two_writers_are_found", "map writes", &[], || storm(write, write));
}

#[test]
fn a_reader_beside_a_writer_is_found() {
    found(
        "a_reader_beside_a_writer_is_found",
        "map read and map write",
        &["is to get, at "],
        || storm(write, read),
    );
}
