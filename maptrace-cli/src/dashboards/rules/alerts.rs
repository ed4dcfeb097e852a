//! The alerts, each with its page of the runbook.

use crate::dashboards::boards::{HEALTH, ONE_MAP};
use crate::dashboards::parameters::{Parameters, twice};

use super::recorded::{BY_MAP, Names};

/// An alert, and what whoever gets it should know.
pub(crate) struct Alert {
    pub(crate) name: &'static str,
    pub(crate) expr: String,
    /// For how long the expression has to hold.
    pub(crate) hold: Option<String>,
    pub(crate) severity: &'static str,
    pub(crate) summary: &'static str,
    /// With the figures of the moment.
    pub(crate) description: String,
    /// Where to look first, on Grafana.
    pub(crate) dashboard: String,
    /// What to do, in a sentence or two.
    pub(crate) cure: &'static str,
    /// What it means.
    pub(crate) meaning: &'static str,
    /// When exactly it fires.
    pub(crate) condition: String,
    /// Steps to find the cause.
    pub(crate) look: &'static [&'static str],
    /// Steps against it.
    pub(crate) act: &'static [&'static str],
    /// When it is no trouble, and what to change then.
    pub(crate) otherwise: &'static str,
}

/// The dashboard of the map that the alert is on.
fn map_dashboard() -> String {
    let label = |name: &str| format!("{{{{ $labels.{name} | urlquery }}}}");
    format!(
        "/d/{ONE_MAP}?var-job={}&var-instance={}&var-map={}&var-type={}",
        label("job"),
        label("instance"),
        label("map"),
        label("type")
    )
}

fn health_dashboard(labels: &[&str]) -> String {
    let choices: Vec<String> = labels
        .iter()
        .map(|name| format!("var-{name}={{{{ $labels.{name} | urlquery }}}}"))
        .collect();
    format!("/d/{HEALTH}?{}", choices.join("&"))
}

/// How alerts on maps begin to speak of theirs.
const THE_MAP: &str = "The map {{ $labels.map }} ({{ $labels.type }}) of {{ $labels.job }}, {{ $labels.instance }},";
const THE_PROCESS: &str = "{{ $labels.job }}, {{ $labels.instance }},";

/// All of them, the maps' first.
pub(crate) fn all(parameters: &Parameters) -> Vec<Alert> {
    let names = Names::new(parameters);
    vec![
        growth(parameters, &names),
        rehashes(parameters, &names),
        deletes(parameters, &names),
        waste(parameters, &names),
        tombstones(parameters),
        lost(parameters, &names),
        failing(parameters, &names),
        silent(parameters),
    ]
}

fn growth(parameters: &Parameters, names: &Names) -> Alert {
    let Parameters {
        growth_window: window,
        growth_rise: rise,
        growth_entries: entries,
        ..
    } = parameters;
    let now = &names.entries;
    let two = twice(window);
    // The sample between two windows is in both, hence `>=`; that it is no level line is for the others to say.
    let expr = format!(
        "min_over_time({now}[{window}]) >= max_over_time({now}[{window}] offset {window})\n\
         and {now} > {now} offset {window}\n\
         and {now} offset {window} > {now} offset {two}\n\
         and {now} > (1 + {rise}) * {now} offset {two}\n\
         and {now} > {entries}"
    );
    Alert {
        name: "MapGrowthWithoutBound",
        expr,
        hold: None,
        severity: "warning",
        summary: "A map only ever grows",
        description: format!(
            "{THE_MAP} has {{{{ $value | humanize }}}} entries at least, more than at any moment of the {window} before \
             the last {window}."
        ),
        dashboard: map_dashboard(),
        cure: "Find the code that puts in and see who takes out: a missing `remove`, an error path without one, or a \
               cache without a bound. Until then, restart before memory ends.",
        meaning: "For two windows in a row the number of entries never came back to where the window before had been. \
                  That is what a leak looks like, or a cache that nobody bounded.",
        condition: format!(
            "At every moment of the last {window} (`growth.window`) there were at least as many entries as at any \
             moment of the {window} before, it grew in both, by {rise} (`growth.rise`) or more in all, and has more than \
             {entries} entries (`growth.entries`)."
        ),
        look: &[
            "*Entries and capacity*: a straight line is a leak per request, steps are batches.",
            "*Assigns and deletes*: many `new` and few `hit`, or deletes that all `miss`: the keys taken out are not \
             the keys put in.",
            "*By process*: one process alone may have lost the task that expires entries.",
            "The report of the process (`/` on its page) names the line that declares the map.",
        ],
        act: &[
            "Take out what is put in, on every path, or bound it: by number, or by age.",
            "If it has to be that large, say so with `growth.entries`.",
        ],
        otherwise: "A map that fills for longer than two windows and then stays, such as an index that is built at \
                    start, is no leak: the alert ends by itself. Make `growth.window` longer than the longest such time.",
    }
}

fn rehashes(parameters: &Parameters, names: &Names) -> Alert {
    let Parameters {
        window,
        rehash_rate: rate,
        rehash_paused: paused,
        rehash_for: hold,
        ..
    } = parameters;
    Alert {
        name: "MapRehashStorm",
        expr: format!("{} > {rate}\nand {} > {paused}", names.rehashes, names.waited),
        hold: Some(hold.clone()),
        severity: "warning",
        summary: "A map is laid out anew again and again, and callers wait",
        description: format!(
            "{THE_MAP} is laid out anew in place {{{{ $value | humanize }}}} times a second to be rid of tombstones."
        ),
        dashboard: map_dashboard(),
        cure: "Give the table more room than its entries need: `reserve`, or `with_capacity` of twice the entries. It is \
               then laid out anew less often.",
        meaning: "Deletes leave tombstones, and when they have used up the room of the table the next new key makes it \
                  lay all entries out anew. A map that is nearly full and has much coming and going does so all the \
                  time, and the request that brings the new key waits.",
        condition: format!(
            "More than {rate} rehashes in place a second (`rehash.rate`), and callers waited more than {paused} seconds \
             a second (`rehash.paused`), over {window}, for {hold} (`rehash.for`)."
        ),
        look: &[
            "*Grows, rehashes and shrinks*, and *Pauses*: how often, and how long each.",
            "*Entries and capacity*: entries near capacity, tombstones a saw.",
            "An exemplar in *Pauses* leads to a request that waited.",
        ],
        act: &[
            "`map.reserve(map.len())` once gives room for as many tombstones as entries.",
            "If keys come and go in an order, a ring or a slab may fit better than a hash map.",
        ],
        otherwise: "If the pauses do no harm raise `rehash.paused`.",
    }
}

fn deletes(parameters: &Parameters, names: &Names) -> Alert {
    let Parameters {
        window,
        deletes_rate: rate,
        deletes_factor: factor,
        deletes_history: history,
        deletes_for: hold,
        ..
    } = parameters;
    let now = &names.deletes;
    Alert {
        name: "MapDeleteStorm",
        expr: format!("{now} > {rate}\nand {now} > {factor} * avg_over_time({now}[{history}] offset {window})"),
        hold: Some(hold.clone()),
        severity: "warning",
        summary: "Far more entries than usual are deleted from a map",
        description: format!("{THE_MAP} loses {{{{ $value | humanize }}}} entries a second, far more than usual."),
        dashboard: map_dashboard(),
        cure: "See what deletes: an expiry that ran late, a mass log-out, an invalidation of everything. Afterwards the \
               table is large and empty: `shrink_to_fit`, and spread the next one over time.",
        meaning: "Many entries are taken out at once. While it lasts whoever shares the map's lock waits; afterwards the \
                  table is as large as before, iteration walks through the empty slots, and tombstones make the next \
                  new keys slow.",
        condition: format!(
            "More than {rate} deletes a second that found their key (`deletes.rate`), and more than {factor} times \
             (`deletes.factor`) the mean of the {history} before (`deletes.history`), over {window}, for {hold} \
             (`deletes.for`). Needs data from before the storm, so a process that has just begun has none."
        ),
        look: &[
            "*Assigns and deletes*: when it began, how many a second, and whether new keys come again.",
            "*By process*: everywhere at once is a job or a deployment, one alone is a client.",
            "*Memory* and *Tombstones* afterwards: see MapMemoryWasted and MapTombstones.",
        ],
        act: &[
            "`shrink_to_fit` when it is over, if the map will not be as large again soon.",
            "Spread expiries: add a random part to lifetimes, delete in small batches.",
            "To empty a map use `clear` or replace it: one step, and no tombstones.",
        ],
        otherwise: "A job that deletes every night is usual, but not within `deletes.history`: make that longer than a \
                    day, or silence the map at that time.",
    }
}

fn waste(parameters: &Parameters, names: &Names) -> Alert {
    let Parameters {
        waste_factor: factor,
        waste_bytes: bytes,
        waste_for: hold,
        ..
    } = parameters;
    let wasted = &names.wasted;
    let held = format!("{BY_MAP} (map_memory_held_bytes)");
    let needed = format!("{BY_MAP} (map_memory_needed_bytes)");
    Alert {
        name: "MapMemoryWasted",
        expr: format!("{wasted} > {bytes}\nand {held} > {factor} * {needed}"),
        hold: Some(hold.clone()),
        severity: "warning",
        summary: "A map's tables are far larger than what is in them",
        description: format!("{THE_MAP} holds {{{{ $value | humanize1024 }}}}B more than its entries need."),
        dashboard: map_dashboard(),
        cure: "Call `shrink_to_fit` (or `shrink_to`) after the peak is over, or drop the map and make a new one.",
        meaning: "A hash table never gets smaller by itself. After a peak it holds memory for the peak, and whoever \
                  iterates over it walks through all of it.",
        condition: format!(
            "The tables hold more than {factor} times (`waste.factor`) what the smallest ones with the same entries \
             would, and {bytes} bytes more (`waste.bytes`), for {hold} (`waste.for`)."
        ),
        look: &[
            "*Memory*: when held rose, and when needed fell.",
            "*Entries and capacity*: `largest ever` is the peak that it is made for.",
        ],
        act: &[
            "`map.shrink_to_fit()` where deletes end, `map.shrink_to(usual)` if it fills again.",
            "A map made by `with_capacity` of a guess: guess lower.",
        ],
        otherwise: "A map that is to be full again soon may keep its room: raise `waste.for` or `waste.bytes`.",
    }
}

fn tombstones(parameters: &Parameters) -> Alert {
    let Parameters {
        tombstones_share: share,
        tombstones_slots: slots,
        tombstones_for: hold,
        ..
    } = parameters;
    let tombstones = format!("{BY_MAP} (map_tombstones)");
    let capacity = format!("{BY_MAP} (map_capacity)");
    Alert {
        name: "MapTombstones",
        expr: format!("{tombstones} > {share} * {capacity}\nand {tombstones} > {slots}"),
        hold: Some(hold.clone()),
        severity: "info",
        summary: "Much of a map's table is tombstones",
        description: format!(
            "{THE_MAP} has {{{{ $value | humanize }}}} tombstones: slots that hold nothing but cannot be used."
        ),
        dashboard: map_dashboard(),
        cure: "`shrink_to_fit`, or `reserve` where nobody waits, lays the table out anew without them.",
        meaning: "Where an entry was deleted, searches have to go on past the slot, so it stays marked. Lookups of keys \
                  that are not there walk past all of them, and the next rehash is near.",
        condition: format!(
            "More than {share} tombstones for each entry that the tables can hold (`tombstones.share`), and more than \
             {slots} (`tombstones.slots`), for {hold} (`tombstones.for`)."
        ),
        look: &[
            "*Entries and capacity*: capacity falls as tombstones rise.",
            "*Assigns and deletes*: the deletes that left them.",
        ],
        act: &[
            "`map.shrink_to_fit()` after a mass delete.",
            "To empty a map use `clear`, which leaves none.",
        ],
        otherwise: "Whether it hurts shows in the time of lookups; if it does not raise `tombstones.share`.",
    }
}

fn lost(parameters: &Parameters, names: &Names) -> Alert {
    let Parameters {
        window,
        lost_share: share,
        lost_for: hold,
        ..
    } = parameters;
    Alert {
        name: "MaptraceEventsLost",
        expr: format!("{} > {share}", names.lost),
        hold: Some(hold.clone()),
        severity: "info",
        summary: "maptrace loses events",
        description: format!(
            "{THE_PROCESS} loses {{{{ $value | humanizePercentage }}}} of its events. Counts of maps stay exact; traces \
             have gaps."
        ),
        dashboard: health_dashboard(&["job", "instance"]),
        cure: "Mostly the rings are full: raise MAPTRACE_RING_BYTES, or set MAPTRACE_SAMPLE=auto. The cause is a label \
               of maptrace_events_dropped_total.",
        meaning: "The application makes events faster than they are drained, or they have nowhere to go. Every loss is \
                  counted, and no count of a map is wrong because of it. What is missing are single operations in what \
                  is made of events.",
        condition: format!(
            "More than {share} of the events are dropped (`lost.share`), for any cause but the end of the process, over \
             {window}, for {hold} (`lost.for`)."
        ),
        look: &[
            "*Lost, by cause*.",
            "*Collector busy*: near 100 % it cannot keep up.",
            "*Memory*: at the cap, new threads get no ring and the cause is `disabled`.",
        ],
        act: &[
            "`full`: a larger MAPTRACE_RING_BYTES, or MAPTRACE_SAMPLE=auto or a number.",
            "`disabled`: a larger MAPTRACE_MEMORY.",
            "`export_failed`: see MaptraceExporterFailing.",
            "`collector_dead`: the collector's thread is gone; standard error says why.",
        ],
        otherwise: "If you only look at counts, losing events does no harm: raise `lost.share`.",
    }
}

fn failing(parameters: &Parameters, names: &Names) -> Alert {
    let Parameters {
        window,
        failing_for: hold,
        ..
    } = parameters;
    Alert {
        name: "MaptraceExporterFailing",
        expr: format!("{} > 0", names.failed),
        hold: Some(hold.clone()),
        severity: "warning",
        summary: "maptrace cannot deliver what it has to send",
        description: format!(
            "{THE_PROCESS} failed {{{{ $value | humanize }}}} times in the last {window} to deliver events or metrics."
        ),
        dashboard: health_dashboard(&["job", "instance"]),
        cure: "See whether the OTLP endpoint is there and takes what it gets: the first failure is a line on the \
               service's standard error. The service itself is not slowed down.",
        meaning: "Spans or metrics were given up: the endpoint is away, slow, or refuses them. The service goes on as \
                  always.",
        condition: format!(
            "Events were dropped for the cause `export_failed`, or pushes of metrics failed, in the last {window}, for \
             {hold} (`failing.for`). While nothing at all arrives over OTLP this cannot be seen there: see \
             MaptraceSilent."
        ),
        look: &[
            "Standard error of the service: the first failure is one line with the reason.",
            "*Episodes by result*, *Pushes of metrics*, *Requests*.",
            "*Queue*: full, and episodes `refused`, is an endpoint that is too slow.",
        ],
        act: &[
            "Bring the Collector back; nothing else is needed, the exporter goes on by itself.",
            "`points rejected`: the endpoint says why, in the Collector's log.",
        ],
        otherwise: "None known.",
    }
}

fn silent(parameters: &Parameters) -> Alert {
    let Parameters {
        silent_history: history,
        silent_for: hold,
        ..
    } = parameters;
    Alert {
        name: "MaptraceSilent",
        expr: format!(
            "count by (job) (count_over_time(maptrace_rings[{history}]))\n\
             unless on (job) count by (job) (maptrace_rings)"
        ),
        hold: Some(hold.clone()),
        severity: "info",
        summary: "A service that sent data of its maps sends none",
        description: format!(
            "{{{{ $labels.job }}}} had {{{{ $value }}}} processes with data within {history}, and has none now."
        ),
        dashboard: health_dashboard(&["job"]),
        cure: "See whether the service runs, and whether the Collector or the page is reached.",
        meaning: "No process of the service is heard of. If its way out is broken, none of its own counters can say so.",
        condition: format!(
            "There was data of the service within {history} (`silent.history`) and is none now, for {hold} \
             (`silent.for`)."
        ),
        look: &[
            "*Status, Targets* in Prometheus: whether the page, or the Collector's, is reached.",
            "The Collector's log.",
        ],
        act: &["Bring back what is away."],
        otherwise: "A service that was stopped on purpose is forgotten after `silent.history`.",
    }
}
