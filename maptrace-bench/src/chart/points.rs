//! Ratios as points with their quartiles, each on a line of its own.

use std::fmt::Write as _;

use super::{Axis, Drawing, about, colour};
use crate::markup::Text;
use crate::report::Row;

/// Width of the names, of the drawing and of what is right of it.
const NAMES: f64 = 130.0;
const WIDTH: f64 = 800.0;
const RIGHT: f64 = 40.0;
/// Above the rows: the axis.
const TOP: f64 = 26.0;
/// Height of one point's line, and between groups.
const LINE: f64 = 11.0;
const GAP: f64 = 9.0;

/// Rows that are drawn together under a name, each with the number of its colour.
pub(crate) struct Group<'a> {
    pub(crate) name: String,
    pub(crate) points: Vec<(usize, &'a Row)>,
}

/// Draws the groups below each other; `noise` is the width of the band to either side of 1.
pub(crate) fn points(groups: &[Group<'_>], noise: f64) -> Drawing {
    let rows = || groups.iter().flat_map(|group| &group.points).map(|(_, row)| *row);
    let axis = Axis::of_rows(rows());
    let at = |ratio: f64| NAMES + axis.share(ratio) * WIDTH;
    let height = TOP + rows().count() as f64 * LINE + groups.len() as f64 * GAP;
    let mut drawing = Drawing::new(NAMES + WIDTH + RIGHT, height);
    let svg = &mut drawing.body;
    let (low, high) = (at(1.0 - noise), at(1.0 + noise));
    _ = writeln!(
        svg,
        "<rect class=\"noise\" x=\"{low:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{}\"/>",
        high - low,
        height - TOP
    );
    let mut last = f64::NEG_INFINITY;
    for tick in axis.ticks {
        let x = at(*tick);
        let class = if *tick == 1.0 { "one" } else { "grid" };
        _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{height}\"/>"
        );
        // Where ticks are close, not all have a number; 1 has.
        let room = (x - last).min((x - at(1.0)).abs());
        if room > 30.0 || *tick == 1.0 {
            _ = writeln!(
                svg,
                "<text class=\"tick\" x=\"{x:.1}\" y=\"16\" text-anchor=\"middle\">{tick}</text>"
            );
            last = x;
        }
    }
    let mut top = TOP + GAP / 2.0;
    for Group { name, points } in groups {
        let middle = top + points.len() as f64 * LINE / 2.0 + 4.0;
        _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text>",
            NAMES - 12.0,
            Text(name)
        );
        for (n, (number, row)) in points.iter().enumerate() {
            let y = top + (n as f64 + 0.5) * LINE;
            let [from, to] = row.ratio_spread.map(at);
            _ = writeln!(
                svg,
                "<g class=\"{}\"><title>{}</title>\
                 <line class=\"whisker\" x1=\"{from:.1}\" y1=\"{y:.1}\" x2=\"{to:.1}\" y2=\"{y:.1}\"/>\
                 <circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3.5\"/></g>",
                colour(*number),
                Text(about(row)),
                at(row.ratio),
            );
        }
        top += points.len() as f64 * LINE + GAP;
    }
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::row;

    #[test]
    fn each_row_is_a_point_in_its_colour_where_its_ratio_is() {
        let rows = [row("off", 1.0, [0.9, 1.1]), row("events", 2.0, [1.9, 2.1])];
        let group = Group {
            name: "overwrite".into(),
            points: vec![(0, &rows[0]), (5, &rows[1])],
        };
        let svg = points(&[group], 0.02).body;
        assert_eq!(svg.matches("<circle").count(), 2);
        let off = svg.find("<g class=\"c0\"><title>overwrite off HashMap u64 std 1000x1: 1.000");
        let events = svg.find("<g class=\"c5\"><title>overwrite events HashMap u64 std 1000x1: 2.000");
        assert!(off.is_some() && off < events, "{svg}");
        let x: Vec<f64> = svg
            .match_indices("cx=\"")
            .map(|(at, found)| svg[at + found.len()..].split('"').next().unwrap().parse().unwrap())
            .collect();
        // From 0.9 to 3.
        assert!(
            (x[0] - (NAMES + WIDTH * (1.0_f64 / 0.9).ln() / (3.0_f64 / 0.9).ln())).abs() < 0.1,
            "{x:?}"
        );
        assert!(x[0] < x[1] && x[1] < NAMES + WIDTH, "{x:?}");
        assert_eq!(svg.matches("class=\"noise\"").count(), 1);
    }
}
