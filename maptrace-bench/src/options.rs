//! What the user asks for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Parser;

use crate::suite::{Case, NO_HASHER, Suite};
use crate::which::{self, Which, count};

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
    /// The rows that maptrace's own documentation shows: six minutes on two cores
    #[arg(long, conflicts_with_all = ["quick", "full"])]
    pub(crate) documented: bool,
    #[command(flatten)]
    pub(crate) which: Which,
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
    /// This program built without tracing (cargo's --no-default-features --features matrix): the row `off` is then what it
    /// does with the types that would be traced, in place of the plain map again
    #[arg(long, value_name = "FILE")]
    pub(crate) off_program: Option<PathBuf>,
    /// Print JSON in place of the table, or write it to a file beside the table
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub(crate) json: Option<PathBuf>,
    /// Write a page with charts, that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write charts as SVG into this folder, for documentation: by workload, variant, map, key, size and threads, as far as
    /// they were measured
    #[arg(long, value_name = "DIR")]
    pub(crate) charts: Option<PathBuf>,
    /// Write the same as tables in Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
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
    pub(crate) fn which(&self, suite: &Suite) -> Result<Option<Which>, String> {
        if self.which.is_all() {
            return Ok(None);
        }
        let Which {
            workload,
            variant,
            map,
            key,
            hasher: _,
            size,
            threads,
        } = &self.which;
        let cases = suite.cases();
        let variants = suite.variants().iter().map(|variant| variant.name.as_str());
        let or = |numbers: &[usize], number| {
            if numbers.is_empty() {
                vec![number]
            } else {
                numbers.to_vec()
            }
        };
        Ok(Some(Which {
            workload: workload.clone(),
            variant: known("variant", variant, variants)?,
            map: named("map", map, suite, cases.iter().map(|case| case.map.as_str()))?,
            key: named(
                "key",
                key,
                suite,
                self.cases_of_maps(cases).map(|case| case.key.as_str()),
            )?,
            hasher: self.hashers(suite)?,
            size: or(size, 1_000),
            threads: or(threads, 1),
        }))
    }

    fn cases_of_maps<'a>(&self, cases: &'a [Case]) -> impl Iterator<Item = &'a Case> {
        let maps = self.which.map.clone();
        cases.iter().filter(move |case| which::allows(&maps, &case.map))
    }

    /// Those named; a map without a hasher is there with any.
    fn hashers(&self, suite: &Suite) -> Result<Vec<String>, String> {
        let own = |case: &&Case| case.hasher != NO_HASHER;
        let all = self
            .cases_of_maps(suite.cases())
            .filter(own)
            .map(|case| case.hasher.as_str());
        let mut hashers = named("hasher", &self.which.hasher, suite, all.chain([NO_HASHER]))?;
        if !hashers.is_empty() {
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
) -> Result<Vec<String>, String> {
    let mut all = all.peekable();
    match all.peek() {
        Some(first) if names.is_empty() && suite.is_matrix() => Ok(vec![(*first).to_owned()]),
        _ => known(what, names, all),
    }
}

/// The names, if there are such; none if none was named.
fn known<'a>(what: &str, names: &[String], all: impl Iterator<Item = &'a str>) -> Result<Vec<String>, String> {
    let mut seen = BTreeSet::new();
    let all: Vec<&str> = all.filter(|name| seen.insert(*name)).collect();
    match names.iter().find(|name| !all.contains(&name.as_str())) {
        Some(unknown) => Err(format!("there is no {what} `{unknown}`; there are {}", all.join(", "))),
        None => Ok(names.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_told_with_those_that_there_are() {
        let suite = Suite::new().hash_map::<u32, u32, std::hash::RandomState>("mine", |i| (i as u32, 0));
        let options = |arguments: &[&str]| Options::parse_from([&["mapbench"], arguments].concat());
        assert!(options(&[]).which(&suite).unwrap().is_none());
        let which = options(&["--size", "10,20k"]).which(&suite).unwrap().unwrap();
        assert_eq!((which.size, which.threads), (vec![10, 20_000], vec![1]));
        assert!(which.key.is_empty() && which.variant.is_empty(), "all there are");
        for (option, name) in [
            ("--map", "BTreeMap"),
            ("--key", "u64"),
            ("--hasher", "fx"),
            ("--variant", "all"),
        ] {
            let error = options(&[option, name]).which(&suite).unwrap_err();
            assert!(error.contains(name) && error.contains("there are"), "{error}");
        }
    }
}
