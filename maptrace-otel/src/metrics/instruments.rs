//! The instruments, as three tables.

use std::time::Duration;

use maptrace_runtime::{Cause, Histogram, MapSnapshot, Snapshot};

use crate::health::ExporterHealth;
use crate::proto::whole_nanos;

/// How the points of an instrument are to be read, and what their sum is.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// Only rises.
    Counter,
    /// Rises and falls; adding up the processes of a fleet makes sense.
    UpDown,
    /// Rises and falls; the largest is what makes sense.
    Gauge,
}

impl Shape {
    /// What two values are together.
    pub(crate) fn sum(self, one: u64, other: u64) -> u64 {
        match self {
            Self::Counter | Self::UpDown => one.saturating_add(other),
            Self::Gauge => one.max(other),
        }
    }
}

/// At most two points, each with its `result`.
type Points = [Option<(Option<&'static str>, u64)>; 2];

pub(crate) struct MapInstrument {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) description: &'static str,
    pub(crate) shape: Shape,
    pub(crate) read: fn(&MapSnapshot) -> Points,
}

fn one(value: u64) -> Points {
    [Some((None, value)), None]
}

fn maybe(value: Option<u64>) -> Points {
    [value.map(|value| (None, value)), None]
}

/// A figure that only a table has.
fn of_table(map: &MapSnapshot, value: u64) -> Points {
    maybe(map.site.kind.is_table().then_some(value))
}

fn results(first: (&'static str, u64), second: (&'static str, u64)) -> Points {
    [Some((Some(first.0), first.1)), Some((Some(second.0), second.1))]
}

pub(crate) const MAPS: &[MapInstrument] = &[
    MapInstrument {
        name: "map.assign",
        unit: "{operation}",
        description: "Assigns, by whether the key was new",
        shape: Shape::Counter,
        read: |map| {
            results(
                ("new", map.totals.assigns_new),
                ("replaced", map.totals.assigns_replaced),
            )
        },
    },
    MapInstrument {
        name: "map.delete",
        unit: "{operation}",
        description: "Deletes, by whether the key was there",
        shape: Shape::Counter,
        read: |map| results(("hit", map.totals.deletes_hit), ("miss", map.totals.deletes_miss)),
    },
    MapInstrument {
        name: "map.clear",
        unit: "{operation}",
        description: "Calls of clear",
        shape: Shape::Counter,
        read: |map| one(map.clears),
    },
    MapInstrument {
        name: "map.cleared.entries",
        unit: "{entry}",
        description: "Entries removed by clear",
        shape: Shape::Counter,
        read: |map| one(map.totals.cleared),
    },
    MapInstrument {
        name: "map.batch",
        unit: "{operation}",
        description: "Batches",
        shape: Shape::Counter,
        read: |map| one(map.batches),
    },
    MapInstrument {
        name: "map.race",
        unit: "{race}",
        description: "Times that two threads were found in one map at once",
        shape: Shape::Counter,
        // Where there were any: most programs do not look for them.
        read: |map| maybe((map.races != 0).then_some(map.races)),
    },
    MapInstrument {
        name: "map.grow",
        unit: "{operation}",
        description: "Grows: a table was replaced by a larger one",
        shape: Shape::Counter,
        read: |map| of_table(map, map.grows),
    },
    MapInstrument {
        name: "map.rehash",
        unit: "{operation}",
        description: "Rehashes in place, to be rid of tombstones",
        shape: Shape::Counter,
        read: |map| of_table(map, map.rehashes),
    },
    MapInstrument {
        name: "map.shrink",
        unit: "{operation}",
        description: "Shrinks: a table was replaced by a smaller one",
        shape: Shape::Counter,
        read: |map| of_table(map, map.shrinks),
    },
    MapInstrument {
        name: "map.created",
        unit: "{map}",
        description: "Maps made; a map that was never changed is not counted",
        shape: Shape::Counter,
        read: |map| one(map.created),
    },
    MapInstrument {
        name: "map.freed",
        unit: "{map}",
        description: "Maps dropped",
        shape: Shape::Counter,
        read: |map| one(map.freed),
    },
    MapInstrument {
        name: "map.instances",
        unit: "{map}",
        description: "Live maps",
        shape: Shape::UpDown,
        read: |map| one(map.live),
    },
    MapInstrument {
        name: "map.entries",
        unit: "{entry}",
        description: "Entries in live maps",
        shape: Shape::UpDown,
        read: |map| one(map.entries),
    },
    MapInstrument {
        name: "map.capacity",
        unit: "{entry}",
        description: "Entries that the tables of live maps can hold",
        shape: Shape::UpDown,
        read: |map| maybe(map.capacity),
    },
    MapInstrument {
        name: "map.tombstones",
        unit: "{slot}",
        description: "Slots that hold nothing but cannot be used until a rehash",
        shape: Shape::UpDown,
        read: |map| maybe(map.tombstones),
    },
    MapInstrument {
        name: "map.memory.held",
        unit: "By",
        description: "Memory of the tables of live maps",
        shape: Shape::UpDown,
        read: |map| maybe(map.held_bytes),
    },
    MapInstrument {
        name: "map.memory.needed",
        unit: "By",
        description: "Memory of the smallest tables that could hold the entries",
        shape: Shape::UpDown,
        read: |map| one(map.needed_bytes),
    },
    MapInstrument {
        name: "map.memory.peak",
        unit: "By",
        description: "Largest sum of an old and a new table during one grow",
        shape: Shape::Gauge,
        read: |map| of_table(map, map.peak_bytes),
    },
    MapInstrument {
        name: "map.entries.largest",
        unit: "{entry}",
        description: "Most entries ever seen in one map",
        shape: Shape::Gauge,
        read: |map| one(map.largest),
    },
];

/// A histogram of a row.
pub(super) struct HistogramInstrument {
    pub(super) name: &'static str,
    /// Its name if the other form has the plain one.
    pub(super) exponential_name: &'static str,
    pub(super) unit: &'static str,
    pub(super) description: &'static str,
    pub(super) read: fn(&MapSnapshot) -> &Histogram,
    /// Whether only tables have it, and those always; else those have it that have a value.
    pub(super) of_tables: bool,
}

pub(super) const HISTOGRAMS: &[HistogramInstrument] = &[
    HistogramInstrument {
        name: "map.grow.duration",
        exponential_name: "map.grow.duration.exponential",
        unit: "s",
        description: "Pauses of grows and rehashes in place that were timed (tables of 28 entries and more)",
        read: |map| &map.pauses,
        of_tables: true,
    },
    HistogramInstrument {
        name: "map.batch.duration",
        exponential_name: "map.batch.duration.exponential",
        unit: "s",
        description: "Durations of batches that were timed (of 28 entries and more)",
        read: |map| &map.batch_durations,
        of_tables: false,
    },
    HistogramInstrument {
        name: "map.batch.size",
        exponential_name: "map.batch.size.exponential",
        unit: "{entry}",
        description: "Entries that a batch offered, looked at or removed",
        read: |map| &map.batch_sizes,
        of_tables: false,
    },
];

#[derive(Clone, Copy)]
pub(crate) enum Value {
    Count(u64),
    Seconds(Duration),
}

impl Value {
    /// As a whole number (of nanoseconds), which differences are taken of.
    pub(super) fn whole(self) -> u64 {
        match self {
            Self::Count(value) => value,
            Self::Seconds(duration) => whole_nanos(duration),
        }
    }

    /// Another one of the same kind.
    pub(super) fn of(self, whole: u64) -> Self {
        match self {
            Self::Count(_) => Self::Count(whole),
            Self::Seconds(_) => Self::Seconds(Duration::from_nanos(whole)),
        }
    }
}

fn seconds(duration: Duration) -> Vec<Labelled> {
    vec![(None, Value::Seconds(duration))]
}

pub(super) type Labelled = (Option<(&'static str, &'static str)>, Value);

pub(crate) struct HealthInstrument {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) description: &'static str,
    pub(crate) shape: Shape,
    pub(crate) read: fn(&Snapshot, &ExporterHealth) -> Vec<Labelled>,
}

fn count(value: u64) -> Vec<Labelled> {
    vec![(None, Value::Count(value))]
}

/// A figure that there is with a spool only.
fn of_spool(health: &ExporterHealth, value: u64) -> Vec<Labelled> {
    if health.spooling { count(value) } else { Vec::new() }
}

fn by_result<const N: usize>(values: [(&'static str, u64); N]) -> Vec<Labelled> {
    values
        .map(|(result, value)| (Some(("result", result)), Value::Count(value)))
        .into()
}

pub(crate) const HEALTH: &[HealthInstrument] = &[
    HealthInstrument {
        name: "maptrace.events.emitted",
        unit: "{event}",
        description: "Events that the application's maps gave rise to",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.emitted),
    },
    HealthInstrument {
        name: "maptrace.events.delivered",
        unit: "{event}",
        description: "Events that reached the collector and every sink that wanted them",
        // It falls when a sink reports afterwards that it failed.
        shape: Shape::UpDown,
        read: |snapshot, _| count(snapshot.health.delivered),
    },
    HealthInstrument {
        name: "maptrace.events.dropped",
        unit: "{event}",
        description: "Events lost, by cause",
        shape: Shape::Counter,
        read: |snapshot, _| {
            let dropped = &snapshot.health.dropped;
            Cause::ALL
                .iter()
                .zip(dropped)
                .map(|(cause, &value)| (Some(("cause", cause.as_str())), Value::Count(value)))
                .collect()
        },
    },
    HealthInstrument {
        name: "maptrace.events.sampled_out",
        unit: "{event}",
        description: "Events left out by sampling",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.sampled_out),
    },
    HealthInstrument {
        name: "maptrace.gaps",
        unit: "{gap}",
        description: "Places in the stream where events were lost",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.gaps),
    },
    HealthInstrument {
        name: "maptrace.damaged_words",
        unit: "{word}",
        description: "Words in rings that no thread writes, passed over",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.damaged),
    },
    HealthInstrument {
        name: "maptrace.clock_steps",
        unit: "{step}",
        description: "Times that the time of day was stepped",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.clock_steps),
    },
    HealthInstrument {
        name: "maptrace.rings",
        unit: "{ring}",
        description: "Rings in use",
        shape: Shape::UpDown,
        read: |snapshot, _| count(snapshot.health.rings),
    },
    HealthInstrument {
        name: "maptrace.memory",
        unit: "By",
        description: "Memory that maptrace holds for rings, instances and sites",
        shape: Shape::UpDown,
        read: |snapshot, _| count(snapshot.health.memory_bytes),
    },
    HealthInstrument {
        name: "maptrace.memory.limit",
        unit: "By",
        description: "The cap on it",
        shape: Shape::UpDown,
        read: |snapshot, _| count(snapshot.health.memory_limit_bytes),
    },
    HealthInstrument {
        name: "maptrace.instances",
        unit: "{map}",
        description: "Maps that have a record of their own",
        shape: Shape::UpDown,
        read: |snapshot, _| count(snapshot.health.instances),
    },
    HealthInstrument {
        name: "maptrace.instances.young",
        unit: "{map}",
        description: "Small maps that have no record of their own yet",
        shape: Shape::UpDown,
        read: |snapshot, _| count(snapshot.health.instances_young),
    },
    HealthInstrument {
        name: "maptrace.instances.past_cap",
        unit: "{map}",
        description: "Maps past the cap, known by their site only",
        shape: Shape::UpDown,
        read: |snapshot, _| count(snapshot.health.instances_past_cap),
    },
    HealthInstrument {
        name: "maptrace.collector.restarts",
        unit: "{restart}",
        description: "Restarts of the collector after a panic in a sink",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.restarts),
    },
    HealthInstrument {
        name: "maptrace.notices",
        unit: "{notice}",
        description: "Notices that sinks were given",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.notices),
    },
    HealthInstrument {
        name: "maptrace.notices.suppressed",
        unit: "{notice}",
        description: "Notices that were held back, as there were too many",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.notices_suppressed),
    },
    HealthInstrument {
        name: "maptrace.collector.passes",
        unit: "{pass}",
        description: "Passes of the collector over all rings",
        shape: Shape::Counter,
        read: |snapshot, _| count(snapshot.health.passes),
    },
    HealthInstrument {
        name: "maptrace.collector.busy",
        unit: "s",
        description: "Time the collector spent draining and aggregating",
        shape: Shape::Counter,
        read: |snapshot, _| seconds(snapshot.health.busy),
    },
    HealthInstrument {
        name: "maptrace.export.episodes",
        unit: "{episode}",
        description: "Episodes, by what the OTLP exporter did with them",
        shape: Shape::Counter,
        read: |_, health| {
            by_result([
                ("exported", health.exported),
                ("failed", health.failed),
                ("refused", health.refused),
                ("unsampled", health.unsampled),
                ("small", health.small),
            ])
        },
    },
    HealthInstrument {
        name: "maptrace.export.queued",
        unit: "{episode}",
        description: "Episodes that wait to be sent",
        shape: Shape::UpDown,
        read: |_, health| count(health.queued),
    },
    HealthInstrument {
        name: "maptrace.export.metric_pushes",
        unit: "{push}",
        description: "Pushes of metrics, by how they ended; this one not counted",
        shape: Shape::Counter,
        read: |_, health| {
            by_result([
                ("succeeded", health.metric_pushes),
                ("failed", health.metric_pushes_failed),
            ])
        },
    },
    HealthInstrument {
        name: "maptrace.export.points_rejected",
        unit: "{point}",
        description: "Data points that the server said it did not take",
        shape: Shape::Counter,
        read: |_, health| count(health.metric_points_rejected),
    },
    HealthInstrument {
        name: "maptrace.export.logs",
        unit: "{notice}",
        description: "Notices, by what the OTLP exporter did with them",
        shape: Shape::Counter,
        read: |_, health| {
            by_result([
                ("exported", health.logs_exported),
                ("failed", health.logs_failed),
                ("refused", health.logs_refused),
            ])
        },
    },
    HealthInstrument {
        name: "maptrace.export.requests",
        unit: "{request}",
        description: "HTTP requests, retries included",
        shape: Shape::Counter,
        read: |_, health| count(health.requests),
    },
    HealthInstrument {
        name: "maptrace.export.retries",
        unit: "{request}",
        description: "HTTP requests that repeated one that had failed",
        shape: Shape::Counter,
        read: |_, health| count(health.retries),
    },
    HealthInstrument {
        name: "maptrace.export.unreadable_answers",
        unit: "{answer}",
        description: "Answers of the OTLP server that could not be decoded",
        shape: Shape::Counter,
        read: |_, health| count(health.unreadable_answers),
    },
    HealthInstrument {
        name: "maptrace.export.spooled",
        unit: "{episode}",
        description: "Episodes that are on disk until they can be sent",
        shape: Shape::UpDown,
        read: |_, health| of_spool(health, health.spooled),
    },
    HealthInstrument {
        name: "maptrace.export.logs.spooled",
        unit: "{notice}",
        description: "Notices that are on disk until they can be sent",
        shape: Shape::UpDown,
        read: |_, health| of_spool(health, health.logs_spooled),
    },
    HealthInstrument {
        name: "maptrace.export.recovered",
        unit: "{episode}",
        description: "Episodes that other processes had left on disk",
        shape: Shape::Counter,
        read: |_, health| of_spool(health, health.recovered),
    },
    HealthInstrument {
        name: "maptrace.export.spool.requests",
        unit: "{request}",
        description: "Requests that are on disk until they can be sent",
        shape: Shape::UpDown,
        read: |_, health| of_spool(health, health.spool_requests),
    },
    HealthInstrument {
        name: "maptrace.export.spool.size",
        unit: "By",
        description: "Files that those requests are in",
        shape: Shape::UpDown,
        read: |_, health| of_spool(health, health.spool_bytes),
    },
    HealthInstrument {
        name: "maptrace.export.spool.replayed",
        unit: "{request}",
        description: "Requests from disk that were sent",
        shape: Shape::Counter,
        read: |_, health| of_spool(health, health.spool_replayed),
    },
    HealthInstrument {
        name: "maptrace.export.spool.lost",
        unit: "{request}",
        description: "Requests that were lost on disk: no room for the oldest, not what was written, not written",
        shape: Shape::Counter,
        read: |_, health| {
            if !health.spooling {
                return Vec::new();
            }
            [
                ("full", health.spool_dropped),
                ("damaged", health.spool_damaged),
                ("error", health.spool_errors),
            ]
            .map(|(cause, value)| (Some(("cause", cause)), Value::Count(value)))
            .into()
        },
    },
    HealthInstrument {
        name: "maptrace.export.busy",
        unit: "s",
        description: "Time the OTLP exporter spent delivering",
        shape: Shape::Counter,
        read: |_, health| seconds(health.busy),
    },
    HealthInstrument {
        name: "maptrace.export.restarts",
        unit: "{restart}",
        description: "Restarts of the OTLP exporter's thread after a panic",
        shape: Shape::Counter,
        read: |_, health| count(health.restarts),
    },
];
