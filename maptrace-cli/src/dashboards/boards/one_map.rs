//! One map in depth: what happened to it, and to whom.

use serde_json::json;

use super::wasted;
use crate::dashboards::Traces;
use crate::dashboards::grafana::{Dashboard, DataLink, Field, Grid, Link, Panel, Step, Target, Unit, Variable, View};
use crate::dashboards::promql::{EACH_POINT, SHOWN, Scope, percent_encoded};
use crate::dashboards::rules::ALERTS_OF_MAPS;

pub(super) fn dashboard(traces: Traces) -> Dashboard {
    let scope = Scope::chosen().and(r#"map="$map""#).and(r#"type=~"$type""#);
    let mut grid = Grid::default();
    now(&mut grid, &scope);
    grid.row("What is done to it");
    operations(&mut grid, &scope);
    grid.row("How large it is");
    sizes(&mut grid, &scope);
    grid.row("How long callers waited");
    pauses(&mut grid, &scope, traces);
    grid.row("Many entries at once");
    batches(&mut grid, &scope, traces);
    grid.row("By process");
    processes(&mut grid, &scope);

    let chosen = r#"map_instances{job=~"$job",instance=~"$instance""#;
    let variables = vec![
        super::prometheus(),
        Variable::data_source("tracing", "Traces", "Where the spans of the maps are", traces.plugin()),
        super::service().or_all(".+"),
        super::instances(),
        Variable::label("map", "Map", "The label `map`", &format!("{chosen}}}"), "map"),
        Variable::label(
            "type",
            "Type",
            "The label `type`: short names of key and value",
            &format!(r#"{chosen},map="$map"}}"#),
            "type",
        )
        .many()
        .all_is(".+"),
    ];
    let about = "Spans of this map in the time shown, in Explore; of one service, chosen above";
    super::dashboard(
        super::ONE_MAP,
        "maptrace / One map",
        "One map of one service in depth, summed over its processes: what is done to it, how large it is, what it \
         wastes, and how long callers waited for its table.",
        vec![
            super::to_overview(),
            super::to_health(),
            Link::to_url("Traces of this map", about, explore(traces)),
        ],
        variables,
        grid,
    )
}

/// Explore with the spans of the chosen map.
fn explore(traces: Traces) -> String {
    let (service, map) = ("${job:percentencode}", "${map:percentencode}");
    let query = match traces {
        Traces::Jaeger => json!({
            "refId": "A",
            "datasource": { "type": traces.plugin(), "uid": "${tracing}" },
            "queryType": "search",
            "service": service,
            "tags": format!("map.name=\"{map}\""),
        }),
        Traces::Tempo => json!({
            "refId": "A",
            "datasource": { "type": traces.plugin(), "uid": "${tracing}" },
            "queryType": "traceql",
            "query": format!("{{ resource.service.name = \"{service}\" && span.map.name = \"{map}\" }}"),
        }),
    };
    let panes = json!({
        "maptrace": {
            "datasource": "${tracing}",
            "queries": [query],
            "range": { "from": "${__from}", "to": "${__to}" },
        },
    });
    let encoded = around_variables(&panes.to_string(), percent_encoded);
    format!("/explore?schemaVersion=1&panes={encoded}&orgId=${{__org.id}}")
}

/// `text` encoded but for the variables that Grafana fills in.
fn around_variables(text: &str, encoded: impl Fn(&str) -> String) -> String {
    let mut pieces = text.split("${");
    let mut out = encoded(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (variable, after) = piece.split_once('}').expect("every variable ends");
        out.push_str(&format!("${{{variable}}}"));
        out.push_str(&encoded(after));
    }
    out
}

fn now(grid: &mut Grid, scope: &Scope) {
    let sum = |name: &str| format!("sum({})", scope.of(name));
    let mut stat = |title, about, unit, steps: &[Step], expr: String| {
        let field = Field::of(unit).thresholds(steps);
        grid.add(
            4,
            4,
            Panel::new(title, about, View::stat(), field).target(Target::now(expr)),
        );
    };
    stat(
        "Live maps",
        "Maps of this name that exist now.",
        Unit::Count,
        &[],
        sum("map_instances"),
    );
    stat("Entries", "Entries in them.", Unit::Count, &[], sum("map_entries"));
    stat(
        "Full",
        "Entries as a share of capacity. At 100 % the next new key makes the table grow.",
        Unit::Share,
        &[],
        format!("{} / ({} > 0)", sum("map_entries"), sum("map_capacity")),
    );
    stat(
        "Wasted",
        "Bytes held less the bytes of the smallest tables that could hold the same entries; `shrink_to_fit` would give \
         them back.",
        Unit::Bytes,
        &[(16e6, "yellow"), (64e6, "red")],
        wasted(scope, "sum"),
    );
    stat(
        "Tombstones",
        "Slots that hold nothing but cannot be used until the table is laid out anew, as a share of capacity.",
        Unit::Share,
        &[(0.25, "yellow"), (0.5, "red")],
        format!("{} / ({} > 0)", sum("map_tombstones"), sum("map_capacity")),
    );
    stat(
        "p99 pause",
        "99th percentile of how long a caller waited for the table, in the time shown. Read off the buckets of a \
         histogram, so it is somewhere in the right bucket; but no longer than all waited together.",
        Unit::Seconds,
        &[(0.01, "yellow"), (0.1, "red")],
        scope.percentile("0.99", "map_grow_duration_seconds", "", SHOWN),
    );
}

fn operations(grid: &mut Grid, scope: &Scope) {
    let by_result = |name: &str| format!("sum by (result) ({})", scope.rate(name));
    grid.add(
        12,
        8,
        Panel::new(
            "Assigns and deletes",
            "Operations a second by what came of them, and entries a second that `clear` removed. `new` less `hit` is how \
             fast the map grows. Many `miss` are keys that were gone already or never there.",
            View::lines_with_table(),
            Field::lines(Unit::OperationsPerSecond),
        )
        .target(Target::over_time(by_result("map_assign_total"), "assign, {{result}}"))
        .target(Target::over_time(by_result("map_delete_total"), "delete, {{result}}"))
        // Here, as beside clears and lives it would be a thousand times as high as they are.
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_cleared_entries_total")),
            "cleared",
        )),
    );
    let alerts = scope.and(ALERTS_OF_MAPS).and(r#"alertstate="firing""#).of("ALERTS");
    grid.add(
        12,
        8,
        Panel::new(
            "Clears and lives",
            "Clears, and maps made and dropped, a second. Maps that live for one request show here.",
            View::lines_with_table(),
            Field::lines(Unit::PerSecond),
        )
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_clear_total")),
            "clears",
        ))
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_created_total")),
            "maps made",
        ))
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_freed_total")),
            "maps dropped",
        )),
    );
    grid.add(
        24,
        5,
        Panel::new(
            "Alerts",
            "When alerts on this map were firing. Empty is good.",
            View::states(),
            Field {
                no_value: Some("none"),
                ..Field::of(Unit::Count).thresholds(&[(1.0, "red")])
            },
        )
        .target(Target::over_time(
            format!("max by (alertname) ({alerts})"),
            "{{alertname}}",
        )),
    );
}

fn sizes(grid: &mut Grid, scope: &Scope) {
    let sum = |name: &str| format!("sum({})", scope.of(name));
    grid.add(
        12,
        8,
        Panel::new(
            "Entries and capacity",
            "Entries, how many the tables can hold, slots taken by tombstones, and the most entries ever seen in one map.",
            View::lines_with_table(),
            Field::lines(Unit::Count),
        )
        .target(Target::over_time(sum("map_entries"), "entries"))
        .target(Target::over_time(sum("map_capacity"), "capacity"))
        .target(Target::over_time(sum("map_tombstones"), "tombstones"))
        .target(Target::over_time(
            format!("max({})", scope.of("map_entries_largest")),
            "largest ever",
        )),
    );
    grid.add(
        12,
        8,
        Panel::new(
            "Memory",
            "Bytes of tables, without what keys and values own elsewhere. Peak is the largest sum of an old and a new \
             table while one grew, in any one process.",
            View::lines_with_table(),
            Field::lines(Unit::Bytes),
        )
        .target(Target::over_time(sum("map_memory_held_bytes"), "held"))
        .target(Target::over_time(sum("map_memory_needed_bytes"), "needed"))
        .target(Target::over_time(wasted(scope, "sum"), "wasted"))
        .target(Target::over_time(
            format!("max({})", scope.of("map_memory_peak_bytes")),
            "peak",
        )),
    );
}

fn pauses(grid: &mut Grid, scope: &Scope, traces: Traces) {
    let buckets = format!(
        "sum by (le) (increase({}[$__rate_interval]))",
        scope.of("map_grow_duration_seconds_bucket")
    );
    grid.add(
        12,
        10,
        Panel::new(
            "Pauses",
            "How many grows and rehashes in place took how long. Points are exemplars: click on one to see the request \
             that waited.",
            View::heatmap(Unit::Seconds),
            Field::of(Unit::Count),
        )
        .target(Target::buckets(buckets).with_exemplars()),
    );
    let quantiles = quantiles(
        scope,
        "map_grow_duration_seconds",
        "Pauses, p50 and p99",
        "Percentiles over all processes, read off the buckets of a histogram: each is somewhere in the right bucket, and no \
         more than all pauses around that moment together. A gap is a time without pauses. Points are exemplars: click on \
         one to see the request that waited.",
        traces,
    );
    grid.add(12, 10, quantiles);
    grid.add(
        12,
        8,
        Panel::new(
            "Grows, rehashes and shrinks",
            "Tables replaced by larger ones, laid out anew in place, and replaced by smaller ones, a second. Rehashes \
             without an end are a storm: deletes leave tombstones faster than new keys reuse them.",
            View::lines_with_table(),
            Field::lines(Unit::PerSecond),
        )
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_grow_total")),
            "grows",
        ))
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_rehash_total")),
            "rehashes",
        ))
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_shrink_total")),
            "shrinks",
        )),
    );
    grid.add(
        12,
        8,
        Panel::new(
            "Waiting for the table",
            "Seconds a second that callers waited, over all threads of all processes: 1 % is 10 ms of each second.",
            View::lines(),
            Field::lines(Unit::Share),
        )
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_grow_duration_seconds_sum")),
            "waited",
        )),
    );
}

fn quantiles(scope: &Scope, histogram: &str, title: &'static str, about: &'static str, traces: Traces) -> Panel {
    let quantile = |of: &str| scope.percentile(of, histogram, "", EACH_POINT);
    let link = DataLink {
        title: "Traces of this map",
        url: explore(traces),
        target_blank: true,
    };
    Panel::new(title, about, View::lines(), Field::points(Unit::Seconds).link(link))
        .target(Target::over_time(quantile("0.5"), "p50").with_exemplars())
        .target(Target::over_time(quantile("0.99"), "p99").with_exemplars())
}

fn batches(grid: &mut Grid, scope: &Scope, traces: Traces) {
    grid.add(
        8,
        8,
        Panel::new(
            "Batches",
            "Calls a second that assigned or removed many entries: `extend`, `retain`, `drain`, `put_all` and such.",
            View::lines(),
            Field::lines(Unit::PerSecond),
        )
        .target(Target::over_time(
            format!("sum({})", scope.rate("map_batch_total")),
            "batches",
        )),
    );
    let sizes = format!(
        "sum by (le) (increase({}[$__rate_interval]))",
        scope.of("map_batch_size_bucket")
    );
    grid.add(
        8,
        8,
        Panel::new(
            "Entries of a batch",
            "How many batches were about how many entries: offered, looked at, or removed.",
            View::heatmap(Unit::Count),
            Field::of(Unit::Count),
        )
        .target(Target::buckets(sizes).with_exemplars()),
    );
    let quantiles = quantiles(
        scope,
        "map_batch_duration_seconds",
        "Duration of batches, p50 and p99",
        "Percentiles over all processes, read off the buckets of a histogram: each is somewhere in the right bucket, and no \
         more than all batches around that moment together. A gap is a time without batches. Points are exemplars: click \
         on one to see the request.",
        traces,
    );
    grid.add(8, 8, quantiles);
}

fn processes(grid: &mut Grid, scope: &Scope) {
    let top = |title, about, unit, expr: String| {
        // A table beside lines wants more room than a third of the width.
        Panel::new(title, about, View::lines(), Field::lines(unit))
            .target(Target::over_time(format!("topk(10, {expr})"), "{{instance}}"))
    };
    let by = |expr: String| format!("sum by (instance) ({expr})");
    let operations = format!(
        "{} + {}",
        by(scope.rate("map_assign_total")),
        by(scope.rate("map_delete_total"))
    );
    grid.add(
        8,
        8,
        top(
            "Entries",
            "Entries in the ten processes with most. One that stands out leaks, or gets more than its share.",
            Unit::Count,
            by(scope.of("map_entries")),
        ),
    );
    grid.add(
        8,
        8,
        top(
            "Operations",
            "Assigns and deletes a second in the ten busiest processes.",
            Unit::OperationsPerSecond,
            operations,
        ),
    );
    grid.add(
        8,
        8,
        top(
            "Waiting for the table",
            "Seconds a second that callers waited, in the ten processes where they waited most.",
            Unit::Share,
            by(scope.rate("map_grow_duration_seconds_sum")),
        ),
    );
}
