//! Maps behind locks and in statics, and references to maps.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, TryReserveError};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock};

static SEEN: LazyLock<Mutex<HashMap<u8, &'static str>>> = LazyLock::new(|| Mutex::new(HashMap::new()));
static ONCE: OnceLock<BTreeMap<u8, u8>> = OnceLock::new();
static EMPTY: &BTreeMap<u8, u8> = &BTreeMap::new();

fn longest(map: &RwLock<HashMap<String, String>>) -> usize {
    map.read().unwrap().values().map(String::len).max().unwrap_or(0)
}

fn reserve(map: &mut HashMap<u8, u8>) -> Result<(), TryReserveError> {
    map.try_reserve(10)
}

pub fn run() {
    SEEN.lock().unwrap().insert(1, "one");
    ONCE.get_or_init(|| (1..4).map(|n| (n, n * n)).collect());
    let shared = Arc::new(RwLock::new(HashMap::from([("k".to_owned(), "value".to_owned())])));
    let mut plain = HashMap::new();
    reserve(&mut plain).unwrap();
    let cow: Cow<'_, BTreeMap<u8, u8>> = Cow::Borrowed(EMPTY);
    println!(
        "{:?} {:?} {} {plain:?} {cow:?}",
        SEEN.lock().unwrap(),
        ONCE.get(),
        longest(&shared)
    );
}
