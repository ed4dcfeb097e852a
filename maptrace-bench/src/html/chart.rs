//! Ratios as points with their quartiles, in SVG.

use std::fmt::{self, Write as _};

use super::Text;
use crate::report::Row;

/// Width of the names, of the drawing and of what is right of it.
const NAMES: f64 = 130.0;
const WIDTH: f64 = 800.0;
const RIGHT: f64 = 40.0;
/// Above the rows: the axis.
const TOP: f64 = 26.0;
/// Height of one point's line, and between workloads.
const LINE: f64 = 11.0;
const GAP: f64 = 9.0;

const TICKS: [f64; 19] = [
    0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];
const ONE: usize = 8;

/// The class that has the colour of the variant with this number.
pub(super) fn colour(variant: usize) -> &'static str {
    ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"][variant % 8]
}

/// Where ratios lie: evenly by their logarithm, as twice as much is as far from 1 as half as much.
struct Axis {
    ticks: &'static [f64],
}

impl Axis {
    /// From the last tick that is not above any of them to the first that is not below.
    fn of(ratios: impl Iterator<Item = f64> + Clone) -> Self {
        let least = ratios.clone().fold(1.0, f64::min);
        let most = ratios.fold(1.0, f64::max);
        let first = TICKS.iter().rposition(|tick| *tick <= least).unwrap_or(0).min(ONE - 1);
        let last = TICKS
            .iter()
            .position(|tick| *tick >= most)
            .unwrap_or(TICKS.len() - 1)
            .max(ONE + 2);
        Self {
            ticks: &TICKS[first..=last],
        }
    }

    /// What is beyond the ends is drawn at them.
    fn x(&self, ratio: f64) -> f64 {
        let (first, last) = (self.ticks[0], self.ticks[self.ticks.len() - 1]);
        let share = (ratio.clamp(first, last) / first).ln() / (last / first).ln();
        NAMES + share * WIDTH
    }
}

/// Draws the rows, those of one workload together. `place` numbers their variants; `noise` is the width of the band to
/// either side of 1.
pub(super) fn ratios(html: &mut String, rows: &[Row], place: &dyn Fn(&Row) -> usize, noise: f64) -> fmt::Result {
    let axis = Axis::of(
        rows.iter()
            .flat_map(|row| [row.ratio, row.ratio_spread[0], row.ratio_spread[1]]),
    );
    let workloads: Vec<&[Row]> = rows.chunk_by(|a, b| a.of.workload == b.of.workload).collect();
    let height = TOP + rows.len() as f64 * LINE + workloads.len() as f64 * GAP;
    let width = NAMES + WIDTH + RIGHT;
    writeln!(
        html,
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\" aria-label=\"ratios\">"
    )?;
    let (low, high) = (axis.x(1.0 - noise), axis.x(1.0 + noise));
    let below = height - TOP;
    writeln!(
        html,
        "<rect class=\"noise\" x=\"{low:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{below}\"/>",
        high - low
    )?;
    let mut last = f64::NEG_INFINITY;
    for tick in axis.ticks {
        let x = axis.x(*tick);
        let class = if *tick == 1.0 { "one" } else { "grid" };
        writeln!(
            html,
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{height}\"/>"
        )?;
        // Where ticks are close, not all have a number; 1 has.
        if x - last > 30.0 || *tick == 1.0 {
            writeln!(
                html,
                "<text class=\"tick\" x=\"{x:.1}\" y=\"16\" text-anchor=\"middle\">{tick}</text>"
            )?;
            last = x;
        }
    }
    let mut top = TOP + GAP / 2.0;
    for rows in workloads {
        let middle = top + rows.len() as f64 * LINE / 2.0 + 4.0;
        let name = Text(rows[0].of.workload.as_str());
        writeln!(
            html,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\">{name}</text>",
            NAMES - 12.0
        )?;
        for (n, row) in rows.iter().enumerate() {
            let y = top + (n as f64 + 0.5) * LINE;
            let [from, to] = row.ratio_spread.map(|ratio| axis.x(ratio));
            let about = format!(
                "{} {}: {:.3} [{:.3}, {:.3}], {:.2} ns beside {:.2} ns",
                row.of.workload.as_str(),
                row.of.variant,
                row.ratio,
                row.ratio_spread[0],
                row.ratio_spread[1],
                row.ns_per_op,
                row.plain_ns_per_op
            );
            writeln!(
                html,
                "<g class=\"{}\"><title>{}</title>\
                 <line class=\"whisker\" x1=\"{from:.1}\" y1=\"{y:.1}\" x2=\"{to:.1}\" y2=\"{y:.1}\"/>\
                 <circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3.5\"/></g>",
                colour(place(row)),
                Text(about),
                axis.x(row.ratio),
            )?;
        }
        top += rows.len() as f64 * LINE + GAP;
    }
    writeln!(html, "</svg>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::row;

    #[test]
    fn the_axis_has_all_that_is_to_be_drawn_and_one() {
        let axis = Axis::of([1.02, 4.2].into_iter());
        assert_eq!((axis.ticks[0], axis.ticks[axis.ticks.len() - 1]), (0.9, 5.0));
        assert_eq!((axis.x(0.9), axis.x(5.0)), (NAMES, NAMES + WIDTH));
        assert!(axis.x(0.9) < axis.x(1.0) && axis.x(1.0) < axis.x(1.1));
        // Beyond all ticks: at the ends.
        let axis = Axis::of([0.001, 1e9].into_iter());
        assert_eq!((axis.x(0.001), axis.x(1e9)), (NAMES, NAMES + WIDTH));
    }

    #[test]
    fn each_row_is_a_point_in_the_colour_of_its_variant() {
        let rows = [row("off", 1.0, [0.9, 1.1]), row("events", 2.0, [1.9, 2.1])];
        let mut svg = String::new();
        ratios(
            &mut svg,
            &rows,
            &|row| usize::from(row.of.variant == "events") * 5,
            0.02,
        )
        .unwrap();
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(
            svg.contains("<g class=\"c0\"><title>overwrite off: 1.000") && svg.contains("<g class=\"c5\">"),
            "{svg}"
        );
        assert_eq!(svg.matches("class=\"noise\"").count(), 1);
    }
}
