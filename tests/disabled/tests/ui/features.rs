#[maptrace::maptrace]
use hashbrown::{Equivalent, HashMap};

#[maptrace::maptrace]
struct Cache {
    of_std: std::collections::HashMap<u8, u8>,
    entries: indexmap::map::IndexMap<u8, u8>,
    set: indexmap::IndexSet<u8>,
    #[maptrace(skip)]
    plain: hashbrown::HashMap<u8, u8>,
}

#[maptrace::maptrace(skip)]
fn plain() -> hashbrown::HashMap<u8, u8> {
    hashbrown::HashMap::new()
}

#[maptrace::maptrace]
fn made() -> usize {
    indexmap::indexmap! { 1 => 2 }.len()
}

fn main() {
    made();
    plain();
}

mod hashbrown {
    pub(crate) struct Equivalent;
    pub(crate) struct HashMap<K, V>(std::marker::PhantomData<(K, V)>);
    impl<K, V> HashMap<K, V> {
        pub(crate) fn new() -> Self {
            Self(std::marker::PhantomData)
        }
    }
}

mod indexmap {
    pub(crate) mod map {
        pub(crate) type IndexMap<K, V> = std::collections::HashMap<K, V>;
    }
    pub(crate) type IndexSet<T> = std::collections::HashSet<T>;
    macro_rules! indexmap {
        ($($key:expr => $value:expr),*) => { std::collections::HashMap::from([$(($key, $value)),*]) };
    }
    pub(crate) use indexmap;
}
