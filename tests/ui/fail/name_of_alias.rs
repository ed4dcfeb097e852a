#![allow(unused)]

use maptrace::maptrace;

mod prelude {
    pub use rustc_hash::{FxHashMap, FxHashSet};
}

mod around {
    use crate::prelude::FxHashMap;

    // None is left but what may be one.
    #[maptrace::maptrace]
    struct Alone {
        map: FxHashMap<u8, u8>,
    }
}

#[maptrace]
fn in_a_body() -> usize {
    use crate::prelude::FxHashSet as Set;
    Set::<u8>::default().len()
}

mod skipped {
    #[maptrace::maptrace(skip)]
    use crate::prelude::FxHashMap;

    #[maptrace::maptrace]
    struct Left {
        map: FxHashMap<u8, u8>,
    }
}

// What a glob may bring.
mod globbed {
    #[maptrace::maptrace(skip)]
    use crate::prelude::*;

    #[maptrace::maptrace]
    struct Left {
        map: HashMap<u8, u8>,
    }
}

fn main() {}
