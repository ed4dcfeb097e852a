//! Ratios by size or by threads: a panel for each workload, with a line for each hasher.

use std::fmt::Write as _;

use super::{Axis, Drawing, about, colour};
use crate::markup::Text;
use crate::report::Row;

/// Panels beside each other.
const COLUMNS: usize = 3;
/// Size of a panel's drawing, and what is around it.
const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 30.0;

/// A small chart under a name.
pub(crate) struct Panel<'a> {
    pub(crate) name: String,
    pub(crate) lines: Vec<Line<'a>>,
}

/// Points that are joined, each with the number of its place from left to right.
pub(crate) struct Line<'a> {
    pub(crate) colour: usize,
    pub(crate) points: Vec<(usize, &'a Row)>,
}

/// Draws the panels with one axis for all of them, so that they can be compared. `places` is what stands below, from left
/// to right.
pub(crate) fn panels(panels: &[Panel<'_>], places: &[String]) -> Drawing {
    let lines = || panels.iter().flat_map(|panel| &panel.lines);
    let axis = Axis::of_rows(lines().flat_map(|line| &line.points).map(|(_, row)| *row));
    let rows = panels.len().div_ceil(COLUMNS);
    let (across, down) = (LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM);
    let mut drawing = Drawing::new(across * COLUMNS as f64, down * rows as f64);
    for (n, panel) in panels.iter().enumerate() {
        let corner = ((n % COLUMNS) as f64 * across + LEFT, (n / COLUMNS) as f64 * down + TOP);
        draw(&mut drawing.body, panel, places, &axis, corner);
    }
    drawing
}

fn draw(svg: &mut String, panel: &Panel<'_>, places: &[String], axis: &Axis, (left, top): (f64, f64)) {
    let step = WIDTH / places.len().max(1) as f64;
    let x = |place: usize| left + (place as f64 + 0.5) * step;
    let y = |ratio: f64| top + HEIGHT - axis.share(ratio) * HEIGHT;
    let (right, bottom) = (left + WIDTH, top + HEIGHT);
    _ = writeln!(
        svg,
        "<text x=\"{left:.1}\" y=\"{:.1}\">{}</text>",
        top - 8.0,
        Text(&panel.name)
    );
    let mut last = f64::INFINITY;
    for tick in axis.ticks {
        let at = y(*tick);
        let class = if *tick == 1.0 { "one" } else { "grid" };
        _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{left:.1}\" y1=\"{at:.1}\" x2=\"{right:.1}\" y2=\"{at:.1}\"/>"
        );
        let room = (last - at).min((at - y(1.0)).abs());
        if room > 12.0 || *tick == 1.0 {
            _ = writeln!(
                svg,
                "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
                left - 6.0,
                at + 4.0
            );
            last = at;
        }
    }
    for (n, place) in places.iter().enumerate() {
        _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(n),
            bottom + 16.0,
            Text(place)
        );
    }
    for Line { colour: number, points } in &panel.lines {
        let joined: Vec<String> = points
            .iter()
            .map(|(place, row)| format!("{:.1},{:.1}", x(*place), y(row.ratio)))
            .collect();
        _ = writeln!(
            svg,
            "<g class=\"{}\"><polyline class=\"line\" points=\"{}\"/>",
            colour(*number),
            joined.join(" ")
        );
        for (place, row) in points {
            let [low, high] = row.ratio_spread.map(y);
            let x = x(*place);
            _ = writeln!(
                svg,
                "<g><title>{}</title>\
                 <line class=\"whisker\" x1=\"{x:.1}\" y1=\"{low:.1}\" x2=\"{x:.1}\" y2=\"{high:.1}\"/>\
                 <circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"3.5\"/></g>",
                Text(about(row)),
                y(row.ratio)
            );
        }
        svg.push_str("</g>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::row;

    #[test]
    fn larger_ratios_are_higher_and_larger_sizes_further_right() {
        let rows = [1.0, 2.0].map(|ratio| row("events", ratio, [ratio, ratio]));
        let panel = || Panel {
            name: "overwrite <1>".into(),
            lines: vec![Line {
                colour: 3,
                points: vec![(0, &rows[0]), (1, &rows[1])],
            }],
        };
        let drawing = panels(&[panel(), panel(), panel(), panel()], &["1 k".into(), "1 M".into()]);
        let svg = &drawing.body;
        assert_eq!(
            (svg.matches("<circle").count(), svg.matches("<polyline").count()),
            (8, 4)
        );
        assert!(
            svg.contains("overwrite &lt;1&gt;") && svg.contains("<g class=\"c3\">"),
            "{svg}"
        );
        let line = svg.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
        let at: Vec<(f64, f64)> = line
            .split(' ')
            .map(|point| point.split_once(',').unwrap())
            .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
            .collect();
        assert!(at[0].0 < at[1].0 && at[0].1 > at[1].1, "{at:?}");
        // Four of them take two rows.
        assert_eq!(drawing.height, 2.0 * (TOP + HEIGHT + BOTTOM));
    }
}
