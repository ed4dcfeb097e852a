//! What a run is held to: limits of rows, from a file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::report::{Key, Report, Row};
use crate::table::Table;
use crate::which::Which;

const FIGURES: &str = "ratio, ns_per_op, added_ns, lost and instructions_per_op";

/// The limits of a file.
///
/// ```toml
/// [[limit]]                # reads cost nothing, whatever the map
/// workload = ["get_hit", "get_miss", "iterate"]
/// variant = "events"
/// ratio = 1.05
///
/// [[limit]]
/// variant = ["counters", "events"]
/// hasher = "std"
/// added_ns = 10
/// lost = 0.05
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budget {
    limit: Vec<Limit>,
}

/// Which rows, and what none of them may exceed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Limit {
    #[serde(flatten)]
    which: Which,
    #[serde(flatten)]
    most: Figures,
    /// What is neither, as typing errors are.
    #[serde(flatten)]
    unknown: BTreeMap<String, toml::Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Figures {
    ratio: Option<f64>,
    ns_per_op: Option<f64>,
    added_ns: Option<f64>,
    /// A share, 0 to 1.
    lost: Option<f64>,
    instructions_per_op: Option<f64>,
}

impl Figures {
    /// Name, limit and what a row has, of each figure that is limited.
    fn of(&self, row: &Row) -> [(&'static str, Option<f64>, Option<f64>); 5] {
        [
            ("ratio", self.ratio, Some(row.ratio)),
            ("ns_per_op", self.ns_per_op, Some(row.ns_per_op)),
            ("added_ns", self.added_ns, Some(row.added_ns)),
            ("lost", self.lost, row.events.map(|events| events.lost_share())),
            ("instructions_per_op", self.instructions_per_op, row.instructions_per_op),
        ]
    }

    fn limit_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Budget {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let budget: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        for (n, limit) in budget.limit.iter().enumerate() {
            let number = n + 1;
            if let Some(name) = limit.unknown.keys().next() {
                return Err(format!(
                    "limit {number} has an unknown field `{name}`; for rows there are {}, and for figures {FIGURES}",
                    Which::PARTS.join(", ")
                ));
            }
            if limit.most.limit_nothing() {
                return Err(format!("limit {number} says no figure; there are {FIGURES}"));
            }
        }
        if budget.limit.is_empty() {
            return Err("it has no [[limit]]".into());
        }
        Ok(budget)
    }

    /// Refuses limits that these rows cannot show to be kept: a typing error would keep any budget.
    pub(crate) fn check(&self, rows: &[Key], counted: bool) -> Result<(), String> {
        for (n, limit) in self.limit.iter().enumerate() {
            let number = n + 1;
            if !rows.iter().any(|key| limit.which.has(key)) {
                return Err(format!(
                    "limit {number} of the budget is of no row of this run; --list shows the rows: {}",
                    limit.which.asks()
                ));
            }
            if limit.most.instructions_per_op.is_some() && !counted {
                return Err(format!("limit {number} of the budget needs --instructions"));
            }
        }
        Ok(())
    }

    /// Holds a run to it.
    pub(crate) fn judge(&self, report: &Report) -> Verdict {
        let mut verdict = Verdict {
            held: 0,
            broken: Vec::new(),
        };
        for (n, limit) in self.limit.iter().enumerate() {
            for row in report.rows.iter().filter(|row| limit.which.has(&row.of)) {
                for (figure, most, found) in limit.most.of(row) {
                    let (Some(most), Some(found)) = (most, found) else {
                        continue;
                    };
                    if found <= most {
                        verdict.held += 1;
                    } else {
                        let spread = (figure == "ratio").then_some(row.ratio_spread);
                        verdict.broken.push(Broken {
                            limit: n + 1,
                            row: row.of.text(),
                            figure,
                            most,
                            found,
                            spread,
                        });
                    }
                }
            }
        }
        verdict
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    /// Figures within their limits.
    pub(crate) held: usize,
    pub(crate) broken: Vec<Broken>,
}

/// A figure above its limit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Broken {
    /// Number of the limit in the file, from 1.
    pub(crate) limit: usize,
    pub(crate) row: String,
    pub(crate) figure: &'static str,
    pub(crate) most: f64,
    pub(crate) found: f64,
    /// Quartiles, where there are.
    spread: Option<[f64; 2]>,
}

impl Verdict {
    pub(crate) fn is_kept(&self) -> bool {
        self.broken.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_kept() {
            return writeln!(f, "budget: kept, {} figures within their limits", self.held);
        }
        let mut table = Table::new(2, &["row", "figure", "limit", "found", "quartiles", "by"]);
        for broken in &self.broken {
            table.row([
                broken.row.clone(),
                broken.figure.to_owned(),
                format!("{}", broken.most),
                format!("{:.3}", broken.found),
                broken
                    .spread
                    .map_or(String::new(), |[low, high]| format!("{low:.3} {high:.3}")),
                format!("limit {}", broken.limit),
            ]);
        }
        writeln!(
            f,
            "budget: BROKEN, {} figures above their limits, {} within",
            self.broken.len(),
            self.held
        )?;
        write!(f, "{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{report, row};

    fn budget(text: &str) -> Budget {
        Budget::parse(text).unwrap()
    }

    #[test]
    fn a_figure_above_its_limit_breaks_the_budget_and_is_named() {
        let report = report(vec![row("events", 1.2, [1.1, 1.3]), row("counters", 1.02, [1.0, 1.1])]);
        let kept = budget("[[limit]]\nratio = 1.2").judge(&report);
        assert!(kept.is_kept() && kept.held == 2, "{kept}");
        let broken =
            budget("[[limit]]\nratio = 1.5\n[[limit]]\nvariant = ['events', 'off']\nratio = 1.1").judge(&report);
        assert_eq!((broken.held, broken.broken.len()), (2, 1));
        let text = broken.to_string();
        for part in [
            "overwrite events HashMap u64 std 1000x1",
            "ratio",
            "1.1",
            "1.200",
            "limit 2",
        ] {
            assert!(text.contains(part), "{text} lacks {part}");
        }
    }

    #[test]
    fn every_figure_can_be_limited_and_every_part_of_a_row_named() {
        let mut one = row("events", 1.2, [1.1, 1.3]);
        one.instructions_per_op = Some(70.0);
        let report = report(vec![one]);
        let row = "workload = 'overwrite'\nvariant = 'events'\nmap = 'HashMap'\nkey = ['u64']\nhasher = 'std'\n\
                   size = [1000, 10]\nthreads = 1";
        for (figure, kept, broken) in [
            ("ratio", "1.2", "1.1"),
            ("ns_per_op", "12", "11.9"),
            ("added_ns", "2", "1"),
            ("lost", "0.1", "0.0999"),
            ("instructions_per_op", "70", "69.5"),
        ] {
            let judge = |limit: &str| budget(&format!("[[limit]]\n{row}\n{figure} = {limit}")).judge(&report);
            assert!(judge(kept).is_kept(), "{figure}");
            let verdict = judge(broken);
            assert_eq!((verdict.broken.len(), verdict.broken[0].figure), (1, figure));
        }
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        for (text, said) in [
            ("", "missing field `limit`"),
            ("limit = []", "no [[limit]]"),
            ("[[limits]]\nratio = 1", "unknown field `limits`"),
            ("[[limit]]\nratios = 1", "unknown field `ratios`"),
            ("[[limit]]\nvariant = 'events'", "says no figure"),
            ("[[limit]]\nratio = 'low'", "invalid type"),
            (
                "[[limit]]\nworkload = 'sleep'\nratio = 1",
                "unknown variant `sleep`, expected one of `grow`",
            ),
            ("[[limit]]\nsize = 'large'\nratio = 1", "\"large\": invalid type"),
        ] {
            let error = Budget::parse(text).unwrap_err();
            assert!(error.contains(said), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_limit_of_no_row_is_refused_as_it_would_always_be_kept() {
        let keys = [row("events", 1.0, [1.0, 1.0]).of];
        assert_eq!(budget("[[limit]]\nratio = 1").check(&keys, false), Ok(()));
        let error = budget("[[limit]]\nratio = 1\n[[limit]]\nvariant = 'evnts'\nratio = 1").check(&keys, false);
        let error = error.unwrap_err();
        assert!(error.contains("limit 2") && error.contains("evnts"), "{error}");
        let counted = budget("[[limit]]\ninstructions_per_op = 1");
        assert!(counted.check(&keys, false).unwrap_err().contains("--instructions"));
        assert_eq!(counted.check(&keys, true), Ok(()));
    }
}
