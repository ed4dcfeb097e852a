//! `bench_map!`, by the example: its `main` is a whole benchmark.

use std::path::PathBuf;
use std::process::Command;

/// Where cargo puts examples when it builds this test.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent()
        .and_then(|deps| deps.parent())
        .unwrap()
        .join("examples")
        .join("own_types")
}

#[test]
fn a_benchmark_of_ones_own_types_has_their_names_and_all_workloads() {
    let run = |arguments: &[&str]| {
        // As `cargo bench` runs it.
        let output = Command::new(example()).arg("--bench").args(arguments).output().unwrap();
        let (out, error) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert!(output.status.success(), "{error}");
        out
    };
    let listed = run(&["--quick", "--list"]);
    for row in [
        "overwrite off HashMap sessions Fnv 1000x1",
        "iterate off BTreeMap sessions none 1000x1",
        "word_count off hashbrown visits std 1000x1",
    ] {
        assert!(listed.lines().any(|line| line == row), "{listed} lacks {row}");
    }
    let tiny = [
        "--rounds",
        "1",
        "--operations",
        "100",
        "--size",
        "10",
        "--variant",
        "off",
    ];
    let shown = run(&tiny);
    assert!(
        shown.contains("HashMap, key sessions, hasher Fnv, 10 entries"),
        "{shown}"
    );
    assert!(shown.contains("46 rows of 1 rounds"), "{shown}");
}
