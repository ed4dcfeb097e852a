#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace(skip, name = "x", sample = 2, crate = maptrace)]
type Skipped = HashMap<u8, u8>;

#[maptrace(name = "both")]
struct Several {
    one: HashMap<u8, u8>,
    two: Option<HashMap<u8, u8>>,
}

#[maptrace(name = "item")]
struct Twice {
    #[maptrace(name = "field")]
    map: HashMap<u8, u8>,
}

#[maptrace(name = "entries", sample = 2)]
use std::collections::hash_map::Entry;

#[maptrace]
struct Fields<'a> {
    #[maptrace(skip, name = "x")]
    skipped: HashMap<u8, u8>,
    #[maptrace(name = "x")]
    number: u8,
    #[maptrace(skip)]
    text: String,
    #[maptrace(sample = 2)]
    entry: std::collections::hash_map::Entry<'a, u8, u8>,
    traced: HashMap<u8, u8>,
}

fn main() {}
