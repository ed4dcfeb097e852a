//! `skip` above a glob leaves what nobody says anything of, and what a module further out has traced is traced.

use maptrace::maptrace;
use maptrace_ui_tests::{assert_plain, assert_traced};

#[maptrace]
use std::collections::{BTreeMap, HashMap};

mod one {
    pub mod two {
        #[maptrace::maptrace(skip)]
        use super::super::*;

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct Struct {
            pub map: HashMap<u8, u8>,
        }
    }

    #[maptrace::maptrace(skip)]
    use crate::*;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Struct {
        pub map: BTreeMap<u8, u8>,
    }
}

mod plain {
    mod own {
        pub use std::collections::*;
    }

    #[maptrace::maptrace(skip)]
    use own::*;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Struct {
        pub plain: HashMap<u8, u8>,
        pub traced: std::collections::BTreeSet<u8>,
    }
}

fn main() {
    assert_traced(&one::two::Struct::default().map);
    assert_traced(&one::Struct::default().map);
    assert_traced(&HashMap::<u8, u8>::new());
    let plain = plain::Struct::default();
    assert_plain(&plain.plain);
    assert_traced(&plain.traced);
}
