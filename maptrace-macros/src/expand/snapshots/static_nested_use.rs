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
#[maptrace]
static UNKNOWN_GLOBS: LazyLock<std::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    use crate::prelude::*;
    #[expect(unused_imports)]
    use collections::{BTreeMap, VecDeque};
    HashMap::from_iter(hash_map::HashMap::<u8, u8>::new())
});
#[maptrace]
static OWN_NAMES: LazyLock<std::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    struct HashMap;
    enum BTreeSet {}
    std::collections::HashMap::from([(HashMap::key(), BTreeSet::value())])
});
#[maptrace]
static RENAMED: LazyLock<Table> = LazyLock::new(|| {
    use std::collections::{HashMap as Table, hash_map};
    {
        use crate::own::HashMap;
        use other::BTreeMap;
        HashMap::taken_for_std();
        BTreeMap::unknown();
        Table::new()
    }
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
    name : "TABLE", path : "TABLE", named : false, kind : HashMap, scope : Item, sample :
    default, line : 2, from : (2, 1), to : (9, 3), ty : [::maptrace::collections::HashMap
    < u8, u8 >]
}
static GLOBS: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    use ::maptrace::collections::*;
    HashMap::from_iter(BTreeMap::<u8, u8>::new())
});
::maptrace::__private::declare! {
    name : "GLOBS", path : "GLOBS", named : false, kind : HashMap, scope : Item, sample :
    default, line : 11, from : (11, 1), to : (14, 3), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
static UNKNOWN_GLOBS: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(||
{
    #[allow(unused_imports)]
    const _: () = {
        use ::maptrace::__private::Named as _;
        use collections::BTreeMap as Plain;
        Plain::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
    };
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    const _: () = {
        use ::maptrace::__private::Named as _;
        hash_map::HashMap::__MAPTRACE
            .of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    use crate::prelude::*;
    #[allow(unused_imports)]
    use ::maptrace::collections::{BTreeMap, VecDeque};
    (::maptrace::collections::HashMap::from_iter)(
        (::maptrace::collections::hash_map::HashMap::<u8, u8>::new)(),
    )
});
::maptrace::__private::declare! {
    name : "UNKNOWN_GLOBS", path : "UNKNOWN_GLOBS", named : false, kind : HashMap, scope
    : Item, sample : default, line : 16, from : (16, 1), to : (21, 3), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
static OWN_NAMES: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    struct HashMap;
    enum BTreeSet {}
    (::maptrace::collections::HashMap::from)([(HashMap::key(), BTreeSet::value())])
});
::maptrace::__private::declare! {
    name : "OWN_NAMES", path : "OWN_NAMES", named : false, kind : HashMap, scope : Item,
    sample : default, line : 23, from : (23, 1), to : (27, 3), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
static RENAMED: LazyLock<Table> = LazyLock::new(|| {
    use ::maptrace::collections::{HashMap as Table, hash_map};
    {
        const _: () = {
            use ::maptrace::__private::Named as _;
            use crate::own::HashMap as Plain;
            Plain::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
        };
        use ::maptrace::collections::HashMap;
        use other::BTreeMap;
        HashMap::taken_for_std();
        BTreeMap::unknown();
        Table::new()
    }
});
::maptrace::__private::declare! {
    name : "RENAMED", path : "RENAMED", named : false, kind : HashMap, scope : Item,
    sample : default, line : 29, from : (29, 1), to : (38, 3), ty : []
}
