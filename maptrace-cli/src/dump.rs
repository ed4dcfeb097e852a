//! `maptrace dump`: the maps of a process and the last operations of its threads, from a dump of mapguard's or from what the
//! flight recorder has.

mod ctf;
mod follow;
mod json;
mod mapguard;
mod perfetto;
mod pprof;
mod text;
mod units;

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use maptrace_flight::{Ending, Event, Map, Options, Recording, Thread};

use crate::args::Dump;

/// Events of each thread that are shown unless it is said how many.
const SHOWN: usize = 20;
/// The same, as JSON.
const LISTED: usize = 1000;
/// The same, in a file of another format: more than there are in a ring of the usual size.
const WRITTEN: usize = 1 << 20;

/// Shows a dump that is there, asks a process for one, or shows a recording.
pub(crate) fn dump(request: &Dump) -> Result<ExitCode> {
    let (path, text) = match mapguard::process(&request.path) {
        Some(pid) => mapguard::ask(pid)?,
        None if mapguard::is_dump(&request.path) => (request.path.clone(), mapguard::read(&request.path)?),
        None => return recorded(request),
    };
    if asks_for_events(request) {
        bail!(
            "{} is a dump: only --json is for those, and the other options for recordings",
            path.display()
        );
    }
    let shown = if request.json {
        text
    } else {
        mapguard::show(&path, &text)?
    };
    say(&shown);
    Ok(ExitCode::SUCCESS)
}

fn asks_for_events(request: &Dump) -> bool {
    let files = [&request.ctf, &request.perfetto, &request.pprof];
    request.follow || request.last.is_some() || request.map.is_some() || files.iter().any(|file| file.is_some())
}

/// Shows a recording, or writes it in another format.
fn recorded(request: &Dump) -> Result<ExitCode> {
    let (path, others) = recording_at(&request.path)?;
    let writes = request.ctf.is_some() || request.perfetto.is_some() || request.pprof.is_some();
    let usual = match (writes, request.json) {
        (true, _) => WRITTEN,
        (_, true) => LISTED,
        _ => SHOWN,
    };
    let last = request.last.unwrap_or(usual);
    // All are looked at if only some are to be shown.
    let read = if request.map.is_some() { WRITTEN } else { last };
    let mut recording = read_recording(&path, read)?;
    if let Some(map) = &request.map {
        keep(&mut recording, map, last)?;
    }
    if let Some(folder) = &request.ctf {
        ctf::write(folder, &recording).with_context(|| format!("the trace in {}", folder.display()))?;
        println!("{} has a trace: babeltrace2 {0}", folder.display());
    }
    if let Some(file) = &request.perfetto {
        write(file, perfetto::trace(&recording).to_string().as_bytes())?;
        println!("{} has a trace: open it at https://ui.perfetto.dev", file.display());
    }
    if let Some(file) = &request.pprof {
        write(file, &pprof::profile(&recording))?;
        println!("{} has a profile: go tool pprof -top {0}", file.display());
    }
    if request.json {
        say(&format!("{:#}\n", json::document(&recording, &path)));
    } else if !writes {
        say(&text::state(&recording, &path, &others));
        if request.follow {
            return follow::follow(&path, &recording, request.map.as_deref());
        }
        say(&text::events(&recording));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints. Whoever closes the pipe has seen enough.
fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))
}

fn read_recording(path: &Path, last: usize) -> Result<Recording> {
    maptrace_flight::read(path, Options::default().last(last)).with_context(|| path.display().to_string())
}

/// The recording to show, and what is to be said of others.
fn recording_at(path: &Path) -> Result<(PathBuf, Vec<String>)> {
    let found = maptrace_flight::find(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let Some((first, rest)) = found.split_first() else {
        bail!(
            "there is no recording in {}: run a program built with maptrace's features `enable` and `flight` with \
             MAPTRACE_FLIGHT={0}",
            path.display()
        )
    };
    let ending = |path: &Path| {
        Some(
            maptrace_flight::read(path, Options::default().last(0))
                .ok()?
                .process
                .ending,
        )
    };
    let others = rest.iter().map(|path| {
        let ending = match ending(path) {
            Some(Ending::Running) => "running",
            Some(Ending::Ended) => "ended by itself",
            Some(Ending::Killed) => "was killed",
            Some(_) => "never began",
            None => "cannot be read",
        };
        format!("{} ({ending})", path.display())
    });
    Ok((first.clone(), others.collect()))
}

/// Keeps the last events of maps of this name alone.
fn keep(recording: &mut Recording, name: &str, last: usize) -> Result<()> {
    let sites: Vec<u32> = recording
        .maps
        .iter()
        .filter(|map| map.name == name)
        .map(|map| map.site)
        .collect();
    if sites.is_empty() {
        let names: Vec<&str> = recording.maps.iter().map(|map| map.name.as_str()).collect();
        bail!("there is no map {name:?}; there are {}", names.join(", "));
    }
    for thread in &mut recording.threads {
        thread
            .events
            .retain(|event| event.site.is_some_and(|site| sites.contains(&site)));
        let more = thread.events.len().saturating_sub(last);
        thread.events.drain(..more);
    }
    Ok(())
}

/// The maps of a recording by their numbers.
struct Names<'r>(HashMap<u32, &'r Map>);

impl<'r> Names<'r> {
    fn of(recording: &'r Recording) -> Self {
        Self(recording.maps.iter().map(|map| (map.site, map)).collect())
    }

    fn map(&self, event: &Event) -> Option<&'r Map> {
        self.0.get(&event.site?).copied()
    }

    /// The name of an event's map.
    fn name(&self, event: &Event) -> &'r str {
        self.map(event).map_or("(a map that is gone)", |map| &map.name)
    }

    /// The same, with the number of the map if there was more than one of that name.
    fn full_name(&self, event: &Event) -> String {
        let several = self.map(event).is_some_and(|map| map.created > 1);
        match event.instance.filter(|_| several) {
            Some(serial) => format!("{}#{serial}", self.name(event)),
            None => self.name(event).to_owned(),
        }
    }
}

/// What a thread is called.
fn thread_name(thread: &Thread) -> String {
    if thread.name.is_empty() {
        format!("thread {}", thread.number)
    } else {
        thread.name.clone()
    }
}

/// The last moment of which something is known, in nanoseconds since the process began.
fn end(recording: &Recording) -> u64 {
    let last = recording
        .threads
        .iter()
        .filter_map(|thread| thread.events.back().map(|event| event.at))
        .max();
    recording.process.last_pass.max(last.unwrap_or(0))
}
