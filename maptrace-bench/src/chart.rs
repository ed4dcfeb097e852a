//! Charts in SVG, for the page and for files of their own.

mod panels;
mod points;

use std::fmt::Write as _;

pub(crate) use self::panels::{Line, Panel, panels};
pub(crate) use self::points::{Group, points};
use crate::markup::Text;
use crate::report::Row;

/// Colours and lines, by day and by night.
pub(crate) const STYLE: &str = include_str!("chart/style.css");

/// Classes of colours that can be told apart, by most people with colour vision of any kind too.
pub(crate) const COLOURS: [&str; 8] = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"];

/// The class that has the colour with this number.
pub(crate) fn colour(number: usize) -> &'static str {
    COLOURS[number % COLOURS.len()]
}

/// What is drawn, and how much room it takes.
pub(crate) struct Drawing {
    width: f64,
    height: f64,
    body: String,
}

/// A colour in a chart, and what has it.
pub(crate) struct Entry {
    pub(crate) colour: usize,
    pub(crate) name: String,
}

impl Drawing {
    fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    /// As a part of a page that has [`STYLE`].
    pub(crate) fn inline(&self) -> String {
        let Self { width, height, body } = self;
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\" aria-label=\"ratios\">\n{body}</svg>"
        )
    }

    /// As a file of its own, with a title, a line about it and what the colours are. It has a ground of its own, as nobody
    /// knows what it will lie on.
    pub(crate) fn file(&self, title: &str, about: &str, legend: &[Entry]) -> String {
        const MARGIN: f64 = 16.0;
        const HEAD: f64 = 78.0;
        /// Of a letter, about.
        const LETTER: f64 = 6.6;
        let (width, height) = (self.width + 2.0 * MARGIN, self.height + HEAD + MARGIN);
        let mut entries = String::new();
        let mut x = MARGIN;
        for Entry { colour: number, name } in legend {
            _ = writeln!(
                entries,
                "<g class=\"{}\"><circle cx=\"{:.1}\" cy=\"62\" r=\"5\"/></g><text x=\"{:.1}\" y=\"66\">{}</text>",
                colour(*number),
                x + 5.0,
                x + 16.0,
                Text(name)
            );
            x += 40.0 + name.chars().count() as f64 * LETTER;
        }
        let (title, about) = (Text(title), Text(about));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n\
             <rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n\
             <text class=\"title\" x=\"{MARGIN}\" y=\"26\">{title}</text>\n\
             <text class=\"tick\" x=\"{MARGIN}\" y=\"44\">{about}</text>\n{entries}\
             <g transform=\"translate({MARGIN} {HEAD})\">\n{}</g>\n</svg>\n",
            self.body
        )
    }
}

const TICKS: [f64; 19] = [
    0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];
const ONE: usize = 8;

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

    /// For rows with their quartiles.
    fn of_rows<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> Self {
        Self::of(rows.flat_map(|row| [row.ratio, row.ratio_spread[0], row.ratio_spread[1]]))
    }

    /// From 0 at one end to 1 at the other; what is beyond the ends is drawn at them.
    fn share(&self, ratio: f64) -> f64 {
        let (first, last) = (self.ticks[0], self.ticks[self.ticks.len() - 1]);
        (ratio.clamp(first, last) / first).ln() / (last / first).ln()
    }
}

/// The figures of a point, to be seen by who points at it.
fn about(row: &Row) -> String {
    format!(
        "{}: {:.3} [{:.3}, {:.3}], {:.2} ns beside {:.2} ns",
        row.of.text(),
        row.ratio,
        row.ratio_spread[0],
        row.ratio_spread[1],
        row.ns_per_op,
        row.plain_ns_per_op
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_all_that_is_to_be_drawn_and_one() {
        let axis = Axis::of([1.02, 4.2].into_iter());
        assert_eq!((axis.ticks[0], axis.ticks[axis.ticks.len() - 1]), (0.9, 5.0));
        assert_eq!((axis.share(0.9), axis.share(5.0)), (0.0, 1.0));
        assert!(axis.share(0.9) < axis.share(1.0) && axis.share(1.0) < axis.share(1.1));
        // Beyond all ticks: at the ends.
        let axis = Axis::of([0.001, 1e9].into_iter());
        assert_eq!((axis.share(0.001), axis.share(1e9)), (0.0, 1.0));
    }
}
