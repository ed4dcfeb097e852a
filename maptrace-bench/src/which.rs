//! Which rows: by the parts of their names. Options, presets and budgets ask in the same words, which are those here.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::report::Key;
use crate::workload::Workload;

/// Values of each part of a row; a part without any may have all.
// The comments of the fields are the help of the options.
#[derive(Clone, Debug, Default, PartialEq, clap::Args, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    /// Only these workloads. With any of the options for parts of a row, every combination is run, in place of a preset
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "NAME",
        hide_possible_values = true
    )]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) workload: Vec<Workload>,
    /// Only these variants, as `off` and `events`
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) variant: Vec<String>,
    /// Only these maps, as `HashMap` [default with combinations: it, and in a benchmark of your own all]
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) map: Vec<String>,
    /// Only these keys, as `u64` [default with combinations: as above]
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) key: Vec<String>,
    /// Only these hashers, as `std` or `fx` [default with combinations: as above]
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) hasher: Vec<String>,
    /// Entries in a map, as `1000` or `100k` [default with combinations: 1k]
    #[arg(long, value_delimiter = ',', value_name = "N", value_parser = count)]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) size: Vec<usize>,
    /// Threads, each with a map of its own [default with combinations: 1]
    #[arg(long, value_delimiter = ',', value_name = "N", value_parser = count)]
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) threads: Vec<usize>,
}

/// Whether a part may have a value.
pub(crate) fn allows<T: PartialEq<V>, V: ?Sized>(asked: &[T], value: &V) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked == value)
}

impl Which {
    /// What the parts are called, in their order.
    pub(crate) const PARTS: [&str; 7] = ["workload", "variant", "map", "key", "hasher", "size", "threads"];

    /// Whether no part is named: all rows.
    pub(crate) fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a row is among them.
    pub(crate) fn has(&self, row: &Key) -> bool {
        let Self {
            workload,
            variant,
            map,
            key,
            hasher,
            size,
            threads,
        } = self;
        allows(workload, &row.workload)
            && allows(variant, &row.variant)
            && allows(map, &row.map)
            && allows(key, &row.key)
            && allows(hasher, &row.hasher)
            && allows(size, &row.size)
            && allows(threads, &row.threads)
    }

    /// The parts that are named, to be read beside the list of rows.
    pub(crate) fn asks(&self) -> String {
        let Self {
            workload,
            variant,
            map,
            key,
            hasher,
            size,
            threads,
        } = self;
        let numbers = |list: &[usize]| list.iter().map(usize::to_string).collect();
        let values: [Vec<String>; 7] = [
            workload.iter().map(|work| work.as_str().to_owned()).collect(),
            variant.clone(),
            map.clone(),
            key.clone(),
            hasher.clone(),
            numbers(size),
            numbers(threads),
        ];
        let named: Vec<String> = Self::PARTS
            .iter()
            .zip(&values)
            .filter(|(_, values)| !values.is_empty())
            .map(|(part, values)| format!("{part} {}", values.join(" or ")))
            .collect();
        named.join(", ")
    }
}

/// A value, or several in a list, as TOML has them.
fn one_or_more<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let values = match toml::Value::deserialize(from)? {
        toml::Value::Array(values) if values.is_empty() => {
            return Err(D::Error::custom("a list without a value; leave it out for all"));
        }
        toml::Value::Array(values) => values,
        one => vec![one],
    };
    let value = |value: toml::Value| {
        let shown = value.to_string();
        T::deserialize(value)
            .map_err(|error| D::Error::custom(format_args!("{shown}: {}", error.to_string().trim_end())))
    };
    values.into_iter().map(value).collect()
}

/// A number from 1 on, with an optional `k` or `m`.
pub(crate) fn count(text: &str) -> Result<usize, String> {
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
    use crate::report::fixture::row;

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

    /// Each part by itself lets a row pass and keeps it out, and is told.
    #[test]
    fn every_part_of_a_row_can_be_asked_for() {
        let key = row("events", 1.0, [1.0, 1.0]).of;
        let which = |text: &str| toml::from_str::<Which>(text).unwrap();
        assert!(which("").is_all() && which("").has(&key) && which("").asks().is_empty());
        let values = [
            ("'overwrite'", "'grow'"),
            ("'events'", "'off'"),
            ("'HashMap'", "'BTreeMap'"),
            ("'u64'", "'String'"),
            ("'std'", "'fx'"),
            ("1000", "10"),
            ("1", "2"),
        ];
        for (part, (is, is_not)) in Which::PARTS.into_iter().zip(values) {
            let (kept, out) = (which(&format!("{part} = {is}")), which(&format!("{part} = {is_not}")));
            let either = which(&format!("{part} = [{is_not}, {is}]"));
            assert!(kept.has(&key) && either.has(&key) && !out.has(&key), "{part}");
            assert_eq!(out.asks(), format!("{part} {}", is_not.trim_matches('\'')));
        }
        let error = toml::from_str::<Which>("map = []").unwrap_err().to_string();
        assert!(error.contains("leave it out"), "{error}");
    }
}
