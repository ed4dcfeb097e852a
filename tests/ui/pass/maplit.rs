//! maplit's macros, by attribute lines alone.
#![deny(warnings, missing_docs)]

use std::sync::LazyLock;

use maptrace::maptrace;
use maptrace_ui_tests::{assert_plain, assert_traced, assert_used};

#[maptrace]
use std::collections::{BTreeMap, HashMap};

#[maptrace]
use maplit::{btreemap, convert_args, hashmap, hashset as elements};

#[maptrace]
static WORDS: LazyLock<HashMap<&str, [u8; 1]>> = LazyLock::new(|| maplit::hashmap! { "a" => [1] });

#[maptrace]
const NONE: BTreeMap<u8, [u8; 2]> = maplit::btreemap! {};

/// Neither the maps nor the macros are imported.
mod paths {
    #[maptrace::maptrace]
    pub(crate) fn paths() -> usize {
        let nested = maplit::hashmap! { 1 => maplit::btreeset! { 2_u8 }, 2 => std::collections::BTreeSet::from([3]) };
        let sets = [::maplit::hashset! { 5_u16 }];
        maptrace_ui_tests::assert_traced(&nested);
        maptrace_ui_tests::assert_traced(&nested[&1]);
        maptrace_ui_tests::assert_traced(&sets[0]);
        nested.len() + sets.len()
    }
}

/// All of them at once, and what else the crate has.
#[maptrace]
mod all {
    use maplit::*;

    pub(crate) fn all() -> usize {
        let converted: std::collections::BTreeMap<String, [u8; 3]> = convert_args!(btreemap!("a" => [1; 3], "b" => [2; 3]));
        let ordered = btreeset![1, 2, 1,];
        maptrace_ui_tests::assert_traced(&converted);
        maptrace_ui_tests::assert_traced(&ordered);
        converted.len() + ordered.len()
    }

    pub(crate) fn without() -> usize {
        use maplit as lit;
        use maplit::btreemap as sorted;
        let empty: std::collections::HashSet<u8> = lit::hashset!();
        maptrace_ui_tests::assert_traced(&empty);
        let converted = lit::convert_args!(keys = usize::from, sorted!(7_u8 => [0_u8; 9]));
        maptrace_ui_tests::assert_traced(&converted);
        empty.len() + converted.len()
    }

    /// What a macro by another name makes of its entries is looked into.
    pub(crate) fn entries() -> usize {
        use maplit::hashmap as table;
        let nested = table! { 1_u8 => std::collections::BTreeMap::from([(1, [0_u8; 11])]) };
        maptrace_ui_tests::assert_traced(&nested[&1]);
        nested.len()
    }
}

/// A name goes before the glob.
mod both {
    #[maptrace::maptrace]
    use maplit::{*, convert_args};

    #[maptrace::maptrace]
    pub(crate) fn both() -> usize {
        let both = convert_args!(values = u64::from, hashmap!("a" => 1_u32));
        maptrace_ui_tests::assert_traced(&both);
        both.len()
    }
}

/// Where an import stays as it is.
mod plain {
    use maplit::hashmap;

    pub(crate) fn plain() -> std::collections::HashMap<u8, u8> {
        hashmap! { 1 => 2 }
    }
}

#[maptrace]
fn in_code() -> usize {
    let mut order = Vec::new();
    let mut next = |number: u8| {
        order.push(number);
        number
    };
    let bare = hashmap! { next(1) => next(2), next(1) => next(4) };
    assert_eq!(order, [1, 2, 1, 4]);
    assert_eq!(bare, HashMap::from([(1, 4)]));
    let renamed = elements! { "a", "b", "a" };
    assert_eq!(renamed.len(), 2);
    let converted: BTreeMap<String, u8> = convert_args!(keys = String::from, btreemap!("a" => 1));
    assert_traced(&bare);
    assert_traced(&renamed);
    assert_traced(&converted);
    bare.len() + renamed.len() + converted.len()
}

/// What one import says of the file's maps is not taken back by the next.
mod named {
    #[maptrace::maptrace(name = "tables")]
    use std::collections::HashMap;

    #[maptrace::maptrace]
    use maplit::hashmap;

    pub(crate) fn named() -> bool {
        let made = hashmap! { 1 => [0_u8; 6] };
        HashMap::from([(1, [0_u8; 6])]) == made
    }
}

mod options {
    #[maptrace::maptrace(name = "literals")]
    use maplit::hashset;

    pub(crate) fn options() -> usize {
        hashset! { [0_u8; 8] }.len()
    }
}

fn main() {
    assert_eq!(WORDS["a"], [1]);
    assert_traced(&*WORDS);
    let mut some = NONE;
    assert!(some.insert(1, [1, 1]).is_none());
    assert_traced(&some);
    assert_eq!((paths::paths(), all::all(), all::without(), in_code()), (3, 4, 1, 4));
    assert_eq!((all::entries(), both::both()), (1, 1));
    assert_plain(&plain::plain());
    assert!(named::named());
    assert_eq!(options::options(), 1);
    let line = line!() + 1;
    let here = btreemap! { 1 => [0_u8; 7] };
    assert_traced(&here);
    let names = [
        "NONE", "WORDS", "all::converted", "all::ordered", "both::both", "entries::nested", "entries::nested#2", "in_code",
        "in_code::bare", "in_code::converted", "in_code::renamed", "literals", "paths::nested", "paths::nested#2",
        "paths::sets", "tables", "without::converted",
    ];
    let at_line = format!("{}:{line}", file!());
    assert_used(&[&names[..], &[&at_line]].concat());
}
