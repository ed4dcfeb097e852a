#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace]
struct Store {
    #[maptrace(skip)]
    a: HashMap<u8, u8>,
    #[maptrace(skip)]
    b: HashMap<u8, u8>,
}

fn main() {}
