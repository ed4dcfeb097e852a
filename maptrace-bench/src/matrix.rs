//! The cases that mapbench has by itself, and the presets over them.

use std::hash::RandomState;

use crate::plan::Preset;
use crate::suite::Suite;
use crate::which::Which;
use crate::workload::Workload;

/// Spreads consecutive numbers, so that a poor hasher is not flattered; no two have the same.
fn spread(i: u64) -> u64 {
    i.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn number(i: u64) -> (u64, u64) {
    (spread(i), i)
}

/// 16 bytes, as an identifier in hexadecimal.
fn string(i: u64) -> (String, u64) {
    (format!("{:016x}", spread(i)), i)
}

/// As a digest: all bytes differ from key to key.
fn bytes(i: u64) -> ([u8; 32], u64) {
    let mut key = [0; 32];
    for (n, part) in key.chunks_exact_mut(8).enumerate() {
        part.copy_from_slice(&spread(spread(i) ^ n as u64).to_le_bytes());
    }
    (key, i)
}

type Foldhash = foldhash::fast::RandomState;
type Fx = rustc_hash::FxBuildHasher;

/// Each map with each key and hasher.
#[must_use]
pub fn suite() -> Suite {
    macro_rules! hashers {
        ($suite:expr, $map:ident, $key:ty, $label:literal, $make:expr) => {
            $suite
                .$map::<$key, u64, RandomState>($label, $make)
                .$map::<$key, u64, Foldhash>($label, $make)
                .$map::<$key, u64, Fx>($label, $make)
        };
    }
    macro_rules! keys {
        ($suite:expr, $map:ident) => {{
            let suite = hashers!($suite, $map, u64, "u64", number);
            let suite = hashers!(suite, $map, String, "String", string);
            hashers!(suite, $map, [u8; 32], "[u8;32]", bytes)
        }};
    }
    let suite = keys!(Suite::of_matrix(preset), hash_map);
    let suite = keys!(suite, hashbrown);
    let suite = keys!(suite, index_map);
    suite
        .btree_map("u64", number)
        .btree_map("String", string)
        .btree_map("[u8;32]", bytes)
}

/// The workloads that tell most about a map.
const CORE: [Workload; 6] = [
    Workload::Grow,
    Workload::InsertReserved,
    Workload::Overwrite,
    Workload::GetHit,
    Workload::ChurnFifo,
    Workload::ShortLived,
];

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The rows of a preset.
pub(crate) fn preset(preset: Preset) -> Vec<Which> {
    let few = strings(&["off", "events"]);
    let some = strings(&["off", "disabled", "counters", "events"]);
    let std = |hashers: &[&str], sizes: &[usize]| Which {
        map: strings(&["HashMap"]),
        key: strings(&["u64"]),
        hasher: strings(hashers),
        size: sizes.to_vec(),
        threads: vec![1],
        ..Which::default()
    };
    let core = |block: Which| Which {
        workload: CORE.to_vec(),
        variant: few.clone(),
        ..block
    };
    let other_keys = |block: Which| Which {
        key: strings(&["String", "[u8;32]"]),
        ..block
    };
    let other_maps = |block: Which| Which {
        map: strings(&["hashbrown", "IndexMap", "BTreeMap"]),
        ..block
    };
    let threads = |block: Which, threads: &[usize]| Which {
        threads: threads.to_vec(),
        ..block
    };
    match preset {
        Preset::Quick => vec![
            std(&["std"], &[1_000]),
            Which {
                variant: some.clone(),
                ..std(&["foldhash", "fx"], &[1_000])
            },
            Which {
                variant: few.clone(),
                ..std(&["std"], &[100_000])
            },
            core(std(&["fx"], &[100_000])),
            core(other_keys(std(&["std"], &[1_000]))),
            core(other_maps(std(&["std", "none"], &[1_000]))),
            threads(core(std(&["std"], &[1_000])), &[2]),
        ],
        Preset::Documented => {
            let recorded = strings(&["events"]);
            // What changes with the size, and what does not.
            let by_size = [
                Workload::Grow,
                Workload::InsertReserved,
                Workload::Overwrite,
                Workload::GetHit,
                Workload::ChurnFifo,
                Workload::WordCount,
            ];
            vec![
                // Each workload by hasher.
                Which {
                    variant: few.clone(),
                    ..std(&["std", "foldhash", "fx"], &[1_000])
                },
                // Each granularity.
                std(&["std"], &[1_000]),
                Which {
                    variant: recorded.clone(),
                    workload: by_size.to_vec(),
                    ..std(&["std", "foldhash", "fx"], &[1_000, 10_000, 100_000, 1_000_000])
                },
                Which {
                    variant: recorded.clone(),
                    ..threads(core(std(&["std", "fx"], &[1_000])), &[1, 2, 8, 32])
                },
                core(other_maps(std(&["std", "fx", "none"], &[1_000]))),
                core(other_keys(std(&["std"], &[1_000]))),
            ]
        }
        Preset::Usual => vec![
            std(&["std", "foldhash", "fx"], &[1_000, 100_000]),
            Which {
                variant: some.clone(),
                ..std(&["std", "foldhash", "fx"], &[10_000, 1_000_000])
            },
            Which {
                variant: some.clone(),
                ..other_keys(std(&["std", "foldhash", "fx"], &[1_000, 100_000]))
            },
            Which {
                variant: some,
                ..other_maps(std(&["std", "foldhash", "fx", "none"], &[1_000, 100_000]))
            },
            core(other_keys(other_maps(std(&["std", "none"], &[1_000])))),
            threads(core(std(&["std", "fx"], &[1_000])), &[2, 8, 32]),
        ],
        Preset::Full => vec![Which {
            size: vec![1_000, 10_000, 100_000, 1_000_000],
            threads: vec![1, 2, 8, 32],
            ..Which::default()
        }],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use clap::Parser as _;

    use super::*;
    use crate::options::Options;
    use crate::{plan, run, show};

    /// What the documentation says of them, on two processors. The estimate is made of guesses: no whole run was held against it.
    #[test]
    fn presets_take_as_long_as_they_may() {
        let minutes = |argument: &str, of: Preset| {
            let options = Options::parse_from(
                ["mapbench", argument]
                    .into_iter()
                    .filter(|argument| !argument.is_empty()),
            );
            let suite = suite();
            let entries = plan::plan(&suite, &options, &preset(of)).unwrap();
            run::estimate(&entries, &show::settings(&options), 2).as_secs_f64() / 60.0
        };
        for (argument, of, from, to) in [
            ("--quick", Preset::Quick, 1.0, 4.5),
            ("--documented", Preset::Documented, 5.0, 18.0),
            ("", Preset::Usual, 30.0, 150.0),
            ("--full", Preset::Full, 1_440.0, 14_400.0),
        ] {
            let found = minutes(argument, of);
            // Without tracing there is one variant alone.
            let from = if cfg!(feature = "enable") { from } else { 0.0 };
            assert!((from..to).contains(&found), "{argument}: {found} min");
        }
    }

    #[test]
    fn keys_differ() {
        const N: usize = 100_000;
        assert_eq!((0..N as u64).map(|i| number(i).0).collect::<HashSet<_>>().len(), N);
        assert_eq!((0..N as u64).map(|i| string(i).0).collect::<HashSet<_>>().len(), N);
        assert_eq!((0..N as u64).map(|i| bytes(i).0).collect::<HashSet<_>>().len(), N);
        assert!((0..1_000).all(|i| string(i).0.len() == 16));
    }
}
