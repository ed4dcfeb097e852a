//! maptrace about itself: what it lost, holds and costs.

use crate::dashboards::grafana::{Dashboard, Field, Grid, Panel, Target, Unit, View};
use crate::dashboards::promql::Scope;

pub(super) fn dashboard() -> Dashboard {
    let scope = Scope::chosen();
    let mut grid = Grid::default();
    now(&mut grid, &scope);
    grid.row("Events: counts of maps are exact whatever is lost here");
    events(&mut grid, &scope);
    grid.row("What it holds and costs");
    costs(&mut grid, &scope);
    notices(&mut grid, &scope);
    grid.row("The exporter: only of services that send OTLP");
    exporter(&mut grid, &scope);
    super::dashboard(
        super::HEALTH,
        "maptrace / Health",
        "maptrace about itself: events by what became of them, rings, memory against its cap, the collector and the \
         exporter.",
        vec![super::to_overview(), super::to_one_map()],
        vec![
            super::prometheus(),
            super::service().many().all_is(".+"),
            super::instances(),
        ],
        grid,
    )
}

/// Dropped as a share of emitted, and 0 where nothing was emitted.
fn lost(scope: &Scope) -> String {
    format!(
        "sum({}) / (sum({}) > 0) or vector(0)",
        scope.rate("maptrace_events_dropped_total"),
        scope.rate("maptrace_events_emitted_total")
    )
}

fn now(grid: &mut Grid, scope: &Scope) {
    let sum = |name: &str| format!("sum({})", scope.of(name));
    let mut stat = |title, about, field: Field, expr: String| {
        grid.add(
            4,
            4,
            Panel::new(title, about, View::stat(), field).target(Target::now(expr)),
        );
    };
    stat(
        "Events",
        "Events a second that maps gave rise to.",
        Field::of(Unit::PerSecond),
        format!("sum({})", scope.rate("maptrace_events_emitted_total")),
    );
    stat(
        "Lost",
        "Share of the events that were lost, for any cause. Counts of maps are exact all the same; traces have gaps.",
        Field {
            decimals: Some(2),
            ..Field::of(Unit::Share).thresholds(&[(0.001, "yellow"), (0.01, "red")])
        },
        lost(scope),
    );
    stat(
        "Memory of the cap",
        "Memory for rings and records as a share of MAPTRACE_MEMORY, in the process that is nearest to it. At the cap \
         threads go without a ring and maps share their site's record.",
        Field::of(Unit::Share).thresholds(&[(0.8, "yellow"), (0.95, "red")]),
        format!(
            "max({} / {})",
            scope.of("maptrace_memory_bytes"),
            scope.of("maptrace_memory_limit_bytes")
        ),
    );
    stat(
        "Maps past the cap",
        "Live maps without a record of their own, known by their site only. Their counts are exact.",
        Field::of(Unit::Count).thresholds(&[(1.0, "yellow")]),
        sum("maptrace_instances_past_cap"),
    );
    stat(
        "Collector busy",
        "Share of one core that draining and aggregating takes, in the busiest process.",
        Field::of(Unit::Share).thresholds(&[(0.2, "yellow"), (0.8, "red")]),
        format!("max({})", scope.rate("maptrace_collector_busy_seconds_total")),
    );
    stat(
        "Waiting to be sent",
        "Episodes in the queues of the exporters.",
        Field::of(Unit::Count),
        sum("maptrace_export_queued"),
    );
}

fn lines(title: &'static str, about: &'static str, unit: Unit) -> Panel {
    Panel::new(title, about, View::lines(), Field::lines(unit))
}

fn events(grid: &mut Grid, scope: &Scope) {
    let rate = |name: &str| format!("sum({})", scope.rate(name));
    grid.add(
        12,
        8,
        Panel::new(
            "Events by fate",
            "What became of the events, a second. `delivered` may fall: a sink may report afterwards that it failed.",
            View::lines_with_table(),
            Field::stacked(Unit::PerSecond),
        )
        // In this order: a line of zeros lies on what is stacked below it, and would be taken for it.
        .target(Target::over_time(rate("maptrace_events_dropped_total"), "dropped"))
        .target(Target::over_time(
            rate("maptrace_events_sampled_out_total"),
            "sampled out",
        ))
        .target(Target::over_time(
            format!(
                "sum(deriv({}[$__rate_interval]))",
                scope.of("maptrace_events_delivered")
            ),
            "delivered",
        )),
    );
    grid.add(
        12,
        8,
        Panel::new(
            "Lost, by cause",
            "Events lost a second. `full`: the ring was full, see MAPTRACE_RING_BYTES and MAPTRACE_SAMPLE. `disabled`: \
             past MAPTRACE_MEMORY. `export_failed`: the endpoint did not take them.",
            View::lines_with_table(),
            Field::lines(Unit::PerSecond),
        )
        .target(Target::over_time(
            format!("sum by (cause) ({})", scope.rate("maptrace_events_dropped_total")),
            "{{cause}}",
        )),
    );
    grid.add(
        12,
        8,
        lines("Share lost", "Dropped events as a share of all.", Unit::Share)
            .target(Target::over_time(lost(scope), "lost")),
    );
    grid.add(
        12,
        8,
        lines(
            "Gaps",
            "Places in the streams of events where some were lost, a second. Each is marked where it happened.",
            Unit::PerSecond,
        )
        .target(Target::over_time(rate("maptrace_gaps_total"), "gaps")),
    );
}

fn costs(grid: &mut Grid, scope: &Scope) {
    let by = |expr: String| format!("topk(10, sum by (instance) ({expr}))");
    let sum = |name: &str| format!("sum({})", scope.of(name));
    grid.add(
        8,
        8,
        lines(
            "Memory",
            "Memory for rings, instances and sites in the ten processes with most, and the smallest cap.",
            Unit::Bytes,
        )
        .target(Target::over_time(by(scope.of("maptrace_memory_bytes")), "{{instance}}"))
        .target(Target::over_time(
            format!("min({})", scope.of("maptrace_memory_limit_bytes")),
            "cap",
        )),
    );
    grid.add(
        8,
        8,
        lines(
            "Rings and records",
            "Rings in use, one for each thread that changes maps; maps with a record of their own, and without.",
            Unit::Count,
        )
        .target(Target::over_time(sum("maptrace_rings"), "rings"))
        .target(Target::over_time(sum("maptrace_instances"), "maps with a record"))
        .target(Target::over_time(sum("maptrace_instances_past_cap"), "maps without")),
    );
    grid.add(
        8,
        8,
        lines(
            "Collector busy",
            "Share of one core that draining and aggregating takes, in the ten busiest processes.",
            Unit::Share,
        )
        .target(Target::over_time(
            by(scope.rate("maptrace_collector_busy_seconds_total")),
            "{{instance}}",
        )),
    );
    grid.add(
        8,
        7,
        lines(
            "Collector passes",
            "Passes over all rings a second. Zero is a collector that is gone.",
            Unit::PerSecond,
        )
        .target(Target::over_time(
            by(scope.rate("maptrace_collector_passes_total")),
            "{{instance}}",
        )),
    );
    grid.add(
        8,
        7,
        lines(
            "Restarts and damage",
            "Restarts after a panic in a sink, of the collector and of the exporter, in the time around each moment; and \
             words in rings that no thread writes, passed over. Damage is an error of maptrace, or somebody else writes \
             to its memory. Steps of the time of day move what is told, and no duration.",
            Unit::Count,
        )
        .target(Target::over_time(
            format!(
                "sum(increase({}[$__rate_interval]))",
                scope.of("maptrace_collector_restarts_total")
            ),
            "collector",
        ))
        .target(Target::over_time(
            format!(
                "sum(increase({}[$__rate_interval]))",
                scope.of("maptrace_export_restarts_total")
            ),
            "exporter",
        ))
        .target(Target::over_time(
            format!(
                "sum(increase({}[$__rate_interval]))",
                scope.of("maptrace_damaged_words_total")
            ),
            "damaged words",
        ))
        .target(Target::over_time(
            format!(
                "sum(increase({}[$__rate_interval]))",
                scope.of("maptrace_clock_steps_total")
            ),
            "steps of the clock",
        )),
    );
}

fn notices(grid: &mut Grid, scope: &Scope) {
    grid.add(
        8,
        7,
        lines(
            "Notices",
            "What maptrace told sinks and logs: hints, storms, losses; and what it held back, as there were too many.",
            Unit::Count,
        )
        .target(Target::over_time(
            format!(
                "sum(increase({}[$__rate_interval]))",
                scope.of("maptrace_notices_total")
            ),
            "given",
        ))
        .target(Target::over_time(
            format!(
                "sum(increase({}[$__rate_interval]))",
                scope.of("maptrace_notices_suppressed_total")
            ),
            "held back",
        )),
    );
}

fn exporter(grid: &mut Grid, scope: &Scope) {
    let by_result = |name: &str| format!("sum by (result) ({})", scope.rate(name));
    let rate = |name: &str| format!("sum({})", scope.rate(name));
    // Apart from each other: what is left out may be a thousand times what is sent, and hide what failed.
    let sent = scope.and(r#"result!~"small|unsampled""#);
    let left_out = scope.and(r#"result=~"small|unsampled""#);
    let mut episodes = |title, about, scope: &Scope| {
        grid.add(
            8,
            8,
            lines(title, about, Unit::PerSecond).target(Target::over_time(
                format!("sum by (result) ({})", scope.rate("maptrace_export_episodes_total")),
                "{{result}}",
            )),
        );
    };
    episodes(
        "Episodes by result",
        "Episodes a second that were to be sent. `failed`: given up. `refused`: the queue was full.",
        &sent,
    );
    episodes(
        "Episodes left out",
        "Episodes a second that are no spans. `unsampled`: their request is not sampled. `small`: fewer entries than are \
         worth a span.",
        &left_out,
    );
    grid.add(
        8,
        8,
        lines(
            "Queue",
            "Episodes that wait to be sent, in the ten processes with most.",
            Unit::Count,
        )
        .target(Target::over_time(
            format!("topk(10, sum by (instance) ({}))", scope.of("maptrace_export_queued")),
            "{{instance}}",
        )),
    );
    grid.add(
        8,
        8,
        lines(
            "Pushes of metrics",
            "Pushes a second by how they ended.",
            Unit::PerSecond,
        )
        .target(Target::over_time(
            by_result("maptrace_export_metric_pushes_total"),
            "{{result}}",
        )),
    );
    grid.add(
        8,
        8,
        lines(
            "Requests",
            "HTTP requests a second, those that repeated one that had failed, and answers that could not be read.",
            Unit::PerSecond,
        )
        .target(Target::over_time(rate("maptrace_export_requests_total"), "requests"))
        .target(Target::over_time(rate("maptrace_export_retries_total"), "retries"))
        .target(Target::over_time(
            rate("maptrace_export_unreadable_answers_total"),
            "unreadable answers",
        ))
        .target(Target::over_time(
            rate("maptrace_export_points_rejected_total"),
            "points rejected",
        )),
    );
    grid.add(
        8,
        8,
        lines(
            "Exporter busy",
            "Share of its time that the exporter's thread spends delivering, in the busiest process. Near 100 % the \
             endpoint is too slow.",
            Unit::Share,
        )
        .target(Target::over_time(
            format!("max({})", scope.rate("maptrace_export_busy_seconds_total")),
            "busiest",
        )),
    );
    spool(grid, scope);
}

fn spool(grid: &mut Grid, scope: &Scope) {
    let rate = |name: &str| format!("sum({})", scope.rate(name));
    let sum = |name: &str| format!("sum({})", scope.of(name));
    grid.add(
        8,
        8,
        lines(
            "Notices by result",
            "Notices a second that were sent as logs. `failed`: given up. `refused`: the queue was full.",
            Unit::PerSecond,
        )
        .target(Target::over_time(
            format!("sum by (result) ({})", scope.rate("maptrace_export_logs_total")),
            "{{result}}",
        )),
    );
    grid.add(
        8,
        8,
        lines(
            "On disk",
            "Requests, episodes and notices that could not be sent yet and wait on disk. Only of services with a spool.",
            Unit::Count,
        )
        .target(Target::over_time(sum("maptrace_export_spool_requests"), "requests"))
        .target(Target::over_time(sum("maptrace_export_spooled"), "episodes"))
        .target(Target::over_time(sum("maptrace_export_logs_spooled"), "notices")),
    );
    grid.add(
        8,
        8,
        lines(
            "From disk",
            "Requests a second that were sent from disk after all, and requests that were lost there: no room for the \
             oldest, not what was written, or not written. Only of services with a spool.",
            Unit::PerSecond,
        )
        .target(Target::over_time(rate("maptrace_export_spool_replayed_total"), "sent"))
        .target(Target::over_time(
            format!("sum by (cause) ({})", scope.rate("maptrace_export_spool_lost_total")),
            "lost: {{cause}}",
        )),
    );
    grid.add(
        24,
        6,
        lines(
            "Bytes on disk",
            "Files of the spools of the ten processes with most. They have a limit: MAPTRACE_SPOOL_BYTES.",
            Unit::Bytes,
        )
        .target(Target::over_time(
            format!(
                "topk(10, sum by (instance) ({}))",
                scope.of("maptrace_export_spool_size_bytes")
            ),
            "{{instance}}",
        )),
    );
}
