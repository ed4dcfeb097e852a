//! Prometheus's own checker reads the page. It is part of Debian's package `prometheus`.
#![cfg(feature = "listen")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use maptrace_runtime::{Cause, Kind, MapSnapshot, SiteInfo, Snapshot, context, openmetrics};

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

/// The command that makes blocks of a page reads OpenMetrics with the parser that scrapes. It wants a time with each
/// sample, which a page for a scraper has not.
fn read_as_openmetrics(name: &str, page: &str) -> Result<String, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let mut timed = String::new();
    for line in page.lines() {
        let (sample, exemplar) = line.find(" # {").map_or((line, ""), |at| line.split_at(at));
        let time = if line.starts_with('#') { "" } else { " 1795237925" };
        timed.push_str(&format!("{sample}{time}{exemplar}\n"));
    }
    let file = folder.join("page.txt");
    fs::write(&file, timed).expect("the page is written");
    let output = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([&file, &folder.join("data")])
        .output()
        .unwrap_or_else(|error| panic!("this test needs `promtool` on PATH (package `prometheus`): {error}"));
    let listed = Command::new("promtool")
        .args(["tsdb", "list"])
        .arg(folder.join("data"))
        .output();
    fs::remove_dir_all(&folder).expect("the folder goes");
    if output.status.success() {
        let listed = listed.expect("promtool lists");
        assert!(listed.status.success(), "{listed:?}");
        Ok(String::from_utf8_lossy(&listed.stdout).into_owned())
    } else {
        Err(format!("{output:?}"))
    }
}

#[test]
#[ignore = "needs promtool; ci/e2e.sh runs it"]
fn openmetrics_with_exemplars_is_accepted() {
    let page = openmetrics::render(&fixture::service());
    assert_eq!(page.matches(" # {trace_id=").count(), 4);
    let series = page.lines().filter(|line| !line.starts_with('#')).count();
    let blocks = read_as_openmetrics("accepted", &page).expect("promtool takes it");
    // One block, with a sample and a series for each line.
    let (_, block) = blocks.trim_end().split_once('\n').expect("a block");
    let figures: Vec<_> = block.split_whitespace().rev().skip(1).take(3).collect();
    assert!(figures.contains(&series.to_string().as_str()), "{series} in {blocks}");
}

#[test]
#[ignore = "needs promtool; ci/e2e.sh runs it"]
fn promtool_does_find_faults_of_openmetrics() {
    let page = openmetrics::render(&fixture::service());
    for (part, fault) in [
        ("} 0.00475 ", "} much "),
        ("# EOF\n", ""),
        (" # {trace_id=\"", " # {trace_id="),
    ] {
        let refused = read_as_openmetrics("refused", &page.replace(part, fault));
        assert!(refused.is_err(), "{fault:?} in place of {part:?} has to be refused");
    }
}

#[test]
#[ignore = "needs promtool; ci/e2e.sh runs it"]
fn promtool_does_find_faults() {
    let broken = text(&fixture::service()).replace("# HELP map_entries ", "# help map_entries ");
    let refused = std::panic::catch_unwind(|| check(&broken));
    assert!(refused.is_err(), "a family without help has to be refused");
}
