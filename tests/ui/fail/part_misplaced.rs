#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace]
fn function(#[maptrace(skip)] map: HashMap<u8, u8>) -> HashMap<u8, u8> {
    let made = match map.len() {
        #[maptrace(skip)]
        0 => HashMap::new(),
        _ => map,
    };
    #[maptrace(skip)]
    made.len();
    #[maptrace]
    let bare = HashMap::<u8, u8>::new();
    #[maptrace(crate = maptrace)]
    let krate = HashMap::<u8, u8>::new();
    #[maptrace(name = "no map")]
    let number = 1;
    #[maptrace(skip, sample = 2)]
    let both = HashMap::<u8, u8>::new();
    #[cfg_attr(all(), maptrace(skip))]
    let conditional = HashMap::<u8, u8>::new();
    #[maptrace(skip)]
    let outer = {
        #[maptrace(name = "inner")]
        let inner = HashMap::<u8, u8>::new();
        inner
    };
    made
}

struct Cache {
    map: HashMap<u8, u8>,
    other: u8,
}

#[maptrace]
impl Cache {
    #[maptrace(sample = 2)]
    fn reads(&self, map: &HashMap<u8, u8>) {}

    #[maptrace(skip)]
    fn no_map(&self) {}

    fn new() -> Self {
        Self {
            map: HashMap::new(),
            #[maptrace(name = "other")]
            other: 1,
        }
    }
}

#[maptrace]
struct Generic<#[maptrace(skip)] T> {
    map: HashMap<u8, T>,
}

#[maptrace]
fn expressions(given: Cache) {
    let Cache { #[maptrace(skip)] map, .. } = given;
    let closure = |#[maptrace(skip)] map: HashMap<u8, u8>| map;
    #[maptrace(skip)]
    if map.is_empty() {}
    let call = closure(#[maptrace(skip)] map);
}

fn main() {}
