//! The three dashboards, and what they share.

mod health;
mod one_map;
mod overview;

use super::grafana::{Annotations, Dashboard, DataLink, Grid, Link, SCHEMA_VERSION, Templating, TimeRange, Variable};
use super::promql::Scope;
use super::sites::Site;
use super::{MARKER, Traces};

/// Where each dashboard is found, for ever.
pub(super) const OVERVIEW: &str = "maptrace-overview";
pub(super) const ONE_MAP: &str = "maptrace-map";
pub(super) const HEALTH: &str = "maptrace-health";

/// The dashboards by the names of their files.
pub(super) fn all(sites: &[Site], traces: Traces) -> [(&'static str, Dashboard); 3] {
    [
        (OVERVIEW, overview::dashboard(sites)),
        (ONE_MAP, one_map::dashboard(traces)),
        (HEALTH, health::dashboard()),
    ]
}

fn dashboard(
    uid: &'static str,
    title: &'static str,
    description: &str,
    links: Vec<Link>,
    list: Vec<Variable>,
    grid: Grid,
) -> Dashboard {
    Dashboard {
        uid,
        title,
        description: format!("{description} ({MARKER})"),
        tags: ["maptrace"],
        schema_version: SCHEMA_VERSION,
        editable: true,
        graph_tooltip: 1,
        refresh: "30s",
        time: TimeRange {
            from: "now-3h",
            to: "now",
        },
        links,
        annotations: Annotations::default(),
        templating: Templating { list },
        panels: grid.finish(),
    }
}

fn to_overview() -> Link {
    Link::to_dashboard("All maps", "Every map of the chosen services", OVERVIEW)
}

fn to_one_map() -> Link {
    Link::to_dashboard("One map", "One map in depth", ONE_MAP)
}

fn to_health() -> Link {
    Link::to_dashboard("maptrace's health", "What maptrace lost, holds and costs", HEALTH)
}

/// The variable that chooses the data source, and what stands beside it.
pub(super) const DATA_SOURCE: &str = "datasource";
pub(super) const DATA_SOURCE_LABEL: &str = "Metrics";

fn prometheus() -> Variable {
    let about = "The Prometheus that has the metrics of the maps";
    Variable::data_source(DATA_SOURCE, DATA_SOURCE_LABEL, about, "prometheus")
}

fn service() -> Variable {
    let about = "The label `job`: the job of the scrape, or `service.name` of what came over OTLP";
    Variable::label("job", "Service", about, "maptrace_rings", "job")
}

fn instances() -> Variable {
    let about = "Processes, by the label `instance`: the address scraped, or `service.instance.id`";
    Variable::label(
        "instance",
        "Process",
        about,
        r#"maptrace_rings{job=~"$job"}"#,
        "instance",
    )
    .many()
    .all_is(".*")
}

/// To the dashboard of one map, whose labels `map` and `type` are read by these expressions of Grafana's.
fn link_to_map(job: &str, map: &str, kind: &str) -> DataLink {
    DataLink {
        title: "This map in depth",
        url: format!(
            "/d/{ONE_MAP}?${{datasource:queryparam}}&var-job={job}&${{instance:queryparam}}\
             &var-map={map}&var-type={kind}&${{__url_time_range}}"
        ),
        target_blank: false,
    }
}

/// For a series with the labels of a map.
fn link_from_series() -> DataLink {
    let label = |name: &str| format!("${{__field.labels.{name}:percentencode}}");
    link_to_map(&label("job"), &label("map"), &label("type"))
}

/// Two services may have maps of one name; processes of one service are summed.
const MAP: &str = "job, map, type";
const BY_MAP: &str = "sum by (job, map, type)";

fn by_map(expr: &str) -> String {
    format!("{BY_MAP} ({expr})")
}

/// Bytes held less bytes needed, summed by `sum`. A B-tree tells only what it needs.
fn wasted(scope: &Scope, sum: &str) -> String {
    let held = scope.of("map_memory_held_bytes");
    // What is needed counts only where it is known what is held.
    let needed = format!("{} and {held}", scope.of("map_memory_needed_bytes"));
    format!("{sum} ({held}) - {sum} ({needed})")
}
