//! Traced maps used while another traced map is at work: in its keys' `Hash` and `Drop`.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::testing::Capture;

thread_local! {
    static HASHED: RefCell<BTreeMap<u32, u64>> = const { RefCell::new(BTreeMap::new()) };
    static ALIVE: RefCell<HashMap<u32, ()>> = RefCell::new(HashMap::with_capacity(300));
}

/// Counts its hashes in one traced map, and is taken out of another when it is dropped.
#[derive(PartialEq, Eq)]
struct Key(u32);

impl Key {
    fn new(key: u32) -> Self {
        ALIVE.with_borrow_mut(|alive| alive.insert(key, ()));
        Self(key)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        HASHED.with_borrow_mut(|hashed| *hashed.entry(self.0).or_insert(0) += 1);
        self.0.hash(hasher);
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        ALIVE.with_borrow_mut(|alive| alive.remove(&self.0));
    }
}

#[test]
fn maps_in_hash_and_drop() {
    let capture = Capture::install();
    let mut map = HashMap::new();
    let mut grows = 0;
    for key in 0..200 {
        grows += u64::from(map.len() == map.capacity());
        map.insert(Key::new(key), ());
    }
    for key in 0..50 {
        map.remove(&Key::new(key));
    }
    map.retain(|key, ()| key.0 % 2 == 0);
    drop(map);
    ALIVE.with_borrow(|alive| assert_eq!(alive.len(), 0));
    let now = capture.snapshot();
    let health = &now.health;
    // Nothing was reentrant: maptrace is not at work while the user's code runs.
    assert_eq!(
        (health.emitted, health.dropped),
        (health.delivered, [0; 8]),
        "{health:?}"
    );
    // The map: Create, 200 assigns, grows, 50 deletes, a batch, Free. Alive: Create, 250 assigns, and a delete for each
    // key made, 50 of which find the key gone. Hashed: Create and an assign for each of 200 keys.
    assert_eq!(
        health.emitted,
        (1 + 200 + grows + 50 + 1 + 1) + (1 + 250 + 250) + (1 + 200),
        "{health:?}"
    );
    let hits: u64 = now.maps.iter().map(|map| map.totals.deletes_hit).sum();
    assert_eq!(hits, 50 + 75 + 200);
}
