//! What `report` and `abort` come to, and what there is without either.

use std::os::unix::process::ExitStatusExt;
use std::process::Output;
use std::time::Duration;

use maptrace_runtime::collections::HashMap;

use crate::alone::{alone, alone_to_any_end};
use crate::support::{Key, Torn, assert_told, at_once, blocks, done, races};

static MAP: Torn<Option<HashMap<Key, u32>>> = Torn::new(None);

fn map() -> &'static mut HashMap<Key, u32> {
    MAP.get().as_mut().expect("it was made")
}

fn make() {
    *MAP.get() = Some(HashMap::from([(Key(1), 1)]));
}

fn two_writers() {
    make();
    at_once(|| done(map().insert(Key(1), 2)), || done(map().insert(Key(1), 3)));
}

/// Runs `body` in a process of its own, which has to end by `abort`.
pub(crate) fn dies(module: &str, test: &str, variables: &[(&str, &str)], body: fn()) -> Option<Output> {
    let output = alone_to_any_end(Duration::from_secs(120), module, test, variables, body)?;
    assert_eq!(
        output.status.signal(),
        Some(6),
        "{:?}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output)
}

#[test]
fn abort_ends_the_process_with_both_places_told() {
    let test = "abort_ends_the_process_with_both_places_told";
    let Some(output) = dies(module_path!(), test, &[("MAPTRACE_RACE", "abort")], two_writers) else {
        return;
    };
    let blocks = blocks(&output);
    assert_eq!(blocks.len(), 1, "{blocks:?}");
    let place = &format!("is to assign, at {}:", file!());
    assert_told(
        &blocks[0],
        "map writes",
        &[
            "map \"",
            "(HashMap<Key, u32>) of ",
            "'second'",
            place,
            "'first'",
            place,
            "MAPTRACE_RACE=abort ends the process here",
        ],
    );
}

#[test]
fn a_map_that_was_never_changed_is_told_by_its_place() {
    let test = "a_map_that_was_never_changed_is_told_by_its_place";
    let Some(output) = dies(module_path!(), test, &[("MAPTRACE_RACE", "abort")], || {
        *MAP.get() = Some(HashMap::new());
        at_once(|| done(map().insert(Key(1), 2)), || done(map().insert(Key(1), 3)));
    }) else {
        return;
    };
    let of = format!(" of {}:", file!());
    assert_told(
        &blocks(&output)[0],
        "map writes",
        &["a map (", "HashMap<", "Key, u32", &of, "'second'", "'first'"],
    );
}

#[test]
fn a_map_that_is_dropped_under_a_reader_is_found() {
    let test = "a_map_that_is_dropped_under_a_reader_is_found";
    let Some(output) = dies(module_path!(), test, &[("MAPTRACE_RACE", "abort")], || {
        make();
        at_once(|| done(map().get(&Key(1))), || MAP.drop_in_place());
    }) else {
        return;
    };
    let words = [
        "'second'",
        "is to drop the map, where it goes out of scope",
        "'first'",
        "is to get, at ",
    ];
    assert_told(&blocks(&output)[0], "map read and map write", &words);
}

#[cfg(feature = "guard")]
#[test]
fn abort_leaves_a_dump_first() {
    let test = "abort_leaves_a_dump_first";
    let Some(left) = crate::folder::in_folder(module_path!(), test, &[("MAPTRACE_RACE", "abort")], |folder| {
        maptrace_runtime::guard::install(folder).expect("a folder");
        two_writers();
    }) else {
        return;
    };
    assert_eq!(left.output.status.signal(), Some(6), "{}", left.stderr());
    let dump = left.dump();
    assert_eq!(
        (dump["why"].as_str(), dump["end"].as_bool()),
        (Some("race"), Some(true))
    );
    assert!(
        left.stderr().contains("all of them in ") && left.stderr().contains("mapguard-"),
        "{}",
        left.stderr()
    );
}

#[test]
fn a_report_is_counted_and_does_not_flood() {
    const TIMES: usize = 40;
    let test = "a_report_is_counted_and_does_not_flood";
    let Some(output) = alone(module_path!(), test, &[("MAPTRACE_RACE", "report")], || {
        let begun = std::time::Instant::now();
        for _ in 0..TIMES {
            two_writers();
        }
        println!("took {} s", begun.elapsed().as_secs());
        assert_eq!(races(), TIMES as u64);
        #[cfg(feature = "listen")]
        {
            let page = maptrace_runtime::openmetrics::render(&maptrace_runtime::snapshot());
            assert!(
                page.lines().any(|line| line.starts_with("map_race_total{map=")),
                "{page}"
            );
        }
        assert!(
            maptrace_runtime::report()
                .to_json()
                .contains(&format!("\"races\":{TIMES}"))
        );
    }) else {
        return;
    };
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let seconds = out
        .split_once("took ")
        .and_then(|(_, rest)| rest.split_once(" s"))
        .expect("how long")
        .0;
    let seconds: usize = seconds.parse().expect("a number");
    let told = blocks(&output).len();
    // Eight at once, then one a second.
    assert!((8..=8 + seconds + 1).contains(&told), "{told} in {seconds} seconds");
}

#[test]
fn nobody_looks_unless_asked_to() {
    let test = "nobody_looks_unless_asked_to";
    let variables: [&[(&str, &str)]; 4] = [
        &[],
        &[("MAPTRACE_RACE", "off")],
        &[("MAPTRACE_RACE", "")],
        &[("MAPTRACE_RACE", "abort"), ("MAPTRACE_ENABLED", "0")],
    ];
    for variables in variables {
        let Some(output) = alone(module_path!(), test, variables, || {
            two_writers();
            assert_eq!(races(), 0);
        }) else {
            return;
        };
        assert_eq!(blocks(&output), [] as [&str; 0]);
    }
}

#[test]
fn a_value_that_is_not_understood_is_said_to_be() {
    let test = "a_value_that_is_not_understood_is_said_to_be";
    let Some(output) = alone(module_path!(), test, &[("MAPTRACE_RACE", "panic")], two_writers) else {
        return;
    };
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        err.contains("MAPTRACE_RACE=\"panic\" is not understood") && err.contains("report, abort or off"),
        "{err}"
    );
    assert_eq!(blocks(&output), [] as [&str; 0]);
}
