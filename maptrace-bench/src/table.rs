//! The report for a terminal.

use std::fmt::{self, Write as _};

use unicode_width::UnicodeWidthStr as _;

use crate::beside;
use crate::expect;
use crate::report::{self, Report, Row};
use crate::workload::Workload;

/// Rows of cells, of which the first `texts` columns are text and the rest are numbers, under their heads.
pub(crate) struct Table {
    heads: Vec<String>,
    texts: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(texts: usize, heads: &[&str]) -> Self {
        Self {
            heads: heads.iter().map(|head| (*head).to_owned()).collect(),
            texts,
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As a table in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let escaped = |cell: &String| cell.replace('\\', r"\\").replace('|', r"\|");
        let mut text = String::new();
        let mut line = |cells: Vec<String>| _ = writeln!(text, "| {} |", cells.join(" | "));
        line(self.heads.iter().map(escaped).collect());
        let ruler = (0..self.heads.len()).map(|column| if column < self.texts { "---" } else { "---:" });
        line(ruler.map(str::to_owned).collect());
        for row in &self.rows {
            line(row.iter().map(escaped).collect());
        }
        text
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
                .max(self.heads[column].width())
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let mut line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut text = String::new();
            for (column, cell) in cells.enumerate() {
                let space = " ".repeat(widths[column].saturating_sub(cell.width()));
                let gap = if column == 0 { "" } else { "  " };
                if column < self.texts {
                    write!(text, "{gap}{cell}{space}")?;
                } else {
                    write!(text, "{gap}{space}{cell}")?;
                }
            }
            writeln!(f, "{}", text.trim_end())
        };
        line(&mut self.heads.iter().map(String::as_str))?;
        for row in &self.rows {
            line(&mut row.iter().map(String::as_str))?;
        }
        Ok(())
    }
}

/// Prints the report.
pub(crate) fn render(report: &Report) -> String {
    let mut text = String::new();
    let with_instructions = report.rows.iter().any(|row| row.instructions_per_op.is_some());
    for rows in report::groups(&report.rows) {
        _ = writeln!(text, "{}", report::title(rows));
        let columns = columns(with_instructions);
        let heads = ["workload", "variant"]
            .into_iter()
            .chain(columns.iter().map(|column| column.head));
        let mut table = Table::new(2, &heads.collect::<Vec<_>>());
        for of_workload in rows.chunk_by(|a, b| a.of.workload == b.of.workload) {
            for (n, row) in of_workload.iter().enumerate() {
                let name = if n == 0 { row.of.workload.as_str() } else { "" };
                let mut cells = vec![name.to_owned(), row.of.variant.clone()];
                cells.extend(columns.iter().map(|column| (column.cell)(row)));
                table.row(cells);
            }
        }
        _ = writeln!(text, "{table}");
    }
    let expected = expect::rows(report);
    if !expected.is_empty() {
        let mut table = Table::new(5, &expect::heads());
        expected.into_iter().for_each(|row| table.row(row));
        _ = writeln!(text, "{table}");
    }
    if let Some(table) = beside::table(report) {
        _ = writeln!(
            text,
            "added ns of a recorded operation, and as a multiple of what `events` adds"
        );
        _ = writeln!(text, "{table}");
    }
    text.push_str(&footer(report));
    text
}

/// A figure of a row, and what it is called: in the terminal's table, in the page's and in Markdown.
pub(crate) struct Column {
    pub(crate) head: &'static str,
    pub(crate) cell: fn(&Row) -> String,
}

pub(crate) const PLAIN_NS: Column = Column {
    head: "plain ns",
    cell: |row| nanoseconds(row.plain_ns_per_op),
};
pub(crate) const NS: Column = Column {
    head: "ns",
    cell: |row| nanoseconds(row.ns_per_op),
};
pub(crate) const RATIO: Column = Column {
    head: "ratio",
    cell: |row| format!("{:.3}", row.ratio),
};
pub(crate) const QUARTILES: Column = Column {
    head: "quartiles",
    cell: |row| format!("{:.3} {:.3}", row.ratio_spread[0], row.ratio_spread[1]),
};
pub(crate) const ADDED_NS: Column = Column {
    head: "added ns",
    cell: |row| format!("{:+.2}", row.added_ns),
};
pub(crate) const LOST: Column = Column {
    head: "lost",
    cell: |row| {
        let events = row.events.filter(|events| events.emitted > 0);
        events.map_or(String::new(), |events| percent(events.lost_share()))
    },
};
const BEHIND_NS: Column = Column {
    head: "behind ns",
    cell: |row| row.background_ns_per_op.map_or(String::new(), |ns| format!("{ns:.2}")),
};
/// Instructions an operation, where they were counted.
pub(crate) const INSTRUCTIONS: [Column; 2] = [
    Column {
        head: "plain instr",
        cell: |row| count(row.plain_instructions_per_op),
    },
    Column {
        head: "instr",
        cell: |row| count(row.instructions_per_op),
    },
];

/// All figures of a row.
pub(crate) fn columns(with_instructions: bool) -> Vec<Column> {
    let mut columns = vec![PLAIN_NS, NS, RATIO, QUARTILES, ADDED_NS, LOST, BEHIND_NS];
    if with_instructions {
        columns.extend(INSTRUCTIONS);
    }
    columns
}

fn count(instructions: Option<f64>) -> String {
    instructions.map_or(String::new(), |count| format!("{count:.1}"))
}

fn nanoseconds(ns: f64) -> String {
    if ns >= 1_000.0 {
        format!("{ns:.0}")
    } else {
        format!("{ns:.2}")
    }
}

fn percent(share: f64) -> String {
    if share == 0.0 {
        "0 %".into()
    } else {
        format!("{:.1} %", share * 100.0)
    }
}

pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What holds for all rows.
pub(crate) fn footer(report: &Report) -> String {
    let mut text = String::new();
    let settings = &report.settings;
    _ = writeln!(
        text,
        "{} rows of {} rounds in {} processes, {} operations a round and side, in {:.0} s",
        report.rows.len(),
        settings.rounds,
        settings.processes,
        thousands(settings.operations),
        report.elapsed_seconds,
    );
    _ = writeln!(text, "{}", report.machine.line());
    if let Some(noise) = report.noise {
        _ = writeln!(
            text,
            "noise: the plain map is {:.3} of itself, nine in ten of those rows within {:.1} %, quartiles {:.1} % apart",
            noise.ratio,
            noise.nine_in_ten_within * 100.0,
            noise.width * 100.0,
        );
    }
    let repeated = report
        .rows
        .iter()
        .fold(0_usize, |sum, row| sum.saturating_add(row.repeated));
    if repeated > 0 {
        let repeated = thousands(repeated as u64);
        _ = writeln!(
            text,
            "{repeated} rounds were run again, as other programs had taken the processor meanwhile"
        );
    }
    if let Some(line) = events(report) {
        _ = writeln!(text, "{line}");
    }
    for warning in report.machine.warnings() {
        _ = writeln!(text, "! {warning}");
    }
    text
}

/// What became of all events.
fn events(report: &Report) -> Option<String> {
    let events = || report.rows.iter().filter_map(|row| row.events);
    // A report may come from a file, with any figures.
    let emitted = events().fold(0_u64, |sum, events| sum.saturating_add(events.emitted));
    let lost = events().fold(0_u64, |sum, events| sum.saturating_add(events.lost));
    if emitted == 0 {
        return None;
    }
    // By what was delivered: of the few events of a look-up the price is that of looking for them. A map that lives shortly has
    // other events than operations, which cost more.
    let changes = report.rows.iter().filter(|row| row.of.workload != Workload::ShortLived);
    let costs = changes.filter_map(|row| row.events).filter_map(|events| {
        let delivered = events
            .emitted
            .saturating_sub(events.lost.saturating_add(events.sampled_out)) as f64;
        Some((events.collector_ns_per_event? * delivered, delivered))
    });
    let (busy, delivered) = costs.fold((0.0, 0.0), |sum, cost| (sum.0 + cost.0, sum.1 + cost.1));
    let cost = if delivered > 0.0 {
        format!(
            ", collector {:.2} ns an event (of maps that do not live shortly)",
            busy / delivered
        )
    } else {
        String::new()
    };
    let share = percent(lost as f64 / emitted as f64);
    Some(format!(
        "{} events, {share} of them lost and counted{cost}",
        thousands(emitted)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(1, &["name", "n"]);
        table.row(["a".into(), "1000".into()]);
        table.row(["größer".into(), "1".into()]);
        assert_eq!(table.to_string(), "name       n\na       1000\ngrößer     1\n");
    }

    #[test]
    fn markdown_has_the_same_cells_and_none_breaks_a_line() {
        let mut table = Table::new(1, &["name", "n"]);
        table.row(["a|b".into(), "1000".into()]);
        assert_eq!(table.markdown(), "| name | n |\n| --- | ---: |\n| a\\|b | 1000 |\n");
    }

    #[test]
    fn numbers_have_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }
}
