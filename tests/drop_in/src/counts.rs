//! What the reports say: the counts of every site, and whether they agree with one another.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use anyhow::{Context as _, Result};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    maps: Vec<Map>,
    pub(crate) health: Health,
}

#[derive(Debug, Deserialize)]
struct Map {
    #[serde(flatten)]
    site: Site,
    #[serde(flatten)]
    counts: Counts,
}

/// Where maps come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Site {
    file: String,
    line: u32,
    name: String,
    kind: String,
    type_name: String,
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} `{}` ({}:{})", self.kind, self.name, self.file, self.line)
    }
}

/// Everything that is documented as counted exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Counts {
    pub(crate) created: u64,
    freed: u64,
    live: u64,
    entries: u64,
    pub(crate) assigns_new: u64,
    pub(crate) assigns_replaced: u64,
    pub(crate) deletes_hit: u64,
    deletes_miss: u64,
    cleared: u64,
    pub(crate) grows: u64,
    rehashes: u64,
    shrinks: u64,
    clears: u64,
    batches: u64,
}

impl Counts {
    /// Whether the two differ at most by when the table of a map grew from which entries were deleted. Each delete leaves a
    /// tombstone or does not, by what lies beside the entry, and that the hasher's random seed decides: a plain
    /// `HashMap::with_capacity(16)` that takes an entry out for each that it takes in from the 17th on grows in about every
    /// second run.
    pub(crate) fn differ_by_tombstones_alone(&self, other: &Self) -> bool {
        let without = |counts: &Self| Self {
            grows: 0,
            rehashes: 0,
            ..*counts
        };
        self.deletes_hit + self.cleared > 0 && without(self) == without(other)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.created += other.created;
        self.freed += other.freed;
        self.live += other.live;
        self.entries += other.entries;
        self.assigns_new += other.assigns_new;
        self.assigns_replaced += other.assigns_replaced;
        self.deletes_hit += other.deletes_hit;
        self.deletes_miss += other.deletes_miss;
        self.cleared += other.cleared;
        self.grows += other.grows;
        self.rehashes += other.rehashes;
        self.shrinks += other.shrinks;
        self.clears += other.clears;
        self.batches += other.batches;
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Health {
    pub(crate) emitted: u64,
    delivered: u64,
    dropped: BTreeMap<String, u64>,
    sampled_out: u64,
    pub(crate) instances_past_cap: u64,
}

impl Health {
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.values().sum()
    }

    pub(crate) fn sampled_out(&self) -> u64 {
        self.sampled_out
    }
}

/// All reports of a run, by program.
pub(crate) type Reports = BTreeMap<String, Vec<Report>>;

pub(crate) fn of(texts: &BTreeMap<String, Vec<String>>) -> Result<Reports> {
    texts
        .iter()
        .map(|(program, texts)| {
            let parse = |text: &String| serde_json::from_str(text).with_context(|| format!("the report of {program}"));
            Ok((program.clone(), texts.iter().map(parse).collect::<Result<_>>()?))
        })
        .collect()
}

/// The counts of every site that had a map, by program.
pub(crate) fn by_site(reports: &Reports) -> BTreeMap<(String, Site), Counts> {
    let mut all: BTreeMap<_, Counts> = BTreeMap::new();
    for (program, reports) in reports {
        for map in reports
            .iter()
            .flat_map(|report| &report.maps)
            .filter(|map| map.counts.created > 0)
        {
            *all.entry((program.clone(), map.site.clone())).or_default() += map.counts;
        }
    }
    all
}

pub(crate) fn sums(reports: &Reports) -> Counts {
    let mut sums = Counts::default();
    for counts in by_site(reports).into_values() {
        sums += counts;
    }
    sums
}

pub(crate) fn sites(reports: &Reports) -> usize {
    by_site(reports)
        .into_keys()
        .map(|(_, site)| site)
        .collect::<BTreeSet<_>>()
        .len()
}

pub(crate) fn kinds(reports: &Reports) -> String {
    let kinds: BTreeSet<String> = by_site(reports).into_keys().map(|(_, site)| site.kind).collect();
    kinds.into_iter().collect::<Vec<_>>().join(", ")
}

/// What does not add up within a report.
pub(crate) fn faults(reports: &Reports) -> Vec<String> {
    let mut faults = Vec::new();
    for (program, report) in reports
        .iter()
        .flat_map(|(program, all)| all.iter().map(move |one| (program, one)))
    {
        let health = &report.health;
        if health.emitted != health.delivered + health.dropped() + health.sampled_out {
            faults.push(format!("{program}: its events do not add up: {health:?}"));
        }
        for Map { site, counts: c } in &report.maps {
            if c.created != c.live + c.freed {
                faults.push(format!("{program}: {site}: made and freed are not what is live: {c:?}"));
            }
            // What went with a freed map is not told, so only where none was freed has it to come out.
            let put_in = c.assigns_new.checked_sub(c.deletes_hit + c.cleared);
            let adds_up = put_in.is_some_and(|n| if c.freed == 0 { n == c.entries } else { n >= c.entries });
            if !adds_up {
                faults.push(format!("{program}: {site}: its entries do not add up: {c:?}"));
            }
        }
    }
    faults
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A report of one map with these counts, from a program of this name.
    pub(crate) fn report(program: &str, change: impl FnOnce(&mut Counts, &mut Health)) -> Reports {
        let mut counts = Counts {
            created: 2,
            freed: 1,
            live: 1,
            entries: 3,
            assigns_new: 9,
            ..Counts::default()
        };
        counts.deletes_hit = 4;
        let mut health = Health {
            emitted: 14,
            delivered: 14,
            dropped: BTreeMap::new(),
            sampled_out: 0,
            instances_past_cap: 0,
        };
        change(&mut counts, &mut health);
        let site = Site {
            file: "a.rs".to_owned(),
            line: 1,
            name: "a".to_owned(),
            kind: "HashMap".to_owned(),
            type_name: String::new(),
        };
        let maps = vec![Map { site, counts }];
        Reports::from([(program.to_owned(), vec![Report { maps, health }])])
    }

    #[test]
    fn what_does_not_add_up_is_a_fault() {
        let faulty = |change: fn(&mut Counts, &mut Health)| faults(&report("p", change)).len();
        assert_eq!(faulty(|_, _| {}), 0);
        assert_eq!(faulty(|counts, _| counts.live = 2), 1);
        assert_eq!(faulty(|counts, _| counts.assigns_new = 6), 1);
        assert_eq!(
            faulty(|counts, _| (counts.freed, counts.created) = (0, 1)),
            1,
            "5 went in, 3 are there"
        );
        assert_eq!(faulty(|_, health| health.delivered = 13), 1);
        assert_eq!(faulty(|_, health| (health.delivered, health.sampled_out) = (13, 1)), 0);
    }

    #[test]
    fn a_report_as_maptrace_writes_it_is_read() {
        let text = r#"{"maps":[{"id":1,"name":"a","kind":"HashMap","type":"u8_u8","type_name":"u8 -> u8","file":"a.rs",
            "line":7,"declared":true,"live":0,"created":1,"freed":1,"entries":0,"capacity":null,"assigns_new":5,
            "assigns_replaced":2,"deletes_hit":1,"deletes_miss":0,"cleared":4,"grows":1,"rehashes":0,"shrinks":0,
            "clears":1,"batches":0}],"health":{"emitted":3,"delivered":1,"dropped":{"full":1,"fork":0},"sampled_out":1,
            "instances_past_cap":0}}"#;
        let reports = of(&BTreeMap::from([(
            "p".to_owned(),
            vec![text.to_owned(), text.to_owned()],
        )]))
        .unwrap();
        assert_eq!(faults(&reports), Vec::<String>::new());
        assert_eq!((sites(&reports), sums(&reports).assigns_new), (1, 10));
    }
}
