#![allow(unused)]

use maptrace::maptrace;

mod theirs {
    pub type Table<K, V> = std::collections::HashMap<K, V>;
    pub type Sorted<K, V> = std::collections::BTreeMap<K, V>;
    pub struct Own<K, V>(K, V);
}

#[maptrace(kind = HashMap)]
use theirs::{Sorted, Table};

#[maptrace(kind = HashMap)]
use std::collections::HashMap;

#[maptrace(kind = VecDeque)]
use theirs::Table as Deque;

#[maptrace(kind)]
use theirs::Table as Missing;

#[maptrace(kind = HashMap)]
struct Store {
    #[maptrace(kind = HashMap)]
    map: theirs::Table<u8, u8>,
}

fn main() {}
