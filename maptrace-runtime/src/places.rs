//! Which site a place has, and which record its young maps share: for all threads, read without a lock.
//!
//! A place is where a map was made, and its type. The first change of a map asks for it, and a program may make maps at any
//! number of places in any order, so that a few that a thread remembers by itself would not do: the interner, asked for the
//! others, takes a lock and compares the names of files and types.
//!
//! This is a hash table with open addressing that only ever gets more: sites are never removed, so what is written here
//! stays true, in a fork as well. It has one writer at a time, the holder of the interner's lock. A table that is too full is left
//! as it is for those who look at it, and copied into one of twice the size.

use std::sync::OnceLock;

use crate::sync::{self, AtomicU32, AtomicU64, Ordering};

/// Addresses of the caller's location, which is never 0, and of the type's information.
pub(crate) type Key = (u64, u64);

/// A place, its site, and what was last found of its young maps. Two to a line of memory.
#[derive(Default)]
#[repr(align(32))]
pub(crate) struct Entry {
    /// 0 while there is no place here.
    caller: AtomicU64,
    info: AtomicU64,
    /// Number of a hub, and under it the record of the site there. 0 until somebody has looked.
    nursery: AtomicU64,
    site: AtomicU32,
}

impl Entry {
    /// The number of its site.
    pub(crate) fn site(&self) -> u32 {
        // Relaxed: `is` has seen what was written after it.
        self.site.load(Ordering::Relaxed)
    }

    /// The record that the hub with this number has for maps of this place that are young, if that is known here.
    #[inline]
    pub(crate) fn nursery(&self, hub: u32) -> Option<u32> {
        // Acquire: pairs with the Release store below; the record was made before that.
        let known = self.nursery.load(Ordering::Acquire);
        ((known >> 32) as u32 == hub).then_some(known as u32)
    }

    /// Makes it known. Any thread may: of several hubs the last is.
    pub(crate) fn set_nursery(&self, hub: u32, record: u32) {
        self.nursery
            .store(u64::from(hub) << 32 | u64::from(record), Ordering::Release);
    }

    /// Whether it is this place; `None` if there is no place here.
    #[inline]
    fn is(&self, key: Key) -> Option<bool> {
        // Acquire: pairs with the Release store in `set`, behind which all else is written.
        match self.caller.load(sync::place_seen()) {
            0 => None,
            caller => Some((caller, self.info.load(Ordering::Relaxed)) == key),
        }
    }

    /// Puts a place here, where there is none. One that was cut short by a fork has left no caller.
    fn set(&self, key: Key, site: u32) {
        self.info.store(key.1, Ordering::Relaxed);
        self.site.store(site, Ordering::Relaxed);
        self.caller.store(key.0, sync::place_published());
    }
}

/// Entries of the first table.
const FIRST: usize = 64;
/// Tables at most: in the largest is room for one and a half times as many places as there are sites. The interner is asked for
/// places beyond, as there are if much code is generic, or compiled into several crates.
const TABLES: usize = 10;
#[cfg(not(maptrace_loom))]
const _: () = assert!((FIRST << (TABLES - 1)) / 4 * 3 >= crate::site::MAX_SITES * 3 / 2);

/// See the module's text.
pub(crate) struct Places {
    tables: [OnceLock<Vec<Entry>>; TABLES],
    /// How many places are in the last table, or one less after a fork in the midst of it. The writer's own.
    used: AtomicU32,
    /// Which table is the last. Others than the writer may see it late: then they do not find a place yet.
    last: AtomicU32,
}

/// Those of this process, and of its children at the time of a fork.
#[cfg(not(maptrace_loom))]
pub(crate) static PLACES: Places = Places::new();

impl Places {
    #[cfg(not(maptrace_loom))]
    const fn new() -> Self {
        Self {
            tables: [const { OnceLock::new() }; TABLES],
            used: AtomicU32::new(0),
            last: AtomicU32::new(0),
        }
    }

    /// The place, if it is known here. Costs a line of memory, seldom two, of a table that is a few dozen bytes for each place.
    #[inline]
    pub(crate) fn find(&self, key: Key) -> Option<&Entry> {
        // Relaxed: the table itself is published by its cell.
        let table = self.tables.get(self.last.load(Ordering::Relaxed) as usize)?.get()?;
        find(table, key)
    }

    /// Makes it known that this place has this site. Only for who holds the interner's lock.
    pub(crate) fn add(&self, key: Key, site: u32) {
        if self.find(key).is_some() {
            return;
        }
        let mut last = self.last.load(Ordering::Relaxed);
        let mut used = self.used.load(Ordering::Relaxed);
        let room = |table: u32| (FIRST << table) as u32 / 4 * 3;
        // Without memory for a larger one the interner goes on being asked for those that are not here.
        if used >= room(last) && last as usize + 1 < TABLES && self.grow(last + 1) {
            last += 1;
        }
        if used < room(last)
            && let Some(entry) = self.table(last).and_then(|table| vacant(table, key))
        {
            entry.set(key, site);
            used += 1;
            self.used.store(used, Ordering::Relaxed);
        }
    }

    /// Makes this the last table, with all that is in the one before it, if there is memory for it.
    fn grow(&self, last: u32) -> bool {
        let (Some(before), Some(table)) = (self.table(last - 1), new_table(last)) else {
            return false;
        };
        for entry in before {
            let caller = entry.caller.load(Ordering::Relaxed);
            let key = (caller, entry.info.load(Ordering::Relaxed));
            if caller != 0
                && let Some(copy) = vacant(&table, key)
            {
                copy.set(key, entry.site());
                // One that is stored in the old table only now is looked for again.
                copy.nursery
                    .store(entry.nursery.load(Ordering::Acquire), Ordering::Relaxed);
            }
        }
        // At a fork it may have been made already: then it is a copy of the same.
        let _ = self.tables[last as usize].set(table);
        self.last.store(last, Ordering::Relaxed);
        true
    }

    /// The table of this number, which is made if it is the first.
    fn table(&self, number: u32) -> Option<&[Entry]> {
        let cell = self.tables.get(number as usize)?;
        if cell.get().is_none() && number == 0 {
            // Made outside the cell: one that is locked at a fork stays locked in the child.
            let _ = cell.set(new_table(0)?);
        }
        Some(cell.get()?)
    }
}

/// `None` if there is no memory for it.
fn new_table(number: u32) -> Option<Vec<Entry>> {
    let len = FIRST << number;
    let mut table = Vec::new();
    if table.try_reserve_exact(len).is_err() {
        return None;
    }
    for _ in 0..len {
        table.push(Entry::default());
    }
    Some(table)
}

/// The entry of this place, if it is there: it is before the first that is vacant.
#[inline]
fn find(table: &[Entry], key: Key) -> Option<&Entry> {
    for step in 0..table.len() {
        let entry = slot(table, key, step);
        match entry.is(key) {
            Some(true) => return Some(entry),
            Some(false) => {}
            None => break,
        }
    }
    None
}

/// Where this place is to be put.
fn vacant(table: &[Entry], key: Key) -> Option<&Entry> {
    for step in 0..table.len() {
        let entry = slot(table, key, step);
        if entry.is(key).is_none() {
            return Some(entry);
        }
    }
    None
}

/// Where a place looks for its own in this step.
#[inline]
fn slot(table: &[Entry], (caller, info): Key, step: usize) -> &Entry {
    // Fibonacci hashing: the upper bits depend on all of both.
    let hash = (caller ^ info.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let from = (hash >> 32) as usize;
    &table[(from + step) & table.len().wrapping_sub(1)]
}

#[cfg(all(test, not(maptrace_loom)))]
mod tests {
    use std::collections::HashMap;
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What it says is what a map says, whatever addresses there are; of the young ones' records the last of each place.
        #[test]
        fn finds_what_was_added(
            steps in proptest::collection::vec((1_u64..200, 0_u64..8, any::<u32>(), 0_u32..3), 1..800),
        ) {
            let places = Places::new();
            let mut model: HashMap<Key, (u32, Option<(u32, u32)>)> = HashMap::new();
            for (caller, info, site, hub) in steps {
                let key = (caller * 24, info * 16);
                let known = model.get(&key).copied();
                let found = places.find(key);
                prop_assert_eq!(found.map(Entry::site), known.map(|it| it.0));
                if let (Some(entry), Some((_, nursery))) = (found, known) {
                    for number in 1..4 {
                        prop_assert_eq!(entry.nursery(number), nursery.filter(|it| it.0 == number).map(|it| it.1));
                    }
                    entry.set_nursery(hub + 1, site);
                    model.entry(key).and_modify(|it| it.1 = Some((hub + 1, site)));
                } else {
                    places.add(key, site);
                    // It has one already.
                    places.add(key, site.wrapping_add(1));
                    model.insert(key, (site, None));
                }
            }
            for (key, (site, _)) in model {
                prop_assert_eq!(places.find(key).map(Entry::site), Some(site));
            }
        }
    }

    /// What docs/reference.md says: tables that were too small are kept for those who look at them.
    #[test]
    fn a_place_takes_170_bytes() {
        let places = Places::new();
        let mut added = 0;
        for most in [1_u64, 48, 49, 100, 1_000, 5_000, 24_576] {
            (added..most).for_each(|n| places.add((n * 24 + 8, 16), n as u32));
            added = most;
            let tables = places.tables.iter().filter_map(OnceLock::get);
            let bytes: usize = tables.map(|table| size_of_val(&**table)).sum();
            assert!(
                bytes as u64 <= (2 << 10) + most * 171,
                "{bytes} bytes for {most} places"
            );
            assert!(bytes <= 2 << 20);
        }
    }

    #[test]
    fn it_is_full_at_some_point_and_says_so() {
        let places = Places::new();
        let key = |n: u64| (n * 24 + 0x5555_0000, n % 7 * 16);
        let most = ((FIRST << (TABLES - 1)) / 4 * 3) as u64;
        for n in 0..most + 1_000 {
            places.add(key(n), n as u32);
        }
        for n in 0..most + 1_000 {
            assert_eq!(
                places.find(key(n)).map(Entry::site),
                (n < most).then_some(n as u32),
                "{n}"
            );
        }
    }

    /// While places are added a reader finds each that was there before it looked, with its site and no other.
    #[test]
    fn is_read_while_it_grows() {
        let places = Places::new();
        let (done, added) = (AtomicBool::new(false), AtomicU64::new(0));
        let key = |n: u64| (n * 24 + 0x5555_0000, n % 3 * 16);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(Ordering::Acquire) {
                        let sure = added.load(Ordering::Acquire);
                        for n in 1..sure + 10 {
                            let site = places.find(key(n)).map(Entry::site);
                            assert!(
                                site == Some(n as u32) || (site.is_none() && n > sure),
                                "{n} of {sure}: {site:?}"
                            );
                        }
                    }
                });
            }
            for n in 1..3_000 {
                places.add(key(n), n as u32);
                added.store(n, Ordering::Release);
            }
            done.store(true, Ordering::Release);
        });
    }
}

#[cfg(all(test, maptrace_loom))]
mod loom_tests {
    use loom::sync::Arc;

    use super::*;
    use crate::sync::weaken;

    /// A reader finds no place, or the site that it has.
    fn model() -> u64 {
        let runs = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let counted = std::sync::Arc::clone(&runs);
        loom::model::Builder::new().check(move || {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let table: Arc<[Entry; 2]> = Arc::new(std::array::from_fn(|_| Entry::default()));
            let writer = {
                let table = Arc::clone(&table);
                loom::thread::spawn(move || {
                    for caller in [1, 2] {
                        let key = (caller, 0);
                        vacant(&*table, key)
                            .expect("there is room")
                            .set(key, caller as u32 + 10);
                    }
                })
            };
            // A thread that did not make the table: what it made itself is as old as it to loom.
            let reader = loom::thread::spawn(move || {
                for caller in [2, 1] {
                    let found = find(&*table, (caller, 0));
                    assert!(found.is_none_or(|entry| entry.site() == caller as u32 + 10));
                }
            });
            writer.join().unwrap();
            reader.join().unwrap();
        });
        runs.load(std::sync::atomic::Ordering::Relaxed)
    }

    #[test]
    fn a_place_has_its_site() {
        let interleavings = model();
        println!("{interleavings} interleavings");
        assert!(interleavings > 10, "the model explores next to nothing");
    }

    #[test]
    fn weakened_orderings_are_noticed() {
        for name in ["place_published", "place_seen"] {
            let caught = std::panic::catch_unwind(|| {
                weaken::set(Some(name));
                model()
            });
            weaken::set(None);
            assert!(caught.is_err(), "the model does not notice that {name} is relaxed");
        }
    }
}
