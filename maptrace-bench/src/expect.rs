//! What to expect of a map: the figures in short.

use crate::report::{Report, Row};
use crate::workload::Workload;

/// The variant that they are about: what you get by turning tracing on.
pub(crate) const DEFAULT: &str = "events";

/// What a user does, and the workloads that tell what it costs.
const DEEDS: [(&str, &[Workload]); 4] = [
    (
        "insert",
        &[Workload::Grow, Workload::InsertReserved, Workload::Overwrite],
    ),
    ("queue: insert or delete", &[Workload::ChurnFifo, Workload::ChurnRandom]),
    ("look-up", &[Workload::GetHit, Workload::GetMiss]),
    ("map of three inserts", &[Workload::ShortLived]),
];

/// What the columns of [`rows`] are.
pub(crate) fn heads() -> [&'static str; 5] {
    let [insert, queue, look_up, short] = DEEDS.map(|(deed, _)| deed);
    ["every operation recorded", insert, queue, look_up, short]
}

/// For each type of map on one thread that was measured with every operation recorded: what it is, and what each deed
/// costs more, in nanoseconds and as a ratio; nothing for deeds that were not measured.
pub(crate) fn rows(report: &Report) -> Vec<[String; 5]> {
    let is_of_default = |row: &&Row| row.of.variant == DEFAULT && row.of.threads == 1;
    let rows: Vec<&Row> = report.rows.iter().filter(is_of_default).collect();
    let type_of = |row: &Row| (row.of.map.clone(), row.of.key.clone(), row.of.hasher.clone());
    rows.chunk_by(|a, b| type_of(a) == type_of(b)).filter_map(row).collect()
}

fn row(rows: &[&Row]) -> Option<[String; 5]> {
    let [insert, queue, look_up, short] = DEEDS.map(|(_, workloads)| figures(workloads, rows).unwrap_or_default());
    let of = &rows.first()?.of;
    let cells = [
        format!("{} {} {}", of.map, of.key, of.hasher),
        insert,
        queue,
        look_up,
        short,
    ];
    cells[1..].iter().any(|cell| !cell.is_empty()).then_some(cells)
}

fn figures(workloads: &[Workload], rows: &[&Row]) -> Option<String> {
    let rows = || rows.iter().filter(|row| workloads.contains(&row.of.workload));
    let range = |of: fn(&Row) -> f64| {
        let low = rows().map(|row| of(row)).reduce(f64::min)?;
        let high = rows().map(|row| of(row)).reduce(f64::max)?;
        Some((low, high))
    };
    let (added, ratio) = (range(|row| row.added_ns)?, range(|row| row.ratio)?);
    let nanoseconds = between(added, |ns| match ns.abs() {
        ..0.05 => "+0.0".into(),
        ..100.0 => format!("{ns:+.1}"),
        _ => format!("{ns:+.0}"),
    });
    let times = between(ratio, |ratio| format!("{ratio:.2}"));
    Some(format!("{nanoseconds} ns, x {times}"))
}

/// One figure where both are the same as they are shown.
pub(crate) fn between((low, high): (f64, f64), show: fn(f64) -> String) -> String {
    let (low, high) = (show(low), show(high));
    if low == high { low } else { format!("{low} to {high}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{report, row};

    #[test]
    fn each_type_of_map_has_its_ranges() {
        let with = |workload, ratio, size| {
            let mut one = row("events", ratio, [ratio, ratio]);
            (one.of.workload, one.of.size) = (workload, size);
            one
        };
        let mut tree = with(Workload::GetHit, 1.0, 10);
        (tree.of.map, tree.of.hasher) = ("BTreeMap".into(), "none".into());
        let mut threads = with(Workload::Overwrite, 9.0, 10);
        threads.of.threads = 8;
        let rows = rows(&report(vec![
            row("counters", 5.0, [5.0, 5.0]),
            with(Workload::Overwrite, 1.2, 10),
            with(Workload::Grow, 1.5, 10),
            with(Workload::ShortLived, 21.0, 3),
            with(Workload::Iterate, 1.0, 10),
            tree,
            threads,
        ]));
        let none = "";
        assert_eq!(
            rows,
            [
                [
                    "HashMap u64 std",
                    "+2.0 to +5.0 ns, x 1.20 to 1.50",
                    none,
                    none,
                    "+200 ns, x 21.00"
                ],
                ["BTreeMap u64 none", none, none, "+0.0 ns, x 1.00", none],
            ]
        );
    }
}
