//! The same tests, with their counts taken by different routes.
//!
//! How an operation is counted depends on what becomes of its event. If it is delivered, the collector counts it. If it
//! is sampled out, or there is no ring, or the ring is full, the thread adds it to the map's record. If there is no
//! record, it goes to the record that all maps of its site share, as do those of a young map, which takes them along when
//! it gets a record of its own. Whatever the route, the counts have to be the same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::counts::{self, Reports};
use crate::suite::{Settings, Suite};

/// All events are delivered, also those of a few hundred threads at once: what of a ring is not written to is not taken.
const DELIVERED: Route = Route {
    name: "all delivered",
    variables: &[("MAPTRACE_RING_BYTES", "16m"), ("MAPTRACE_MEMORY", "16g")],
    young: true,
};
const OTHERS: [Route; 4] = [
    Route {
        name: "sampled",
        variables: &[("MAPTRACE_SAMPLE", "1000000")],
        young: true,
    },
    Route {
        name: "no ring",
        variables: &[("MAPTRACE_RING_BYTES", "64m"), ("MAPTRACE_MEMORY", "1m")],
        young: false,
    },
    Route {
        name: "full rings",
        variables: &[("MAPTRACE_RING_BYTES", "1k")],
        young: true,
    },
    Route {
        name: "shared records",
        variables: &[("MAPTRACE_INSTANCES", "0")],
        young: true,
    },
];

struct Route {
    name: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// Whether maps have no record while they are young. Those of a thread without a ring have.
    young: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Exact {
    /// Sites with the same counts on all routes.
    pub(crate) same: usize,
    /// Sites whose counts differ when the first route is taken twice, or by tombstones alone, with both: those tests do not
    /// do the same each time.
    pub(crate) set_aside: Vec<String>,
    pub(crate) faults: Vec<String>,
}

/// Runs the tests one at a time, on each route.
pub(crate) fn compare(suite: &Suite, feature: &str) -> Result<Exact> {
    let run = |route: &Route| -> Result<Reports> {
        let settings = Settings {
            feature: Some(feature),
            one_at_a_time: true,
            variables: route.variables,
        };
        counts::of(&suite.run(&settings)?.reports)
    };
    let (first, again) = (run(&DELIVERED)?, run(&DELIVERED)?);
    let mut exact = Exact::default();
    for (program, health) in healths(&first) {
        if health.dropped() + health.sampled_out() > 0 {
            exact
                .faults
                .push(format!("{program}: not everything was delivered: {health:?}"));
        }
    }
    let mut others = Vec::new();
    for route in &OTHERS {
        others.push((route, run(route)?));
    }
    judge(&first, &again, &others, &mut exact);
    Ok(exact)
}

fn healths(reports: &Reports) -> impl Iterator<Item = (&str, &counts::Health)> {
    reports
        .iter()
        .flat_map(|(program, all)| all.iter().map(move |one| (program.as_str(), &one.health)))
}

fn judge(first: &Reports, again: &Reports, others: &[(&Route, Reports)], exact: &mut Exact) {
    let (wanted, repeated) = (counts::by_site(first), counts::by_site(again));
    let mut unstable: BTreeSet<_> = wanted.keys().chain(repeated.keys()).cloned().collect();
    unstable.retain(|key| wanted.get(key) != repeated.get(key));
    for key @ (program, site) in &unstable {
        let (first, then) = (wanted.get(key), repeated.get(key));
        exact
            .set_aside
            .push(format!("{program}: {site}: {first:?}, then {then:?}"));
    }
    let mut differing = BTreeSet::new();
    for (route, reports) in others {
        let found = counts::by_site(reports);
        for key @ (program, site) in wanted.keys().chain(found.keys()) {
            let (a, b) = (wanted.get(key), found.get(key));
            if a == b || unstable.contains(key) || differing.contains(key) {
                continue;
            }
            let said = format!("{program}: {site}: {a:?} if delivered, {b:?} by `{}`", route.name);
            if a.zip(b).is_some_and(|(a, b)| a.differ_by_tombstones_alone(b)) {
                unstable.insert(key.clone());
                exact.set_aside.push(said);
            } else {
                differing.insert(key.clone());
                exact.faults.push(said);
            }
        }
    }
    let emitted = |reports: &Reports| healths(reports).map(|(_, health)| health.emitted).sum::<u64>();
    // Of a young map it is no event that it grows, and one that it gets a record. So only where both may be young, or
    // neither, are there as many events.
    let mut wanted_events = BTreeMap::from([(DELIVERED.young, (&DELIVERED, emitted(first)))]);
    for (route, reports) in others {
        // A map with no record of its own has no event for its beginning and its end.
        let each_is_an_event = healths(reports).all(|(_, health)| health.instances_past_cap == 0);
        if !unstable.is_empty() || !each_is_an_event {
            continue;
        }
        let b = emitted(reports);
        let (like, a) = *wanted_events.entry(route.young).or_insert((*route, b));
        if a != b {
            exact
                .faults
                .push(format!("{a} events by `{}`, {b} by `{}`", like.name, route.name));
        }
    }
    exact.same = wanted
        .keys()
        .filter(|key| !unstable.contains(*key) && !differing.contains(*key))
        .count();
    if exact.same == 0 {
        exact
            .faults
            .push("there is no site whose counts are the same each time".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Counts;
    use crate::counts::tests::report;

    fn judged(again: Reports, other: Reports) -> Exact {
        let mut exact = Exact::default();
        let full_rings = OTHERS.iter().find(|route| route.young).unwrap();
        judge(&report("p", |_, _| {}), &again, &[(full_rings, other)], &mut exact);
        exact
    }

    #[test]
    fn counts_that_depend_on_the_route_are_a_fault() {
        let same = || report("p", |_, _| {});
        let good = judged(same(), same());
        assert_eq!((good.same, good.set_aside.len(), good.faults.len()), (1, 0, 0));
        let miscounted = judged(same(), report("p", |counts, _| counts.assigns_new += 1));
        assert_eq!(
            (miscounted.same, miscounted.faults.len()),
            (0, 2),
            "and none is left: {miscounted:?}"
        );
        let missing = judged(same(), Reports::new());
        assert_eq!(
            (missing.same, missing.faults.len()),
            (0, 3),
            "nor are there events: {missing:?}"
        );
        let unsaid = judged(same(), report("p", |_, health| health.emitted -= 1));
        assert_eq!((unsaid.same, unsaid.faults.len()), (1, 1), "{unsaid:?}");
        let without_records = |_: &mut _, health: &mut counts::Health| {
            health.emitted -= 2;
            health.instances_past_cap = 1;
        };
        let shared = judged(same(), report("p", without_records));
        assert_eq!((shared.same, shared.faults.len()), (1, 0), "{shared:?}");
    }

    #[test]
    fn there_are_as_many_events_where_maps_are_as_young() {
        let judged = |events: [u64; OTHERS.len()]| {
            let of = |events| report("p", |_, health| health.emitted = events);
            let others: Vec<_> = OTHERS.iter().zip(events.map(of)).collect();
            let mut exact = Exact::default();
            judge(&of(14), &of(14), &others, &mut exact);
            exact.faults
        };
        assert_eq!(judged([14, 14, 14, 14]), [""; 0]);
        // Two grew in their first tables, and one of them got a record.
        assert_eq!(judged([14, 15, 14, 14]), [""; 0]);
        assert_eq!(
            judged([15, 15, 14, 14]),
            ["14 events by `all delivered`, 15 by `sampled`"]
        );
        assert_eq!(
            judged([14, 15, 15, 14]),
            ["14 events by `all delivered`, 15 by `full rings`"]
        );
    }

    #[test]
    fn what_differs_by_itself_is_set_aside() {
        let other = || report("p", |counts, _| counts.assigns_new += 1);
        let exact = judged(other(), other());
        assert_eq!(
            (exact.same, exact.set_aside.len(), exact.faults.len()),
            (0, 1, 1),
            "nothing is left: {exact:?}"
        );
    }

    #[test]
    fn where_tombstones_lie_is_no_fault_but_what_else_differs_is() {
        let judged = |deletes: u64, last: fn(&mut Counts)| {
            let of = |last: fn(&mut Counts), deletes: u64| {
                report("p", |counts, _| {
                    counts.deletes_hit = deletes;
                    last(counts);
                })
            };
            let same = || of(|_| (), deletes);
            let mut exact = Exact::default();
            let others = [(&OTHERS[0], same()), (&OTHERS[1], of(last, deletes))];
            judge(&same(), &same(), &others, &mut exact);
            // That no site is left is one more.
            (exact.set_aside.len(), exact.faults.len())
        };
        assert_eq!(judged(1, |_| ()), (0, 0));
        assert_eq!(judged(1, |counts| counts.grows += 1), (1, 1));
        assert_eq!(judged(1, |counts| counts.assigns_new += 1), (0, 2));
        assert_eq!(judged(0, |counts| counts.grows += 1), (0, 2));
    }
}
