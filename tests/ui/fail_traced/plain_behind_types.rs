//! A `type` that is called as a map, and leads to a plain one by a way that the attribute does not see. With tracing off nothing is
//! asked.

use maptrace::maptrace;

mod prelude {
    pub use std::collections::HashMap;
}

mod tables {
    pub type Table = std::collections::BTreeMap<u8, u8>;
    pub type Keys<V> = std::collections::HashMap<u8, V>;
}

#[maptrace]
mod in_a_module {
    type HashMap<K, V> = crate::prelude::HashMap<K, V>;

    pub fn made() -> HashMap<u8, u8> {
        let mut map = HashMap::new();
        map.extend(std::collections::BTreeMap::<u8, u8>::new());
        map
    }
}

#[maptrace]
fn in_a_body() -> usize {
    type HashMap<V> = crate::tables::Keys<V>;
    let map = HashMap::<u8>::new();
    map.len() + std::collections::BTreeSet::<u8>::new().len()
}

mod beside {
    type HashMap<V> = crate::tables::Keys<V>;
    type BTreeMap = crate::tables::Table;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Struct {
        pub keys: HashMap<u8>,
        pub table: BTreeMap,
        pub traced: std::collections::BTreeSet<u8>,
    }
}

// By other parameters than std's, the compiler is asked as well, with a parameter of the item among them too.
mod of_other_parameters {
    use crate::shapes::{BTreeMap, HashMap, HashSet};

    type BTreeSet<K, V, S = u8> = std::iter::Once<(K, V, S)>;
    type Defaulted<'a, V, S = std::hash::RandomState> = crate::shapes::Keyed<'a, V, S>;

    #[maptrace::maptrace]
    pub struct Struct<'a, T> {
        pub fewer: HashMap<T>,
        pub none: HashSet,
        pub borrowed: BTreeMap<'a, u8>,
        pub own: BTreeSet<u8, u8>,
        pub of_another_name: Defaulted<'a, u8>,
        pub traced: std::collections::BTreeSet<u8>,
    }
}

mod shapes {
    pub type HashMap<V> = std::collections::HashMap<u8, V>;
    pub type HashSet = std::collections::HashSet<u8>;
    pub type BTreeMap<'a, V> = std::collections::BTreeMap<&'a str, V>;
    pub type Keyed<'a, V, S> = std::collections::HashMap<&'a str, V, S>;
}

fn main() {
    drop(None::<of_other_parameters::Struct<'_, u8>>);
    in_a_module::made();
    in_a_body();
    beside::Struct::default();
}
