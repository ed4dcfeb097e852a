// What a program may expect of HashMap's types: mostly, that it compiles. Included twice, with std's types in scope and
// with the traced ones.

use std::cell::Cell;
use std::fmt::Debug;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;
use std::sync::LazyLock;

type Fixed = BuildHasherDefault<DefaultHasher>;
type Map<K, V> = HashMap<K, V, Fixed>;

const EMPTY: &Map<u32, u32> = &Map::with_hasher(Fixed::new());
static STATIC: Map<u32, u32> = make();
static LAZY: LazyLock<HashMap<u32, u32>> = LazyLock::new(|| HashMap::from([(1, 2)]));

const fn make<K, V>() -> Map<K, V> {
    Map::with_hasher(Fixed::new())
}

thread_local! {
    static LOCAL: std::cell::RefCell<HashMap<u32, u32>> = std::cell::RefCell::new(HashMap::new());
}

#[test]
fn lives_in_statics() {
    assert!(EMPTY.is_empty() && STATIC.is_empty());
    assert_eq!(LAZY[&1], 2);
    LOCAL.with_borrow_mut(|map| map.insert(1, 1));
    assert_eq!(LOCAL.with_borrow(HashMap::len), 1);
}

#[test]
fn borrows_as_std_does() {
    let mut map: HashMap<usize, usize> = HashMap::new();
    // Two-phase borrows need a real inherent method.
    map.insert(1, map.len());
    map.insert(map.len() + 1, map.capacity());
    let length: fn(&HashMap<usize, usize>) -> usize = HashMap::len;
    assert_eq!(length(&map), 2);
    assert_eq!([&map].map(HashMap::len), [2]);
    assert!(Some(&map).is_some_and(|map| !HashMap::is_empty(map)));

    // It borrows as itself and, without that feature, as nothing else, so there is no doubt what this is.
    #[cfg(not(feature = "borrow"))]
    assert_eq!(std::borrow::Borrow::borrow(&map).len(), 2);

    // A lazy iterator that is not used any more does not hold on to the map.
    let mut taken = map.extract_if(|_, _| false);
    assert!(taken.next().is_none());
    map.insert(3, 3);
    let entry = map.entry(4);
    assert_eq!(entry.key(), &4);
    map.insert(5, 5);
}

#[test]
fn may_outlive_what_it_holds() {
    // The value goes before the map does, which is fine as dropping the map does not look at it.
    let mut map = HashMap::new();
    let value = String::from("value");
    map.insert(1, &value);
    let cell = Cell::new(1);
    let mut cells = Map::with_hasher(Fixed::new());
    cells.insert(1, &cell);

    struct Node<'a>(HashMap<u32, Cell<Option<&'a Node<'a>>>>);
    let node = Node(HashMap::from([(1, Cell::new(None))]));
    node.0[&1].set(Some(&node));
    assert!(node.0[&1].get().is_some());
}

fn _covariant<'a>(map: HashMap<&'static str, &'static str>) -> HashMap<&'a str, &'a str> {
    map
}

fn _covariant_ref<'b, 'a: 'b>(map: &'b HashMap<&'static str, &'a str>) -> &'b HashMap<&'b str, &'b str> {
    map
}

fn _covariant_iter<'b, 'a: 'b>(iter: hash_map::Iter<'a, &'static str, u8>) -> hash_map::Iter<'b, &'b str, u8> {
    iter
}

fn _entry_lives_as_long<'a>(entry: Entry<'a, &'a str, String>) -> &'a mut String {
    match entry {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(String::new()),
    }
}

fn _shorter_entry<'b, 'a: 'b>(entry: Entry<'a, u8, u8>) -> Entry<'b, u8, u8> {
    entry
}

fn works_for<T>(_: T)
where
    T: IntoIterator<Item = (u8, u8)> + FromIterator<(u8, u8)> + Extend<(u8, u8)> + for<'a> Extend<(&'a u8, &'a u8)>,
    T: Default + Clone + Debug + PartialEq + Eq + From<[(u8, u8); 3]> + for<'a> std::ops::Index<&'a u8, Output = u8>,
    for<'a> &'a T: IntoIterator<Item = (&'a u8, &'a u8)>,
    for<'a> &'a mut T: IntoIterator<Item = (&'a u8, &'a mut u8)>,
{
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Holder {
    map: HashMap<String, Vec<u32>>,
    nested: HashMap<u8, HashMap<u8, ()>>,
}

#[test]
fn has_the_traits() {
    works_for(HashMap::<u8, u8>::new());
    let holder = Holder::default();
    assert_eq!(holder, holder.clone());

    // Nothing here names a type twice: another `PartialEq` or `From` would make these ambiguous.
    let map: HashMap<_, _> = [(1, "one")].into();
    // With rkyv, whose archives are compared with plain maps, they are ambiguous for those.
    #[cfg(not(feature = "rkyv"))]
    assert!(map == [(1, "one")].into());
    assert!(map == HashMap::from_iter([(1, "one")]));
    #[cfg(not(feature = "rkyv"))]
    assert!(map == [(1, "one")].into_iter().collect());

    // A map of anything: no bounds on the type or on these.
    struct Opaque;
    let mut map: HashMap<Opaque, Opaque, ()> = HashMap::with_hasher(());
    map.clear();
    map.retain(|_, _| true);
    assert_eq!(
        (map.len(), map.capacity(), map.iter().len(), map.drain().len()),
        (0, 0, 0, 0)
    );
    assert_eq!((map.keys().len(), map.values().len(), map.into_iter().len()), (0, 0, 0));

    let boxed: Box<dyn std::any::Any> = Box::new(HashMap::from([(1, 1)]));
    assert!(boxed.downcast_ref::<HashMap<i32, i32>>().is_some());
    let mut map = HashMap::from([((), [0u8; 1000])]);
    assert_eq!(std::mem::take(&mut map).len(), 1);
    assert!(map.insert((), [1; 1000]).is_none());
    let units: HashMap<(), ()> = [((), ()), ((), ())].into();
    assert_eq!(units.len(), 1);
}

pub(crate) fn auto_traits() -> Vec<(&'static str, [bool; 5])> {
    type R = Rc<u8>;
    type Mutable<'a> = &'a mut Cell<u8>;
    vec![
        auto_traits!(HashMap<u8, u8>),
        auto_traits!(HashMap<R, u8>),
        auto_traits!(HashMap<u8, Cell<u8>>),
        auto_traits!(HashMap<u8, u8, Cell<u8>>),
        auto_traits!(HashMap<u8, u8, R>),
        auto_traits!(HashMap<u8, Mutable<'static>>),
        auto_traits!(HashMap<std::marker::PhantomPinned, u8>),
        auto_traits!(Entry<'static, u8, u8>),
        auto_traits!(Entry<'static, R, u8>),
        auto_traits!(Entry<'static, u8, Cell<u8>>),
        auto_traits!(hash_map::OccupiedEntry<'static, u8, u8>),
        auto_traits!(hash_map::OccupiedEntry<'static, u8, R>),
        auto_traits!(hash_map::VacantEntry<'static, u8, u8>),
        auto_traits!(hash_map::VacantEntry<'static, Cell<u8>, u8>),
        auto_traits!(hash_map::VacantEntry<'static, std::marker::PhantomPinned, u8>),
        auto_traits!(hash_map::ExtractIf<'static, u8, u8, fn(&u8, &mut u8) -> bool>),
        auto_traits!(hash_map::ExtractIf<'static, R, u8, fn(&u8, &mut u8) -> bool>),
        auto_traits!(hash_map::ExtractIf<'static, u8, Cell<u8>, R>),
    ]
}
