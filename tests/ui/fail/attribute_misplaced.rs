#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace]
#[maptrace(name = "again")]
type Twice = HashMap<u8, u8>;

#[maptrace]
struct Bare {
    #[maptrace]
    map: HashMap<u8, u8>,
    #[maptrace()]
    other: HashMap<u8, u8>,
    #[maptrace = "name"]
    third: HashMap<u8, u8>,
}

#[maptrace]
enum Variants {
    #[maptrace(skip)]
    One(HashMap<u8, u8>),
    Two(HashMap<u8, u8>),
}

#[maptrace]
struct Conditional {
    #[cfg_attr(all(), maptrace(skip))]
    map: HashMap<u8, u8>,
}

fn main() {}
