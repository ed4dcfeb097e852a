//! The program as it is run.

use std::process::{Command, Output};

use serde_json::Value;

const ROWS: [&str; 8] = [
    "--workload",
    "overwrite",
    "--hasher",
    "std",
    "--size",
    "10",
    "--operations",
    "50",
];

fn peers(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_peers"))
        .args(ROWS)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Each peer's process starts what it needs, and JSON has the fields that a comparison needs.
#[test]
fn every_peer_is_a_row_with_its_figures() {
    let listed = String::from_utf8(peers(&["--list"]).stdout).unwrap();
    let expected: Vec<&str> = listed.lines().map(|row| row.split(' ').nth(1).unwrap()).collect();
    for name in [
        "off",
        "events",
        "metrics_held",
        "opentelemetry",
        "hotpath",
        "tracing",
        "fastrace",
        "tracing_otlp",
    ] {
        assert!(expected.contains(&name), "{name} in {listed}");
    }
    let report: Value = serde_json::from_slice(&peers(&["--rounds", "1", "--json"]).stdout).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let found: Vec<&str> = rows.iter().map(|row| row["variant"].as_str().unwrap()).collect();
    assert_eq!(found, expected);
    for row in rows {
        for field in ["workload", "key", "hasher"] {
            assert!(row[field].is_string(), "{field} of {row}");
        }
        for field in ["size", "threads", "ns_per_op", "added_ns", "ratio"] {
            assert!(row[field].is_number(), "{field} of {row}");
        }
        assert_eq!(row["ratio_spread"].as_array().map(Vec::len), Some(2), "{row}");
    }
}

#[test]
fn the_table_has_each_peer_as_a_multiple_of_ours() {
    let table = String::from_utf8(peers(&["--rounds", "1", "--variant", "events,tracing"]).stdout).unwrap();
    let head = table
        .lines()
        .position(|line| line.starts_with("recorder"))
        .expect(&table);
    let rows: Vec<&str> = table.lines().skip(head + 1).take(2).collect();
    assert!(
        rows[0].starts_with("events") && rows[1].starts_with("tracing"),
        "{table}"
    );
}
