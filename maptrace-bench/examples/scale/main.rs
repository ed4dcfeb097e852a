//! What maptrace costs a process as a whole: idle and busy, with many threads, maps and sites, in memory, and to look at.
//!
//! `cargo run --release -p maptrace-bench --example scale -- [SECTION...] [--json FILE] [--seconds N]`, on Linux. Each
//! section is a process of its own, and each figure one of that run; costs of operations are CPU time, beside the plain
//! map in turns, so that other work of the machine does not move them much. Sections: `idle`, `exporting`, `busy`,
//! `drain`, `tail`, `threads`, `maps`, `sites`, `memory`, `look`.

mod busy;
mod flat;
mod idle;
mod look;
mod memory;
mod places;
mod system;
mod tail;

use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use serde_json::{Map, Value, json};

#[global_allocator]
static ALLOCATOR: system::Counting = system::Counting;

/// A section: writes its rows.
type Section = fn(Duration);

/// Name, what it says and which program it is.
const SECTIONS: [(&str, &str, Section); 10] = [
    ("idle", "An idle process: maptrace's threads", idle::run),
    (
        "exporting",
        "An idle process that exports: maptrace's threads",
        idle::exporting,
    ),
    (
        "busy",
        "A busy process: what is lost, and what the collector takes",
        busy::run,
    ),
    (
        "drain",
        "What the collector takes to drain and aggregate, without wake-ups",
        busy::drain,
    ),
    (
        "tail",
        "The slowest single operations, with a reading of the clock in each",
        tail::run,
    ),
    ("threads", "An overwrite, by threads", flat::threads),
    (
        "maps",
        "An overwrite of one map after the other in no order, by maps",
        flat::maps,
    ),
    (
        "sites",
        "The same by sites, and a map of three entries made at one after the other",
        flat::sites,
    ),
    ("memory", "Memory beyond the plain maps'", memory::run),
    ("look", "A snapshot and the page for Prometheus", look::run),
];

/// Set for a process that is a section.
const ONE: &str = "SCALE_SECTION";

/// Writes a row of the section at hand: names and values, in the order in which they are shown.
fn row<const N: usize>(values: [(&str, Value); N]) {
    println!("{}", json!(values.as_slice()));
}

/// A row.
type Row = Vec<(String, Value)>;

fn main() -> ExitCode {
    let mut sections = Vec::new();
    let (mut json, mut seconds) = (None, 10);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = arguments.next(),
            "--seconds" => seconds = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(seconds),
            name if SECTIONS.iter().any(|it| it.0 == name) => sections.push(argument),
            other => {
                eprintln!(
                    "scale: there is no section {other:?}; there are: {}",
                    SECTIONS.map(|it| it.0).join(", ")
                );
                return ExitCode::FAILURE;
            }
        }
    }
    if let Ok(one) = std::env::var(ONE) {
        let Some((_, _, run)) = SECTIONS.iter().find(|it| it.0 == one) else {
            return ExitCode::FAILURE;
        };
        run(Duration::from_secs(seconds));
        return ExitCode::SUCCESS;
    }
    let mut all = Map::new();
    for (name, title, _) in SECTIONS {
        if !sections.is_empty() && !sections.iter().any(|it| it == name) {
            continue;
        }
        match section(name, seconds) {
            Ok(rows) => {
                println!("\n{title}\n");
                print(&rows);
                let rows = rows.into_iter().map(|row| Value::Object(row.into_iter().collect()));
                all.insert(name.to_owned(), Value::Array(rows.collect()));
            }
            Err(error) => {
                eprintln!("scale: {name}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    if let Some(file) = json {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let text = json!({ "load": load.trim(), "seconds": seconds, "sections": all });
        if let Err(error) = std::fs::write(&file, format!("{text:#}\n")) {
            eprintln!("scale: {file}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Runs a section in a process of its own, and returns its rows.
fn section(name: &str, seconds: u64) -> Result<Vec<Row>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args(["--seconds", &seconds.to_string()])
        .env(ONE, name)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("it ended with {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{line}: {error}")))
        .collect()
}

/// Prints rows as a table: the columns are those of the first one.
fn print(rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(n) if n.is_f64() => format!("{:.2}", n.as_f64().unwrap_or_default()),
        value => value.to_string(),
    };
    let head: Vec<String> = first.iter().map(|(name, _)| name.clone()).collect();
    let mut lines = vec![head];
    lines.extend(
        rows.iter()
            .map(|row| row.iter().map(|(_, value)| text(value)).collect()),
    );
    let width = |column: usize| {
        lines
            .iter()
            .filter_map(|line| line.get(column))
            .map(String::len)
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..first.len()).map(width).collect();
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:>width$}"))
            .collect();
        println!("{}", cells.join("  "));
    }
}
