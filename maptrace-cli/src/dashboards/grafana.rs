//! As much of Grafana's schema as these dashboards use, as types: what is not in them cannot be written by mistake.
//!
//! `ci/dashboards.sh` holds what comes out against the types that Grafana publishes.

mod field;
mod grid;
mod variable;
mod view;

use serde::Serialize;

pub(super) use field::{Cell, Color, DataLink, Field, Override, Property, Step, Thresholds, Unit};
pub(super) use grid::Grid;
pub(super) use variable::Variable;
pub(super) use view::View;

/// What Grafana 12.2 and newer write; older ones are migrated when they are read.
pub(super) const SCHEMA_VERSION: u32 = 42;

/// The data source that the reader chooses at the top of the dashboard.
const DATA_SOURCE: DataSource = DataSource {
    kind: "prometheus",
    uid: "${datasource}",
};

#[derive(Serialize)]
pub(super) struct DataSource {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dashboard {
    /// Never changes: links and bookmarks lead here.
    pub(super) uid: &'static str,
    pub(super) title: &'static str,
    pub(super) description: String,
    pub(super) tags: [&'static str; 1],
    pub(super) schema_version: u32,
    pub(super) editable: bool,
    /// 1: one crosshair for all panels.
    pub(super) graph_tooltip: u8,
    pub(super) refresh: &'static str,
    pub(super) time: TimeRange,
    pub(super) links: Vec<Link>,
    pub(super) annotations: Annotations,
    pub(super) templating: Templating,
    pub(super) panels: Vec<Item>,
}

#[derive(Serialize)]
pub(super) struct TimeRange {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

/// Only what Grafana adds by itself. Its model wants the list all the same.
#[derive(Default, Serialize)]
pub(super) struct Annotations {
    list: [(); 0],
}

#[derive(Serialize)]
pub(super) struct Templating {
    pub(super) list: Vec<Variable>,
}

/// A link at the top of a dashboard.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    tooltip: &'static str,
    url: String,
    icon: &'static str,
    tags: [&'static str; 0],
    as_dropdown: bool,
    include_vars: bool,
    keep_time: bool,
    target_blank: bool,
}

impl Link {
    /// To another dashboard, with the same choices and time.
    pub(super) fn to_dashboard(title: &'static str, tooltip: &'static str, uid: &str) -> Self {
        Self {
            kind: "link",
            title,
            tooltip,
            url: format!("/d/{uid}"),
            icon: "dashboard",
            tags: [],
            as_dropdown: false,
            include_vars: true,
            keep_time: true,
            target_blank: false,
        }
    }

    /// To somewhere that knows nothing of dashboards.
    pub(super) fn to_url(title: &'static str, tooltip: &'static str, url: String) -> Self {
        Self {
            icon: "external link",
            include_vars: false,
            keep_time: false,
            target_blank: true,
            url,
            ..Self::to_dashboard(title, tooltip, "")
        }
    }
}

/// A panel, or a row that panels stand under.
#[derive(Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "a few dozen of them, written once")]
pub(super) enum Item {
    Panel(Panel),
    Row(Row),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub(super) id: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    collapsed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat: Option<&'static str>,
    pub(super) grid_pos: GridPos,
    /// Of a collapsed row; those of an open one follow it.
    pub(super) panels: Vec<Panel>,
}

#[derive(Clone, Copy, Default, Serialize)]
pub(super) struct GridPos {
    pub(super) h: u32,
    pub(super) w: u32,
    pub(super) x: u32,
    pub(super) y: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Panel {
    pub(super) id: u32,
    title: &'static str,
    description: &'static str,
    #[serde(flatten)]
    view: View,
    pub(super) grid_pos: GridPos,
    datasource: DataSource,
    targets: Vec<Target>,
    field_config: FieldConfig,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transformations: Vec<Transformation>,
}

#[derive(Serialize)]
struct FieldConfig {
    defaults: Field,
    overrides: Vec<Override>,
}

impl Panel {
    /// A panel with what a reader should know of it.
    pub(super) fn new(title: &'static str, description: &'static str, view: View, field: Field) -> Self {
        Self {
            id: 0,
            title,
            description,
            view,
            grid_pos: GridPos::default(),
            datasource: DATA_SOURCE,
            targets: Vec::new(),
            field_config: FieldConfig {
                defaults: field,
                overrides: Vec::new(),
            },
            transformations: Vec::new(),
        }
    }

    pub(super) fn target(mut self, mut target: Target) -> Self {
        let number = u8::try_from(self.targets.len()).expect("a panel has a handful of queries");
        target.ref_id = char::from(b'A' + number);
        self.targets.push(target);
        self
    }

    /// What differs for one field, by its name.
    pub(super) fn field(mut self, name: impl Into<String>, properties: Vec<Property>) -> Self {
        self.field_config.overrides.push(Override::by_name(name, properties));
        self
    }

    pub(super) fn transform(mut self, transformation: Transformation) -> Self {
        self.transformations.push(transformation);
        self
    }
}

/// A query.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target {
    ref_id: char,
    expr: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    legend_format: String,
    format: Format,
    instant: bool,
    range: bool,
    exemplar: bool,
    editor_mode: &'static str,
    datasource: DataSource,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    TimeSeries,
    Table,
    Heatmap,
}

impl Target {
    /// Over the time shown, its series named by `legend`.
    pub(super) fn over_time(expr: impl Into<String>, legend: impl Into<String>) -> Self {
        Self {
            ref_id: 'A',
            expr: expr.into(),
            legend_format: legend.into(),
            format: Format::TimeSeries,
            instant: false,
            range: true,
            exemplar: false,
            editor_mode: "code",
            datasource: DATA_SOURCE,
        }
    }

    /// At the end of the time shown, for a table.
    pub(super) fn table(expr: impl Into<String>) -> Self {
        Self {
            format: Format::Table,
            instant: true,
            range: false,
            ..Self::over_time(expr, "")
        }
    }

    /// At the end of the time shown.
    pub(super) fn now(expr: impl Into<String>) -> Self {
        Self {
            format: Format::TimeSeries,
            ..Self::table(expr)
        }
    }

    /// Buckets of a histogram over the time shown.
    pub(super) fn buckets(expr: impl Into<String>) -> Self {
        Self {
            format: Format::Heatmap,
            ..Self::over_time(expr, "{{le}}")
        }
    }

    /// With the exemplars of its series, which lead to traces.
    pub(super) fn with_exemplars(self) -> Self {
        Self { exemplar: true, ..self }
    }
}

/// What is done with the answers before they are shown.
#[derive(Serialize)]
#[serde(tag = "id", content = "options", rename_all = "camelCase")]
pub(super) enum Transformation {
    /// Rows with the same labels become one.
    Merge {},
    /// Which columns there are.
    #[serde(rename_all = "camelCase")]
    Organize {
        exclude_by_name: std::collections::BTreeMap<&'static str, bool>,
    },
}
