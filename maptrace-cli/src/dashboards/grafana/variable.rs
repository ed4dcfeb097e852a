//! What the reader of a dashboard chooses at its top.

use serde::Serialize;

use super::{DATA_SOURCE, DataSource};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Variable {
    name: &'static str,
    label: &'static str,
    description: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    query: Query,
    #[serde(skip_serializing_if = "Option::is_none")]
    datasource: Option<DataSource>,
    /// 2: whenever the time shown changes.
    refresh: u8,
    /// 1: in the order of the alphabet.
    sort: u8,
    multi: bool,
    include_all: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_value: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Current>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Query {
    /// The kind of a data source.
    Plugin(&'static str),
    #[serde(rename_all = "camelCase")]
    Labels {
        /// 1: values of a label.
        qry_type: u8,
        query: String,
        ref_id: &'static str,
    },
}

#[derive(Serialize)]
struct Current {
    text: [&'static str; 1],
    value: [&'static str; 1],
}

impl Variable {
    /// Which data source of a kind.
    pub(crate) fn data_source(
        name: &'static str,
        label: &'static str,
        description: &'static str,
        plugin: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            description,
            kind: "datasource",
            query: Query::Plugin(plugin),
            datasource: None,
            refresh: 1,
            sort: 0,
            multi: false,
            include_all: false,
            all_value: None,
            current: None,
        }
    }

    /// One value of a label.
    pub(crate) fn label(
        name: &'static str,
        label: &'static str,
        description: &'static str,
        series: &str,
        of: &str,
    ) -> Self {
        Self {
            kind: "query",
            query: Query::Labels {
                qry_type: 1,
                query: format!("label_values({series}, {of})"),
                ref_id: "PrometheusVariableQueryEditor-VariableQuery",
            },
            datasource: Some(DATA_SOURCE),
            refresh: 2,
            sort: 1,
            ..Self::data_source(name, label, description, "")
        }
    }

    /// Any number of values, at first all.
    pub(crate) fn many(self) -> Self {
        Self {
            multi: true,
            include_all: true,
            current: Some(Current {
                text: ["All"],
                value: ["$__all"],
            }),
            ..self
        }
    }

    /// One value, or whatever there is.
    pub(crate) fn or_all(self, pattern: &'static str) -> Self {
        Self {
            include_all: true,
            ..self.all_is(pattern)
        }
    }

    /// All is whatever there is, not the list of what the menu knows.
    pub(crate) fn all_is(self, pattern: &'static str) -> Self {
        Self {
            all_value: Some(pattern),
            ..self
        }
    }
}
