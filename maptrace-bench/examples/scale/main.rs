//! What maptrace costs a process as a whole: idle and busy, with many threads, maps and sites, in memory, and to look at.
//!
//! `cargo run --release -p maptrace-bench --example scale -- [SECTION...] [--json FILE] [--seconds N]`, on Linux. Each
//! section is a process of its own, and each figure one of that run; costs of operations are CPU time, beside the plain
//! map in turns, so that other work of the machine does not move them much. Sections: `idle`, `exporting`, `busy`,
//! `threads`, `maps`, `sites`, `memory`, `look`.

mod busy;
mod flat;
mod idle;
mod look;
mod memory;
mod places;
mod system;

use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use serde_json::{Map, Value, json};

#[global_allocator]
static ALLOCATOR: system::Counting = system::Counting;

/// A section: writes its rows.
type Section = fn(Duration);

/// Name, what it says and which program it is.
const SECTIONS: [(&str, &str, Section); 8] = [
    ("idle", "An idle process: maptrace's threads", idle::run),
    ("exporting", "An idle process that exports: maptrace's threads", idle::exporting),
    ("busy", "A busy process: what is lost, and what the collector takes", busy::run),
    ("threads", "An overwrite, by threads", flat::threads),
    ("maps", "An overwrite of one map after the other in no order, by maps", flat::maps),
    ("sites", "The same by sites, and a map of three entries made at one after the other", flat::sites),
    ("memory", "Memory beyond the plain maps'", memory::run),
    ("look", "A snapshot and the page for Prometheus", look::run),
];

/// Set for a process that is a section.
const ONE: &str = "MAPTRACE_SCALE_SECTION";

/// Writes a row of the section at hand.
fn row(values: Value) {
    println!("{values}");
}

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
                eprintln!("scale: there is no section {other:?}; there are: {}", SECTIONS.map(|it| it.0).join(", "));
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
                all.insert(name.to_owned(), Value::Array(rows));
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
fn section(name: &str, seconds: u64) -> Result<Vec<Value>, String> {
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
    text.lines().map(|line| serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))).collect()
}

/// Prints rows as a table: the columns are those of the first one.
fn print(rows: &[Value]) {
    let Some(first) = rows.first().and_then(Value::as_object) else { return };
    let columns: Vec<&String> = first.keys().collect();
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(n)) if n.is_f64() => format!("{:.3}", n.as_f64().unwrap_or_default()),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|column| text(row.get(column.as_str()))).collect()).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|i| cells.iter().map(|row| row[i].len()).chain([columns[i].len()]).max().unwrap_or_default())
        .collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}")).collect();
        println!("{}", padded.join("  "));
    };
    line(&columns.iter().map(|it| (*it).clone()).collect::<Vec<_>>());
    cells.iter().for_each(|row| line(row));
}
