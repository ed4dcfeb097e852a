//! What is known about a hash table of std (hashbrown 0.16) from its public API and its entry size alone.
//!
//! The growth policy and the layout are hashbrown's, read in its source (`capacity_to_buckets`,
//! `bucket_mask_to_capacity`, `TableLayout::calculate_layout_for`); a test compares them with the real tables and the
//! real allocator, and fails when std changes them.

/// Control bytes that are looked at together: hashbrown's group width on this machine.
const GROUP: u64 = if cfg!(all(
    any(target_arch = "x86", target_arch = "x86_64"),
    target_feature = "sse2"
)) {
    16
} else {
    8
};

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

/// How often a table grows on its way from full capacity `from` to one with room for `entries`, one assign at a time.
pub(crate) const fn grows_between(from: u64, entries: u64, entry_size: u64) -> u64 {
    let mut full = from;
    let mut grows = 0;
    while full < entries {
        full = full_for(full + 1, entry_size);
        grows += 1;
    }
    grows
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
    fn grows_are_counted_along_the_ladder() {
        assert_eq!(grows_between(0, 0, 16), 0);
        assert_eq!(grows_between(0, 1, 16), 1);
        assert_eq!(grows_between(0, 3, 16), 1);
        assert_eq!(grows_between(0, 4, 16), 2);
        assert_eq!(grows_between(0, 28, 16), 4);
        assert_eq!(grows_between(28, 28, 16), 0);
        assert_eq!(grows_between(28, 29, 16), 1);
    }
}
