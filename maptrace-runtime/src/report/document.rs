//! A snapshot as JSON: what `Report::to_json` returns and what the live page fetches.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::hints::hints;
use crate::json::{self, Array, Object};
use crate::report::text::cut_middle;
use crate::snapshot::{Cause, MapSnapshot, PAUSE_BOUNDS, Snapshot};

/// Names and paths are cut to this width, so that one absurd name cannot make the document absurd.
const NAME_MAX: usize = 200;

/// The whole document. Times are nanoseconds, moments milliseconds since 1970, sizes bytes.
pub(crate) fn render(snapshot: &Snapshot) -> String {
    json::object(|o| {
        o.field("program", &*cut_middle(&snapshot.program, NAME_MAX))
            .field("pid", snapshot.pid)
            .field("taken_at_ms", unix_millis(snapshot.taken_at))
            .field("started_at_ms", unix_millis(snapshot.started_at))
            .field("uptime_ns", nanos(snapshot.uptime()))
            .array("pause_bounds_ns", |a| {
                for bound in &PAUSE_BOUNDS {
                    a.item(bound);
                }
            })
            .array("maps", |a| {
                for map in &snapshot.maps {
                    a.object(|o| write_map(o, map));
                }
            })
            .object("health", |o| write_health(o, snapshot));
    })
}

fn write_map(o: &mut Object<'_>, map: &MapSnapshot) {
    let site = &*map.site;
    o.field("id", site.id)
        .field("name", &*cut_middle(&site.name, NAME_MAX))
        .field("kind", site.kind.as_str())
        .field("type", &*cut_middle(&site.type_label, NAME_MAX))
        .field("type_name", &*cut_middle(&site.type_name, NAME_MAX))
        .field("file", &*cut_middle(&site.file, NAME_MAX))
        .field("line", site.line)
        .field("declared", site.declared)
        .field("ambiguous", map.ambiguous)
        .field("sample", site.sample)
        .field("live", map.live)
        .field("created", map.created)
        .field("freed", map.freed)
        .field("entries", map.entries)
        .field("largest", map.largest)
        .field("capacity", map.capacity)
        .field("tombstones", map.tombstones)
        .field("held_bytes", map.held_bytes)
        .field("needed_bytes", map.needed_bytes)
        .field("peak_bytes", map.peak_bytes)
        .field("assigns_new", map.totals.assigns_new)
        .field("assigns_replaced", map.totals.assigns_replaced)
        .field("deletes_hit", map.totals.deletes_hit)
        .field("deletes_miss", map.totals.deletes_miss)
        .field("cleared", map.totals.cleared)
        .field("hit_rate", map.hit_rate())
        .field("grows", map.grows)
        .field("rehashes", map.rehashes)
        .field("shrinks", map.shrinks)
        .field("clears", map.clears)
        .field("batches", map.batches)
        .field("races", map.races)
        .field("pause_total_ns", nanos(map.pause_total))
        .field("pause_max_ns", nanos(map.pause_max))
        .array("pause_buckets", |a| {
            for bucket in &map.pause_buckets {
                a.item(bucket);
            }
        })
        .array("hints", |a| write_hints(a, map));
}

fn write_hints(a: &mut Array<'_>, map: &MapSnapshot) {
    for hint in hints(map) {
        a.object(|o| {
            o.field("kind", hint.name()).field("text", hint.to_string().as_str());
        });
    }
}

fn write_health(o: &mut Object<'_>, snapshot: &Snapshot) {
    let health = &snapshot.health;
    o.field("emitted", health.emitted)
        .field("delivered", health.delivered)
        .object("dropped", |o| {
            for cause in &Cause::ALL {
                o.field(cause.as_str(), health.dropped[*cause as usize]);
            }
        })
        .field("sampled_out", health.sampled_out)
        .field("gaps", health.gaps)
        .field("damaged", health.damaged)
        .field("clock_steps", health.clock_steps)
        .field("rings", health.rings)
        .field("memory_bytes", health.memory_bytes)
        .field("memory_limit_bytes", health.memory_limit_bytes)
        .field("instances", health.instances)
        .field("instances_young", health.instances_young)
        .field("instances_past_cap", health.instances_past_cap)
        .field("collector_restarts", health.restarts)
        .field("passes", health.passes)
        .field("notices", health.notices)
        .field("notices_suppressed", health.notices_suppressed)
        .field("busy_ns", nanos(health.busy));
}

fn nanos(d: Duration) -> u64 {
    u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)
}

fn unix_millis(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
