//! A map that the body alone imports is none of the signature's, with and without tracing.

use maptrace::maptrace;

#[maptrace]
fn returned() -> HashMap<u8, u8> {
    use std::collections::HashMap;
    HashMap::new()
}

struct Owner;

impl Owner {
    #[maptrace]
    fn alone(&self, argument: &BTreeMap<u8, u8>) -> usize {
        use std::collections::*;
        argument.len() + BTreeSet::<u8>::new().len()
    }
}

#[maptrace]
impl Owner {
    fn method(&self, argument: hash_map::Entry<'_, u8, u8>) {
        use std::collections::hash_map;
        if let hash_map::Entry::Vacant(vacant) = argument {
            vacant.insert(1);
        }
    }
}

fn main() {
    returned();
}
