#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace(sampel = 64)]
type Near = HashMap<u8, u8>;

#[maptrace(verbose)]
type Far = HashMap<u8, u8>;

#[maptrace("sessions")]
type Bare = HashMap<u8, u8>;

#[maptrace(, name = "x")]
type Comma = HashMap<u8, u8>;

#[maptrace]
struct Store {
    #[maptrace(skp)]
    near: HashMap<u8, u8>,
    #[maptrace(crate = maptrace)]
    krate: HashMap<u8, u8>,
}

fn main() {}
