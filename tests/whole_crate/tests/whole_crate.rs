//! The same program with std, and with the line that puts `maptrace_std` in its place. Whether the line traces is the
//! feature's to say.

use std::process::{Command, Output};

fn run(program: &str) -> Output {
    let output = Command::new(program)
        .env("MAPTRACE_REPORT", "json")
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} failed: {errors}");
    output
}

/// The places of the maps in the report, or nothing if there is none.
fn places(output: &Output) -> Vec<String> {
    let errors = str::from_utf8(&output.stderr).unwrap();
    if errors.is_empty() {
        return Vec::new();
    }
    let report: serde_json::Value = serde_json::from_str(errors).unwrap_or_else(|_| panic!("no report: {errors}"));
    let maps = report["maps"].as_array().expect("the report has maps");
    maps.iter()
        .map(|map| format!("{}:{}", map["file"].as_str().expect("a map has a file"), map["line"]))
        .collect()
}

#[test]
fn the_answers_are_the_same() {
    let plain = run(env!("CARGO_BIN_EXE_plain"));
    let switched = run(env!("CARGO_BIN_EXE_switched"));
    let said = String::from_utf8_lossy(&plain.stdout).into_owned();
    assert!(
        said.contains("a map of 3 true"),
        "the program says what it has found: {said}"
    );
    assert_eq!(said, String::from_utf8_lossy(&switched.stdout));
    assert!(places(&plain).is_empty(), "nobody switched this one");
}

#[test]
fn maps_are_named_by_file_and_line_where_the_feature_is_on() {
    let places = places(&run(env!("CARGO_BIN_EXE_switched")));
    if cfg!(feature = "enable") {
        for file in [
            "types.rs",
            "globbed.rs",
            "macros.rs",
            "modules.rs",
            "prelude_free.rs",
            "shared.rs",
        ] {
            let start = format!("program/{file}:");
            assert!(
                places.iter().any(|place| place.contains(&start)),
                "no map of {file} in {places:?}"
            );
        }
    } else {
        assert!(places.is_empty(), "{places:?}");
    }
}
