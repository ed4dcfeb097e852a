//! A recording for programs.

use std::path::Path;

use maptrace_flight::{CAUSES, Ending, Event, Instance, Map, Recording, Thread, Totals, What, rfc3339};
use serde_json::{Value, json};

use super::Names;

/// All of it. Durations are seconds, sizes bytes.
pub(super) fn document(recording: &Recording, path: &Path) -> Value {
    let names = Names::of(recording);
    let process = &recording.process;
    json!({
        "format": 1,
        "file": path.display().to_string(),
        "process": {
            "program": process.program,
            "pid": process.pid,
            "maptrace": process.version,
            "started": rfc3339(process.started),
            "ended": rfc3339(process.time(super::end(recording))),
            "ending": match process.ending {
                Ending::Running => "running",
                Ending::Ended => "ended",
                Ending::Killed => "killed",
                _ => "starting",
            },
            "collector_was_busy": process.collector_was_busy,
        },
        "maps": recording.maps.iter().map(map).collect::<Vec<_>>(),
        "instances": recording.instances.iter().map(|it| instance(recording, it)).collect::<Vec<_>>(),
        "threads": recording.threads.iter().map(|it| thread(recording, &names, it)).collect::<Vec<_>>(),
        "losses": {
            "dropped": dropped(&process.dropped),
            "gaps": process.gaps,
            "parts_without_room": process.missing,
            "damage": recording.damage.parts.iter().map(|(at, what)| json!({"at": at, "what": what})).collect::<Vec<_>>(),
            "more_damage": recording.damage.more,
        },
    })
}

fn dropped(dropped: &[u64]) -> Value {
    CAUSES
        .iter()
        .zip(dropped)
        .map(|(cause, n)| ((*cause).to_owned(), json!(n)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn totals(totals: &Totals) -> Value {
    json!({
        "assigns": totals.assigns(),
        "assigns_new": totals.assigns_new,
        "assigns_replaced": totals.assigns_replaced,
        "deletes": totals.deletes(),
        "deletes_hit": totals.deletes_hit,
        "deletes_miss": totals.deletes_miss,
        "cleared": totals.cleared,
    })
}

fn map(map: &Map) -> Value {
    json!({
        "site": map.site,
        "name": map.name,
        "kind": map.kind.as_str(),
        "type": map.type_label,
        "type_name": map.type_name,
        "file": map.file,
        "line": map.line,
        "function": map.function,
        "declared": map.declared,
        "sample": map.sample,
        "live": map.live,
        "created": map.created,
        "freed": map.freed,
        "entries": map.entries,
        "largest": map.largest,
        "capacity": map.capacity,
        "tombstones": map.tombstones,
        "held_bytes": map.held_bytes,
        "needed_bytes": map.needed_bytes,
        "peak_bytes": map.peak_bytes,
        "totals": totals(&map.totals),
        "grows": map.grows,
        "rehashes": map.rehashes,
        "shrinks": map.shrinks,
        "clears": map.clears,
        "batches": map.batches,
        "pauses": map.pauses,
        "pause_seconds": map.pause_ns as f64 / 1e9,
        "pause_max_seconds": map.pause_max_ns as f64 / 1e9,
    })
}

fn instance(recording: &Recording, it: &Instance) -> Value {
    let age = super::end(recording).saturating_sub(it.born);
    json!({
        "site": it.site,
        "instance": it.serial,
        "born": rfc3339(recording.process.time(it.born)),
        "age_seconds": age as f64 / 1e9,
        "entries": it.entries,
        "capacity": it.capacity,
        "tombstones": it.tombstones,
        "held_bytes": it.held_bytes,
        "needed_bytes": it.needed_bytes,
        "totals": totals(&it.totals),
        "grows": it.grows,
        "rehashes": it.rehashes,
    })
}

fn thread(recording: &Recording, names: &Names<'_>, thread: &Thread) -> Value {
    json!({
        "number": thread.number,
        "name": thread.name,
        "tid": thread.system_id,
        "alive": thread.alive,
        "undrained": thread.undrained,
        "sampled_out": thread.sampled_out,
        "dropped": dropped(&thread.dropped),
        "events": thread.events.iter().map(|it| event(recording, names, it)).collect::<Vec<_>>(),
    })
}

fn event(recording: &Recording, names: &Names<'_>, event: &Event) -> Value {
    let mut fields = json!({
        "at": rfc3339(recording.process.time(event.at)),
        "map": names.map(event).map(|map| &map.name),
        "site": event.site,
        "instance": event.instance,
        "what": event.what.name(),
    });
    let mut add = |name: &str, value: Value| fields[name] = value;
    if event.earlier {
        add("by_an_earlier_thread", json!(true));
    }
    if let Some(result) = event.what.result() {
        add("result", json!(result));
    }
    if let Some(duration) = event.what.duration() {
        add("seconds", json!(duration.as_secs_f64()));
    }
    match &event.what {
        What::Grow {
            entries,
            old_capacity,
            new_capacity,
            tombstones,
            ..
        } => {
            add("entries", json!(entries));
            add("old_capacity", json!(old_capacity));
            add("new_capacity", json!(new_capacity));
            add("tombstones", json!(tombstones));
        }
        What::Shrink {
            entries,
            old_capacity,
            new_capacity,
            ..
        } => {
            add("entries", json!(entries));
            add("old_capacity", json!(old_capacity));
            add("new_capacity", json!(new_capacity));
        }
        What::RehashInPlace {
            entries,
            capacity,
            tombstones,
            ..
        } => {
            add("entries", json!(entries));
            add("capacity", json!(capacity));
            add("tombstones", json!(tombstones));
        }
        What::Clear { entries, .. } | What::YoungEnds { entries } => add("entries", json!(entries)),
        What::Batch {
            door,
            offered,
            new,
            replaced,
            removed,
            ..
        } => {
            add("door", json!(door));
            add("offered", json!(offered));
            add("new", json!(new));
            add("replaced", json!(replaced));
            add("removed", json!(removed));
        }
        What::Slow { operation, entries, .. } => {
            add("operation", json!(operation));
            add("entries", json!(entries));
        }
        What::Free { capacity } => add("capacity", json!(capacity)),
        What::Gap { lost } => add("lost", json!(lost)),
        _ => {}
    }
    fields
}
