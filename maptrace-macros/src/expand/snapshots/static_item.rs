#[maptrace]
static SEEN: LazyLock<Mutex<HashMap<u64, u32>>> = LazyLock::new(|| Mutex::new(HashMap::new()));
#[maptrace(name = "seen", sample = 2)]
pub static FULL: LazyLock<Mutex<std::collections::HashMap<&str, u32>>> = LazyLock::new(|| {
    let map = std::collections::HashMap::<&str, u32>::with_capacity(8);
    Mutex::new(map)
});
#[maptrace]
static TYPED: LazyLock<BTreeSet<u8>> = LazyLock::new(<BTreeSet<u8> as Default>::default);
#[maptrace]
static ALIAS: LazyLock<Sessions> = LazyLock::new(|| HashMap::from([(1, 2)]));
#[maptrace]
static MANY: LazyLock<Vec<HashMap<u8, u8>>> = LazyLock::new(|| vec![HashMap::new(), HashMap::new()]);
#[maptrace]
static SAME: LazyLock<Vec<HashMap<u8, u8>>> = LazyLock::new(|| vec![HashMap::new(); 2]);
#[maptrace]
static FOREIGN_SYNTAX: LazyLock<HashMap<u8, u8>> = LazyLock::new(|| hashmap! { 1 => 2 });
// ---- becomes ----
static SEEN: LazyLock<Mutex<::maptrace::collections::HashMap<u64, u32>>> = LazyLock::new(||
Mutex::new((::maptrace::collections::HashMap::new)()));
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "SEEN", path : "SEEN", named : false, kind : HashMap, scope : Item, sample :
    default, line : 2, from : (2, 1), to : (2, 95), ty :
    [::maptrace::collections::HashMap < u64, u32 >]
}
pub static FULL: LazyLock<Mutex<::maptrace::collections::HashMap<&str, u32>>> = LazyLock::new(||
{
    let map = (::maptrace::collections::HashMap::<&str, u32>::with_capacity)(8);
    Mutex::new(map)
});
::maptrace::__private::declare! {
    name : "seen", path : "FULL", named : true, kind : HashMap, scope : Item, sample : 2,
    line : 4, from : (4, 1), to : (7, 3), ty : [::maptrace::collections::HashMap < &
    'static str, u32 >]
}
static TYPED: LazyLock<::maptrace::collections::BTreeSet<u8>> = LazyLock::new(
    <::maptrace::collections::BTreeSet<u8> as Default>::default,
);
const _: () = {
    use ::maptrace::__private::Named as _;
    BTreeSet::__MAPTRACE.of_std::<::maptrace::collections::BTreeSet<()>>()
};
::maptrace::__private::declare! {
    name : "TYPED", path : "TYPED", named : false, kind : BTreeSet, scope : Item, sample
    : default, line : 9, from : (9, 1), to : (9, 89), ty :
    [::maptrace::collections::BTreeSet < u8 >]
}
static ALIAS: LazyLock<Sessions> = LazyLock::new(|| (::maptrace::collections::HashMap::from)([
    (1, 2),
]));
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "ALIAS", path : "ALIAS", named : false, kind : HashMap, scope : Item, sample :
    default, line : 11, from : (11, 1), to : (11, 77), ty : []
}
static MANY: LazyLock<Vec<::maptrace::collections::HashMap<u8, u8>>> = LazyLock::new(|| {
    vec![
        (::maptrace::collections::HashMap::new) (),
        (::maptrace::collections::HashMap::new) ()
    ]
});
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "MANY", path : "MANY", named : false, kind : HashMap, scope : Item, sample :
    default, line : 13, from : (13, 1), to : (13, 101), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
static SAME: LazyLock<Vec<::maptrace::collections::HashMap<u8, u8>>> = LazyLock::new(|| {
    vec![(::maptrace::collections::HashMap::new) (); 2]
});
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "SAME", path : "SAME", named : false, kind : HashMap, scope : Item, sample :
    default, line : 15, from : (15, 1), to : (15, 88), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
static FOREIGN_SYNTAX: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(||
{
    hashmap! {
        1 => 2
    }
});
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "FOREIGN_SYNTAX", path : "FOREIGN_SYNTAX", named : false, kind : HashMap,
    scope : Item, sample : default, line : 17, from : (17, 1), to : (17, 89), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
