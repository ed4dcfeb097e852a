//! Bytes of a table, from its full capacity and the size of an entry: what `maptrace-runtime` has in its own `table`, for
//! a process that is gone. A test of the runtime holds the two together.

use crate::recording::Kind;

/// Full capacities of the tables of maps without a record of their own.
pub(crate) const CLASSES: [u64; 7] = [0, 3, 7, 14, 28, 56, 112];

/// Bytes of an entry of indexmap's hash table: an index.
const INDEX: u64 = 8;

/// What the size of a map follows from.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) entry_size: u64,
    /// Control bytes that hashbrown looks at together on that machine.
    pub(crate) group: u64,
}

impl Shape {
    fn is_indexed(self) -> bool {
        matches!(self.kind, Kind::IndexMap | Kind::IndexSet)
    }

    /// The smallest full capacity with room for `entries`.
    pub(crate) fn least_for(self, entries: u64) -> u64 {
        if self.is_indexed() {
            entries
        } else {
            self.full_for(entries, self.entry_size)
        }
    }

    /// Bytes held with full capacity `full`.
    pub(crate) fn bytes(self, full: u64) -> u64 {
        if self.is_indexed() {
            let table = self.table_bytes(self.full_for(full, INDEX), INDEX);
            return full.saturating_mul(self.entry_size).saturating_add(table);
        }
        self.table_bytes(full, self.entry_size)
    }

    fn buckets_for(self, entries: u64, entry_size: u64) -> u64 {
        match entries {
            0 => 0,
            1..15 => {
                let least = match (self.group, entry_size) {
                    (16, 0..=1) => 14,
                    (16, 2..=3) | (8, 0..=1) => 7,
                    _ => 3,
                };
                match entries.max(least) {
                    0..4 => 4,
                    4..8 => 8,
                    _ => 16,
                }
            }
            _ => (entries.saturating_mul(8) / 7)
                .checked_next_power_of_two()
                .unwrap_or(1 << 63),
        }
    }

    fn full_for(self, entries: u64, entry_size: u64) -> u64 {
        match self.buckets_for(entries, entry_size) {
            0 => 0,
            buckets @ 1..=8 => buckets - 1,
            buckets => buckets / 8 * 7,
        }
    }

    fn table_bytes(self, full: u64, entry_size: u64) -> u64 {
        let buckets = self.buckets_for(full, entry_size);
        if buckets == 0 {
            return 0;
        }
        let group = self.group.max(1);
        let entries = buckets.saturating_mul(entry_size).saturating_add(group - 1) / group * group;
        entries.saturating_add(buckets).saturating_add(group)
    }
}
