//! The keys, their values, and when they are to go.

#[maptrace]
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::time::Instant;

use maptrace::maptrace;

type Key = Box<[u8]>;

/// Every key that has been set and not been removed, due or not.
#[maptrace(name = "keyspace")]
type Keyspace = HashMap<Key, Entry>;

/// Which key is due when; exactly the keys of the [`Keyspace`] whose entry expires.
#[maptrace(name = "expiries")]
type Expiries = BTreeSet<(Instant, Key)>;

/// A value.
pub(crate) struct Entry {
    pub(crate) value: Box<[u8]>,
    /// When it is due: from then on it is as good as absent.
    pub(crate) expires: Option<Instant>,
}

impl Entry {
    fn is_due(&self, now: Instant) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }
}

/// Why a value could not be counted up or down.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum IncrError {
    NotAnInteger,
    Overflow,
}

/// The database. Each method takes the time as of its request, so that a request sees one moment only.
pub(crate) struct Db {
    keys: Keyspace,
    expiries: Expiries,
    /// The order in which SCAN goes through the keys; not the keyspace's own hasher, whose order clients must not see.
    scan_order: RandomState,
    /// Keys that were removed because they were due.
    expired: u64,
}

impl Db {
    pub(crate) fn new() -> Self {
        Self {
            keys: Keyspace::new(),
            expiries: Expiries::new(),
            scan_order: RandomState::new(),
            expired: 0,
        }
    }

    /// Keys, those included that are due and not yet removed: as Redis counts them.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Keys that will expire.
    pub(crate) fn expiring(&self) -> usize {
        self.expiries.len()
    }

    pub(crate) fn expired(&self) -> u64 {
        self.expired
    }

    /// The entry of `key`.
    pub(crate) fn get(&self, key: &[u8], now: Instant) -> Option<&Entry> {
        self.keys.get(key).filter(|entry| !entry.is_due(now))
    }

    /// Sets `key`, whatever it was before.
    pub(crate) fn set(&mut self, key: &[u8], value: &[u8], expires: Option<Instant>) {
        let entry = Entry {
            value: value.into(),
            expires,
        };
        if let Some(old) = self.keys.insert(key.into(), entry) {
            self.forget(key, old.expires);
        }
        if let Some(at) = expires {
            self.expiries.insert((at, key.into()));
        }
    }

    /// Removes `key`, and says whether it was there.
    pub(crate) fn delete(&mut self, key: &[u8], now: Instant) -> bool {
        let Some(old) = self.keys.remove(key) else {
            return false;
        };
        self.forget(key, old.expires);
        !old.is_due(now)
    }

    /// Lets `key` expire at `at`, or never, and says whether it is there.
    pub(crate) fn set_expiry(&mut self, key: &[u8], expires: Option<Instant>, now: Instant) -> bool {
        let Some(entry) = self.keys.get_mut(key).filter(|entry| !entry.is_due(now)) else {
            return false;
        };
        let old = std::mem::replace(&mut entry.expires, expires);
        self.forget(key, old);
        if let Some(at) = expires {
            self.expiries.insert((at, key.into()));
        }
        true
    }

    /// Adds `by` to the number that `key` holds, which is 0 if it is absent.
    pub(crate) fn add(&mut self, key: &[u8], by: i64, now: Instant) -> Result<i64, IncrError> {
        match self.keys.get_mut(key) {
            Some(entry) if !entry.is_due(now) => {
                let old = crate::resp::parse_i64(&entry.value).ok_or(IncrError::NotAnInteger)?;
                let new = old.checked_add(by).ok_or(IncrError::Overflow)?;
                entry.value = new.to_string().into_bytes().into();
                Ok(new)
            }
            _ => {
                self.set(key, by.to_string().as_bytes(), None);
                Ok(by)
            }
        }
    }

    /// Every key that is not due, in no order.
    pub(crate) fn keys(&self, now: Instant) -> impl Iterator<Item = &[u8]> {
        self.keys
            .iter()
            .filter(move |(_, entry)| !entry.is_due(now))
            .map(|(key, _)| &**key)
    }

    /// About `count` keys from `cursor` on, and the cursor to go on from, which is 0 after the last.
    ///
    /// `HashMap` cannot resume an iteration. But each key has its place in the space of 64-bit hashes, whatever
    /// happens to the table, so a call returns the keys within one window of that space: a key that stays is
    /// returned exactly once, and no state is kept for clients that never come back. A call looks at all keys,
    /// so it returns enough of them that a whole scan takes no more than 128 calls.
    pub(crate) fn scan(&self, cursor: u64, count: usize, now: Instant) -> (u64, Vec<&[u8]>) {
        const MOST_CALLS: usize = 128;
        let windows = (self.len() / count.max(self.len() / MOST_CALLS).max(1)).max(1);
        let end = cursor.saturating_add(u64::MAX / windows as u64);
        let last = end == u64::MAX;
        let place = |key: &&[u8]| {
            let hash = self.scan_order.hash_one(key);
            hash >= cursor && (hash < end || last)
        };
        (if last { 0 } else { end }, self.keys(now).filter(place).collect())
    }

    /// Removes up to `limit` keys that are due, the longest overdue first, and returns how many it found.
    pub(crate) fn remove_due(&mut self, now: Instant, limit: usize) -> usize {
        for found in 0..limit {
            match self.expiries.first() {
                Some((at, _)) if *at <= now => {}
                _ => return found,
            }
            if let Some((_, key)) = self.expiries.pop_first() {
                self.keys.remove(&key);
                self.expired += 1;
            }
        }
        limit
    }

    /// Removes every key, and gives their tables back.
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.keys.shrink_to_fit();
        self.expiries.clear();
    }

    fn forget(&mut self, key: &[u8], expires: Option<Instant>) {
        if let Some(at) = expires {
            self.expiries.remove(&(at, key.into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;

    fn value(db: &Db, key: &str, now: Instant) -> Option<Vec<u8>> {
        db.get(key.as_bytes(), now).map(|entry| entry.value.to_vec())
    }

    #[test]
    fn a_key_is_gone_when_it_is_due_and_the_index_follows_every_change() {
        let start = Instant::now();
        let later = |seconds| start + Duration::from_secs(seconds);
        let mut db = Db::new();
        db.set(b"a", b"1", Some(later(5)));
        db.set(b"a", b"2", Some(later(9)));
        assert_eq!(db.expiring(), 1);
        assert_eq!(value(&db, "a", later(8)), Some(b"2".to_vec()));
        assert_eq!(value(&db, "a", later(9)), None);
        assert_eq!(
            (db.len(), db.expiring()),
            (1, 1),
            "it is still there, but nobody sees it"
        );
        assert_eq!(db.keys(later(9)).count(), 0);
        assert_eq!(db.remove_due(later(9), 1), 1);
        assert_eq!((db.len(), db.expiring(), db.expired()), (0, 0, 1));

        db.set(b"a", b"3", Some(later(5)));
        assert!(db.set_expiry(b"a", None, start));
        assert_eq!(db.expiring(), 0);
        assert!(db.set_expiry(b"a", Some(later(5)), start));
        assert!(!db.set_expiry(b"a", None, later(5)), "it is due");
        assert!(!db.delete(b"a", later(5)), "it is due, so it counts as absent");
        assert_eq!((db.len(), db.expiring()), (0, 0));
    }

    #[test]
    fn due_keys_are_removed_in_steps_oldest_first() {
        let start = Instant::now();
        let mut db = Db::new();
        for second in 1..=10_u64 {
            db.set(&second.to_be_bytes(), b"", Some(start + Duration::from_secs(second)));
        }
        let now = start + Duration::from_secs(7);
        assert_eq!(db.remove_due(now, 5), 5);
        assert!(db.keys.contains_key(&6_u64.to_be_bytes()[..]) && !db.keys.contains_key(&5_u64.to_be_bytes()[..]));
        assert_eq!(db.remove_due(now, 5), 2);
        assert_eq!(db.remove_due(now, 5), 0);
        assert_eq!((db.len(), db.expiring(), db.expired()), (3, 3, 7));
    }

    #[test]
    fn counting_keeps_the_expiry_and_starts_anew_after_it() {
        let start = Instant::now();
        let due = start + Duration::from_secs(1);
        let mut db = Db::new();
        db.set(b"n", b"41", Some(due));
        assert_eq!(db.add(b"n", 1, start), Ok(42));
        assert_eq!(db.expiring(), 1);
        assert_eq!(db.add(b"n", -1, due), Ok(-1));
        assert_eq!(db.expiring(), 0);
        db.set(b"n", b"9223372036854775807", None);
        assert_eq!(db.add(b"n", 1, start), Err(IncrError::Overflow));
        db.set(b"n", b"one", None);
        assert_eq!(db.add(b"n", 1, start), Err(IncrError::NotAnInteger));
    }

    #[test]
    fn a_scan_returns_what_stays_exactly_once_while_the_table_grows_and_shrinks() {
        let now = Instant::now();
        let mut db = Db::new();
        let stays: BTreeSet<Vec<u8>> = (0..1_000_u32).map(|n| format!("stays {n}").into_bytes()).collect();
        for key in &stays {
            db.set(key, b"", None);
        }
        let (mut cursor, mut calls, mut seen) = (0, 0_u32, Vec::new());
        loop {
            let (next, keys) = db.scan(cursor, 20, now);
            seen.extend(
                keys.into_iter()
                    .filter(|key| key.starts_with(b"stays"))
                    .map(<[u8]>::to_vec),
            );
            if next == 0 {
                break;
            }
            assert!(next > cursor);
            cursor = next;
            calls += 1;
            for n in 0..500_u32 {
                let key = format!("comes and goes {n}");
                if calls % 2 == 0 {
                    db.set(key.as_bytes(), b"", None)
                } else {
                    db.delete(key.as_bytes(), now);
                }
            }
        }
        assert!(calls > 10, "it is no scan if it ends after {calls} calls");
        assert_eq!(seen.len(), stays.len());
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), stays);
    }

    #[test]
    fn an_empty_database_is_scanned_in_one_call() {
        assert_eq!(Db::new().scan(0, 10, Instant::now()), (0, Vec::new()));
    }
}
