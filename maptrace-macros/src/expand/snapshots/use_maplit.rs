#[maptrace]
use maplit::hashmap;
#[maptrace(name = "literals")]
pub(crate) use maplit::{btreemap as ordered, convert_args};
#[maptrace]
use {maplit::{convert_args as converted, hashset, btreeset}, std::sync::Arc};
#[maptrace]
use maplit::{self as whole, btreemap};
#[maptrace]
pub use maplit::*;
#[maptrace]
use maplit as lit;
#[maptrace]
use maptrace::maplit::{hashmap as ours};
#[maptrace]
static SEEN: LazyLock<HashMap<u8, u8>> = LazyLock::new(|| maplit::hashmap! { 1 => 2 });
#[maptrace]
fn load() {
    use maplit::btreeset as inner;
    let bare = hashmap! { 1 => hashmap! { 2 => std::collections::BTreeSet::new() } };
    let renamed = ordered! { 1 => 2 };
    let path = vec![::maplit::hashset! { 3 }, maptrace::maplit::hashset! { 4 }];
    let nested = inner! { maplit::convert_args!(btreeset!(4)) };
    let own = other::btreemap![(1, HashMap::new())];
    let module = lit::btreemap! {};
    {
        macro_rules! hashmap { () => {} }
        let other = hashmap! {};
    }
}
// ---- becomes ----
use ::maptrace::maplit::hashmap;
pub(crate) use ::maptrace::maplit::{btreemap as ordered, convert_args};
::maptrace::__private::declare! {
    name : "literals", path : "", named : true, kind : BTreeMap, scope : File, sample :
    default, line : 4, from : (4, 1), to : (4, 59), ty : []
}
use std::sync::Arc;
use ::maptrace::maplit::{convert_args as converted, hashset, btreeset};
use ::maptrace::maplit::{self as whole, btreemap};
pub use ::maptrace::maplit::*;
use ::maptrace::maplit as lit;
use maptrace::maplit::hashmap as ours;
static SEEN: LazyLock<::maptrace::collections::HashMap<u8, u8>> = LazyLock::new(|| {
    ::maptrace::maplit::hashmap! {
        1 => 2
    }
});
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
::maptrace::__private::declare! {
    name : "SEEN", path : "SEEN", named : false, kind : HashMap, scope : Item, sample :
    default, line : 16, from : (16, 1), to : (16, 87), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
fn load() {
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    ::maptrace::__private::declare! {
        name : "load::bare", path : "load::bare", named : false, kind : HashMap, scope :
        Place, sample : default, line : 20, from : (20, 5), to : (20, 85), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::bare#2", path : "load::bare#2", named : false, kind : BTreeSet,
        scope : Place, sample : default, line : 20, from : (20, 5), to : (20, 85), ty :
        []
    }
    ::maptrace::__private::declare! {
        name : "load::renamed", path : "load::renamed", named : false, kind : BTreeMap,
        scope : Place, sample : default, line : 21, from : (21, 5), to : (21, 38), ty :
        []
    }
    ::maptrace::__private::declare! {
        name : "load::path", path : "load::path", named : false, kind : HashSet, scope :
        Place, sample : default, line : 22, from : (22, 5), to : (22, 80), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::nested", path : "load::nested", named : false, kind : BTreeSet,
        scope : Place, sample : default, line : 23, from : (23, 5), to : (23, 64), ty :
        []
    }
    ::maptrace::__private::declare! {
        name : "load::own", path : "load::own", named : false, kind : HashMap, scope :
        Place, sample : default, line : 24, from : (24, 5), to : (24, 52), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::module", path : "load::module", named : false, kind : BTreeMap,
        scope : Place, sample : default, line : 25, from : (25, 5), to : (25, 35), ty :
        []
    }
    use ::maptrace::maplit::btreeset as inner;
    let bare = hashmap! {
        1 => hashmap! { 2 => (::maptrace::collections::BTreeSet::new) () }
    };
    let renamed = ordered! {
        1 => 2
    };
    let path = vec![
        ::maptrace::maplit::hashset! { 3 }, maptrace::maplit::hashset! { 4 }
    ];
    let nested = inner! {
        maplit::convert_args!(btreeset!(4))
    };
    let own = other::btreemap![(1, (::maptrace::collections::HashMap::new) ())];
    let module = lit::btreemap! {};
    {
        macro_rules! hashmap {
            () => {};
        }
        let other = hashmap! {};
    }
}
