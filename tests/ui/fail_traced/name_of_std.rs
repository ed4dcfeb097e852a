//! Names that the attribute takes for std's, as it does not see where a glob or a path of the crate leads to. With tracing
//! off nothing is rewritten.

use maptrace::maptrace;

mod prelude {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    pub type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
}

mod by_path {
    use crate::prelude::HashMap;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Cache {
        pub entries: HashMap<u8, u8>,
    }
}

use prelude::*;

#[maptrace]
fn in_code() -> usize {
    let map: HashMap<u8, u8> = HashMap::default();
    map.len()
}

mod own {
    mod types {
        #[derive(Default)]
        pub struct BTreeSet<T>(pub Option<T>);
    }
    pub use types::*;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Cache {
        pub set: BTreeSet<u8>,
    }
}

// Nor where an import in the item leads to.
#[maptrace]
fn by_an_import() {
    use crate::prelude::HashMap as Renamed;
    let map: Renamed<u8, u8> = Renamed::default();
    drop(map);
}

#[maptrace]
mod in_a_module {
    use super::own::BTreeSet;

    pub fn check() {
        drop(BTreeSet::<u8>::default());
    }
}

mod ordered {
    pub use std::collections::BTreeMap as HashMap;
    pub use std::collections::BTreeSet as HashSet;
}

// A map of std's, and not that one.
mod another_map {
    use crate::ordered::HashMap;

    #[maptrace::maptrace]
    pub fn sorted(map: HashMap<u8, u8>) -> Vec<u8> {
        use crate::ordered::HashSet;
        let set: HashSet<u8> = map.into_keys().collect();
        set.into_iter().collect()
    }
}

fn main() {
    another_map::sorted(std::iter::once((1, 1)).collect());
    by_path::Cache::default();
    own::Cache::default();
    in_code();
    by_an_import();
    in_a_module::check();
}
