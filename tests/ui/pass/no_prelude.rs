//! What the attribute writes needs no name of the prelude's, and takes none of the user's for one.

#![no_implicit_prelude]

use ::maptrace_ui_tests::assert_traced;
use ::std::collections::HashMap;
use ::std::convert::From;
use ::std::iter::FromIterator;

#[::maptrace::maptrace]
use ::rustc_hash::*;

pub enum Option<T> {
    Never(T),
}

#[::maptrace::maptrace]
pub struct Struct {
    pub map: HashMap<u8, u8>,
}

#[::maptrace::maptrace]
impl Struct {
    pub fn made() -> Self {
        Self {
            map: HashMap::from([(1, 2)]),
        }
    }
}

#[::maptrace::maptrace]
pub fn body() {
    let fx: FxHashMap<u8, u8> = FxHashMap::from_iter([(1, 2)]);
    assert_traced(&fx);
    let Option::Never(map) = Option::Never(HashMap::<u8, u8>::new());
    assert_traced(&map);
}

fn main() {
    assert_traced(&Struct::made().map);
    body();
}
