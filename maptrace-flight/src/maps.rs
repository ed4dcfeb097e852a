//! The state of each map, put together from records, counts, figures of sites and what is not drained yet: as the
//! collector does for a snapshot.

use std::collections::BTreeMap;

use crate::events::{Episode, Kind, OPS};
use crate::file::Header;
use crate::recording::{Damage, Instance, Map, Totals};
use crate::records::{Record, Records, Site, TALLY_WORDS};
use crate::table::{CLASSES, Shape};

/// What events that nobody has drained change.
#[derive(Default)]
pub(crate) struct Changes {
    ops: BTreeMap<u32, [u64; OPS]>,
    /// When maps were dropped that may not be finished yet; and whether that is sure.
    freed: BTreeMap<u32, (u64, bool)>,
    /// Of which map, what it did.
    episodes: Vec<Episode>,
}

impl Changes {
    pub(crate) fn add_op(&mut self, id: u32, op: usize) {
        let count = &mut self.ops.entry(id).or_default()[op];
        *count = count.wrapping_add(1);
    }

    pub(crate) fn add_episode(&mut self, episode: &Episode) {
        let counts = matches!(
            episode.kind,
            Kind::Pause { .. } | Kind::YoungBegins { .. } | Kind::YoungEnds { .. } | Kind::Promoted { .. }
        );
        if counts {
            self.episodes.push(episode.clone());
        }
    }

    pub(crate) fn freed(&mut self, id: u32, at: u64, sure: bool) {
        let known = self.freed.entry(id).or_default();
        *known = (known.0.max(at), known.1 || sure);
    }

    fn is_freed(&self, id: u32, born: u64) -> bool {
        self.freed.get(&id).is_some_and(|&(at, sure)| sure || at >= born)
    }
}

/// Figures of a site, with names; see `docs/flight-format.md`.
#[derive(Clone, Default)]
struct Figures {
    created: u64,
    freed: u64,
    live: u64,
    totals: Totals,
    entries: u64,
    capacity: u64,
    tombstones: u64,
    held: u64,
    needed: u64,
    largest: u64,
    peak: u64,
    grows: u64,
    rehashes: u64,
    shrinks: u64,
    clears: u64,
    batches: u64,
    young_made: u64,
    young_freed: u64,
    young_lost: u64,
    young: [u64; CLASSES.len()],
    pauses: u64,
    pause_ns: u64,
    pause_max_ns: u64,
}

impl Figures {
    fn of(words: &[u64; TALLY_WORDS]) -> Self {
        let mut young = [0; CLASSES.len()];
        young.copy_from_slice(&words[17..24]);
        Self {
            created: words[0],
            freed: words[1],
            totals: Totals {
                assigns_new: words[2],
                assigns_replaced: words[3],
                deletes_hit: words[4],
                deletes_miss: words[5],
                cleared: words[6],
            },
            largest: words[7],
            peak: words[8],
            grows: words[9],
            rehashes: words[10],
            shrinks: words[11],
            clears: words[12],
            batches: words[13],
            young_made: words[14],
            young_freed: words[15],
            young_lost: words[16],
            young,
            pauses: words[24],
            pause_ns: words[25],
            pause_max_ns: words[26],
            ..Self::default()
        }
    }

    fn add_counts(&mut self, record: &Record, totals: Totals) {
        self.totals.add(totals);
        for (sum, more) in [
            (&mut self.grows, record.grows),
            (&mut self.rehashes, u64::from(record.rehashes)),
            (&mut self.shrinks, u64::from(record.shrinks)),
            (&mut self.clears, record.clears),
            (&mut self.batches, record.batches),
        ] {
            *sum = sum.wrapping_add(more);
        }
    }

    fn add(&mut self, episode: &Episode, shape: Shape) {
        match episode.kind {
            Kind::Pause { duration, old, new } => {
                if duration != 0 {
                    self.pauses = self.pauses.wrapping_add(1);
                    self.pause_ns = self.pause_ns.wrapping_add(duration);
                    self.pause_max_ns = self.pause_max_ns.max(duration);
                }
                if new > old {
                    self.peak = self.peak.max(shape.bytes(old).saturating_add(shape.bytes(new)));
                }
            }
            Kind::YoungBegins { class, grew } => {
                self.young_made = self.young_made.wrapping_add(1);
                self.grows = self.grows.wrapping_add(u64::from(grew));
                self.add_young(class, 1);
            }
            Kind::YoungEnds { class, entries } => {
                self.young_freed = self.young_freed.wrapping_add(1);
                self.young_lost = self.young_lost.wrapping_add(entries);
                self.largest = self.largest.max(entries);
                self.add_young(class, 1_u64.wrapping_neg());
            }
            Kind::Promoted { class, .. } => {
                self.young_made = self.young_made.wrapping_sub(1);
                self.add_young(class, 1_u64.wrapping_neg());
            }
            Kind::Free | Kind::Gap | Kind::Other => {}
        }
    }

    fn add_young(&mut self, class: u8, n: u64) {
        if let Some(tables) = self.young.get_mut(usize::from(class)) {
            *tables = tables.wrapping_add(n);
        }
    }
}

/// A sum of which something may have been taken before it was added.
fn at_least_0(sum: u64) -> u64 {
    u64::try_from(sum.cast_signed()).unwrap_or(0)
}

/// What was done to a map and the entries that follow.
fn totals(record: &Record, drained: [u64; OPS]) -> (Totals, u64) {
    let sum = |op: usize| at_least_0(drained[op].wrapping_add(record.counts[op]));
    let totals = Totals {
        assigns_new: sum(0),
        assigns_replaced: sum(1),
        deletes_hit: sum(2),
        deletes_miss: sum(3),
        cleared: record.cleared,
    };
    let gone = totals
        .deletes_hit
        .wrapping_add(totals.cleared)
        .wrapping_add(record.lost);
    (totals, totals.assigns_new.saturating_sub(gone))
}

/// All maps that were used or declared, and those instances that have a record of their own.
pub(crate) fn assemble(
    header: &Header,
    sites: &BTreeMap<u32, Site>,
    records: &Records<'_>,
    mut changes: Changes,
    damage: &mut Damage,
) -> (Vec<Map>, Vec<Instance>) {
    let shape = |site: &Site| Shape {
        kind: site.kind,
        entry_size: site.entry_size,
        group: header.group,
    };
    let mut figures: BTreeMap<u32, Figures> = sites
        .iter()
        .map(|(&number, site)| (number, Figures::of(&site.tally)))
        .collect();
    let mut moved = Vec::new();
    for episode in std::mem::take(&mut changes.episodes) {
        let Some(record) = records.get(episode.id).filter(|record| record.owner == header.hub) else {
            continue;
        };
        if let (Some(figures), Some(site)) = (figures.get_mut(&record.site), sites.get(&record.site)) {
            figures.add(&episode, shape(site));
        }
        if let Kind::Promoted { to, counts, .. } = episode.kind {
            moved.push(to);
            for (op, n) in counts.into_iter().enumerate() {
                let from = &mut changes.ops.entry(episode.id).or_default()[op];
                *from = from.wrapping_sub(u64::from(n));
                let to = &mut changes.ops.entry(to).or_default()[op];
                *to = to.wrapping_add(u64::from(n));
            }
        }
    }
    moved.sort_unstable();
    let mut instances = Vec::new();
    for (id, record) in records.of_hub(header.hub) {
        // Still counted with its site.
        if record.moving && moved.binary_search(&id).is_err() {
            continue;
        }
        let (Some(site), Some(sum)) = (sites.get(&record.site), figures.get_mut(&record.site)) else {
            damage.add(0, format!("a map is of site {}, which is not there", record.site));
            continue;
        };
        let mut drained = records.drained(id);
        for (sum, more) in drained
            .iter_mut()
            .zip(changes.ops.get(&id).copied().unwrap_or_default())
        {
            *sum = sum.wrapping_add(more);
        }
        let shape = shape(site);
        if record.serial == 0 {
            add_shared(sum, site, shape, &record, drained);
        } else {
            instances.extend(add_own(sum, record.site, site, shape, (id, &record), drained, &changes));
        }
    }
    instances.sort_by_key(|instance| std::cmp::Reverse((instance.held_bytes, instance.entries)));
    let maps = sites.iter().filter_map(|(&number, site)| {
        let sum = &figures[&number];
        // The site of maps for which none could be had is of interest only if there are any.
        (number != 0 || sum.created > 0).then(|| map(number, site, sum))
    });
    (maps.collect(), instances)
}

/// A map that has a record of its own.
fn add_own(
    sum: &mut Figures,
    number: u32,
    site: &Site,
    shape: Shape,
    (id, record): (u32, &Record),
    drained: [u64; OPS],
    changes: &Changes,
) -> Option<Instance> {
    let (totals, entries) = totals(record, drained);
    sum.created = sum.created.wrapping_add(1);
    sum.largest = sum.largest.max(entries);
    sum.add_counts(record, totals);
    if changes.is_freed(id, record.born) {
        sum.freed = sum.freed.wrapping_add(1);
        return None;
    }
    let is_table = site.kind.is_table();
    let held = if is_table { shape.bytes(record.full) } else { 0 };
    let needed = if is_table {
        shape.bytes(shape.least_for(entries))
    } else {
        entries.saturating_mul(shape.entry_size)
    };
    let tombstones = if is_table { record.tombstones } else { 0 };
    sum.live = sum.live.wrapping_add(1);
    for (sum, more) in [
        (&mut sum.entries, entries),
        (&mut sum.capacity, if is_table { record.full } else { 0 }),
        (&mut sum.tombstones, tombstones),
        (&mut sum.held, held),
        (&mut sum.needed, needed),
    ] {
        *sum = sum.saturating_add(more);
    }
    Some(Instance {
        site: number,
        serial: record.serial,
        born: record.born,
        entries,
        capacity: is_table.then_some(record.full),
        tombstones: is_table.then_some(record.tombstones),
        held_bytes: is_table.then_some(held),
        needed_bytes: needed,
        totals,
        grows: record.grows,
        rehashes: u64::from(record.rehashes),
    })
}

/// The record that maps without one of their own share.
fn add_shared(sum: &mut Figures, site: &Site, shape: Shape, record: &Record, drained: [u64; OPS]) {
    let (totals, entries) = totals(record, drained);
    sum.add_counts(record, totals);
    // A record of a site was not born, and its maps' tombstones cannot be told apart: these are made and freed past the cap.
    let made = at_least_0(record.born.wrapping_add(sum.young_made));
    let freed = record.tombstones.wrapping_add(sum.young_freed);
    sum.created = sum.created.wrapping_add(made);
    sum.freed = sum.freed.wrapping_add(freed);
    let entries = entries.saturating_sub(sum.young_lost);
    let maps = made.saturating_sub(freed);
    if maps > 0 {
        sum.largest = sum.largest.max(entries.div_ceil(maps));
    }
    sum.live = sum.live.wrapping_add(maps);
    sum.entries = sum.entries.saturating_add(entries);
    if !site.kind.is_table() {
        sum.needed = sum.needed.saturating_add(entries.saturating_mul(shape.entry_size));
        return;
    }
    // As if they were alike.
    let each = |entries: u64, maps: u64| shape.bytes(shape.least_for(entries / maps.max(1))).saturating_mul(maps);
    sum.needed = sum.needed.saturating_add(each(entries, maps));
    let tables = || CLASSES.iter().zip(sum.young);
    let young = tables().fold(0_u64, |sum, (class, n)| sum.wrapping_add(class.wrapping_mul(n)));
    let young_now = at_least_0(sum.young.iter().fold(0, |sum: u64, n| sum.wrapping_add(*n)));
    let held = tables().fold(0_u64, |held, (&class, n)| {
        held.saturating_add(shape.bytes(class).saturating_mul(at_least_0(n)))
    });
    sum.capacity = sum.capacity.saturating_add(at_least_0(record.full.wrapping_add(young)));
    sum.held = sum
        .held
        .saturating_add(held)
        .saturating_add(each(at_least_0(record.full), maps.saturating_sub(young_now)));
}

fn map(number: u32, site: &Site, sum: &Figures) -> Map {
    let is_table = site.kind.is_table();
    Map {
        site: number,
        name: site.name.clone(),
        kind: site.kind,
        type_label: site.label.clone(),
        type_name: site.type_name.clone(),
        file: site.file.clone(),
        line: site.line,
        function: (!site.function.is_empty()).then(|| site.function.clone()),
        declared: site.declared,
        sample: site.sample,
        live: sum.live,
        created: sum.created,
        freed: sum.freed,
        entries: sum.entries,
        largest: sum.largest,
        capacity: is_table.then_some(sum.capacity),
        tombstones: is_table.then_some(sum.tombstones),
        held_bytes: is_table.then_some(sum.held),
        needed_bytes: sum.needed,
        peak_bytes: sum.peak,
        totals: sum.totals,
        grows: sum.grows,
        rehashes: sum.rehashes,
        shrinks: sum.shrinks,
        clears: sum.clears,
        batches: sum.batches,
        pauses: sum.pauses,
        pause_ns: sum.pause_ns,
        pause_max_ns: sum.pause_max_ns,
    }
}
