//! Recording rules and alerts for Prometheus.

mod alerts;
mod recorded;

use serde::Serialize;

use super::parameters::Parameters;
use super::sites::Site;

pub(super) use alerts::{Alert, all as alerts};

/// A series for each map that is known beforehand, so that it has its row before any process reports it.
pub(super) const SITE_INFO: &str = "maptrace:site:info";

/// What the alerts on maps have in common, for dashboards that show them.
pub(super) const ALERTS_OF_MAPS: &str = r#"alertname=~"Map[A-Z].+""#;

#[derive(Serialize)]
pub(super) struct File {
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    name: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Rule {
    Recording {
        record: String,
        expr: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        labels: Option<SiteLabels>,
    },
    Alerting {
        alert: &'static str,
        expr: String,
        #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
        hold: Option<String>,
        labels: AlertLabels,
        annotations: Annotations,
    },
}

#[derive(Serialize)]
struct SiteLabels {
    map: String,
    #[serde(rename = "type")]
    type_label: String,
    kind: String,
    place: String,
}

#[derive(Serialize)]
struct AlertLabels {
    severity: &'static str,
}

/// What whoever is woken reads first.
#[derive(Serialize)]
struct Annotations {
    summary: &'static str,
    description: String,
    /// What to do, without following a link.
    runbook: &'static str,
    runbook_url: String,
    dashboard: String,
}

/// The file of rules.
pub(super) fn file(parameters: &Parameters, sites: &[Site]) -> File {
    let recorded = recorded::all(parameters).map(|(record, expr)| Rule::Recording {
        record,
        expr,
        labels: None,
    });
    let alerts = alerts::all(parameters)
        .into_iter()
        .map(|alert| alerting(alert, parameters));
    // One group, for its rules are evaluated in their order: alerts look at what was recorded just now.
    let mut groups = vec![Group {
        name: "maptrace",
        rules: recorded.into_iter().chain(alerts).collect(),
    }];
    if !sites.is_empty() {
        let rules = sites.iter().map(|site| Rule::Recording {
            record: SITE_INFO.to_owned(),
            expr: "vector(1)".to_owned(),
            labels: Some(SiteLabels {
                map: site.name.clone(),
                type_label: site.type_label.clone(),
                kind: site.kind.clone(),
                place: site.place.clone(),
            }),
        });
        groups.push(Group {
            name: "maptrace declared maps",
            rules: rules.collect(),
        });
    }
    File { groups }
}

fn alerting(alert: Alert, parameters: &Parameters) -> Rule {
    let anchor = alert.name.to_lowercase();
    let runbook_url = format!("{}#{anchor}", parameters.runbook_url);
    let dashboard = format!("{}{}", parameters.grafana_url, alert.dashboard);
    Rule::Alerting {
        alert: alert.name,
        expr: alert.expr,
        hold: alert.hold,
        labels: AlertLabels {
            severity: alert.severity,
        },
        annotations: Annotations {
            summary: alert.summary,
            description: alert.description,
            runbook: alert.cure,
            runbook_url,
            dashboard,
        },
    }
}
