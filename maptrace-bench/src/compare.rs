//! Two runs beside each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::report::{Key, Report, Row, SCHEMA};
use crate::table::Table;

/// Reads a report's JSON.
pub(crate) fn parse(text: &str) -> Result<Report, String> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| format!("{error}; what --json of mapbench writes is wanted"))?;
    match value.get("schema").and_then(Value::as_u64) {
        Some(schema) if schema == u64::from(SCHEMA) => {}
        Some(schema) => {
            return Err(format!(
                "its form is {schema}, and this mapbench reads {SCHEMA}; make it anew with this version"
            ));
        }
        None => return Err("it is no report of mapbench: it has no `schema`".into()),
    }
    serde_json::from_value(value).map_err(|error| format!("it is no report of mapbench: {error}"))
}

/// A row of both runs.
pub(crate) struct Change<'a> {
    pub(crate) old: &'a Row,
    pub(crate) new: &'a Row,
}

impl Change<'_> {
    /// New ratio by old ratio.
    pub(crate) fn factor(&self) -> f64 {
        self.new.ratio / self.old.ratio
    }

    /// Whether the middle halves of the rounds do not meet: a difference that single rounds do not explain.
    pub(crate) fn is_clear(&self) -> bool {
        let ([old_low, old_high], [new_low, new_high]) = (self.old.ratio_spread, self.new.ratio_spread);
        new_low > old_high || new_high < old_low
    }
}

/// Rows that both have, those that changed most first.
pub(crate) fn changes<'a>(old: &'a Report, new: &'a Report) -> Vec<Change<'a>> {
    let before: BTreeMap<&Key, &Row> = old.rows.iter().map(|row| (&row.of, row)).collect();
    let mut changes: Vec<Change<'_>> = new
        .rows
        .iter()
        .filter_map(|new| {
            Some(Change {
                old: before.get(&new.of)?,
                new,
            })
        })
        .collect();
    changes.sort_by(|a, b| b.factor().ln().abs().total_cmp(&a.factor().ln().abs()));
    changes
}

/// What changed, for a terminal.
pub(crate) fn compare(old: &Report, new: &Report) -> String {
    let mut text = String::new();
    let changes = changes(old, new);
    let (clear, unclear): (Vec<_>, Vec<_>) = changes.into_iter().partition(Change::is_clear);
    let mut table = Table::new(1, &["row", "old ratio", "new ratio", "change"]);
    for change in &clear {
        table.row([
            change.new.of.text(),
            format!("{:.3}", change.old.ratio),
            format!("{:.3}", change.new.ratio),
            format!("{:+.1} %", (change.factor() - 1.0) * 100.0),
        ]);
    }
    if table.is_empty() {
        _ = writeln!(text, "compared: no row changed clearly");
    } else {
        _ = writeln!(
            text,
            "compared: rows whose quartiles do not meet those of the earlier run"
        );
        text.push_str(&table.to_string());
    }
    let both = clear.len() + unclear.len();
    _ = writeln!(
        text,
        "{both} rows in both runs, {} of them changed clearly; {} only in the new run, {} only in the old one",
        clear.len(),
        new.rows.len() - both,
        old.rows.len().saturating_sub(both),
    );
    let (before, now) = (&old.machine, &new.machine);
    if (&before.cpu, before.cpus, &before.rustc) != (&now.cpu, now.cpus, &now.rustc) {
        _ = writeln!(text, "! other machine or compiler: it was {}", before.line());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{report, row};

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let report = report(vec![row("events", 1.2, [1.1, 1.3])]);
        let text = serde_json::to_string_pretty(&report).unwrap();
        assert_eq!(parse(&text), Ok(report));
    }

    #[test]
    fn what_is_no_report_is_told() {
        for (text, said) in [
            ("", "--json of mapbench"),
            ("{}", "no `schema`"),
            (r#"{"schema": 99}"#, "this mapbench reads 1"),
            (r#"{"schema": 1}"#, "missing field"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn only_what_single_rounds_do_not_explain_is_a_change() {
        let old = report(vec![
            row("events", 1.2, [1.1, 1.3]),
            row("counters", 1.1, [1.0, 1.2]),
            row("off", 1.0, [0.9, 1.1]),
        ]);
        let new = report(vec![row("events", 1.5, [1.4, 1.6]), row("counters", 1.15, [1.1, 1.3])]);
        let found: Vec<_> = changes(&old, &new)
            .iter()
            .map(|change| (change.new.of.variant.clone(), change.is_clear()))
            .collect();
        assert_eq!(found, [("events".to_owned(), true), ("counters".to_owned(), false)]);
        let text = compare(&old, &new);
        assert!(text.contains("+25.0 %") && !text.contains("counters"), "{text}");
        assert!(
            text.contains("2 rows in both runs, 1 of them changed clearly; 0 only in the new run, 1 only in"),
            "{text}"
        );
        assert!(!text.contains("other machine"), "{text}");
        let mut elsewhere = old;
        elsewhere.machine.cpu = "Abacus".into();
        assert!(compare(&elsewhere, &new).contains("other machine or compiler: it was Abacus"));
    }
}
