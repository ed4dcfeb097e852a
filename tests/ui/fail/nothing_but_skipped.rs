//! Items that are annotated for nothing: what `#[maptrace(skip)]` leaves as it is need not be one of std's maps.
#![allow(unused)]

use maptrace::maptrace;

mod own {
    #[derive(Default)]
    pub struct HashMap(pub u8);

    #[derive(Default)]
    pub struct HashSet<T>(pub Option<T>);
}

use own::HashMap;

#[maptrace]
mod module {
    #[maptrace(skip)]
    use super::HashMap;

    fn made() -> HashMap {
        HashMap(1)
    }
}

#[maptrace]
mod renamed {
    #[maptrace(skip)]
    use super::HashMap as Own;

    fn made() -> Own {
        Own(1)
    }
}

#[maptrace]
fn function() {
    #[maptrace(skip)]
    use crate::own::HashMap;
    let map: HashMap = HashMap(1);
}

mod beside {
    #[maptrace::maptrace(skip)]
    use super::own::HashSet;

    #[maptrace::maptrace]
    struct Held {
        set: HashSet<u8>,
    }
}

// Of which there is nothing to say but what it may stand for.
#[maptrace]
use own::HashMap as Own;

#[maptrace]
use own::HashSet as OwnSet;

fn main() {}
