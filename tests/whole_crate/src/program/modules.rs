//! Every stable module of std that all targets have is where it was, primitive types and prelude included.
#![allow(clippy::legacy_numeric_constants, reason = "old modules are std's too")]

#[allow(unused_imports, deprecated, reason = "that the path exists is what is looked at")]
mod all {
    use std::collections::{
        BTreeMap, BTreeSet, BinaryHeap, Bound, HashMap, HashSet, LinkedList, TryReserveError, VecDeque, binary_heap,
        btree_map, btree_set, hash_map, hash_set, linked_list, vec_deque,
    };
    use std::prelude::{rust_2015, rust_2018, rust_2021, rust_2024, v1};
    use std::{
        alloc, any, arch, array, ascii, backtrace, borrow, boxed, cell, char, clone, cmp, collections, convert,
        default, env, error, f32, f64, ffi, fmt, fs, future, hash, hint, i8, i16, i32, i64, i128, io, isize, iter,
        marker, mem, net, num, ops, option, os, panic, path, pin, prelude, primitive, process, ptr, rc, result, slice,
        str, string, sync, task, thread, time, u8, u16, u32, u64, u128, usize, vec,
    };
}

use std::sync::mpsc;
use std::{f64::consts::PI, u8::MAX};

pub fn run() {
    let (sender, receiver) = mpsc::channel::<std::collections::HashMap<u8, u8>>();
    let worker = std::thread::spawn(move || receiver.iter().map(|map| map.len()).sum::<usize>());
    sender.send(std::collections::HashMap::from([(1, 2)])).unwrap();
    drop(sender);
    println!("{} {} {PI:.2}", worker.join().unwrap(), MAX);
    println!("{}", std::any::type_name::<std::primitive::u8>());
    let caught = std::panic::catch_unwind(|| std::collections::BTreeMap::from([(1, 'x')])[&1]);
    println!("{}", caught.unwrap());
}
