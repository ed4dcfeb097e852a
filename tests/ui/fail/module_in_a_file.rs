#![allow(unused)]

use maptrace::maptrace;

#[maptrace]
mod file;

fn main() {}
