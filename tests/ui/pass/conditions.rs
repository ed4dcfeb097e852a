//! Imports of one name under conditions: each says what the name is under its own, in whichever order they stand.
#![deny(warnings)]

use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

/// The annotated ones are there.
mod traced {
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::HashMap;
    #[cfg(any())]
    #[maptrace::maptrace(skip)]
    use std::collections::HashMap;

    #[cfg(any())]
    #[maptrace::maptrace(skip)]
    use std::collections::BTreeMap as Ordered;
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap as Ordered;

    #[cfg(any())]
    #[maptrace::maptrace(skip)]
    use hashbrown::HashSet;
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::HashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Traced<'a> {
        pub always: std::collections::BTreeMap<u8, &'a u8>,
        pub first: HashMap<u8, &'a u8>,
        pub second: Ordered<u8, &'a u8>,
        pub of_two_crates: HashSet<&'a u8>,
    }

    #[maptrace::maptrace]
    pub fn in_code(of: &[(u8, u8)]) -> HashMap<u8, u8> {
        let collected: Ordered<u8, u8> = of.iter().copied().collect();
        crate::assert_traced(&collected);
        crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
        of.iter().copied().collect()
    }

    #[maptrace::maptrace]
    pub fn in_a_body(of: &[(u8, u8)]) {
        #[cfg(all())]
        #[maptrace::maptrace]
        use std::collections::BTreeSet;
        #[cfg(any())]
        #[maptrace::maptrace(skip)]
        use std::collections::BTreeSet;

        #[cfg(any())]
        #[maptrace::maptrace(skip)]
        use std::collections::HashSet as Hashed;
        #[cfg(all())]
        #[maptrace::maptrace]
        use std::collections::HashSet as Hashed;

        let (first, second): (BTreeSet<u8>, Hashed<u8>) = of.iter().copied().collect();
        crate::assert_traced(&first);
        crate::assert_traced(&second);
        let collected: BTreeSet<(u8, u8)> = of.iter().copied().collect();
        crate::assert_traced(&collected);
    }
}

/// Those that are to stay plain are there.
mod plain {
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::HashMap;
    #[cfg(all())]
    #[maptrace::maptrace(skip)]
    use std::collections::HashMap;

    #[cfg(all())]
    #[maptrace::maptrace(skip)]
    use std::collections::BTreeMap as Ordered;
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap as Ordered;

    #[cfg(all())]
    #[maptrace::maptrace(skip)]
    use hashbrown::HashSet;
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::HashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Plain<'a> {
        pub always: std::collections::BTreeMap<u8, &'a u8>,
        pub first: HashMap<u8, &'a u8>,
        pub second: Ordered<u8, &'a u8>,
        pub of_two_crates: HashSet<&'a u8>,
    }

    #[maptrace::maptrace]
    pub fn in_code(of: &[(u8, u8)]) -> HashMap<u8, u8> {
        let collected: Ordered<u8, u8> = of.iter().copied().collect();
        crate::assert_plain(&collected);
        crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
        of.iter().copied().collect()
    }

    #[maptrace::maptrace]
    pub fn in_a_body(of: &[(u8, u8)]) {
        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::BTreeSet;
        #[cfg(all())]
        #[maptrace::maptrace(skip)]
        use std::collections::BTreeSet;

        #[cfg(all())]
        #[maptrace::maptrace(skip)]
        use std::collections::HashSet as Hashed;
        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::HashSet as Hashed;

        let (first, second): (BTreeSet<u8>, Hashed<u8>) = of.iter().copied().collect();
        crate::assert_plain(&first);
        crate::assert_plain(&second);
        let collected: BTreeSet<(u8, u8)> = of.iter().copied().collect();
        crate::assert_plain(&collected);
    }
}

/// One of std's maps is traced by its name alone, the other by its import, so both are.
mod each_annotated_or_not {
    #[cfg(any())]
    use std::collections::HashMap;
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::HashMap;

    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap;
    #[cfg(all())]
    use std::collections::BTreeMap;

    #[cfg(all())]
    #[maptrace::maptrace]
    use hashbrown::HashSet;
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::HashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Each {
        pub annotated: HashMap<u8, u8>,
        pub not: BTreeMap<u8, u8>,
        pub of_two_crates: HashSet<u8>,
    }
}

#[maptrace::maptrace]
type Last = std::collections::BTreeMap<u8, [u8; 9]>;

fn main() {
    let traced = traced::Traced::default();
    assert_traced(&traced.always);
    assert_traced(&traced.first);
    assert_traced(&traced.second);
    assert_traced(&traced.of_two_crates);
    assert_traced(&traced::in_code(&[(1, 2)]));
    traced::in_a_body(&[(1, 2)]);
    let plain = plain::Plain::default();
    assert_traced(&plain.always);
    assert_plain(&plain.first);
    assert_plain(&plain.second);
    assert_plain(&plain.of_two_crates);
    assert_plain(&plain::in_code(&[(1, 2)]));
    plain::in_a_body(&[(1, 2)]);
    let each = each_annotated_or_not::Each::default();
    assert_traced(&each.annotated);
    assert_traced(&each.not);
    assert_traced(&each.of_two_crates);
    assert_traced(&Last::new());
    assert_declared(&[
        "Each.annotated",
        "Each.not",
        "Each.of_two_crates",
        "Last",
        "Plain.always",
        "Plain.first",
        "Plain.of_two_crates",
        "Plain.second",
        "Traced.always",
        "Traced.first",
        "Traced.of_two_crates",
        "Traced.second",
        "in_a_body::collected",
    ]);
}
