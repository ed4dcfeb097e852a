//! A recording for people.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use maptrace_flight::{CAUSES, Ending, Event, Map, Process, Recording, Thread, What, rfc3339};

use super::units::{bytes, clean, count, duration};
use super::{Names, end, thread_name};

/// The process, its maps, and what was lost.
pub(super) fn state(recording: &Recording, path: &Path, others: &[String]) -> String {
    let mut out = String::new();
    let process = &recording.process;
    let _ = writeln!(out, "{}", head(recording));
    let _ = writeln!(out, "{}, maptrace {}", path.display(), clean(&process.version));
    for other in others {
        let _ = writeln!(out, "there is also {other}");
    }
    out.push('\n');
    out.push_str(&maps(recording));
    for line in losses(recording) {
        let _ = writeln!(out, "! {line}");
    }
    out
}

fn head(recording: &Recording) -> String {
    let process = &recording.process;
    let at = rfc3339(process.time(end(recording)));
    let became = match process.ending {
        Ending::Running => "is running".to_owned(),
        Ending::Ended => format!("ended by itself after {at}"),
        Ending::Killed => format!("was killed or aborted after {at}"),
        _ => "did not come so far as to record anything".to_owned(),
    };
    let age = duration(Duration::from_nanos(end(recording)));
    let (program, pid) = (clean(&process.program), process.pid);
    format!("maptrace: {program}, pid {pid}, {became}, at the age of {age}")
}

/// A table with a line for each map that was used.
fn maps(recording: &Recording) -> String {
    let titles = [
        "map", "type", "live", "entries", "cap", "tombs", "held", "needed", "assigns", "deletes", "hit", "grows",
        "pause", "worst", "age", "made in",
    ];
    let mut rows = vec![titles.map(str::to_owned)];
    let mut used: Vec<&Map> = recording
        .maps
        .iter()
        .filter(|map| map.created > 0 || map.totals.assigns() > 0)
        .collect();
    used.sort_by_key(|map| std::cmp::Reverse((map.held_bytes, map.entries)));
    let none = || "-".to_owned();
    let end = end(recording);
    for map in &used {
        let (deletes, hits) = (map.totals.deletes(), map.totals.deletes_hit);
        let born = recording
            .instances
            .iter()
            .filter(|it| it.site == map.site)
            .map(|it| it.born)
            .min();
        let time = |ns| {
            if map.pauses == 0 {
                none()
            } else {
                duration(Duration::from_nanos(ns))
            }
        };
        rows.push([
            clean(&map.name),
            map.kind.as_str().to_owned(),
            count(map.live),
            count(map.entries),
            map.capacity.map_or_else(none, count),
            map.tombstones.map_or_else(none, count),
            map.held_bytes.map_or_else(none, bytes),
            bytes(map.needed_bytes),
            count(map.totals.assigns()),
            count(deletes),
            if deletes == 0 {
                none()
            } else {
                format!("{} %", u128::from(hits) * 100 / u128::from(deletes))
            },
            count(map.grows),
            time(map.pause_ns),
            time(map.pause_max_ns),
            born.map_or_else(none, |born| duration(Duration::from_nanos(end.saturating_sub(born)))),
            clean(&format!("{}:{}", map.file, map.line)),
        ]);
    }
    if used.is_empty() {
        return "no map was changed\n".to_owned();
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..titles.len()).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let is_text = matches!(column, 0 | 1 | 15);
            let pad = " ".repeat(width - cell.chars().count());
            let _ = if is_text {
                write!(line, "{cell}{pad}  ")
            } else {
                write!(line, "{pad}{cell}  ")
            };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// What is not known, and why.
fn losses(recording: &Recording) -> Vec<String> {
    let process = &recording.process;
    let mut lines = Vec::new();
    if process.collector_was_busy && process.ending == Ending::Killed {
        lines.push(
            "it was killed while maptrace was counting: totals may be off by up to what one ring holds".to_owned(),
        );
    }
    for (i, cause) in CAUSES.iter().enumerate() {
        let in_rings = recording
            .threads
            .iter()
            .fold(0_u64, |sum, thread| sum.wrapping_add(thread.dropped[i]));
        let lost = in_rings.wrapping_add(process.dropped[i]);
        if lost > 0 {
            lines.push(format!(
                "{} events are lost by the cause {cause}; totals have them",
                count(lost)
            ));
        }
    }
    if process.missing > 0 {
        lines.push(format!(
            "{} parts are missing, as there was no room for them: threads or maps that were new then, and their totals",
            process.missing
        ));
    }
    for (at, what) in &recording.damage.parts {
        lines.push(format!("damaged at byte {at}: {}", clean(what)));
    }
    if recording.damage.more > 0 {
        lines.push(format!("and in {} more places", recording.damage.more));
    }
    lines
}

/// The last events of each thread.
pub(super) fn events(recording: &Recording) -> String {
    let names = Names::of(recording);
    let mut out = String::new();
    for thread in recording.threads.iter().filter(|thread| !thread.events.is_empty()) {
        let _ = writeln!(out, "\n{}", thread_line(thread));
        let mut lines = Lines::default();
        for event in &thread.events {
            lines.add(&recording.process, &names, event);
        }
        out.push_str(&lines.end());
    }
    out
}

fn thread_line(thread: &Thread) -> String {
    let mut line = format!(
        "{} (thread {}, tid {})",
        clean(&thread_name(thread)),
        thread.number,
        thread.system_id
    );
    if !thread.alive {
        line.push_str(", which had ended");
    }
    if thread.undrained > 0 {
        let _ = write!(line, ", {} of its events not yet collected", count(thread.undrained));
    }
    let _ = write!(line, ": its last {} events", thread.events.len());
    line
}

/// Lines of events, of which those that say the same become one.
#[derive(Default)]
pub(super) struct Lines {
    out: String,
    last: String,
    times: u64,
}

impl Lines {
    pub(super) fn add(&mut self, process: &Process, names: &Names<'_>, event: &Event) {
        let time = rfc3339(process.time(event.at));
        let earlier = if event.earlier { " (by an earlier thread)" } else { "" };
        let what = match &event.what {
            What::Gap { lost } => format!("{} events were lost here", count(*lost)),
            what => format!("{}  {}{earlier}", clean(&names.full_name(event)), describe(what)),
        };
        // To the millisecond, and the date is on top.
        let line = format!("  {}  {what}", time.get(11..23).unwrap_or(&time));
        if line != self.last {
            self.flush();
            self.last = line;
        }
        self.times += 1;
    }

    fn flush(&mut self) {
        let times = std::mem::take(&mut self.times);
        let _ = match times {
            0 => Ok(()),
            1 => writeln!(self.out, "{}", self.last),
            _ => writeln!(self.out, "{}  x {times}", self.last),
        };
    }

    pub(super) fn end(mut self) -> String {
        self.flush();
        self.out
    }
}

/// What an event says, in words.
pub(super) fn describe(what: &What) -> String {
    let mut line = what.name().to_owned();
    if let Some(result) = what.result() {
        let _ = write!(line, " {result}");
    }
    let _ = match what {
        What::Grow {
            entries,
            old_capacity,
            new_capacity,
            ..
        } => {
            write!(
                line,
                " {} -> {} with {} entries",
                count(*old_capacity),
                count(*new_capacity),
                count(*entries)
            )
        }
        What::Shrink {
            entries,
            old_capacity,
            new_capacity,
            ..
        } => {
            write!(
                line,
                " {} -> {} with {} entries",
                count(*old_capacity),
                count(*new_capacity),
                count(*entries)
            )
        }
        What::RehashInPlace { entries, capacity, .. } => {
            write!(line, " in place, {} with {} entries", count(*capacity), count(*entries))
        }
        What::Clear { entries, .. } => write!(line, " of {} entries", count(*entries)),
        What::Batch {
            door,
            offered,
            new,
            replaced,
            removed,
            ..
        } => write!(
            line,
            " {door}: {} offered, {} new, {} replaced, {} removed",
            count(*offered),
            count(*new),
            count(*replaced),
            count(*removed)
        ),
        What::Slow { operation, .. } => write!(line, " {operation}"),
        _ => Ok(()),
    };
    if let Some(took) = what.duration() {
        let _ = write!(line, " in {}", duration(took));
    }
    line
}
