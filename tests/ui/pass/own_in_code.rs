//! Types of the user's own under the names of std's maps, which an import brings from where the attribute does not look: the
//! code of the item shows that they are none.

use maptrace::maptrace;
use maptrace_ui_tests::{assert_plain, assert_traced};

mod own {
    #[derive(Debug, PartialEq)]
    pub struct HashSet<const N: usize>(pub [u8; N]);

    impl<const N: usize> Default for HashSet<N> {
        fn default() -> Self {
            Self([0; N])
        }
    }

    #[derive(Default)]
    pub struct BTreeMap<V> {
        pub value: Option<V>,
    }

    #[derive(Default)]
    pub struct HashMap;

    impl HashMap {
        pub fn new() -> Self {
            Self
        }
    }

    #[derive(Clone)]
    pub struct BTreeSet<'a>(pub &'a str);

    pub trait Keyed {
        type Map: Default;
    }

    impl Keyed for u8 {
        type Map = Vec<u8>;
    }
}

mod reexport {
    pub use crate::own::*;
}

/// Only a body names them with what shows it.
mod in_a_body {
    use crate::reexport::{BTreeMap, BTreeSet, HashSet};
    use std::collections::HashMap;

    #[maptrace::maptrace]
    pub fn check() {
        let mut traced = HashMap::new();
        traced.insert(1, 2);
        super::assert_traced(&traced);
        let set: HashSet<4> = HashSet::default();
        assert_eq!(set, HashSet([0; 4]));
        let map: BTreeMap<u8> = BTreeMap::default();
        assert!(map.value.is_none());
        if traced.len() == 1 {
            let borrowed: BTreeSet<'_> = BTreeSet("x");
            assert_eq!(borrowed.0, "x");
        }
    }
}

/// What makes and takes apart a struct shows it as well.
mod made {
    use crate::reexport::{BTreeMap, HashSet};

    pub struct Struct;

    #[maptrace::maptrace]
    impl Struct {
        pub fn traced() -> std::collections::HashMap<u8, u8> {
            std::collections::HashMap::new()
        }

        pub fn make() -> u8 {
            let made = BTreeMap { value: Some(1_u8) };
            drop(Self::traced());
            made.value.unwrap_or_default()
        }

        pub fn take(bytes: [u8; 1]) -> u8 {
            let HashSet([byte]) = HashSet(bytes);
            byte
        }
    }

    /// By a pattern alone.
    #[maptrace::maptrace]
    pub fn take_apart(all: Vec<BTreeMap<u8>>) -> std::collections::HashMap<usize, u8> {
        let values = all.into_iter().map(|BTreeMap { value }| value.unwrap_or_default());
        values.enumerate().collect()
    }
}

/// By an import in the body, from a module in the item and from one of the file.
#[maptrace]
mod inside {
    use std::collections::BTreeMap;

    mod bits {
        pub struct HashSet<T>(pub T);
    }

    pub fn of_a_module() -> u8 {
        use self::bits::HashSet;
        let set = HashSet(1);
        set.0
    }

    pub fn of_the_file() -> usize {
        use crate::own::HashSet;
        let set = HashSet::<4>::default();
        set.0.len()
    }

    pub fn by_its_parameters() -> usize {
        use crate::reexport::{BTreeMap as Own, HashSet};
        let (map, set): (Own<u8>, HashSet<3>) = (Own::default(), HashSet::default());
        set.0.len() + usize::from(map.value.is_some())
    }

    pub fn traced() -> BTreeMap<u8, u8> {
        BTreeMap::new()
    }
}

/// A module that is annotated, whose import brings one.
#[maptrace]
mod whole {
    use crate::reexport::HashSet;
    use std::collections::HashMap;

    #[derive(Default)]
    pub struct Struct {
        pub own: HashSet<2>,
        pub traced: HashMap<u8, u8>,
    }

    pub fn made() -> HashSet<2> {
        HashSet([1, 2])
    }
}

/// The file shows a module's types. (`crate::own` is this file's if that is the root of the crate, which its path has to tell.)
mod by_path {
    use super::own::HashMap;
    use std::collections::BTreeMap;

    #[maptrace::maptrace]
    pub fn check() {
        let _own = HashMap::new();
        super::assert_traced(&BTreeMap::<u8, u8>::new());
    }
}

mod statics {
    use crate::reexport::HashSet;

    #[maptrace::maptrace]
    pub static PAIR: std::sync::Mutex<(HashSet<2>, std::collections::BTreeSet<u8>)> =
        std::sync::Mutex::new((HashSet([0; 2]), std::collections::BTreeSet::new()));
}

/// A `type` that leads to no map, as the compiler finds out.
mod aliases {
    use std::collections::VecDeque;
    use std::rc::Rc;

    #[maptrace::maptrace]
    use std::collections::BTreeMap as Ordered;

    use crate::own::Keyed;

    pub struct Pairs<K: Copy, V>(pub Vec<(K, V)>);

    type HashMap<K, V> = Pairs<K, V>;
    type HashSet<T> = VecDeque<T>;
    type BTreeSet<T> = Rc<[T]>;
    type BTreeMap<T> = <T as Keyed>::Map;

    #[maptrace::maptrace]
    pub struct Struct {
        pub pairs: HashMap<u8, u8>,
        pub queue: HashSet<u8>,
        pub slice: BTreeSet<u8>,
        pub vec: BTreeMap<u8>,
        pub traced: Ordered<u8, u8>,
    }

    #[maptrace::maptrace]
    pub fn made() -> Struct {
        let queue: HashSet<u8> = HashSet::new();
        Struct {
            pairs: Pairs(Vec::new()),
            queue,
            slice: Rc::new([1]),
            vec: BTreeMap::<u8>::default(),
            traced: Ordered::new(),
        }
    }
}

/// In the item too.
#[maptrace]
mod aliases_inside {
    use std::collections::{BTreeMap, VecDeque};

    type HashSet<T> = VecDeque<T>;
    type HashMap<V> = crate::reexport::BTreeMap<V>;

    #[derive(Default)]
    pub struct Struct {
        pub queue: HashSet<u8>,
        pub own: HashMap<u8>,
        pub traced: BTreeMap<u8, u8>,
    }

    pub fn made() -> usize {
        let queue = HashSet::<u8>::new();
        queue.len() + usize::from(HashMap::<u8>::default().value.is_some())
    }
}

/// Traits too may be called so.
mod traits {
    pub trait HashMap {
        fn len(&self) -> usize;
    }

    #[maptrace::maptrace]
    impl HashMap for Vec<u8> {
        fn len(&self) -> usize {
            self.iter().collect::<std::collections::BTreeSet<_>>().len()
        }
    }

    #[maptrace::maptrace]
    pub fn total<T: HashMap>(all: &[T]) -> std::collections::BTreeSet<usize> {
        all.iter().map(HashMap::len).collect()
    }

    pub mod elsewhere {
        use super::HashMap as BTreeMap;

        #[maptrace::maptrace]
        pub fn first(all: &[impl BTreeMap]) -> std::collections::BTreeSet<usize> {
            all.iter().map(|each| each.len()).take(1).collect()
        }
    }
}

/// A module that is there under a condition shows nothing, nor does one that another of its name hides.
mod hidden {
    #[cfg(any())]
    mod imp {
        pub struct HashMap;
    }
    #[cfg(not(any()))]
    mod imp {
        pub use std::collections::HashMap;
    }
    mod inner {
        #![cfg(any())]
        pub struct HashSet;
    }
    #[cfg_attr(all(), cfg(any()))]
    mod other {
        pub struct BTreeSet;
    }
    #[cfg(not(any()))]
    mod inner {
        pub use std::collections::HashSet;
    }
    mod other {
        pub use std::collections::BTreeSet;
    }

    use imp::HashMap;
    use inner::HashSet;
    use other::BTreeSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Struct {
        pub map: HashMap<u8, u8>,
        pub set: HashSet<u8>,
        pub ordered: BTreeSet<u8>,
    }

    pub mod by_name {
        use super::*;

        mod imp {
            pub use std::collections::BTreeMap;
        }
        use imp::BTreeMap;

        #[maptrace::maptrace]
        pub fn made() -> BTreeMap<u8, u8> {
            use crate::reexport as renamed;
            use renamed::HashSet;
            let set: HashSet<1> = HashSet([1]);
            BTreeMap::from_iter(set.0.map(|byte| (byte, byte)))
        }
    }
}

/// What is said of a part under a condition is not said of the map that another part has by its arguments.
mod in_part {
    use std::collections::{BTreeMap, HashMap};

    pub struct Struct;

    #[maptrace::maptrace]
    impl Struct {
        pub fn map(&self) -> BTreeMap<u8, u8> {
            BTreeMap::new()
        }

        pub fn parameter<BTreeMap: Default>() -> BTreeMap {
            let made: BTreeMap = Default::default();
            made
        }
    }

    #[maptrace::maptrace]
    pub fn conditional() -> HashMap<u8, u8> {
        #[cfg(any())]
        let map = HashMap { all: 1 };
        #[cfg(not(any()))]
        let map: HashMap<u8, u8> = HashMap::new();
        map
    }
}

/// With bounds, and among the parameters of the item.
mod bounded {
    pub trait Key: Copy {}

    impl Key for u8 {}

    mod own {
        pub struct Table<K: super::Key, V>(pub Vec<(K, V)>);
    }
    mod reexport {
        pub use super::own::Table;
    }

    type HashMap<K, V> = reexport::Table<K, V>;

    pub fn empty<K: Key, V>() -> reexport::Table<K, V> {
        own::Table(Vec::new())
    }

    #[maptrace::maptrace]
    pub struct World<'a, K: Key, V: 'a>
    where
        V: Clone,
    {
        pub table: HashMap<K, &'a V>,
        pub traced: std::collections::BTreeMap<u8, V>,
    }
}

fn main() {
    let hidden = hidden::Struct::default();
    assert_traced(&hidden.map);
    assert_traced(&hidden.set);
    assert_traced(&hidden.ordered);
    assert_traced(&hidden::by_name::made());
    assert_traced(&in_part::Struct.map());
    assert_eq!(in_part::Struct::parameter::<u8>(), 0);
    assert_traced(&in_part::conditional());
    let world = bounded::World::<u8, u8> { table: bounded::empty(), traced: Default::default() };
    assert!(world.table.0.is_empty());
    assert_traced(&world.traced);
    in_a_body::check();
    assert_eq!(made::Struct::make(), 1);
    assert_eq!(made::Struct::take([3]), 3);
    assert_eq!(inside::of_a_module(), 1);
    assert_eq!(inside::of_the_file(), 4);
    assert_eq!(inside::by_its_parameters(), 3);
    assert_traced(&inside::traced());
    let whole = whole::Struct::default();
    assert_eq!(whole.own.0.len() + whole::made().0.len(), 4);
    assert_traced(&whole.traced);
    by_path::check();
    assert!(statics::PAIR.lock().unwrap().1.is_empty());
    let aliases = aliases::made();
    assert_eq!(aliases.pairs.0.len() + aliases.queue.len() + aliases.slice.len() + aliases.vec.len(), 1);
    assert_traced(&aliases.traced);
    let inside = aliases_inside::Struct::default();
    assert_eq!(inside.queue.len() + aliases_inside::made() + usize::from(inside.own.value.is_some()), 0);
    assert_traced(&inside.traced);
    let set = traits::total(&[vec![1, 1], vec![2]]);
    assert_traced(&set);
    assert_traced(&traits::elsewhere::first(&[vec![1]]));
    assert_plain(&std::collections::BTreeSet::<u8>::new());
}
