//! Reports that nobody has written: whatever is in such a file, it is refused, or it can be shown.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::budget::Budget;
use crate::report::fixture::{report, row};
use crate::report::{Noise, Report};
use crate::{compare, html, markdown, table, views};

/// All that is ever made of a report.
fn show(report: &Report, old: &Report, budget: &Budget) {
    let rows: Vec<_> = report.rows.iter().map(|row| row.of.clone()).collect();
    let _ = budget.check(&rows, true);
    let verdict = budget.judge(report);
    let _ = (table::render(report), table::footer(report), verdict.to_string());
    let _ = compare::compare(old, report);
    let page = html::page(report, Some(old), Some(&verdict));
    assert!(!page.contains("<canary"), "a name has become markup");
    if let Ok(views) = views::views(report) {
        for view in &views {
            let _ = view.chart(report);
        }
        let _ = markdown::markdown(report, &views);
    }
}

/// The values that are no lists and no objects.
fn leaves(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(values) => values.iter_mut().flat_map(leaves).collect(),
        Value::Object(values) => values.values_mut().flat_map(leaves).collect(),
        leaf => vec![leaf],
    }
}

fn strange() -> impl Strategy<Value = Value> {
    select(vec![
        json!(0),
        json!(-1),
        json!(-0.0),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!(u64::MAX),
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!(""),
        json!("<canary a='\"&"),
        json!("\u{1b}[2J\n|\u{202e}"),
        json!("events"),
        json!("x".repeat(10_000)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_report_is_refused_or_shown(
        changes in proptest::collection::vec((any::<Index>(), strange()), 0..6),
        limit in select(vec![0.0, -1.0, 1e308, f64::NAN, f64::INFINITY]),
    ) {
        let mut rows = vec![row("events", 1.2, [1.1, 1.3]), row("off", 1.0, [0.9, 1.1]), row("counters", 1.1, [1.0, 1.2])];
        rows[0].instructions_per_op = Some(70.0);
        rows[0].plain_instructions_per_op = Some(60.0);
        rows[2].of.threads = 4;
        let mut good = report(rows);
        good.noise = Some(Noise { ratio: 1.0, nine_in_ten_within: 0.01, width: 0.02 });
        let mut value = serde_json::to_value(&good).expect("a report is JSON");
        for (index, strange) in changes {
            let mut leaves = leaves(&mut value);
            let at = index.index(leaves.len());
            *leaves[at] = strange;
        }
        let budget = Budget::parse(&format!("[[limit]]\nratio = {limit:?}\nlost = 0.1")
            .replace("NaN", "nan")).expect("a budget");
        if let Ok(report) = compare::parse(&value.to_string()) {
            show(&report, &good, &budget);
            show(&good, &report, &budget);
        }
    }

    #[test]
    fn any_text_is_no_budget_or_one(text in "(\\[\\[limit\\]\\]\n|ratio = |variant = |1|'events'|\\[|\\]|\n|[a-z]{1,3}|\\PC){0,12}") {
        let _ = Budget::parse(&text);
        let _ = compare::parse(&text);
    }
}
