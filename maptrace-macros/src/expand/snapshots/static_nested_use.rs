#[maptrace]
static TABLE: LazyLock<std::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    use std::{collections::HashMap, fmt};
    use std::collections::BTreeMap as Ordered;
    use std::sync::Arc;
    let ordered: Ordered<u8, u8> = Ordered::new();
    let map: HashMap<u8, u8> = HashMap::from_iter(ordered);
    map
});
#[maptrace]
static GLOBS: LazyLock<std::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    use std::collections::*;
    HashMap::from_iter(BTreeMap::<u8, u8>::new())
});
// ---- becomes ----
static TABLE: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    use std::fmt;
    use ::maptrace::collections::HashMap;
    use ::maptrace::collections::BTreeMap as Ordered;
    use std::sync::Arc;
    let ordered: Ordered<u8, u8> = Ordered::new();
    let map: HashMap<u8, u8> = HashMap::from_iter(ordered);
    map
});
::maptrace::__private::declare! {
    name : "TABLE", named : false, kind : HashMap, scope : Item, sample : default, line :
    2, end_line : 9, ty : [::maptrace::collections::HashMap < u8, u8 >]
}
static GLOBS: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    use ::maptrace::collections::*;
    HashMap::from_iter(BTreeMap::<u8, u8>::new())
});
::maptrace::__private::declare! {
    name : "GLOBS", named : false, kind : HashMap, scope : Item, sample : default, line :
    11, end_line : 14, ty : [::maptrace::collections::HashMap < u8, u8 >]
}
