//! What the dashboards ask Prometheus.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::process::Folder;

const DASHBOARDS: [&str; 3] = ["maptrace-overview", "maptrace-map", "maptrace-health"];

/// An expression as Grafana would send it, and where it stands.
pub(crate) struct Expression {
    pub(crate) place: String,
    pub(crate) promql: String,
}

/// Every expression of every panel.
pub(crate) fn expressions(files: &Folder) -> Vec<Expression> {
    targets(files)
        .into_iter()
        .map(|(place, target)| Expression {
            place,
            promql: filled_in(target["expr"].as_str().expect("an expression")),
        })
        .collect()
}

/// Those that want the exemplars as well.
pub(crate) fn with_exemplars(files: &Folder) -> Vec<String> {
    let targets = targets(files).into_iter();
    let found: Vec<String> = targets
        .filter(|(_, target)| target["exemplar"] == true)
        .map(|(_, target)| filled_in(target["expr"].as_str().expect("an expression")))
        .collect();
    assert!(found.len() > 5, "{found:?}");
    found
}

/// The variables that are values of labels: where, of which series, and of which label.
pub(crate) fn variables(files: &Folder) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (name, dashboard) in read(files) {
        for variable in dashboard["templating"]["list"].as_array().expect("variables") {
            if variable["type"] != "query" {
                continue;
            }
            let query = variable["query"]["query"].as_str().expect("a query");
            let arguments = query
                .strip_prefix("label_values(")
                .and_then(|rest| rest.strip_suffix(')'))
                .expect("label_values");
            let (series, label) = arguments.rsplit_once(", ").expect("two arguments");
            let place = format!("{name}, variable {}", variable["name"]);
            found.push((place, filled_in(series), label.to_owned()));
        }
    }
    assert!(found.len() > 6, "{found:?}");
    found
}

/// What says which rows the table of all maps has.
pub(crate) fn first_column_of_the_table(files: &Folder) -> String {
    let (_, overview) = read(files).remove(0);
    let panels = overview["panels"].as_array().expect("panels");
    let table = panels.iter().find(|panel| panel["type"] == "table").expect("a table");
    filled_in(table["targets"][0]["expr"].as_str().expect("an expression"))
}

/// The titles of the rows of all maps.
pub(crate) fn titles_of_rows(files: &Folder) -> Vec<String> {
    let (_, overview) = read(files).remove(0);
    let rows = overview["panels"].as_array().expect("panels").iter();
    rows.filter(|panel| panel["type"] == "row")
        .map(|row| row["title"].as_str().expect("a title").to_owned())
        .collect()
}

/// A dashboard.
pub(crate) fn board(files: &Folder, uid: &str) -> Value {
    let mut found = read(files).into_iter().filter(|(name, _)| *name == uid);
    found.next().expect("it was written").1
}

/// The first expression of a panel, as it was written.
pub(crate) fn first_target(board: &Value, title: &str) -> String {
    let panels = board["panels"].as_array().expect("panels").iter();
    let mut panels = panels.filter(|panel| panel["title"] == title && panel["type"] != "row");
    let panel = panels.next().unwrap_or_else(|| panic!("no panel {title}"));
    panel["targets"][0]["expr"].as_str().expect("an expression").to_owned()
}

/// As Grafana puts in what a URL chose.
pub(crate) fn with_choices(expr: &str, query: &BTreeMap<String, String>) -> String {
    let mut filled = expr.replace("$__rate_interval", "10s").replace("$__range", "2m");
    for (name, value) in query {
        if let Some(variable) = name.strip_prefix("var-") {
            let value = if value == "$__all" { ".*" } else { value };
            filled = filled.replace(&format!("${variable}"), value);
        }
    }
    assert!(!filled.contains('$'), "a variable that nobody chose: {filled}");
    filled
}

fn targets(files: &Folder) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, dashboard) in read(files) {
        let panels = dashboard["panels"].as_array().expect("panels");
        let nested = panels.iter().filter_map(|row| row["panels"].as_array()).flatten();
        for panel in panels.iter().chain(nested).filter(|panel| panel["type"] != "row") {
            let targets = panel["targets"].as_array().expect("targets");
            assert!(!targets.is_empty(), "{name}: {} asks nothing", panel["title"]);
            for target in targets {
                let place = format!("{name}, panel {} {}", panel["title"], target["refId"]);
                found.push((place, target.clone()));
            }
        }
    }
    found
}

fn read(files: &Folder) -> Vec<(&'static str, Value)> {
    let read = |name: &'static str| {
        let path = files.path().join(format!("grafana/dashboards/{name}.json"));
        let text = std::fs::read_to_string(path).expect("a dashboard");
        (name, serde_json::from_str(&text).expect("JSON"))
    };
    DASHBOARDS.map(read).into()
}

/// As Grafana puts in what was chosen: everything.
pub(crate) fn filled_in(expr: &str) -> String {
    let filled = expr
        .replace("$__rate_interval", "10s")
        .replace("$__range", "2m")
        .replace("\"$map\"", "\"storm\"")
        .replace("$job", ".+")
        .replace("$instance", ".+")
        .replace("$type", ".+");
    assert!(!filled.contains('$'), "a variable that nobody fills in: {expr}");
    filled
}
