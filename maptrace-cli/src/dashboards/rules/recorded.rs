//! What the alerts look at, recorded: their windows are longer than what a query should have to add up each time.
//!
//! Named as Prometheus's documentation asks: what labels are left, the metric, what was done to it.

use crate::dashboards::parameters::Parameters;

/// The names of the recorded series.
pub(super) struct Names {
    pub(super) entries: String,
    pub(super) deletes: String,
    pub(super) rehashes: String,
    pub(super) waited: String,
    pub(super) wasted: String,
    pub(super) emitted: String,
    pub(super) lost: String,
    pub(super) failed: String,
}

impl Names {
    pub(super) fn new(parameters: &Parameters) -> Self {
        let of_map = |what: &str| format!("job_instance_map_type:{what}");
        let of_process = |what: &str| format!("job_instance:{what}");
        let window = &parameters.window;
        Self {
            entries: of_map("map_entries:sum"),
            deletes: of_map(&format!("map_delete_hits:rate{window}")),
            rehashes: of_map(&format!("map_rehash:rate{window}")),
            waited: of_map(&format!("map_grow_duration_seconds_sum:rate{window}")),
            wasted: of_map("map_memory_wasted_bytes:sum"),
            emitted: of_process(&format!("maptrace_events_emitted:rate{window}")),
            lost: of_process(&format!("maptrace_events_lost:ratio_rate{window}")),
            failed: of_process(&format!("maptrace_export_failures:increase{window}")),
        }
    }
}

pub(super) const BY_MAP: &str = "sum by (job, instance, map, type)";
const BY_PROCESS: &str = "sum by (job, instance)";

/// The recording rules: name and expression.
pub(super) fn all(parameters: &Parameters) -> [(String, String); 8] {
    let names = Names::new(parameters);
    let window = &parameters.window;
    let rate = |series: &str| format!("rate({series}[{window}])");
    let held = "map_memory_held_bytes";
    let dropped = r#"maptrace_events_dropped_total{cause!="shutdown"}"#;
    // The exporter's own counters come over OTLP alone, and not while it fails; the losses that it caused are on the
    // page for Prometheus too.
    let failures = [
        r#"maptrace_events_dropped_total{cause="export_failed"}"#,
        r#"maptrace_export_metric_pushes_total{result="failed"}"#,
    ]
    .map(|series| format!("{BY_PROCESS} (increase({series}[{window}]))"));
    [
        (names.entries, format!("{BY_MAP} (map_entries)")),
        (
            names.deletes,
            format!("{BY_MAP} ({})", rate(r#"map_delete_total{result="hit"}"#)),
        ),
        (names.rehashes, format!("{BY_MAP} ({})", rate("map_rehash_total"))),
        (
            names.waited,
            format!("{BY_MAP} ({})", rate("map_grow_duration_seconds_sum")),
        ),
        (
            names.wasted,
            format!("{BY_MAP} ({held})\n- {BY_MAP} (map_memory_needed_bytes)"),
        ),
        (
            names.emitted.clone(),
            format!("{BY_PROCESS} ({})", rate("maptrace_events_emitted_total")),
        ),
        (
            names.lost,
            format!("{BY_PROCESS} ({})\n/ ({} > 0)", rate(dropped), names.emitted),
        ),
        (
            names.failed,
            format!("{} + {}\nor {}", failures[0], failures[1], failures[0]),
        ),
    ]
}
