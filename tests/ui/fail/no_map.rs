#![allow(unused)]

use maptrace::maptrace;

#[maptrace]
use std::sync::Arc;

#[maptrace]
use std::collections::{BinaryHeap, VecDeque};

#[maptrace]
use std::collections::hash_map::{DefaultHasher, RandomState};

#[maptrace]
type Bytes = Vec<u8>;

#[maptrace]
type Queue = std::collections::VecDeque<u8>;

#[maptrace]
type Function = fn(&std::collections::HashMap<u8, u8>);

// As from another file.
mod other {
    pub type Sessions = std::collections::HashMap<u8, u8>;
}
use other::Sessions;

#[maptrace]
struct Store {
    sessions: Sessions,
}

#[maptrace]
struct Unit;

#[maptrace]
enum Choice {
    This(u8),
    That { value: u8 },
}

#[maptrace]
static COUNT: u8 = 0;

#[maptrace]
const LIMIT: u8 = 0;

#[maptrace]
fn function(sessions: Sessions) -> Option<u8> {
    struct HashMap;
    let HashMap = HashMap;
    sessions.into_keys().next()
}

#[maptrace]
impl Store {
    fn new() -> Self {
        Self { sessions: Sessions::new() }
    }
}

#[maptrace]
trait Trait {
    type Map;
}

#[maptrace]
mod module {
    use crate::Sessions as HashMap;
    type Map = HashMap;
}

#[maptrace]
thread_local! {
    static LOCAL: u8 = 0;
}

// Those inside have their own.
#[maptrace]
fn all_by_themselves() {
    #[maptrace]
    type Map = std::collections::HashMap<u8, u8>;
}

#[maptrace]
mod by_themselves {
    #[maptrace]
    struct Store {
        map: std::collections::HashMap<u8, u8>,
    }
}

fn main() {}
