#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace(name = "one")]
fn two() {
    let a = HashMap::<u8, u8>::new();
    let b = HashMap::<u8, u8>::new();
}

#[maptrace(name = "one")]
mod service {
    type A = std::collections::HashMap<u8, u8>;
    static B: std::sync::Mutex<std::collections::BTreeMap<u8, u8>> =
        std::sync::Mutex::new(std::collections::BTreeMap::new());
}

struct Cache;

#[maptrace]
impl Cache {
    #[maptrace(name = "one")]
    fn two() {
        let a = HashMap::<u8, u8>::new();
        let b = HashMap::<u8, u8>::new();
    }
}

#[maptrace(name = "one")]
fn twice() {
    #[maptrace(name = "other")]
    let a = HashMap::<u8, u8>::new();
}

#[maptrace(name = "one")]
fn names_none(map: &HashMap<u8, u8>) {}

fn main() {}
