//! The kinds of panels, with their options.

use serde::Serialize;

#[derive(Serialize)]
#[serde(tag = "type", content = "options", rename_all = "lowercase")]
pub(crate) enum View {
    Timeseries(Timeseries),
    Stat(Stat),
    Table(Table),
    Heatmap(Heatmap),
    #[serde(rename = "state-timeline")]
    StateTimeline(StateTimeline),
}

/// What a legend says of a series.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Calculation {
    LastNotNull,
    Max,
}

#[derive(Serialize)]
pub(crate) struct Timeseries {
    legend: Legend,
    tooltip: Tooltip,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Legend {
    show_legend: bool,
    display_mode: &'static str,
    placement: &'static str,
    calcs: Vec<Calculation>,
}

#[derive(Serialize)]
struct Tooltip {
    mode: &'static str,
    sort: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stat {
    reduce_options: Reduce,
    orientation: &'static str,
    color_mode: &'static str,
    graph_mode: &'static str,
    justify_mode: &'static str,
    text_mode: &'static str,
    wide_layout: bool,
    show_percent_change: bool,
    percent_change_color_mode: &'static str,
}

#[derive(Serialize)]
struct Reduce {
    calcs: Vec<Calculation>,
    fields: &'static str,
    values: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Table {
    frame_index: u32,
    show_header: bool,
    cell_height: &'static str,
    sort_by: Vec<SortBy>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SortBy {
    display_name: &'static str,
    desc: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Heatmap {
    /// The buckets are Prometheus's.
    calculate: bool,
    cell_gap: u8,
    color: Scheme,
    exemplars: Exemplars,
    filter_values: AtLeast,
    legend: Shown,
    rows_frame: Rows,
    show_value: &'static str,
    tooltip: HeatmapTooltip,
    y_axis: YAxis,
}

#[derive(Serialize)]
struct Scheme {
    mode: &'static str,
    scheme: &'static str,
    scale: &'static str,
    exponent: f64,
    fill: &'static str,
    steps: u8,
    reverse: bool,
}

#[derive(Serialize)]
struct Exemplars {
    color: &'static str,
}

#[derive(Serialize)]
struct AtLeast {
    le: f64,
}

#[derive(Serialize)]
struct Shown {
    show: bool,
}

#[derive(Serialize)]
struct Rows {
    layout: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HeatmapTooltip {
    mode: &'static str,
    y_histogram: bool,
    show_color_scale: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct YAxis {
    axis_placement: &'static str,
    unit: super::Unit,
    reverse: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StateTimeline {
    legend: Legend,
    tooltip: Tooltip,
    show_value: &'static str,
    row_height: f64,
    merge_values: bool,
}

const TOOLTIP: Tooltip = Tooltip {
    mode: "multi",
    sort: "desc",
};

impl View {
    /// Lines, with a list of their names.
    pub(crate) fn lines() -> Self {
        Self::timeseries("list", "bottom", Vec::new())
    }

    /// Lines, with a table of their names and figures, for panels with many.
    pub(crate) fn lines_with_table() -> Self {
        Self::timeseries("table", "right", vec![Calculation::LastNotNull, Calculation::Max])
    }

    fn timeseries(display_mode: &'static str, placement: &'static str, calcs: Vec<Calculation>) -> Self {
        Self::Timeseries(Timeseries {
            legend: Legend {
                show_legend: true,
                display_mode,
                placement,
                calcs,
            },
            tooltip: TOOLTIP,
        })
    }

    /// One figure, coloured by its threshold.
    pub(crate) fn stat() -> Self {
        Self::Stat(Stat {
            reduce_options: Reduce {
                calcs: vec![Calculation::LastNotNull],
                fields: "",
                values: false,
            },
            orientation: "auto",
            color_mode: "value",
            graph_mode: "none",
            justify_mode: "auto",
            text_mode: "value",
            wide_layout: true,
            show_percent_change: false,
            percent_change_color_mode: "standard",
        })
    }

    /// A table, the largest of one column first.
    pub(crate) fn table(sort_by: &'static str) -> Self {
        Self::Table(Table {
            frame_index: 0,
            show_header: true,
            cell_height: "sm",
            sort_by: vec![SortBy {
                display_name: sort_by,
                desc: true,
            }],
        })
    }

    /// Buckets over time.
    pub(crate) fn heatmap(unit: super::Unit) -> Self {
        Self::Heatmap(Heatmap {
            calculate: false,
            cell_gap: 1,
            color: Scheme {
                mode: "scheme",
                scheme: "Oranges",
                scale: "exponential",
                exponent: 0.5,
                fill: "dark-orange",
                steps: 64,
                reverse: false,
            },
            exemplars: Exemplars {
                color: "rgba(255,0,255,0.7)",
            },
            // An empty bucket is background.
            filter_values: AtLeast { le: 1e-9 },
            legend: Shown { show: true },
            rows_frame: Rows { layout: "auto" },
            show_value: "never",
            tooltip: HeatmapTooltip {
                mode: "single",
                y_histogram: true,
                show_color_scale: true,
            },
            y_axis: YAxis {
                axis_placement: "left",
                unit,
                reverse: false,
            },
        })
    }

    /// What is so, and when.
    pub(crate) fn states() -> Self {
        Self::StateTimeline(StateTimeline {
            legend: Legend {
                show_legend: false,
                display_mode: "list",
                placement: "bottom",
                calcs: Vec::new(),
            },
            tooltip: TOOLTIP,
            show_value: "never",
            row_height: 0.8,
            merge_values: true,
        })
    }
}
