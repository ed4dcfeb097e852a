//! How long a run will take, roughly: so that nobody begins one of two days before lunch.
//!
//! Beside a real run on two cores of an AMD EPYC, 2026-11-29: of `--quick` it says 3 min, which took 177 s of processor time.

use std::time::Duration;

use crate::plan::Planned;
use crate::report::Settings;

/// What an operation takes with what is made ready for it, nanoseconds, by the size of the map: caches are what matters.
const OPERATION: [(usize, f64); 4] = [(2_000, 45.0), (20_000, 55.0), (200_000, 90.0), (usize::MAX, 200.0)];
/// What a pair takes besides: the rings are drained, and threads wait for each other.
const PAIR: f64 = 6e6;
/// What a go of some pairs takes besides: threads are started.
const GO: f64 = 4e6;

/// The time of all rows on so many processors, each row in the goes that its rounds are done in.
pub(crate) fn estimate(entries: &[Planned], settings: &Settings, goes: usize, processors: usize) -> Duration {
    let nanoseconds: f64 = entries.iter().map(|entry| row(entry, settings, goes, processors)).sum();
    Duration::from_nanos(nanoseconds as u64)
}

fn row(entry: &Planned, settings: &Settings, goes: usize, processors: usize) -> f64 {
    let size = entry.size.max(1);
    let operation = OPERATION
        .iter()
        .find(|(most, _)| size < *most)
        .map_or(0.0, |(_, ns)| *ns);
    // Each thread has its share, but does whole passes over its map.
    let whole = |operations: usize| operations.div_ceil(size) * size;
    let share = settings.operations as usize / entry.threads;
    let at_once = entry.threads.min(processors);
    let turns = entry.threads as f64 / at_once as f64;
    let (pair, warm) = (2 * whole(share.max(1)), 2 * whole((share / 4).max(1)));
    // Two maps are filled, from entries that are made.
    let made = 4 * size;
    let operations = settings.rounds * pair + goes * (warm + made);
    operations as f64 * operation * turns + settings.rounds as f64 * PAIR + goes as f64 * GO * entry.threads as f64
}

/// `40 s`, `25 min`, `3 h`, `2 days`.
pub(crate) fn roughly(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..100.0 => format!("{:.0} s", (seconds / 10.0).ceil() * 10.0),
        ..6_000.0 => format!("{:.0} min", seconds / 60.0),
        ..172_800.0 => format!("{:.0} h", seconds / 3_600.0),
        _ => format!("{:.0} days", seconds / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Workload;

    fn settings(rounds: usize, operations: u64) -> Settings {
        Settings {
            rounds,
            processes: 3,
            operations,
        }
    }

    fn of(size: usize, threads: usize) -> Planned {
        Planned {
            threads,
            case: 0,
            size,
            workload: Workload::Overwrite,
            variant: 0,
        }
    }

    #[test]
    fn more_of_anything_takes_longer() {
        let few = estimate(&[of(1_000, 1)], &settings(9, 100_000), 3, 2);
        for (entries, settings, goes) in [
            (vec![of(1_000, 1), of(1_000, 1)], settings(9, 100_000), 3),
            (vec![of(1_000, 1)], settings(18, 100_000), 6),
            (vec![of(1_000, 1)], settings(9, 200_000), 3),
            (vec![of(1_000_000, 1)], settings(9, 100_000), 3),
            (vec![of(100_000, 32)], settings(9, 100_000), 3),
        ] {
            assert!(estimate(&entries, &settings, goes, 2) > few, "{entries:?} {settings:?}");
        }
    }

    #[test]
    fn a_time_is_told_in_the_unit_that_fits() {
        for (seconds, text) in [
            (1, "10 s"),
            (95, "100 s"),
            (290, "5 min"),
            (7_300, "2 h"),
            (400_000, "5 days"),
        ] {
            assert_eq!(roughly(Duration::from_secs(seconds)), text);
        }
    }
}
