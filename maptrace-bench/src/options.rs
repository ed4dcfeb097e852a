//! What the user asks for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Parser;

use crate::plan::Block;
use crate::suite::{Case, NO_HASHER, Suite};
use crate::workload::Workload;

const AFTER: &str = "\
Each row is a map beside the plain map of the same type, in interleaved rounds of one process: `ratio` is the median of the
rounds' ratios, and ratios of one run can be compared. Nanoseconds of a shared machine cannot. The row `off` is the plain map
beside itself, and so what noise looks like.

The exit status is 1 if something went wrong and 3 if a budget was broken.";

/// Measure what tracing costs a map
#[derive(Debug, Parser)]
#[command(name = "mapbench", version, after_help = AFTER, max_term_width = 110)]
pub(crate) struct Options {
    /// A short run of a part of the rows: under five minutes on two cores
    #[arg(long)]
    pub(crate) quick: bool,
    /// Every combination of everything: many hours
    #[arg(long, conflicts_with = "quick")]
    pub(crate) full: bool,
    /// Only these workloads. With any of the options for parts of a row, every combination is run, in place of a preset
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "NAME",
        hide_possible_values = true
    )]
    pub(crate) workload: Vec<Workload>,
    /// Only these variants, as `off` and `events`
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub(crate) variant: Vec<String>,
    /// Only these maps, as `HashMap` [default with combinations: it, and in a benchmark of your own all]
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub(crate) map: Vec<String>,
    /// Only these keys, as `u64` [default with combinations: as above]
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub(crate) key: Vec<String>,
    /// Only these hashers, as `std` or `fx` [default with combinations: as above]
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub(crate) hasher: Vec<String>,
    /// Entries in a map, as `1000` or `100k` [default with combinations: 1k]
    #[arg(long, value_delimiter = ',', value_name = "N", value_parser = count)]
    pub(crate) size: Vec<usize>,
    /// Threads, each with a map of its own [default with combinations: 1]
    #[arg(long, value_delimiter = ',', value_name = "N", value_parser = count)]
    pub(crate) threads: Vec<usize>,
    /// Only rows with this in their names, as --list shows them; given several times, with all of them
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Vec<String>,
    /// Pairs of a row [default: 27]
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) rounds: Option<usize>,
    /// Operations of each side in a round, at least [default: 200k; with --quick 100k]
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) operations: Option<usize>,
    /// Count instructions with callgrind as well, for rows of one thread
    #[arg(long)]
    pub(crate) instructions: bool,
    /// Print JSON in place of the table, or write it to a file beside the table
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub(crate) json: Option<PathBuf>,
    /// Write a page with charts, that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Compare with an earlier run, by its JSON
    #[arg(long, value_name = "OLD.json")]
    pub(crate) compare: Option<PathBuf>,
    /// Show an earlier run by its JSON, compare it and hold it to a budget, in place of a new one
    #[arg(long, value_name = "RUN.json", conflicts_with_all = ["list", "instructions"])]
    pub(crate) from: Option<PathBuf>,
    /// Hold the run to a budget, by a file in TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) budget: Option<PathBuf>,
    /// Show the rows and run none
    #[arg(long)]
    pub(crate) list: bool,
    /// What cargo passes to benchmarks.
    #[arg(long, hide = true)]
    bench: bool,
    /// Be the process of this variant.
    #[arg(long, hide = true)]
    pub(crate) serve: Option<String>,
    #[arg(long, hide = true, default_value_t = 1)]
    pub(crate) serve_threads: usize,
    /// Run the rows of this file under callgrind, as this variant.
    #[arg(long, hide = true, requires = "serve")]
    pub(crate) count: Option<PathBuf>,
}

impl Options {
    /// The combinations that were asked for, if any part of a row was named.
    pub(crate) fn block(&self, suite: &Suite) -> Result<Option<Block>, String> {
        let Self {
            workload,
            variant,
            map,
            key,
            hasher,
            size,
            threads,
            ..
        } = self;
        let names = [variant, map, key, hasher];
        if workload.is_empty() && names.iter().all(|list| list.is_empty()) && size.is_empty() && threads.is_empty() {
            return Ok(None);
        }
        let cases = suite.cases();
        let variants = suite.variants().iter().map(|variant| variant.name.as_str());
        Ok(Some(Block {
            maps: named("map", map, suite, cases.iter().map(|case| case.map.as_str()))?,
            keys: named(
                "key",
                key,
                suite,
                self.cases_of_maps(cases).map(|case| case.key.as_str()),
            )?,
            hashers: self.hashers(suite)?,
            workloads: (!workload.is_empty()).then(|| workload.clone()),
            variants: known("variant", variant, variants)?,
            sizes: if size.is_empty() { vec![1_000] } else { size.clone() },
            threads: if threads.is_empty() { vec![1] } else { threads.clone() },
        }))
    }

    fn cases_of_maps<'a>(&self, cases: &'a [Case]) -> impl Iterator<Item = &'a Case> {
        let maps = self.map.clone();
        cases
            .iter()
            .filter(move |case| maps.is_empty() || maps.contains(&case.map))
    }

    /// Those named; a map without a hasher is there with any.
    fn hashers(&self, suite: &Suite) -> Result<Option<Vec<String>>, String> {
        let own = |case: &&Case| case.hasher != NO_HASHER;
        let all = self
            .cases_of_maps(suite.cases())
            .filter(own)
            .map(|case| case.hasher.as_str());
        let mut hashers = named("hasher", &self.hasher, suite, all.chain([NO_HASHER]))?;
        if let Some(hashers) = &mut hashers {
            hashers.push(NO_HASHER.into());
        }
        Ok(hashers)
    }
}

/// The names, if there are such. If none was named: of mapbench's own many cases the first, of a user's few all.
fn named<'a>(
    what: &str,
    names: &[String],
    suite: &Suite,
    all: impl Iterator<Item = &'a str>,
) -> Result<Option<Vec<String>>, String> {
    let mut all = all.peekable();
    match all.peek() {
        Some(first) if names.is_empty() && suite.is_matrix() => Ok(Some(vec![(*first).to_owned()])),
        _ => known(what, names, all),
    }
}

/// The names, if there are such; none if none was named.
fn known<'a>(what: &str, names: &[String], all: impl Iterator<Item = &'a str>) -> Result<Option<Vec<String>>, String> {
    let mut seen = BTreeSet::new();
    let all: Vec<&str> = all.filter(|name| seen.insert(*name)).collect();
    match names.iter().find(|name| !all.contains(&name.as_str())) {
        Some(unknown) => Err(format!("there is no {what} `{unknown}`; there are {}", all.join(", "))),
        None => Ok((!names.is_empty()).then(|| names.to_vec())),
    }
}

/// A number from 1 on, with an optional `k` or `m`.
fn count(text: &str) -> Result<usize, String> {
    let lower = text.to_ascii_lowercase();
    let (digits, times) = match lower.strip_suffix(['k', 'm']) {
        Some(digits) if lower.ends_with('k') => (digits, 1_000),
        Some(digits) => (digits, 1_000_000),
        None => (lower.as_str(), 1),
    };
    let number = digits
        .replace('_', "")
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(times));
    number
        .filter(|number| (1..=100_000_000).contains(number))
        .ok_or_else(|| "a whole number from 1 to 100 million, as 1000, 100k or 1m".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_have_a_suffix() {
        assert_eq!(count("1000"), Ok(1_000));
        assert_eq!(count("100k"), Ok(100_000));
        assert_eq!(count("1M"), Ok(1_000_000));
        assert_eq!(count("10_000"), Ok(10_000));
        for wrong in ["", "k", "0", "-1", "1g", "101m", "99999999999999999999k"] {
            assert!(count(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn unknown_names_are_told_with_those_that_there_are() {
        let suite = Suite::new().hash_map::<u32, u32, std::hash::RandomState>("mine", |i| (i as u32, 0));
        let options = |arguments: &[&str]| Options::parse_from([&["mapbench"], arguments].concat());
        assert!(options(&[]).block(&suite).unwrap().is_none());
        let block = options(&["--size", "10,20k"]).block(&suite).unwrap().unwrap();
        assert_eq!((block.sizes, block.threads), (vec![10, 20_000], vec![1]));
        assert_eq!((block.keys, block.variants), (None, None), "all there are");
        for (option, name) in [
            ("--map", "BTreeMap"),
            ("--key", "u64"),
            ("--hasher", "fx"),
            ("--variant", "all"),
        ] {
            let error = options(&[option, name]).block(&suite).unwrap_err();
            assert!(error.contains(name) && error.contains("there are"), "{error}");
        }
    }
}
