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
Mutex::new(::maptrace::collections::HashMap::new()));
const _: () = {
    type _Plain<K, V> = HashMap<K, V>;
};
::maptrace::__private::declare! {
    name : "SEEN", named : false, kind : HashMap, scope : Item, sample : default, line :
    2, end_line : 2, ty : [::maptrace::collections::HashMap < u64, u32 >]
}
pub static FULL: LazyLock<Mutex<::maptrace::collections::HashMap<&str, u32>>> = LazyLock::new(||
{
    let map = ::maptrace::collections::HashMap::<&str, u32>::with_capacity(8);
    Mutex::new(map)
});
::maptrace::__private::declare! {
    name : "seen", named : true, kind : HashMap, scope : Item, sample : 2, line : 4,
    end_line : 7, ty : [::maptrace::collections::HashMap < & 'static str, u32 >]
}
static TYPED: LazyLock<::maptrace::collections::BTreeSet<u8>> = LazyLock::new(
    <::maptrace::collections::BTreeSet<u8> as Default>::default,
);
const _: () = {
    type _Plain<T> = BTreeSet<T>;
};
::maptrace::__private::declare! {
    name : "TYPED", named : false, kind : BTreeSet, scope : Item, sample : default, line
    : 9, end_line : 9, ty : [::maptrace::collections::BTreeSet < u8 >]
}
static ALIAS: LazyLock<Sessions> = LazyLock::new(|| ::maptrace::collections::HashMap::from([
    (1, 2),
]));
const _: () = {
    type _Plain<K, V> = HashMap<K, V>;
};
::maptrace::__private::declare! {
    name : "ALIAS", named : false, kind : HashMap, scope : Item, sample : default, line :
    11, end_line : 11, ty : []
}
static MANY: LazyLock<Vec<::maptrace::collections::HashMap<u8, u8>>> = LazyLock::new(|| {
    vec![
        ::maptrace::collections::HashMap::new(), ::maptrace::collections::HashMap::new()
    ]
});
const _: () = {
    type _Plain<K, V> = HashMap<K, V>;
};
::maptrace::__private::declare! {
    name : "MANY", named : false, kind : HashMap, scope : Item, sample : default, line :
    13, end_line : 13, ty : [::maptrace::collections::HashMap < u8, u8 >]
}
static SAME: LazyLock<Vec<::maptrace::collections::HashMap<u8, u8>>> = LazyLock::new(|| {
    vec![::maptrace::collections::HashMap::new(); 2]
});
const _: () = {
    type _Plain<K, V> = HashMap<K, V>;
};
::maptrace::__private::declare! {
    name : "SAME", named : false, kind : HashMap, scope : Item, sample : default, line :
    15, end_line : 15, ty : [::maptrace::collections::HashMap < u8, u8 >]
}
static FOREIGN_SYNTAX: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(||
{
    hashmap! {
        1 => 2
    }
});
const _: () = {
    type _Plain<K, V> = HashMap<K, V>;
};
::maptrace::__private::declare! {
    name : "FOREIGN_SYNTAX", named : false, kind : HashMap, scope : Item, sample :
    default, line : 17, end_line : 17, ty : [::maptrace::collections::HashMap < u8, u8 >]
}
