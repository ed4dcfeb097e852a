//! All maps: which one to look at.

use std::collections::BTreeMap;

use super::{BY_MAP, MAP, Site, by_map, link_from_series, link_to_map, wasted};
use crate::dashboards::grafana::{
    Cell, Color, Dashboard, DataLink, Field, Grid, Panel, Property, Target, Thresholds, Transformation, Unit, Variable,
    View,
};
use crate::dashboards::promql::{SHOWN, Scope};
use crate::dashboards::rules::{ALERTS_OF_MAPS, SITE_INFO};

const LEGEND: &str = "{{map}} {{type}} ({{job}})";

pub(super) fn dashboard(sites: &[Site]) -> Dashboard {
    let scope = Scope::chosen();
    let mut grid = Grid::default();
    now(&mut grid, &scope);
    grid.row("Maps");
    grid.add(24, 14, table(&scope));
    grid.row("The ten that stand out");
    for panel in graphs(&scope) {
        grid.add(12, 8, panel);
    }
    rows(&mut grid, &scope, sites);

    let mut variables = vec![
        super::prometheus(),
        super::service().many().all_is(".+"),
        super::instances(),
    ];
    if sites.is_empty() {
        let about = "Which maps have a row at the end of this dashboard";
        let maps = r#"map_instances{job=~"$job",instance=~"$instance"}"#;
        variables.push(Variable::label("map", "Rows for", about, maps, "map").many());
    }
    super::dashboard(
        super::OVERVIEW,
        "maptrace / All maps",
        "Every map of the chosen services: how large it is, what is done to it, what it holds, and how long callers \
         waited for its table. Click on a map to see it in depth.",
        vec![super::to_one_map(), super::to_health()],
        variables,
        grid,
    )
}

fn now(grid: &mut Grid, scope: &Scope) {
    let alerts = scope.and(ALERTS_OF_MAPS).and(r#"alertstate="firing""#).of("ALERTS");
    let waited = scope.rate("map_grow_duration_seconds_sum");
    let mut stat = |title, about, field: Field, expr: String| {
        grid.add(
            4,
            4,
            Panel::new(title, about, View::stat(), field).target(Target::now(expr)),
        );
    };
    stat(
        "Alerts on maps",
        "Alerts of maptrace that are firing, for maps of the chosen services. The runbook of each is linked in the alert.",
        Field::of(Unit::Count).thresholds(&[(1.0, "red")]),
        format!("count({alerts}) or vector(0)"),
    );
    stat(
        "Processes",
        "Processes that send what their maps do.",
        Field::of(Unit::Count),
        format!("count(count by (job, instance) ({}))", scope.of("maptrace_rings")),
    );
    stat(
        "Entries",
        "Entries in all live maps.",
        Field::of(Unit::Count),
        format!("sum({})", scope.of("map_entries")),
    );
    stat(
        "Memory held",
        "Bytes of the tables of all live maps, without what keys and values own elsewhere.",
        Field::of(Unit::Bytes),
        format!("sum({})", scope.of("map_memory_held_bytes")),
    );
    stat(
        "Memory wasted",
        "Bytes held less the bytes of the smallest tables that could hold the same entries. A table that just grew is \
         up to half empty, so some of this is usual.",
        Field::of(Unit::Bytes),
        wasted(scope, "sum"),
    );
    stat(
        "Waiting for tables",
        "Seconds a second that callers waited while a table grew or was laid out anew, over all threads of all \
         processes: 1 % is 10 ms of each second.",
        Field::of(Unit::Share).thresholds(&[(0.005, "yellow"), (0.05, "red")]),
        format!("sum({waited})"),
    );
}

/// A column of the table.
struct Column {
    name: &'static str,
    expr: String,
    unit: Unit,
    /// From where it is yellow, and from where red.
    steps: Option<(f64, f64)>,
}

fn column(name: &'static str, unit: Unit, expr: String) -> Column {
    Column {
        name,
        expr,
        unit,
        steps: None,
    }
}

fn columns(scope: &Scope) -> Vec<Column> {
    let sum = |name: &str| by_map(&scope.of(name));
    // And those that are declared, and of which nobody has heard.
    let live = format!(
        "{} or on (map, type) max by (map, type) ({SITE_INFO}) * 0",
        sum("map_instances")
    );
    let tombstones = format!("{} / ({} > 0)", sum("map_tombstones"), sum("map_capacity"));
    let p99 = scope.percentile("0.99", "map_grow_duration_seconds", MAP, SHOWN);
    let red_from = |yellow, red, column| Column {
        steps: Some((yellow, red)),
        ..column
    };
    vec![
        column("Live maps", Unit::Count, live),
        column("Entries", Unit::Count, sum("map_entries")),
        column(
            "Assigns",
            Unit::OperationsPerSecond,
            by_map(&scope.rate("map_assign_total")),
        ),
        column(
            "Deletes",
            Unit::OperationsPerSecond,
            by_map(&scope.rate("map_delete_total")),
        ),
        column("Held", Unit::Bytes, sum("map_memory_held_bytes")),
        column("Needed", Unit::Bytes, sum("map_memory_needed_bytes")),
        red_from(16e6, 64e6, column("Wasted", Unit::Bytes, wasted(scope, BY_MAP))),
        red_from(0.25, 0.5, column("Tombstones", Unit::Share, tombstones)),
        column("Grows", Unit::Count, by_map(&scope.risen("map_grow_total"))),
        column("Rehashes", Unit::Count, by_map(&scope.risen("map_rehash_total"))),
        column(
            "Waited",
            Unit::Seconds,
            by_map(&scope.risen("map_grow_duration_seconds_sum")),
        ),
        red_from(0.01, 0.1, column("p99 pause", Unit::Seconds, p99)),
    ]
}

fn table(scope: &Scope) -> Panel {
    let about = "One row for each map of each service, summed over its processes. Sizes and rates are of now; grows, \
                 rehashes, the time callers waited and the 99th percentile of their pauses are of the time chosen above. \
                 Tombstones are a share of the capacity. Maps that were declared and never used are here too, with \
                 zeros. Click on a name to see the map in depth.";
    let link = vec![link_to_map(
        "${__data.fields.job:percentencode}",
        "${__data.fields.map:percentencode}",
        "${__data.fields.type:percentencode}",
    )];
    let label = |name, width, links: &Vec<DataLink>| {
        vec![
            Property::Name(name),
            Property::Width(width),
            Property::Links(links.clone()),
        ]
    };
    let mut panel = Panel::new("Maps", about, View::table("Held"), Field::cells(Unit::Count))
        .field("map", label("Map", 220, &link))
        .field("type", label("Type", 140, &link))
        .field("job", label("Service", 120, &Vec::new()));
    for (i, column) in columns(scope).into_iter().enumerate() {
        let mut properties = vec![
            Property::Name(column.name),
            Property::Unit(column.unit),
            Property::Decimals(match column.unit {
                Unit::Count => 0,
                _ => 1,
            }),
        ];
        if let Some((yellow, red)) = column.steps {
            properties.extend([
                Property::Thresholds(Thresholds::new(&[(yellow, "yellow"), (red, "red")])),
                Property::Color(Color::by_thresholds()),
                Property::Cell(Cell::ColorText),
            ]);
        }
        let letter = char::from(b'A' + u8::try_from(i).expect("a dozen columns"));
        panel = panel
            .target(Target::table(column.expr))
            .field(format!("Value #{letter}"), properties);
    }
    panel
        .transform(Transformation::Merge {})
        .transform(Transformation::Organize {
            exclude_by_name: BTreeMap::from([("Time", true)]),
        })
}

fn graphs(scope: &Scope) -> [Panel; 6] {
    let top = |title, about, unit, expr: String| {
        Panel::new(
            title,
            about,
            View::lines_with_table(),
            Field::lines(unit).link(link_from_series()),
        )
        .target(Target::over_time(format!("topk(10, {expr})"), LEGEND))
    };
    let sum = |name: &str| by_map(&scope.of(name));
    let operations = format!(
        "{} + {}",
        by_map(&scope.rate("map_assign_total")),
        by_map(&scope.rate("map_delete_total"))
    );
    [
        top(
            "Operations",
            "Assigns and deletes a second, of the ten busiest maps at each moment.",
            Unit::OperationsPerSecond,
            operations,
        ),
        top(
            "Entries",
            "Entries of the ten largest maps at each moment, summed over processes. A line that only rises is a leak or \
             a cache without a bound.",
            Unit::Count,
            sum("map_entries"),
        ),
        top(
            "Memory held",
            "Bytes of tables, of the ten largest at each moment, without what keys and values own elsewhere.",
            Unit::Bytes,
            sum("map_memory_held_bytes"),
        ),
        top(
            "Memory wasted",
            "Bytes held less bytes needed, of the ten most wasteful at each moment.",
            Unit::Bytes,
            wasted(scope, BY_MAP),
        ),
        top(
            "Waiting for tables",
            "Seconds a second that callers waited for a table to grow or to be laid out anew, for the ten maps they \
             waited for most.",
            Unit::Share,
            by_map(&scope.rate("map_grow_duration_seconds_sum")),
        ),
        top(
            "Deletes",
            "Deletes a second that found their key, of the ten maps with most. A peak here comes before wasted memory, \
             tombstones and rehashes.",
            Unit::OperationsPerSecond,
            by_map(&scope.and(r#"result="hit""#).rate("map_delete_total")),
        ),
    ]
}

/// A row for each map: for those known beforehand one each, else one that is repeated for what there is.
fn rows(grid: &mut Grid, scope: &Scope, sites: &[Site]) {
    if sites.is_empty() {
        grid.closed_row("$map", Some("map"), strip(&scope.and(r#"map=~"$map""#), true));
    }
    for site in sites {
        let scope = scope.only("map", &site.name).only("type", &site.type_label);
        let kind = match &*site.type_name {
            "" => site.kind.clone(),
            types => format!("{} {types}", site.kind),
        };
        // `$` would be the beginning of a variable.
        let title = format!("{} · {kind} · {}", site.name, site.place).replace('$', "＄");
        grid.closed_row(title, None, strip(&scope, site.has_table()));
    }
}

/// The panels of one map's row. A B-tree has no table, so nobody knows what it holds, or waits for it.
fn strip(scope: &Scope, table: bool) -> Vec<(u32, u32, Panel)> {
    let level = |name: &str, legend: &str| {
        let expr = format!("sum by (job) ({})", scope.of(name));
        Target::over_time(expr, format!("{legend} ({{{{job}}}})"))
    };
    let rate = |name: &str, legend: &str| {
        let expr = format!("sum by (job) ({})", scope.rate(name));
        Target::over_time(expr, format!("{legend} ({{{{job}}}})"))
    };
    let lines = |title, about, unit| Panel::new(title, about, View::lines(), Field::lines(unit));

    let mut entries = lines("Entries", "Entries, and how many the tables can hold.", Unit::Count)
        .target(level("map_entries", "entries"));
    let operations = lines(
        "Operations",
        "Assigns and deletes a second, whatever came of them.",
        Unit::OperationsPerSecond,
    )
    .target(rate("map_assign_total", "assigns"))
    .target(rate("map_delete_total", "deletes"));
    let mut memory = lines(
        "Memory",
        "Bytes that the entries need, and bytes that the tables hold.",
        Unit::Bytes,
    )
    .target(level("map_memory_needed_bytes", "needed"));
    if !table {
        return [entries, operations, memory].map(|panel| (8, 7, panel)).into();
    }
    entries = entries.target(level("map_capacity", "capacity"));
    memory = memory.target(level("map_memory_held_bytes", "held"));
    let waiting = lines(
        "Waiting for tables",
        "Seconds a second that callers waited for a table to grow or to be laid out anew.",
        Unit::Share,
    )
    .target(rate("map_grow_duration_seconds_sum", "waited"));
    [entries, operations, memory, waiting].map(|panel| (6, 7, panel)).into()
}
