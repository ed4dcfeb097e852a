#![allow(unused)]

use maptrace::maptrace;

#[maptrace]
mod inline {}

#[maptrace]
fn function() {}

struct Type;

#[maptrace]
impl Type {}

#[maptrace]
trait Trait {}

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

#[maptrace]
thread_local! {
    static LOCAL: u8 = 0;
}

fn main() {}
