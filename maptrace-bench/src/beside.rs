//! maptrace beside other ways to record: what each adds to an operation that is recorded.

use crate::expect;
use crate::report::{Report, Row};
use crate::table::Table;
use crate::variant::{OFF, OURS};
use crate::workload::Workload;

/// Workloads of which each operation is recorded by itself.
const RECORDED: [Workload; 5] = [
    Workload::InsertReserved,
    Workload::Overwrite,
    Workload::ChurnFifo,
    Workload::DeleteAll,
    Workload::WordCount,
];

/// What maptrace has to add, in nanoseconds, to be divided by: less is lost in the noise, and the quotient says nothing.
const LEAST: f64 = 0.5;

/// Nanoseconds that each variant adds to a recorded operation, by hasher, and how many times what maptrace adds with every
/// operation an event: from the workload that is best for the peer to the one that is worst. None if no peer was measured.
pub(crate) fn table(report: &Report) -> Option<Table> {
    let is_peer = |name: &str| !OURS.contains(&name);
    if !report.variants.iter().any(|variant| is_peer(&variant.name)) {
        return None;
    }
    let rows = || {
        report
            .rows
            .iter()
            .filter(|row| row.of.threads == 1 && RECORDED.contains(&row.of.workload))
    };
    let workloads: Vec<Workload> = RECORDED
        .into_iter()
        .filter(|workload| rows().any(|row| row.of.workload == *workload))
        .collect();
    let mut types: Vec<(&str, usize)> = Vec::new();
    for row in rows() {
        let of = (row.of.hasher.as_str(), row.of.size);
        if !types.contains(&of) {
            types.push(of);
        }
    }
    let heads = ["recorder", "hasher"].into_iter();
    let heads = heads
        .chain(workloads.iter().map(|workload| workload.as_str()))
        .chain(["times events"]);
    let mut table = Table::new(2, &heads.collect::<Vec<_>>());
    for (hasher, size) in types {
        let added = |variant: &str, workload: Workload| {
            let is = |row: &&Row| {
                row.of.variant == variant
                    && row.of.workload == workload
                    && row.of.hasher == hasher
                    && row.of.size == size
            };
            rows().find(is).map(|row| row.added_ns)
        };
        for variant in &report.variants {
            let name = variant.name.as_str();
            let of_variant: Vec<Option<f64>> = workloads.iter().map(|workload| added(name, *workload)).collect();
            if of_variant.iter().all(Option::is_none) {
                continue;
            }
            let times = workloads.iter().zip(&of_variant).filter_map(|(workload, added_ns)| {
                let ours = added(expect::DEFAULT, *workload).filter(|ours| *ours > LEAST)?;
                Some((*added_ns)? / ours)
            });
            let range = times.fold(None, |range: Option<(f64, f64)>, times| {
                let (low, high) = range.unwrap_or((times, times));
                Some((low.min(times), high.max(times)))
            });
            let cells = of_variant
                .iter()
                .map(|added| added.map_or(String::new(), |ns| format!("{ns:+.1}")));
            let range = range.filter(|_| name != OFF);
            table.row([name.to_owned(), hasher.to_owned()].into_iter().chain(cells).chain([
                range.map_or(String::new(), |(low, high)| {
                    expect::between((low, high), |times| format!("{times:.1}"))
                }),
            ]));
        }
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::About;
    use crate::report::fixture::{report, row};

    #[test]
    fn each_recorder_is_a_multiple_of_ours() {
        let with = |variant: &str, workload, added_ns| {
            let mut one = row(variant, 1.0, [1.0, 1.0]);
            (one.of.workload, one.added_ns) = (workload, added_ns);
            one
        };
        let mut report = report(vec![
            with("off", Workload::Overwrite, 0.1),
            with("events", Workload::Overwrite, 2.0),
            with("spans", Workload::Overwrite, 50.0),
            with("events", Workload::ChurnFifo, 4.0),
            with("spans", Workload::ChurnFifo, 40.0),
            // Too little to be divided by.
            with("events", Workload::DeleteAll, 0.1),
            with("spans", Workload::DeleteAll, 60.0),
            // Not recorded, and so no part of it.
            with("spans", Workload::GetHit, 0.0),
        ]);
        report.variants = ["off", "events"]
            .map(|name| About {
                name: name.into(),
                about: String::new(),
            })
            .to_vec();
        assert!(table(&report).is_none(), "no peer");
        report.variants.push(About {
            name: "spans".into(),
            about: String::new(),
        });
        let text = table(&report).unwrap().to_string();
        let lines: Vec<String> = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            lines,
            [
                "recorder hasher overwrite churn_fifo delete_all times events",
                "off std +0.1",
                "events std +2.0 +4.0 +0.1 1.0",
                "spans std +50.0 +40.0 +60.0 10.0 to 25.0",
            ]
        );
    }
}
