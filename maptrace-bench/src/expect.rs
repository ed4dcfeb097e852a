//! What to expect of a map: the figures in a sentence.

use crate::report::{Report, Row};
use crate::workload::Workload;

/// The variant that the sentences are about: what you get by turning tracing on.
const DEFAULT: &str = "events";

/// What a user does, and the workloads that tell what it costs.
const DEEDS: [(&str, &[Workload]); 4] = [
    (
        "an insert",
        &[Workload::Grow, Workload::InsertReserved, Workload::Overwrite],
    ),
    (
        "an insert or delete of a queue",
        &[Workload::ChurnFifo, Workload::ChurnRandom],
    ),
    ("a look-up", &[Workload::GetHit, Workload::GetMiss]),
    ("a map that lives for three inserts", &[Workload::ShortLived]),
];

/// A sentence for each type of map on one thread that was measured with every operation recorded.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    let is_of_default = |row: &&Row| row.of.variant == DEFAULT && row.of.threads == 1;
    let rows: Vec<&Row> = report.rows.iter().filter(is_of_default).collect();
    let type_of = |row: &Row| (row.of.map.clone(), row.of.key.clone(), row.of.hasher.clone());
    rows.chunk_by(|a, b| type_of(a) == type_of(b))
        .filter_map(line)
        .collect()
}

fn line(rows: &[&Row]) -> Option<String> {
    let parts: Vec<String> = DEEDS
        .iter()
        .filter_map(|(deed, workloads)| part(deed, workloads, rows))
        .collect();
    let of = &rows.first()?.of;
    let about = format!("{} of {} with hasher {}", of.map, of.key, of.hasher);
    (!parts.is_empty()).then(|| format!("{about}, every operation recorded: {}", parts.join("; ")))
}

fn part(deed: &str, workloads: &[Workload], rows: &[&Row]) -> Option<String> {
    let rows = || rows.iter().filter(|row| workloads.contains(&row.of.workload));
    let range = |of: fn(&Row) -> f64| {
        let low = rows().map(|row| of(row)).reduce(f64::min)?;
        let high = rows().map(|row| of(row)).reduce(f64::max)?;
        Some((low, high))
    };
    let (added, ratio) = (range(|row| row.added_ns)?, range(|row| row.ratio)?);
    let nanoseconds = between(added, |ns| {
        if ns.abs() < 100.0 {
            format!("{ns:+.1}")
        } else {
            format!("{ns:+.0}")
        }
    });
    let times = between(ratio, |ratio| format!("{ratio:.2}"));
    Some(format!("{deed} {nanoseconds} ns (times {times})"))
}

/// One figure where both are the same as they are shown.
fn between((low, high): (f64, f64), show: fn(f64) -> String) -> String {
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
        let lines = lines(&report(vec![
            row("counters", 5.0, [5.0, 5.0]),
            with(Workload::Overwrite, 1.2, 10),
            with(Workload::Grow, 1.5, 10),
            with(Workload::ShortLived, 21.0, 3),
            with(Workload::Iterate, 1.0, 10),
            tree,
            threads,
        ]));
        assert_eq!(
            lines,
            [
                "HashMap of u64 with hasher std, every operation recorded: an insert +2.0 to +5.0 ns (times 1.20 to 1.50); \
                 a map that lives for three inserts +200 ns (times 21.00)",
                "BTreeMap of u64 with hasher none, every operation recorded: a look-up +0.0 ns (times 1.00)",
            ]
        );
    }
}
