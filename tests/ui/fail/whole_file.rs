#![maptrace::maptrace]
#![allow(unused)]

use std::collections::HashMap;

fn main() {}
