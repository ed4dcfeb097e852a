//! `maptrace dump PID`: asks a live process for a dump of its maps, and shows it; and shows one that is there already.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Maps that are shown.
const MAPS: usize = 20;
/// The form that is understood.
const VERSION: u64 = 1;

/// The process that is meant, if it is one and no file of that name.
pub(super) fn process(path: &Path) -> Option<u32> {
    let digits = path
        .to_str()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()) && !path.exists())?;
    digits.parse().ok()
}

/// Whether it is a dump that is there already.
pub(super) fn is_dump(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| extension == "json")
}

/// The text of a dump that is there.
pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn ask(pid: u32) -> Result<(PathBuf, String)> {
    bail!("process {pid} can only be asked on Linux: send it the signal yourself, and look into its folder of dumps")
}

#[cfg(target_os = "linux")]
pub(super) use linux::ask;

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::fs::MetadataExt as _;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    /// How long a process may take. Its thread has only to be given the processor.
    const PATIENCE: Duration = Duration::from_secs(10);
    const STEP: Duration = Duration::from_millis(5);

    /// What the process says of itself by the name of its thread.
    struct Guard {
        signal: i32,
        /// The folder of its dumps, by the number under which the process has it open: a container's is found as well.
        folder: PathBuf,
        /// The process's number as it knows it.
        pid: u32,
    }

    /// Asks a process for a dump, and returns where it is and its text.
    pub(crate) fn ask(pid: u32) -> Result<(PathBuf, String)> {
        let guard = find(pid)?;
        let before = latest(&guard)?;
        let Some(signal) = [Signal::USR1, Signal::USR2]
            .into_iter()
            .find(|it| it.as_raw() == guard.signal)
        else {
            bail!(
                "process {pid} waits for signal {}, which this program does not know",
                guard.signal
            );
        };
        let number = i32::try_from(pid)
            .ok()
            .and_then(Pid::from_raw)
            .context("0 is no process")?;
        kill_process(number, signal).with_context(|| format!("process {pid} cannot be sent a signal"))?;
        let begun = Instant::now();
        loop {
            if let Some(number) = latest(&guard)?.filter(|&now| before.is_none_or(|before| now > before)) {
                let name = format!("mapguard-{}-{number}.json", guard.pid);
                let text = read(&guard.folder.join(&name))?;
                let shown = fs::read_link(&guard.folder).unwrap_or(guard.folder);
                return Ok((shown.join(name), text));
            }
            if begun.elapsed() > PATIENCE {
                bail!(
                    "process {pid} has written no dump within {} seconds: it may be stopped, or have no room for one; its \
                     standard error says more",
                    PATIENCE.as_secs()
                );
            }
            std::thread::sleep(STEP);
        }
    }

    /// The number of the process's last dump.
    fn latest(guard: &Guard) -> Result<Option<u64>> {
        let folder = fs::read_dir(guard.folder.join("."))
            .with_context(|| format!("the folder of process {}'s dumps cannot be read", guard.pid))?;
        let prefix = format!("mapguard-{}-", guard.pid);
        let number = |name: &str| name.strip_prefix(&prefix)?.strip_suffix(".json")?.parse().ok();
        let names = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.filter_map(|name| number(&name)).max())
    }

    /// Nothing is sent to a process that has not said that it waits for it: the signal ends those that do not.
    fn find(pid: u32) -> Result<Guard> {
        let process = PathBuf::from(format!("/proc/{pid}"));
        let Ok(tasks) = fs::read_dir(process.join("task")) else {
            bail!("there is no process {pid}");
        };
        let (owner, user) = (
            fs::metadata(&process).map_or(0, |it| it.uid()),
            rustix::process::geteuid(),
        );
        if !user.is_root() && owner != user.as_raw() {
            bail!(
                "process {pid} is of the user with the number {owner}, and dumps are their owner's alone: run this as that user, \
                 or as root"
            );
        }
        let name = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
        let said = name.filter_map(|name| {
            let (signal, folder) = name.trim_end().strip_prefix("mapguard/")?.split_once('/')?;
            Some((signal.parse().ok()?, folder.parse::<u32>().ok()?))
        });
        let Some((signal, folder)) = said.take(1).next() else {
            bail!(
                "process {pid} does not wait for a signal, and would be ended by one: run a program built with maptrace's \
                 features `enable` and `guard` with MAPTRACE_GUARD=DIR and MAPTRACE_GUARD_SIGNAL=usr1"
            );
        };
        let status = fs::read_to_string(process.join("status")).context("its status cannot be read")?;
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let caught = field("SigCgt:")
            .and_then(|mask| u64::from_str_radix(mask, 16).ok())
            .unwrap_or(0);
        if !(1..=64).contains(&signal) || caught >> (signal - 1) & 1 == 0 {
            bail!("process {pid} does not handle signal {signal} any more, and would be ended by it");
        }
        let own = field("NSpid:").and_then(|pids| pids.split_whitespace().next_back()?.parse().ok());
        Ok(Guard {
            signal,
            folder: process.join(format!("fd/{folder}")),
            pid: own.unwrap_or(pid),
        })
    }
}

/// What is read of a dump.
#[derive(Deserialize)]
struct Dump {
    mapguard: u64,
    why: String,
    program: String,
    pid: u64,
    #[serde(default)]
    up_ms: u64,
    tracing: bool,
    #[serde(default)]
    exact: bool,
    inexact_because: Option<String>,
    off_by_at_most: Option<u64>,
    panic: Option<Panic>,
    #[serde(default)]
    losses: Map<String, Value>,
    sums: Option<Sums>,
    #[serde(default)]
    matter: Vec<Matter>,
    #[serde(default)]
    map_columns: Vec<String>,
    #[serde(default)]
    maps: Vec<Vec<Option<u64>>>,
    sites: Vec<Site>,
    #[serde(default)]
    threads: Vec<Thread>,
}

#[derive(Deserialize)]
struct Panic {
    thread: String,
    file: String,
    line: u64,
    touched: Option<Operation>,
}

#[derive(Deserialize)]
struct Sums {
    maps: u64,
    entries: u64,
    held_bytes: u64,
}

#[derive(Deserialize)]
struct Matter {
    map: Option<u64>,
    name: String,
    why: String,
}

#[derive(Deserialize)]
struct Site {
    site: u64,
    name: String,
    kind: String,
    #[serde(rename = "type")]
    type_name: String,
    file: String,
    line: u64,
}

#[derive(Deserialize)]
struct Thread {
    name: String,
    panicking: bool,
    lost: u64,
    operations: Vec<Operation>,
}

/// Milliseconds ago, what, with what result, map and site.
type Operation = (u64, String, Option<String>, Option<u64>, Option<u64>);

/// A dump for people.
pub(super) fn show(path: &Path, text: &str) -> Result<String> {
    let value: Value = serde_json::from_str(text).with_context(|| format!("{} is no dump", path.display()))?;
    match value.get("mapguard").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(other) => bail!(
            "{} has form {other}, and this program knows {VERSION}: take a newer one",
            path.display()
        ),
        None => bail!("{} is no dump of maptrace's", path.display()),
    }
    let dump: Dump = serde_json::from_value(value).with_context(|| format!("{} is no dump", path.display()))?;
    let mut out = String::new();
    head(&mut out, path, &dump);
    if dump.tracing {
        maps(&mut out, &dump);
        threads(&mut out, &dump);
    }
    Ok(out)
}

/// Without what would steer a terminal.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
                '?'
            } else {
                c
            }
        })
        .collect()
}

fn head(out: &mut String, path: &Path, dump: &Dump) {
    debug_assert_eq!(dump.mapguard, VERSION);
    let up = dump.up_ms as f64 / 1000.0;
    let _ = writeln!(
        out,
        "maptrace: {}, pid {}, up {up:.1} s: {}",
        clean(&dump.program),
        dump.pid,
        path.display()
    );
    match &dump.panic {
        Some(panic) => {
            let _ = write!(
                out,
                "panic in thread '{}' at {}:{}",
                clean(&panic.thread),
                clean(&panic.file),
                panic.line
            );
            if let Some(touched) = &panic.touched {
                let _ = write!(out, "; before that: {}", operation(dump, touched));
            }
            out.push('\n');
        }
        None => _ = writeln!(out, "written on demand ({})", clean(&dump.why)),
    }
    if !dump.tracing {
        let _ = writeln!(out, "tracing is off, or no map was ever changed");
    }
    if let Some(sums) = &dump.sums {
        let held = bytes(sums.held_bytes);
        let _ = writeln!(
            out,
            "{} live maps, {} entries, {held} held",
            grouped(sums.maps),
            grouped(sums.entries)
        );
    }
    if dump.tracing && !dump.exact {
        let _ = writeln!(out, "! {}", doubt(dump));
    }
    for (cause, n) in &dump.losses {
        let counts = matches!(cause.as_str(), "delivered" | "collector");
        if let Some(n) = n.as_u64().filter(|&n| n > 0 && !counts) {
            let _ = writeln!(out, "! {}: {}", clean(cause).replace('_', " "), grouped(n));
        }
    }
    for map in &dump.matter {
        let number = map.map.map_or(String::new(), |number| format!("#{number}"));
        let _ = writeln!(out, "! {}{number}: {}", clean(&map.name), clean(&map.why));
    }
}

fn maps(out: &mut String, dump: &Dump) {
    let column = |name: &str| dump.map_columns.iter().position(|it| it == name);
    let cell = |row: &[Option<u64>], name: &str| column(name).and_then(|at| *row.get(at)?);
    let mut rows: Vec<&[Option<u64>]> = dump.maps.iter().map(Vec::as_slice).collect();
    rows.sort_by_key(|row| std::cmp::Reverse((cell(row, "held_bytes"), cell(row, "entries"))));
    let titles = [
        "map", "type", "maps", "entries", "cap", "tombs", "held", "assigns", "deletes", "grows", "per s", "made in",
    ];
    let mut table = vec![titles.map(str::to_owned)];
    let number = |n: Option<u64>| n.map_or("-".to_owned(), grouped);
    for row in rows.iter().take(MAPS) {
        // A file may say anything.
        let sum = |a, b| Some(cell(row, a)?.saturating_add(cell(row, b)?));
        let site = cell(row, "site").and_then(|site| dump.sites.iter().find(|it| it.site == site));
        let map = cell(row, "map").map_or(String::new(), |map| format!("#{map}"));
        table.push([
            site.map_or("?".to_owned(), |site| clean(&site.name)) + &map,
            site.map_or(String::new(), |site| {
                format!("{}<{}>", clean(&site.kind), clean(&site.type_name))
            }),
            number(cell(row, "maps")),
            number(cell(row, "entries")),
            number(cell(row, "capacity")),
            number(cell(row, "tombstones")),
            cell(row, "held_bytes").map_or("-".to_owned(), bytes),
            number(sum("assigns_new", "assigns_replaced")),
            number(sum("deletes_hit", "deletes_miss")),
            number(cell(row, "grows")),
            number(cell(row, "per_second")),
            site.map_or(String::new(), |site| format!("{}:{}", clean(&site.file), site.line)),
        ]);
    }
    out.push('\n');
    let width = |at: usize| table.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..titles.len()).map(width).collect();
    for row in &table {
        let mut line = String::new();
        for (at, (text, &width)) in row.iter().zip(&widths).enumerate() {
            let _ = match at {
                0 | 1 | 11 => write!(line, "{text:width$}  "),
                _ => write!(line, "{text:>width$}  "),
            };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if rows.len() > MAPS {
        let _ = writeln!(
            out,
            "and {} more, which `--json` has",
            grouped((rows.len() - MAPS) as u64)
        );
    }
}

fn threads(out: &mut String, dump: &Dump) {
    for thread in &dump.threads {
        let panicking = if thread.panicking { ", which panicked" } else { "" };
        let _ = write!(out, "\nthread '{}'{panicking}", clean(&thread.name));
        if thread.lost > 0 {
            let _ = write!(out, ", {} events lost", grouped(thread.lost));
        }
        out.push('\n');
        let mut last: Option<(String, u64)> = None;
        let mut tell = |line: &(String, u64)| {
            let times = if line.1 > 1 {
                format!(", {} times", line.1)
            } else {
                String::new()
            };
            let _ = writeln!(out, "  {}{times}", line.0);
        };
        for it in &thread.operations {
            let text = operation(dump, it);
            match &mut last {
                Some((before, n)) if *before == text => *n += 1,
                _ => {
                    last.iter().for_each(&mut tell);
                    last = Some((text, 1));
                }
            }
        }
        last.iter().for_each(tell);
    }
}

fn operation(dump: &Dump, (ago, what, result, map, site): &Operation) -> String {
    let name = site
        .and_then(|site| dump.sites.iter().find(|it| it.site == site))
        .map(|site| clean(&site.name));
    let map = map.map_or(String::new(), |map| format!("#{map}"));
    let result = result
        .as_ref()
        .map_or(String::new(), |result| format!(", {}", clean(result)));
    format!(
        "{ago:>6} ms ago  {}{map}: {}{result}",
        name.as_deref().unwrap_or("(a map that is gone)"),
        clean(what)
    )
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Why counts may be off.
fn doubt(dump: &Dump) -> String {
    match (dump.inexact_because.as_deref(), dump.off_by_at_most) {
        (Some("memory"), _) => {
            "there was no memory to count what the collector had not come to: some counts are too low; set \
                                MAPTRACE_MEMORY to more, or install dumps before there are maps"
                .to_owned()
        }
        (_, Some(most)) => format!(
            "the collector did not stand still: all counts together may be off by up to {} operations",
            grouped(most)
        ),
        _ => "the collector was at work: counts may be off by what it was about to count".to_owned(),
    }
}

fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file may say anything: more operations than there are numbers, sites that it does not have, rows that are too short.
    #[test]
    fn figures_that_cannot_be_are_shown_all_the_same() {
        let most = u64::MAX;
        let text = serde_json::json!({
            "mapguard": VERSION, "why": "asked", "program": "shop", "pid": most, "tracing": true, "off_by_at_most": most,
            "sums": { "maps": most, "entries": most, "held_bytes": most },
            "map_columns": ["map", "site", "assigns_new", "assigns_replaced", "deletes_hit", "deletes_miss", "held_bytes"],
            "maps": [[most, 3, most, 1, 1, most, most], [1, most, 7, 8, 9, null, null], [2]],
            "sites": [{ "site": 3, "name": "seen", "kind": "HashMap", "type": "u8, u8", "file": "a.rs", "line": most }],
            "threads": [{ "name": "t", "panicking": false, "lost": most, "operations": [[most, "assign", null, 9, 9]] }],
        });
        let shown = show(Path::new("a.json"), &text.to_string()).unwrap();
        let row = |start: &str| {
            let line = shown.lines().find(|line| line.starts_with(start));
            line.unwrap_or_else(|| panic!("no {start} in {shown}"))
                .split_whitespace()
                .filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let most = grouped(most);
        assert_eq!(
            row("seen#"),
            format!("- - - - 18446744073.7 {most} {most} - -"),
            "{shown}"
        );
        assert_eq!(row("?#1"), "- - - - - 15 - - -", "{shown}");
        assert_eq!(row("?#2"), "- - - - - - - - -", "{shown}");
    }
}
