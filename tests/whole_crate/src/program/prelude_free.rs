//! The prelude by its path, in a module that says what it takes.

use ::std::prelude::v1::*;
use std::collections as maps;
use std::collections::HashMap as Table;

pub fn run() {
    let some: Option<Vec<String>> = Some(Vec::from(["x".to_string()]));
    let mut table: Table<Box<str>, maps::HashSet<u8>> = Table::with_capacity(4);
    table.insert("a".into(), maps::HashSet::from_iter([1]));
    println!("{some:?} {table:?} {}", table.capacity() >= 4);
}
