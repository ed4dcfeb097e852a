#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

struct Store;

impl Store {
    #[maptrace]
    const NONE: Option<HashMap<u8, u8>> = None;

    // A method is one place of its own.
    #[maptrace]
    fn make(&self) -> HashMap<u8, u8> {
        #[maptrace]
        const INSIDE: Option<HashMap<u8, u8>> = None;
        HashMap::new()
    }
}

impl Iterator for Store {
    #[maptrace]
    type Item = HashMap<u8, u8>;

    fn next(&mut self) -> Option<HashMap<u8, u8>> {
        None
    }
}

trait Stores {
    #[maptrace]
    type Map;
    #[maptrace]
    const SOME: Option<HashMap<u8, u8>>;
    #[maptrace]
    const NONE: Option<HashMap<u8, u8>> = None;
    #[maptrace]
    fn make(&self) -> HashMap<u8, u8>;
}

unsafe extern "C" {
    #[maptrace]
    static MAP: u8;
    #[maptrace]
    fn foreign(map: u8);
}

#[maptrace]
trait Alias = Clone;

fn main() {}
