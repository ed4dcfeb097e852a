#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace(name = "a", sample = 2, name = "b", sample = 3)]
type Item = HashMap<u8, u8>;

#[maptrace]
struct Store {
    #[maptrace(skip, skip)]
    one: HashMap<u8, u8>,
    #[maptrace(name = "a")]
    #[maptrace(name = "b")]
    two: HashMap<u8, u8>,
}

fn main() {}
