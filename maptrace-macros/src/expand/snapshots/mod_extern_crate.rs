#[maptrace]
mod service {
    extern crate alloc;
    extern crate std;
    extern crate other as hashbrown;
    use alloc::collections::BTreeMap as Ordered;
    use hashbrown::HashSet;
    fn make() -> (Ordered<u8, u8>, std::collections::HashMap<u8, u8>, HashSet<u8>) {
        let ordered = Ordered::new();
        let hashed = std::collections::HashMap::new();
        (ordered, hashed, HashSet::new())
    }
}
// ---- becomes ----
mod service {
    extern crate alloc;
    extern crate std;
    extern crate other as hashbrown;
    use ::maptrace::collections::BTreeMap as Ordered;
    use hashbrown::HashSet;
    fn make() -> (
        Ordered<u8, u8>,
        ::maptrace::collections::HashMap<u8, u8>,
        HashSet<u8>,
    ) {
        ::maptrace::__private::declare! {
            name : "make::ordered", path : "make::ordered", named : false, kind :
            BTreeMap, scope : Place, sample : default, line : 9, from : (9, 9), to : (9,
            37), ty : []
        }
        ::maptrace::__private::declare! {
            name : "make::hashed", path : "make::hashed", named : false, kind : HashMap,
            scope : Place, sample : default, line : 10, from : (10, 9), to : (10, 54), ty
            : []
        }
        ::maptrace::__private::declare! {
            name : "make", path : "make", named : false, kind : BTreeMap, scope : Body,
            sample : default, line : 8, from : (8, 8), to : (12, 5), ty : []
        }
        ::maptrace::__private::declare! {
            name : "make#2", path : "make#2", named : false, kind : HashMap, scope :
            Body, sample : default, line : 8, from : (8, 8), to : (12, 5), ty : []
        }
        let ordered = Ordered::new();
        let hashed = (::maptrace::collections::HashMap::new)();
        (ordered, hashed, HashSet::new())
    }
}
