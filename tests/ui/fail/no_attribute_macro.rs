// Where Rust takes no attribute macro at all, unless an annotated item around reads it: part_misplaced.rs.
#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

struct Field {
    #[maptrace]
    map: HashMap<u8, u8>,
}

enum Variant {
    #[maptrace]
    Map(HashMap<u8, u8>),
}

struct Generic<#[maptrace] T>(T);

fn parameter(#[maptrace] map: HashMap<u8, u8>) {
    match map.len() {
        #[maptrace]
        _ => {}
    }
    let Field { #[maptrace] map } = Field { #[maptrace] map: HashMap::new() };
}

fn main() {}
