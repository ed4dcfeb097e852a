#[maptrace(sample = 8)]
fn new(&self, map: HashMap<u8, u8>) -> Self {
    use std::collections::HashMap as Table;
    #[maptrace(name = "first", sample = "auto")]
    let a = Table::new();
    #[maptrace(skip)]
    let b: HashMap<u8, u8> = HashMap::new();
    Self { a, #[maptrace(name = "second")] b: HashMap::new(), c: map }
}
#[maptrace(name = "the one")]
async unsafe fn one() -> std::collections::HashMap<u8, u8> {
    let mut map = std::collections::HashMap::new();
    map
}
// ---- becomes ----
fn new(&self, map: ::maptrace::collections::HashMap<u8, u8>) -> Self {
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    ::maptrace::__private::declare! {
        name : "first", path : "new::a", named : true, kind : HashMap, scope : Place,
        sample : auto, line : 5, from : (5, 5), to : (5, 25), ty : []
    }
    ::maptrace::__private::declare! {
        name : "second", path : "new::b", named : true, kind : HashMap, scope : Place,
        sample : 8, line : 8, from : (8, 47), to : (8, 60), ty : []
    }
    use ::maptrace::collections::HashMap as Table;
    let a = Table::new();
    let b: HashMap<u8, u8> = HashMap::new();
    Self {
        a,
        b: (::maptrace::collections::HashMap::new)(),
        c: map,
    }
}
async unsafe fn one() -> ::maptrace::collections::HashMap<u8, u8> {
    ::maptrace::__private::declare! {
        name : "the one", path : "one::map", named : true, kind : HashMap, scope : Place,
        sample : default, line : 12, from : (12, 5), to : (12, 51), ty : []
    }
    ::maptrace::__private::declare! {
        name : "the one", path : "one", named : true, kind : HashMap, scope : Body,
        sample : default, line : 11, from : (11, 17), to : (14, 1), ty : []
    }
    let mut map = (::maptrace::collections::HashMap::new)();
    map
}
