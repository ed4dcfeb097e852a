#![allow(unused)]

use maptrace::maptrace;

#[maptrace]
#[derive(Clone, Copy)]
union Union {
    a: u8,
}

#[maptrace]
extern crate std as other;

#[maptrace]
unsafe extern "C" {}

#[maptrace]
macro_rules! maps {
    () => {};
}

macro_rules! items {
    () => {};
}

#[maptrace]
items! {}

#[maptrace]
mod inside {
    mod file;
    type Map = std::collections::HashMap<u8, u8>;
}

fn main() {}
