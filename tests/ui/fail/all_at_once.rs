#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace(name = "", sampel = 2, skip = 1)]
struct Store {
    #[maptrace(sample = 0)]
    map: HashMap<u8, u8>,
    #[maptrace(frob)]
    other: HashMap<u8, u8>,
    #[maptrace(name = "n")]
    number: u8,
}

// The item is still there: no second wave of errors.
fn main() {
    let _ = Store { map: HashMap::new(), other: HashMap::new(), number: 0 };
}
