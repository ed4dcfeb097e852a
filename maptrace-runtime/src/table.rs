//! What is known about a hash table of std (hashbrown 0.16) from its public API and its entry size alone.
//!
//! The growth policy and the layout are hashbrown's, read in its source (`capacity_to_buckets`,
//! `bucket_mask_to_capacity`, `TableLayout::calculate_layout_for`); a test compares them with the real tables and the
//! real allocator, and fails when std changes them. [`Shape`] tells indexmap's pair of allocations from one table.

use crate::snapshot::Kind;

/// Control bytes that are looked at together: hashbrown's group width on this machine.
pub(crate) const GROUP: u64 = if cfg!(all(
    any(target_arch = "x86", target_arch = "x86_64"),
    target_feature = "sse2"
)) {
    16
} else {
    8
};

/// The full capacities of small tables, from none on.
pub(crate) const CLASSES: [u64; 7] = [0, 3, 7, 14, 28, 56, 112];

/// Which of [`CLASSES`] a full capacity is.
#[inline]
pub(crate) const fn class_of(full: u64) -> Option<u8> {
    // Each has one bit more than the one before.
    let class = (full | 1).ilog2() as usize;
    if class < CLASSES.len() && CLASSES[class] == full {
        Some(class as u8)
    } else {
        None
    }
}

/// Buckets of the smallest table with room for `entries`.
pub(crate) const fn buckets_for(entries: u64, entry_size: u64) -> u64 {
    if entries == 0 {
        return 0;
    }
    if entries < 15 {
        // hashbrown makes tables of tiny entries larger, so that the control bytes do not outweigh them.
        let least = match (GROUP, entry_size) {
            (16, 0..=1) => 14,
            (16, 2..=3) | (8, 0..=1) => 7,
            _ => 3,
        };
        let entries = if entries > least { entries } else { least };
        return if entries < 4 {
            4
        } else if entries < 8 {
            8
        } else {
            16
        };
    }
    // hashbrown refuses tables that large ("capacity overflow"), so what this gives past the end of the numbers only
    // has to be no less than what it gives before.
    (entries.saturating_mul(8) / 7).next_power_of_two()
}

/// Entries that a table of `buckets` can hold: its *full capacity*.
pub(crate) const fn full_capacity(buckets: u64) -> u64 {
    if buckets == 0 {
        0
    } else if buckets <= 8 {
        buckets - 1
    } else {
        buckets / 8 * 7
    }
}

/// The smallest full capacity with room for `entries`.
pub(crate) const fn full_for(entries: u64, entry_size: u64) -> u64 {
    full_capacity(buckets_for(entries, entry_size))
}

/// Bytes of the one allocation of a table with full capacity `full`.
pub(crate) const fn table_bytes(full: u64, entry_size: u64) -> u64 {
    let buckets = buckets_for(full, entry_size);
    if buckets == 0 {
        return 0;
    }
    let entries = buckets.saturating_mul(entry_size).saturating_add(GROUP - 1) / GROUP * GROUP;
    entries.saturating_add(buckets + GROUP)
}

/// Bytes of an entry of indexmap's hash table: an index.
const INDEX: u64 = size_of::<usize>() as u64;

/// How a collection lays out its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// In the hash table itself.
    Table,
    /// As indexmap does: a hash table of indices, and a vector of entries, each with its hash.
    ///
    /// Full capacity is the vector's, and the table is the smallest one for as many: so it is after each grow, shrink
    /// or `with_capacity`. The table grows before the vector does, and goes ahead of it by a step where tombstones, or
    /// an insert of a key that is there, make it grow while the vector is not full: that cannot be seen from outside.
    Indexed,
}

impl Layout {
    /// That of a kind of collections. A tree has no table.
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::HashMap | Kind::HashSet | Kind::HashTable | Kind::BTreeMap | Kind::BTreeSet => Self::Table,
            Kind::IndexMap | Kind::IndexSet => Self::Indexed,
        }
    }
}

/// What follows from the kind of a collection and the size of its entries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    layout: Layout,
    entry_size: u64,
}

impl Shape {
    pub(crate) const fn new(kind: Kind, entry_size: u64) -> Self {
        Self {
            layout: Layout::of(kind),
            entry_size,
        }
    }

    /// The smallest full capacity with room for `entries`.
    pub(crate) const fn least_for(self, entries: u64) -> u64 {
        match self.layout {
            Layout::Table => full_for(entries, self.entry_size),
            Layout::Indexed => entries,
        }
    }

    /// The full capacity that making room for `entries` leads to, if there is not enough.
    pub(crate) const fn grown_for(self, entries: u64) -> u64 {
        match self.layout {
            Layout::Table => full_for(entries, self.entry_size),
            Layout::Indexed => full_for(entries, INDEX),
        }
    }

    /// Whether the next insert, of any key, resizes the table of a collection with full capacity `full` and no room
    /// (`capacity()` is `room` and as many entries are there), whose table has grown already if it is `ahead`. If not,
    /// an insert of a new key does.
    pub(crate) const fn any_insert_resizes(self, room: u64, full: u64, ahead: bool) -> bool {
        match self.layout {
            Layout::Table => true,
            Layout::Indexed => room < full || (!ahead && full_for(full, INDEX) == full),
        }
    }

    /// Whether a collection was resized whose `capacity()` has become `room`, now that `entries` are in it. If not, the
    /// table was full of tombstones and an entry has come in place of one of them, as through hashbrown's own entries and
    /// all of indexmap's ways in but `insert`.
    pub(crate) const fn is_resized(self, full: u64, room: u64, entries: u64) -> bool {
        match self.layout {
            // A table that was resized has room to spare. It may be smaller: a `Drain` that is forgotten takes it away.
            Layout::Table => room != entries,
            // A vector that was resized may be just large enough, but it never gets smaller unasked.
            Layout::Indexed => room >= full,
        }
    }

    /// Bytes held with full capacity `full`.
    pub(crate) const fn bytes(self, full: u64) -> u64 {
        match self.layout {
            Layout::Table => table_bytes(full, self.entry_size),
            Layout::Indexed => self
                .entries(full)
                .saturating_add(table_bytes(full_for(full, INDEX), INDEX)),
        }
    }

    /// Most bytes held at once while full capacity grows from `old` to `new`: old and new side by side. indexmap is
    /// done with its table before it turns to its entries.
    pub(crate) const fn peak(self, old: u64, new: u64) -> u64 {
        match self.layout {
            Layout::Table => self.bytes(old).saturating_add(self.bytes(new)),
            Layout::Indexed => self.bytes(new).saturating_add(self.entries(old)),
        }
    }

    const fn entries(self, full: u64) -> u64 {
        full.saturating_mul(self.entry_size)
    }

    /// How often full capacity grows on its way from `from` to one with room for `entries`, one assign at a time.
    pub(crate) const fn grows_between(self, from: u64, entries: u64) -> u64 {
        let mut full = from;
        let mut grows = 0;
        while full < entries {
            full = self.grown_for(full + 1);
            grows += 1;
        }
        grows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// Follows a real map through its growth and compares each capacity.
    fn follow<V: Default>(entry_size: u64) {
        let mut map: HashMap<u32, V> = HashMap::new();
        let mut full = 0;
        for key in 0..20_000 {
            if map.len() == map.capacity() {
                full = full_for(full + 1, entry_size);
                map.insert(key, V::default());
                assert_eq!(map.capacity() as u64, full, "entries of {entry_size} bytes");
            } else {
                map.insert(key, V::default());
            }
        }
    }

    #[test]
    fn growth_policy_is_std_s() {
        follow::<()>(4);
        follow::<u64>(16);
        follow::<[u64; 9]>(80);
        for (size, map) in [
            (1, HashMap::<u8, ()>::with_capacity(1).capacity()),
            (2, HashMap::<u16, ()>::with_capacity(1).capacity()),
            (4, HashMap::<u32, ()>::with_capacity(1).capacity()),
        ] {
            assert_eq!(full_for(1, size), map as u64);
        }
        for wanted in 1..5_000_u32 {
            let real = HashMap::<u64, u64>::with_capacity(wanted as usize).capacity();
            assert_eq!(full_for(u64::from(wanted), 16), real as u64);
        }
    }

    #[test]
    fn no_number_of_entries_is_too_large_to_ask() {
        let mut last = 0;
        for entries in [1_u64 << 60, (1 << 61) - 1, 1 << 61, 1 << 62, u64::MAX] {
            let full = full_for(entries, 16);
            assert!(full >= last && table_bytes(full, 16) >= full, "{entries}");
            last = full;
        }
        assert_eq!(table_bytes(u64::MAX, u64::MAX), u64::MAX);
    }

    #[test]
    fn it_is_known_which_insert_is_sure_to_resize() {
        let map = Shape::new(Kind::HashMap, 16);
        let indexed = Shape::new(Kind::IndexMap, 24);
        assert!(map.any_insert_resizes(28, 28, false) && indexed.any_insert_resizes(28, 28, false));
        // The table has room for 112, or for more as it has grown before the entries did.
        assert!(!indexed.any_insert_resizes(100, 100, false) && !indexed.any_insert_resizes(28, 28, true));
        // It is full of tombstones.
        assert!(indexed.any_insert_resizes(27, 28, true));
    }

    #[test]
    fn grows_are_counted_along_the_ladder() {
        let grows_between = |from, entries, size| Shape::new(Kind::HashMap, size).grows_between(from, entries);
        assert_eq!(grows_between(0, 0, 16), 0);
        assert_eq!(grows_between(0, 1, 16), 1);
        assert_eq!(grows_between(0, 3, 16), 1);
        assert_eq!(grows_between(0, 4, 16), 2);
        assert_eq!(grows_between(0, 28, 16), 4);
        assert_eq!(grows_between(28, 28, 16), 0);
        assert_eq!(grows_between(28, 29, 16), 1);
    }
}
