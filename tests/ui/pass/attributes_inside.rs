//! Attributes inside an annotated item, as messages say them: `#[maptrace(skip)]` and the others need no import there.
#![deny(warnings)]

use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

mod their {
    pub type Table<K, V> = std::collections::HashMap<K, V>;
}

#[maptrace::maptrace]
mod without_import {
    use std::cell::Cell;
    use std::collections::{BTreeMap, HashMap};

    #[maptrace(skip)]
    use hashbrown::HashMap as Brown;
    #[maptrace(skip)]
    use std::collections::BTreeSet;
    #[maptrace]
    use std::collections::HashSet;

    #[maptrace(kind = HashMap)]
    use crate::their::Table;

    #[maptrace(skip)]
    type Skipped = std::collections::HashMap<u8, [u8; 1]>;
    #[maptrace(name = "named inside", sample = 8)]
    type Named = HashMap<u8, [u8; 2]>;
    #[maptrace(skip)]
    const NONE: Option<std::collections::BTreeMap<u8, u8>> = None;
    #[maptrace(skip)]
    static SOME: std::collections::BTreeMap<u8, [u8; 3]> = std::collections::BTreeMap::new();

    #[derive(Default)]
    pub struct Store {
        traced: HashMap<u8, u8>,
        #[maptrace(skip)]
        plain: std::collections::HashMap<u8, [u8; 4]>,
        brown: Brown<u8, u8>,
        sorted: BTreeSet<u8>,
        set: HashSet<u8>,
        table: Table<u8, u8>,
    }

    #[maptrace(skip)]
    #[derive(Default)]
    struct Whole {
        plain: std::collections::HashMap<u8, u8>,
    }

    #[maptrace(skip)]
    impl Whole {
        fn make() -> std::collections::BTreeMap<u8, u8> {
            std::collections::BTreeMap::from([(1, 2)])
        }
    }

    impl Store {
        #[maptrace(skip)]
        fn plain() -> std::collections::HashMap<u8, u8> {
            std::collections::HashMap::new()
        }
    }

    thread_local! {
        #[maptrace(skip)]
        static LOCAL: Cell<std::collections::BTreeMap<u8, u8>> = const { Cell::new(std::collections::BTreeMap::new()) };
        static TRACED: Cell<BTreeMap<u8, [u8; 5]>> = const { Cell::new(BTreeMap::new()) };
    }

    pub fn check() {
        #[maptrace(skip)]
        fn nested() -> std::collections::BTreeMap<u8, u8> {
            std::collections::BTreeMap::new()
        }
        #[maptrace(skip)]
        let variable = std::collections::HashMap::<u8, u8>::new();
        let store = Store::default();
        crate::assert_plain(&nested());
        crate::assert_plain(&variable);
        crate::assert_plain(&Store::plain());
        crate::assert_plain(&store.plain);
        crate::assert_plain(&store.brown);
        crate::assert_plain(&store.sorted);
        crate::assert_plain(&LOCAL.take());
        crate::assert_traced(&TRACED.take());
        crate::assert_traced(&store.traced);
        crate::assert_traced(&store.set);
        crate::assert_traced(&store.table);
        crate::assert_plain(&Whole::default().plain);
        crate::assert_plain(&Whole::make());
        crate::assert_plain(&Skipped::new());
        crate::assert_traced(&Named::new());
        crate::assert_plain(&NONE.unwrap_or_default());
        crate::assert_plain(&SOME);
        deeper::check();
    }

    pub mod deeper {
        #[maptrace(skip)]
        pub mod tests {
            pub fn make() -> std::collections::BTreeMap<u8, u8> {
                std::collections::BTreeMap::new()
            }
        }

        pub fn check() {
            crate::assert_plain(&tests::make());
            crate::assert_traced(&std::collections::BTreeMap::<u8, u8>::new());
        }
    }
}

// An import that is there is what brings them.
#[maptrace::maptrace]
mod with_import {
    use maptrace::maptrace;

    #[maptrace(skip)]
    fn skipped() -> std::collections::BTreeMap<u8, u8> {
        std::collections::BTreeMap::new()
    }

    pub fn check() {
        crate::assert_plain(&skipped());
        crate::assert_traced(&std::collections::BTreeMap::<u8, u8>::new());
    }
}

// Or a glob, which is there for that alone.
mod with_glob {
    use maptrace::maptrace;

    #[maptrace]
    pub mod of_a_module {
        use super::*;

        #[maptrace(skip)]
        fn skipped() -> std::collections::BTreeMap<u8, u8> {
            std::collections::BTreeMap::new()
        }

        pub fn check() {
            crate::assert_plain(&skipped());
            crate::assert_traced(&std::collections::BTreeMap::<u8, u8>::new());
            deeper::check();
        }

        mod deeper {
            use super::*;

            #[maptrace(skip)]
            type Skipped = std::collections::BTreeMap<u8, u8>;

            pub fn check() {
                crate::assert_plain(&Skipped::new());
            }
        }
    }

    pub mod of_a_function {
        #[maptrace::maptrace]
        pub fn check() {
            use super::*;

            #[maptrace(skip)]
            type Skipped = std::collections::BTreeMap<u8, u8>;
            crate::assert_plain(&Skipped::new());
            crate::assert_traced(&std::collections::BTreeMap::<u8, u8>::new());
        }
    }
}

// It need not bring it.
mod with_another_glob {
    pub const SIZE: usize = 0;

    #[maptrace::maptrace]
    pub mod inside {
        use super::*;

        #[maptrace(skip)]
        type Skipped = std::collections::BTreeMap<u8, u8>;

        pub fn check() {
            crate::assert_plain(&Skipped::new());
            assert_eq!(std::collections::BTreeMap::<u8, u8>::new().len(), SIZE);
        }
    }
}

#[maptrace::maptrace]
fn function() {
    #[maptrace(skip)]
    fn nested() -> std::collections::BTreeMap<u8, u8> {
        std::collections::BTreeMap::new()
    }
    {
        use maptrace::maptrace;

        #[maptrace(skip)]
        type Skipped = std::collections::BTreeMap<u8, u8>;
        assert_plain(&Skipped::new());
    }
    assert_plain(&nested());
    assert_traced(&std::collections::BTreeMap::<u8, u8>::new());
}

struct Owner;

#[maptrace::maptrace]
impl Owner {
    fn method() {
        #[maptrace(skip)]
        type Skipped = std::collections::BTreeMap<u8, u8>;
        assert_plain(&Skipped::new());
        assert_traced(&std::collections::BTreeMap::<u8, u8>::new());
    }
}

#[maptrace::maptrace]
type Last = std::collections::BTreeMap<u8, [u8; 9]>;

fn main() {
    without_import::check();
    with_import::check();
    with_glob::of_a_module::check();
    with_glob::of_a_function::check();
    with_another_glob::inside::check();
    function();
    Owner::method();
    assert_traced(&Last::new());
    assert_declared(&[
        "Last",
        "Store.set",
        "Store.table",
        "Store.traced",
        "TRACED",
        "named inside",
    ]);
}
