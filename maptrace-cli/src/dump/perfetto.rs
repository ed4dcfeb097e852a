//! A recording in the JSON that Perfetto and Chrome's tracing read ("Trace Event Format").

use maptrace_flight::{Event, Recording, Thread, What};
use serde_json::{Value, json};

use super::text::describe;
use super::{Names, end, thread_name};

/// The events of all threads, and the sizes of the maps at the end.
pub(super) fn trace(recording: &Recording) -> Value {
    let names = Names::of(recording);
    let pid = recording.process.pid;
    let mut events = vec![json!({
        "ph": "M", "name": "process_name", "pid": pid, "args": {"name": recording.process.program},
    })];
    for thread in &recording.threads {
        events.push(json!({
            "ph": "M", "name": "thread_name", "pid": pid, "tid": tid(thread), "args": {"name": thread_name(thread)},
        }));
        events.extend(thread.events.iter().map(|event| one(recording, &names, thread, event)));
    }
    let at = microseconds(end(recording));
    for map in recording.maps.iter().filter(|map| map.created > 0) {
        events.push(json!({
            "ph": "C", "name": format!("{} at the end", map.name), "pid": pid, "ts": at,
            "args": {"entries": map.entries, "held_bytes": map.held_bytes},
        }));
    }
    json!({
        "traceEvents": events,
        "displayTimeUnit": "ns",
        "otherData": {"started": maptrace_flight::rfc3339(recording.process.started), "maptrace": recording.process.version},
    })
}

fn one(recording: &Recording, names: &Names<'_>, thread: &Thread, event: &Event) -> Value {
    let mut fields = json!({
        "name": format!("{} {}", names.name(event), event.what.name()),
        "cat": "map",
        "pid": recording.process.pid,
        "tid": tid(thread),
        "ts": microseconds(event.at),
        "args": {"map": names.name(event), "instance": event.instance, "what": describe(&event.what)},
    });
    match event.what.duration() {
        Some(duration) if !matches!(event.what, What::Gap { .. }) => {
            fields["ph"] = json!("X");
            fields["dur"] = json!(duration.as_nanos() as f64 / 1e3);
        }
        _ => {
            fields["ph"] = json!("i");
            fields["s"] = json!("t");
        }
    }
    fields
}

/// The system's number of a thread, or, as there must be one, ours far above those.
fn tid(thread: &Thread) -> u64 {
    match thread.system_id {
        0 => 1 << 32 | u64::from(thread.number),
        id => u64::from(id),
    }
}

fn microseconds(ns: u64) -> f64 {
    ns as f64 / 1e3
}
