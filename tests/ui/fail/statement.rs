#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

fn statements() {
    #[maptrace]
    let map = HashMap::<u8, u8>::new();
    #[maptrace]
    let (_, mut counts): (u8, HashMap<u8, u8>) = Default::default();
    #[maptrace]
    let _ = HashMap::<u8, u8>::new();
    #[maptrace]
    drop(HashMap::<u8, u8>::new());
    #[maptrace]
    println!("{:?}", HashMap::<u8, u8>::new());
}

fn expressions() {
    let call = #[maptrace] HashMap::<u8, u8>::new();
    let closure = #[maptrace] || HashMap::<u8, u8>::new();
    let mac = #[maptrace] vec![HashMap::<u8, u8>::new()];
    #[maptrace]
    { HashMap::<u8, u8>::new(); }
    #[maptrace]
    if true {}
}

fn main() {}
