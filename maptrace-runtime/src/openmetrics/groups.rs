//! Sites that share their labels, and the group of all that have no series of their own.

use super::PAGE_LIMIT;
use super::page::label;
use crate::histogram::Histogram;
use crate::lean::order;
use crate::snapshot::{MapSnapshot, Snapshot};

/// `map` and `type` of the group of sites without series of their own.
pub(super) const OTHER: &str = "(other)";

/// Bytes a page may need beside the series of groups: declarations, maptrace's own health, the group of others.
const RESERVED: usize = 32 << 10;

/// Lines of a group with a table, and of one without.
const LINES: (usize, usize) = (32, 13);

/// Lines of the two histograms that a group with batches has.
const BATCH_LINES: usize = 22;

/// Bytes of a line beside its group's labels: a name of 25 on average, often a label, a number of usual length.
const LINE_BYTES: usize = 50;

/// Sums over the sites of one pair of labels.
pub(super) struct Group {
    /// `map="…",type="…"`, escaped.
    pub(super) labels: String,
    /// Counts and sizes, summed; the site in it is the first one's.
    pub(super) sum: MapSnapshot,
    /// Whether any of the sites makes hash tables.
    pub(super) table: bool,
}

impl Group {
    fn new(labels: String, first: &MapSnapshot) -> Self {
        Self {
            labels,
            sum: first.clone(),
            table: first.site.kind.is_table(),
        }
    }

    fn add(&mut self, map: &MapSnapshot) {
        self.table |= map.site.kind.is_table();
        self.sum.add(map);
    }

    /// Bytes its series take, for numbers of usual length. It depends on nothing that changes from page to page.
    fn bytes(&self) -> usize {
        self.bytes_of(if self.table { LINES.0 } else { LINES.1 })
    }

    fn bytes_of(&self, lines: usize) -> usize {
        lines * (self.labels.len() + LINE_BYTES)
    }
}

/// The batches of a group.
pub(super) struct Batches {
    pub(super) labels: String,
    pub(super) durations: Histogram,
    pub(super) sizes: Histogram,
}

/// The groups of one page.
pub(super) struct Groups {
    groups: Vec<Group>,
    other: Option<Group>,
    batches: Vec<Batches>,
    /// Sites in the group of others.
    pub(super) folded: u64,
}

impl Groups {
    /// Groups the sites of `snapshot`, at most `limit` groups and no more than fit on a page.
    pub(super) fn new(snapshot: &Snapshot, limit: usize) -> Self {
        let mut this = Self {
            groups: Vec::new(),
            other: None,
            batches: Vec::new(),
            folded: 0,
        };
        // A fifth is for the histograms of batches. They have no say in who is shown, as they come when they like.
        let for_batches = (PAGE_LIMIT - RESERVED) / 5;
        let mut room = PAGE_LIMIT - RESERVED - for_batches;
        let other_labels = labels(OTHER, OTHER);
        // Sites come in the order of their numbers, and a number never changes: who is in now stays in.
        let mut labels = Vec::new();
        for map in &snapshot.maps {
            labels.push(self::labels(&map.site.name, &map.site.type_label));
        }
        let firsts = firsts(&labels);
        // By site, the group that it is the first of.
        let mut places: Vec<Option<usize>> = Vec::new();
        for (i, map) in snapshot.maps.iter().enumerate() {
            let first = firsts[i];
            let mut place = None;
            if first < i {
                match places[first] {
                    Some(known) => this.groups[known].add(map),
                    None => this.fold(&other_labels, map),
                }
            } else {
                let group = Group::new(labels[i].clone(), map);
                if this.groups.len() < limit && group.bytes() <= room && group.labels != other_labels {
                    room -= group.bytes();
                    place = Some(this.groups.len());
                    this.groups.push(group);
                } else {
                    this.fold(&other_labels, map);
                }
            }
            places.push(place);
        }
        this.share_out(room + for_batches, &other_labels);
        this
    }

    /// Gives groups with batches the room for their histograms, in order; those that find none are among the others.
    fn share_out(&mut self, mut room: usize, other_labels: &str) {
        let mut other: Option<Batches> = None;
        for group in self.groups.iter().chain(&self.other) {
            let (durations, sizes) = (&group.sum.batch_durations, &group.sum.batch_sizes);
            if sizes.is_empty() {
                continue;
            }
            let bytes = group.bytes_of(BATCH_LINES);
            let fits = group.labels != other_labels && bytes <= room;
            if let (false, Some(other)) = (fits, &mut other) {
                other.durations.merge(durations);
                other.sizes.merge(sizes);
                continue;
            }
            let batches = Batches {
                labels: if fits { &group.labels } else { other_labels }.to_owned(),
                durations: durations.clone(),
                sizes: sizes.clone(),
            };
            if fits {
                room -= bytes;
                self.batches.push(batches);
            } else {
                other = Some(batches);
            }
        }
        self.batches.extend(other);
    }

    fn fold(&mut self, labels: &str, map: &MapSnapshot) {
        self.folded += 1;
        match &mut self.other {
            Some(other) => other.add(map),
            None => self.other = Some(Group::new(labels.to_owned(), map)),
        }
    }

    /// Groups with series of their own.
    pub(super) fn shown(&self) -> usize {
        self.groups.len()
    }

    /// Those of groups with batches; of all others together last.
    pub(super) fn batches(&self) -> &[Batches] {
        &self.batches
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.other.is_none()
    }

    /// All groups, or all with a hash table; the one of others last.
    pub(super) fn iter(&self, only_tables: bool) -> impl Iterator<Item = &Group> {
        let all = self.groups.iter().chain(&self.other);
        all.filter(move |group| group.table || !only_tables)
    }
}

/// For each of `labels` the place of the first that is the same.
fn firsts(labels: &[String]) -> Vec<usize> {
    let mut firsts = vec![0; labels.len()];
    let mut first = 0;
    for i in order(labels.len(), &|a, b| labels[a].cmp(&labels[b])) {
        if labels[first] != labels[i] {
            first = i;
        }
        firsts[i] = first;
    }
    firsts
}

fn labels(name: &str, type_label: &str) -> String {
    format!("{},{}", label("map", name), label("type", type_label))
}
