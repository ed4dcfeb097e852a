//! How values look.

use serde::Serialize;

/// Grafana's names for units.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) enum Unit {
    #[default]
    #[serde(rename = "short")]
    Count,
    #[serde(rename = "bytes")]
    Bytes,
    #[serde(rename = "s")]
    Seconds,
    /// A share: 0 to 1.
    #[serde(rename = "percentunit")]
    Share,
    #[serde(rename = "ops")]
    OperationsPerSecond,
    #[serde(rename = "cps")]
    PerSecond,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Field {
    pub(crate) unit: Unit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decimals: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) no_value: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) color: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thresholds: Option<Thresholds>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<DataLink>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<Custom>,
}

impl Field {
    pub(crate) fn of(unit: Unit) -> Self {
        Self {
            unit,
            ..Self::default()
        }
    }

    /// For lines: from 0 on, so that a small change does not look like a large one.
    pub(crate) fn lines(unit: Unit) -> Self {
        Self {
            min: Some(0.0),
            custom: Some(Custom::Lines(Lines::default())),
            ..Self::of(unit)
        }
    }

    /// For lines of what is there only now and then: a single value between gaps is a point.
    pub(crate) fn points(unit: Unit) -> Self {
        let lines = Lines {
            show_points: "always",
            ..Lines::default()
        };
        Self {
            custom: Some(Custom::Lines(lines)),
            ..Self::lines(unit)
        }
    }

    /// For areas one upon the other, where the sum is what matters.
    pub(crate) fn stacked(unit: Unit) -> Self {
        let lines = Lines {
            fill_opacity: 30,
            stacking: Some(Stacking { mode: "normal" }),
            ..Lines::default()
        };
        Self {
            custom: Some(Custom::Lines(lines)),
            ..Self::lines(unit)
        }
    }

    pub(crate) fn cells(unit: Unit) -> Self {
        Self {
            custom: Some(Custom::Cells(Cells {
                align: "auto",
                cell_options: Cell::Auto,
                inspect: false,
                filterable: true,
            })),
            ..Self::of(unit)
        }
    }

    /// Green below the first step.
    pub(crate) fn thresholds(self, steps: &[Step]) -> Self {
        Self {
            color: Some(Color::by_thresholds()),
            thresholds: Some(Thresholds::new(steps)),
            ..self
        }
    }

    pub(crate) fn link(mut self, link: DataLink) -> Self {
        self.links.push(link);
        self
    }
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Custom {
    Lines(Lines),
    Cells(Cells),
}

/// How lines are drawn.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lines {
    draw_style: &'static str,
    line_interpolation: &'static str,
    line_width: u8,
    pub(crate) fill_opacity: u8,
    show_points: &'static str,
    /// A gap in the data stays one.
    span_nulls: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stacking: Option<Stacking>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            draw_style: "line",
            line_interpolation: "linear",
            line_width: 1,
            fill_opacity: 5,
            show_points: "auto",
            span_nulls: false,
            stacking: None,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Stacking {
    mode: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cells {
    align: &'static str,
    cell_options: Cell,
    inspect: bool,
    filterable: bool,
}

/// What a table's cell looks like.
#[derive(Serialize)]
#[serde(tag = "type")]
pub(crate) enum Cell {
    #[serde(rename = "auto")]
    Auto,
    /// In the colour of its threshold.
    #[serde(rename = "color-text")]
    ColorText,
}

#[derive(Clone, Copy, Serialize)]
pub(crate) struct Color {
    mode: &'static str,
}

impl Color {
    pub(crate) const fn by_thresholds() -> Self {
        Self { mode: "thresholds" }
    }
}

/// A value, and the colour from there on.
pub(crate) type Step = (f64, &'static str);

#[derive(Serialize)]
pub(crate) struct Thresholds {
    mode: &'static str,
    steps: Vec<Threshold>,
}

#[derive(Serialize)]
struct Threshold {
    color: &'static str,
    value: Option<f64>,
}

impl Thresholds {
    pub(crate) fn new(steps: &[Step]) -> Self {
        let base = Threshold {
            color: "green",
            value: None,
        };
        let steps = steps.iter().map(|&(value, color)| Threshold {
            color,
            value: Some(value),
        });
        Self {
            mode: "absolute",
            steps: std::iter::once(base).chain(steps).collect(),
        }
    }
}

/// Where a click on a value leads.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataLink {
    pub(crate) title: &'static str,
    pub(crate) url: String,
    pub(crate) target_blank: bool,
}

#[derive(Serialize)]
pub(crate) struct Override {
    matcher: Matcher,
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct Matcher {
    id: &'static str,
    options: String,
}

impl Override {
    pub(crate) fn by_name(name: impl Into<String>, properties: Vec<Property>) -> Self {
        let matcher = Matcher {
            id: "byName",
            options: name.into(),
        };
        Self { matcher, properties }
    }
}

#[derive(Serialize)]
#[serde(tag = "id", content = "value")]
pub(crate) enum Property {
    #[serde(rename = "displayName")]
    Name(&'static str),
    #[serde(rename = "unit")]
    Unit(Unit),
    #[serde(rename = "decimals")]
    Decimals(u8),
    #[serde(rename = "links")]
    Links(Vec<DataLink>),
    #[serde(rename = "thresholds")]
    Thresholds(Thresholds),
    #[serde(rename = "color")]
    Color(Color),
    #[serde(rename = "custom.cellOptions")]
    Cell(Cell),
    #[serde(rename = "custom.width")]
    Width(u32),
}
