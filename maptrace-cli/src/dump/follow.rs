//! `--follow`: what the threads of a process do while it goes on, seen from outside.

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use maptrace_flight::{Ending, Recording};

use super::text::{self, Lines};
use super::units::clean;
use super::{Names, WRITTEN, keep, read_recording, say, thread_name};

/// How often the file is looked at.
const PERIOD: Duration = Duration::from_millis(250);

/// Prints what is new, again and again, until the process has ended; then its last state. The process does not know.
pub(super) fn follow(path: &Path, first: &Recording, map: Option<&str>) -> Result<ExitCode> {
    let mut seen: HashMap<u32, u64> = HashMap::new();
    for thread in &first.threads {
        if let Some(event) = thread.events.back() {
            seen.insert(thread.number, event.place);
        }
    }
    loop {
        let mut recording = read_recording(path, WRITTEN)?;
        if let Some(map) = map {
            keep(&mut recording, map, WRITTEN)?;
        }
        say(&news(&recording, &mut seen));
        if recording.process.ending != Ending::Running {
            say(&text::state(&recording, path, &[]));
            return Ok(ExitCode::SUCCESS);
        }
        sleep(PERIOD);
    }
}

/// Events that come after those that were seen, thread by thread.
fn news(recording: &Recording, seen: &mut HashMap<u32, u64>) -> String {
    let names = Names::of(recording);
    let mut out = String::new();
    for thread in &recording.threads {
        let last = seen.get(&thread.number).copied();
        let is_new = |place: u64| last.is_none_or(|last| place > last);
        let mut lines = Lines::default();
        for event in thread.events.iter().filter(|event| is_new(event.place)) {
            lines.add(&recording.process, &names, event);
            seen.insert(thread.number, event.place);
        }
        let lines = lines.end();
        if !lines.is_empty() {
            out.push_str(&format!(
                "{} (thread {})\n{lines}",
                clean(&thread_name(thread)),
                thread.number
            ));
        }
    }
    out
}
