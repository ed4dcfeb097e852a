//! Items with no map but by an alias that is traced: their attribute has nothing to do.
#![allow(unused)]

use maptrace::maptrace;

#[maptrace]
type Sessions = std::collections::HashMap<u8, u8>;

#[maptrace]
type ByKey<V> = std::collections::HashMap<String, V>;

#[maptrace]
struct Store {
    count: u8,
    sessions: Option<Sessions>,
}

#[maptrace]
type Numbers = ByKey<u8>;

#[maptrace]
static SHARED: std::sync::LazyLock<Sessions> = std::sync::LazyLock::new(Sessions::new);

#[maptrace]
fn made() -> usize {
    Sessions::new().len()
}

mod inner {
    use super::Sessions as Renamed;

    #[maptrace::maptrace]
    struct ByName {
        sessions: Renamed,
        by_path: super::Sessions,
    }

    #[maptrace::maptrace]
    struct ByPath {
        by_path: super::Sessions,
    }

    // Another type of that name.
    mod own {
        struct Sessions;

        #[maptrace::maptrace]
        struct Store {
            sessions: Sessions,
        }
    }
}

#[maptrace]
mod annotated {
    use super::Sessions;

    struct InModule {
        sessions: Sessions,
    }
}

#[cfg_attr(all(), maptrace)]
type Conditional = std::collections::BTreeMap<u8, u8>;

#[maptrace]
struct OfConditional {
    map: Conditional,
}

fn main() {}
