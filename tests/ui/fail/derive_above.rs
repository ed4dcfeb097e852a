#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[derive(Clone)]
#[maptrace]
struct Above {
    map: HashMap<u8, u8>,
}

#[derive(Clone)]
/// Documented.
#[allow(dead_code)]
#[cfg_attr(all(), maptrace)]
enum Conditional {
    Map(HashMap<u8, u8>),
}

#[derive(Debug)]
#[maptrace]
#[derive(Clone)]
struct Both(HashMap<u8, u8>);

fn main() {}
