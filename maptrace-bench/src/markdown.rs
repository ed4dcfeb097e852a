//! The report in Markdown, for a page of documentation: a table for each view, and what holds for all rows.

use std::fmt::Write as _;

use crate::beside;
use crate::report::Report;
use crate::table::footer;
use crate::views::View;

/// Writes the tables; each is headed as its chart is.
pub(crate) fn markdown(report: &Report, views: &[View<'_>]) -> String {
    let mut text = String::from(
        "Cells are nanoseconds an operation of the plain map, what tracing adds, and the median of the rounds' ratios.\n\n",
    );
    if let Some(table) = beside::table(report) {
        _ = writeln!(
            text,
            "### What a recorded operation costs more, in nanoseconds\n\n{}",
            table.markdown()
        );
    }
    for view in views {
        _ = writeln!(
            text,
            "### {}\n\n{}:\n\n{}",
            view.title,
            view.about(),
            view.table().markdown()
        );
    }
    _ = write!(text, "```text\n{}```\n", footer(report));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{report, row};
    use crate::views::views;

    #[test]
    fn each_view_is_a_table_and_the_machine_is_named() {
        let report = report(vec![row("events", 1.2, [1.1, 1.3]), row("off", 1.0, [0.9, 1.1])]);
        let text = markdown(&report, &views(&report).unwrap());
        for line in [
            "### Every operation recorded, by hasher",
            "| workload | std |",
            "| overwrite | 10.0 +2.0 x 1.20 |",
            "### From nothing to everything recorded",
            "| workload | events | off |",
            "HashMap of u64, 1,000 entries:",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(
            text.contains(&report.machine.line()) && !text.contains("### What a recorded"),
            "{text}"
        );
    }
}
