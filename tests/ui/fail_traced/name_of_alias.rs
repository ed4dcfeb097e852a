//! Known names of maps with another hasher, by paths of the crate, that turn out to be plain. With tracing off nothing is
//! rewritten.

mod prelude {
    pub use rustc_hash::{FxHashMap, FxHashSet};

    pub type FnvHashMap<K, V> = std::collections::HashMap<K, V, rustc_hash::FxBuildHasher>;
}

mod by_path {
    use crate::prelude::FxHashMap;

    #[maptrace::maptrace]
    pub struct Cache<'a, T> {
        pub entries: FxHashMap<&'a u8, T>,
        pub traced: std::collections::BTreeMap<u8, u8>,
    }

    mod child {
        use super::FxHashMap as Renamed;
        use super::*;

        #[maptrace::maptrace]
        pub fn by_a_path_in_code() -> usize {
            let _traced = std::collections::BTreeMap::from([(1, 2)]);
            super::FxHashMap::<u8, u8>::default().len()
        }

        #[maptrace::maptrace]
        pub fn both() -> (FxHashMap<u8, u8>, Renamed<u8, u8>) {
            let _traced = std::collections::BTreeMap::from([(1, 2)]);
            Default::default()
        }
    }
}

#[maptrace::maptrace]
fn in_a_body() -> usize {
    use crate::prelude::{FnvHashMap, FxHashSet as Set};
    let traced: std::collections::BTreeMap<u8, u8> = Default::default();
    let mut map = FnvHashMap::default();
    map.insert(1, 2);
    let mut set = Set::default();
    set.insert(1);
    map.len() + set.len() + traced.len()
}

#[maptrace::maptrace]
mod in_a_module {
    use super::prelude::FxHashMap;

    pub fn one() -> FxHashMap<u8, u8> {
        let _traced = std::collections::BTreeMap::from([(1, 2)]);
        FxHashMap::default()
    }
}

macro_rules! run {
    ($($body:tt)*) => { { $($body)* } };
}

/// With a type that is a macro's alone.
#[maptrace::maptrace]
fn in_a_macro() -> usize {
    use prelude::FxHashMap as Map;
    let traced: std::collections::BTreeMap<u8, u8> = Default::default();
    run! {
        #[derive(PartialEq, Eq, Hash)]
        struct Local;
        let map: Map<Local, u8> = Map::default();
        map.len() + traced.len()
    }
}

fn main() {
    in_a_body();
    in_a_macro();
}
