//! Prometheus's own checker reads the page. It is part of Debian's package `prometheus`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use maptrace_runtime::{Cause, Kind, MapSnapshot, SiteInfo, Snapshot, openmetrics};

#[path = "../src/fixture.rs"]
mod fixture;

/// Fails with promtool's own words if it finds anything, be it only a matter of style.
fn check(page: &str) {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs `promtool` on PATH (package `prometheus`): {error}"));
    let mut stdin = promtool.stdin.take().expect("a pipe");
    stdin.write_all(page.as_bytes()).expect("promtool reads the page");
    drop(stdin);
    let output = promtool.wait_with_output().expect("promtool ends");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success() && said.is_empty(),
        "promtool: {}\n{said}\n{page}",
        output.status
    );
}

fn text(snapshot: &Snapshot) -> String {
    openmetrics::render_as(snapshot, openmetrics::Format::Text)
}

#[test]
#[ignore = "needs promtool; ci/e2e.sh runs it"]
fn a_service_with_a_hostile_name_is_accepted() {
    let snapshot = fixture::service();
    assert!(snapshot.maps.iter().any(|map| map.site.name == fixture::HOSTILE));
    check(&text(&snapshot));
}

#[test]
#[ignore = "needs promtool; ci/e2e.sh runs it"]
fn an_empty_process_is_accepted() {
    check(&text(&Snapshot::new("server")));
}

#[test]
#[ignore = "needs promtool; ci/e2e.sh runs it"]
fn an_overflowing_page_is_accepted() {
    let mut snapshot = Snapshot::new("server");
    for id in 0..3_000 {
        snapshot.maps.push(fixture::site(
            id,
            &format!("tenant_{id}"),
            Kind::HashMap,
            "string_u64",
            "",
        ));
    }
    let page = text(&snapshot);
    assert!(page.contains("map=\"(other)\""));
    check(&page);
}

#[test]
#[ignore = "needs promtool; ci/e2e.sh runs it"]
fn promtool_does_find_faults() {
    let broken = text(&fixture::service()).replace("# HELP map_entries ", "# help map_entries ");
    let refused = std::panic::catch_unwind(|| check(&broken));
    assert!(refused.is_err(), "a family without help has to be refused");
}
