//! A map that is made in a function knows which, by its full name, whatever stands around it.
#![deny(warnings)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Waker};

use maptrace::maptrace;

#[maptrace]
fn free() {
    let map = HashMap::from([(1_u8, Free)]);
    drop(map);
    // With its type, as the caller is lost.
    let collected = [1_u8].into_iter().collect::<BTreeSet<u8>>();
    drop(collected);
    fn inner() -> BTreeMap<u8, Free> {
        BTreeMap::from([(1, Free)])
    }
    let closure = || {
        let enclosed = HashMap::from([(1_u16, Free)]);
        drop(enclosed);
    };
    closure();
    drop(inner());
}

#[derive(Clone)]
struct Free;

#[maptrace]
async fn waiting() {
    let awaited = HashMap::from([(1_u32, 1_u8)]);
    std::future::ready(()).await;
    drop(awaited);
}

#[maptrace]
fn generic<T: Ord>(one: T) {
    let generic_map = BTreeMap::from([(one, 1_i8)]);
    drop(generic_map);
}

struct Cart<K> {
    entries: HashMap<K, u64>,
}

#[maptrace]
impl Cart<u8> {
    fn empty() {
        let others = HashSet::from([1_i64]);
        drop(others);
    }
}

impl<K: Default + Eq + std::hash::Hash> Cart<K> {
    // What is around is not seen here.
    #[maptrace]
    fn filled() {
        let alone = HashMap::from([(K::default(), 1_i16)]);
        drop(alone);
    }

    fn count(&self) -> usize {
        self.entries.len()
    }
}

trait Fill<T> {
    fn fill(&self);
    fn by_default(&self);
}

#[maptrace]
impl<K> Fill<u8> for Cart<K> {
    fn fill(&self) {
        let of_trait = HashMap::from([(1_u8, 1_i32)]);
        drop(of_trait);
    }
    fn by_default(&self) {}
}

#[maptrace]
trait Other {
    fn provided(&self) {
        let given = HashMap::from([(1_u8, 1_i128)]);
        drop(given);
    }
}
impl Other for u8 {}

#[maptrace]
mod deep {
    pub mod er {
        use std::collections::HashMap;

        pub fn down() {
            #[expect(clippy::zero_sized_map_values, reason = "as there is a lint")]
            let deepest = HashMap::from([(1_u8, ())]);
            drop(deepest);
        }
    }
}

// None of a function.
#[maptrace]
type Alias = BTreeMap<char, u8>;
#[maptrace]
#[derive(Default)]
struct Holder {
    field: BTreeMap<char, u16>,
}
#[maptrace]
static STATIC: std::sync::Mutex<BTreeMap<char, u32>> = std::sync::Mutex::new(BTreeMap::new());

fn main() {
    free();
    let mut waiting = pin!(waiting());
    assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    generic(1_u8);
    Cart::<u8>::empty();
    Cart::<u64>::filled();
    let cart = Cart::<u8> {
        entries: std::collections::HashMap::new(),
    };
    cart.fill();
    cart.by_default();
    assert_eq!(cart.count(), 0);
    1_u8.provided();
    deep::er::down();
    let mut alias = Alias::new();
    alias.insert('a', 1);
    let mut holder = Holder::default();
    holder.field.insert('a', 1);
    STATIC.lock().unwrap().insert('a', 1);

    let snapshot = maptrace::snapshot();
    let crate_name = module_path!();
    for (map, function) in [
        ("free::map", Some("free")),
        ("free::collected", Some("free")),
        ("free::inner", Some("free::inner")),
        ("free::enclosed", Some("free")),
        ("waiting::awaited", Some("waiting")),
        ("generic::generic_map", Some("generic")),
        ("Cart::empty::others", Some("Cart<u8>::empty")),
        ("filled::alone", Some("Cart::filled")),
        ("Other::provided::given", Some("Other::provided")),
        ("down::deepest", Some("deep::er::down")),
        ("Alias", None),
        ("Holder.field", None),
        ("STATIC", None),
    ] {
        let function = function.map(|function| format!("{crate_name}::{function}"));
        is_of(&snapshot, map, function);
    }
    is_of(
        &snapshot,
        "Cart::fill::of_trait",
        Some(format!("<{crate_name}::Cart as {crate_name}::Fill<u8>>::fill")),
    );
}

fn is_of(snapshot: &maptrace::Snapshot, map: &str, function: Option<String>) {
    let site = snapshot.map(map).map(|map| map.site.clone());
    assert_eq!(site.is_some(), cfg!(feature = "enable"), "{map}");
    if let Some(site) = site {
        assert_eq!(site.function, function, "{map}");
    }
}
