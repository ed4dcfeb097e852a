//! Aliases: of a map, of a map inside another type, generic, and with the path written in each way.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::{self, BTreeSet, HashMap, btree_map, hash_map};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, RwLock};

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_traced};

#[maptrace]
type Sessions = HashMap<String, u64>;
#[maptrace(name = "routes", sample = 64)]
pub type Routes = Arc<RwLock<std::collections::BTreeMap<&'static str, u16>>>;
#[maptrace]
type Hashed = ::std::collections::HashMap<u8, u8, BuildHasherDefault<DefaultHasher>>;
#[maptrace]
type Ids = BTreeSet<[u8; 16]>;
#[maptrace]
type Words = collections::HashSet<String>;
#[maptrace]
type Ordered = btree_map::BTreeMap<u16, u8>;
#[maptrace]
type Cache<V> = HashMap<String, V>;
#[maptrace]
type Fixed<const N: usize> = HashMap<[u8; N], u8>;
#[maptrace]
type Borrowed<'a> = HashMap<&'a str, Cow<'a, str>>;
#[maptrace]
type Handlers<'a> = HashMap<u8, Box<dyn Fn(&str) -> &'a str + 'a>>;
#[maptrace]
type Callbacks = HashMap<u8, fn(&str) -> &str>;
#[maptrace]
type Nested = HashMap<u8, std::collections::BTreeMap<u8, u8>>;
#[maptrace]
type Slot<'a> = hash_map::Entry<'a, u8, u8>;
#[maptrace]
type Pairs = <HashMap<u8, u8> as IntoIterator>::IntoIter;
#[maptrace]
type Traced = maptrace::collections::HashMap<i8, i8>;

fn count(mut pairs: Pairs) -> usize {
    pairs.by_ref().count()
}

fn main() {
    let mut sessions = Sessions::new();
    sessions.insert("ann".to_owned(), 1);
    assert_traced(&sessions);

    let routes = Routes::default();
    routes.write().unwrap().insert("/", 200);
    assert_traced(&*routes.read().unwrap());

    assert_traced(&Hashed::default());
    assert_traced(&Ids::new());
    assert_traced(&Words::new());
    assert_traced(&Ordered::new());
    assert_traced(&Cache::<u8>::new());
    assert_traced(&Fixed::<2>::new());
    assert_traced(&Traced::new());

    let text = String::from("borrowed");
    let mut borrowed = Borrowed::new();
    borrowed.insert(&text, Cow::Borrowed("x"));
    assert_traced(&borrowed);
    let mut handlers = Handlers::new();
    handlers.insert(1, Box::new(|_| text.as_str()));
    assert_eq!(handlers[&1]("x"), "borrowed");
    let mut callbacks = Callbacks::new();
    callbacks.insert(1, |text| text);
    assert_eq!(callbacks[&1]("y"), "y");

    let mut nested = Nested::new();
    nested.entry(1).or_default().insert(2, 3);
    assert_traced(&nested[&1]);

    let mut map: HashMapOfSlots = Default::default();
    let slot: Slot<'_> = map.entry(1);
    slot.or_insert(2);
    assert_eq!(count(map.into_iter()), 1);

    assert_declared(&[
        "Sessions",
        "routes",
        "Hashed",
        "Ids",
        "Words",
        "Ordered",
        "Borrowed",
        "Handlers",
        "Callbacks",
        "Nested",
        "Nested#2",
        "Traced",
        "HashMapOfSlots",
    ]);
}

#[maptrace]
type HashMapOfSlots = HashMap<u8, u8>;
