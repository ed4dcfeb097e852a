//! Nothing else in this file says that a name is not std's.

use maptrace_ui_tests::assert_traced;

#[derive(Clone, Copy)]
union HashMap {
    byte: u8,
    signed: i8,
}

#[maptrace::maptrace]
struct Struct {
    own: HashMap,
    map: std::collections::BTreeMap<u8, u8>,
}

fn main() {
    let made = Struct {
        own: HashMap { byte: 255 },
        map: Default::default(),
    };
    // SAFETY: each byte is a signed one as well.
    assert_eq!(unsafe { made.own.signed }, -1);
    assert_traced(&made.map);
}
