use std::any::type_name;
use std::cell::Cell;

use super::{Plain, Traced};
use crate::site::TypeInfo;
use crate::snapshot::Kind;
use crate::testing::Capture;
use crate::thread;

/// A table that counts how often it was looked at.
#[derive(Default)]
struct Watched {
    entries: usize,
    looked: Cell<u32>,
}

impl Plain for Watched {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::HashSet,
        entry_size: 8,
        type_name: type_name::<Self>,
        key_name: type_name::<u64>,
        value_name: None,
    };
    const TABLE: bool = true;

    fn entries(&self) -> usize {
        self.looked.set(self.looked.get() + 1);
        self.entries
    }

    fn room(&self) -> usize {
        self.looked.set(self.looked.get() + 1);
        28
    }
}

/// How often a map is looked at after an assign and after a delete, once it is known what becomes of it.
fn looked_at_after() -> [u32; 2] {
    let mut map = Traced::new(Watched::default());
    map.assign(|map| map.entries += 1);
    map.assign(|map| {
        map.entries += 1;
        map.looked.set(0);
    });
    let after_assign = map.map.looked.get();
    map.delete(|map| {
        map.entries -= 1;
        map.looked.set(0);
    });
    [after_assign, map.map.looked.get()]
}

#[test]
fn nobody_looks_at_a_map_that_is_off_to_see_what_an_operation_did() {
    let off = std::thread::spawn(|| {
        // Whose maps are not traced.
        thread::be_collector();
        looked_at_after()
    });
    assert_eq!(off.join().expect("no panic"), [0, 0]);
    let _capture = Capture::install();
    assert!(looked_at_after().iter().all(|&looks| looks > 0), "else this shows nothing");
}
