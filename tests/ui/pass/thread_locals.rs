//! `thread_local!`: as an item, in a module and in a function.
#![deny(warnings)]

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_seen, assert_traced, sample_of};

#[maptrace]
thread_local! {
    /// With a closure's worth of code.
    static SEEN: RefCell<HashMap<u8, [u8; 2]>> = RefCell::new(HashMap::from([(1, [0; 2])]));
    /// Of the same type.
    pub static MORE: RefCell<HashMap<u8, [u8; 2]>> = RefCell::new({
        use std::collections::HashMap as Table;
        Table::from([(1, [0; 2]), (2, [0; 2])])
    });
    #[maptrace(name = "ordered", sample = 8)]
    static CONST: RefCell<BTreeMap<u8, [u8; 2]>> = const { RefCell::new(BTreeMap::new()) };
    #[maptrace(skip)]
    static PLAIN: RefCell<std::collections::BTreeMap<u8, u8>> = const { RefCell::new(std::collections::BTreeMap::new()) }
}

#[maptrace]
mod inside {
    std::thread_local! {
        pub static IN_A_MODULE: std::cell::RefCell<std::collections::HashMap<u8, [u8; 3]>> = std::default::Default::default();
    }
}

#[maptrace]
fn in_a_function() {
    thread_local! {
        static LOCAL: RefCell<HashMap<u8, [u8; 4]>> = RefCell::new(HashMap::new());
    }
    LOCAL.with_borrow_mut(|map| {
        map.insert(1, [0; 4]);
        assert_traced(map);
    });
}

fn main() {
    SEEN.with_borrow(|map| assert_traced(map));
    MORE.with_borrow(|map| assert_traced(map));
    CONST.with_borrow_mut(|map| {
        map.insert(1, [0; 2]);
        assert_traced(map);
    });
    PLAIN.with_borrow(|map| assert_plain(map));
    inside::IN_A_MODULE.with_borrow(|map| assert_traced(map));
    in_a_function();
    assert_declared(&["SEEN", "MORE", "ordered", "IN_A_MODULE", "LOCAL"]);
    assert_seen("SEEN", 1);
    assert_seen("MORE", 2);
    assert_seen("ordered", 1);
    assert_seen("LOCAL", 1);
    if cfg!(feature = "enable") {
        assert_eq!(sample_of("ordered"), Some(8));
    }
}
