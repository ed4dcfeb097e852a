#![allow(unused)]

mod module {
    #![maptrace::maptrace]
    use std::collections::HashMap;
    pub fn make() -> HashMap<u8, u8> {
        HashMap::new()
    }
}

fn function() {
    #![maptrace::maptrace]
    let map = std::collections::HashMap::<u8, u8>::new();
}

struct Store;

impl Store {
    #![maptrace::maptrace]
    fn make() -> std::collections::HashMap<u8, u8> {
        std::collections::HashMap::new()
    }
}

fn main() {}
