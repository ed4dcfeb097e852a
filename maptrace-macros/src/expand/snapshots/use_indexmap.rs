#[maptrace]
use indexmap::{indexmap, map::Entry, Equivalent, IndexMap, IndexSet as Ordered};
#[maptrace]
use indexmap::set;
#[maptrace(kind = indexmap::IndexMap)]
use crate::their::Fast;
#[maptrace]
type Routes = indexmap::IndexMap<String, indexmap::map::Slice<u8, u8>>;
#[maptrace]
struct Cache {
    bare: IndexMap<u8, u8>,
    renamed: Ordered<u8>,
    module: set::IndexSet<u8>,
}
#[maptrace]
fn load() {
    let made = indexmap::indexmap! { "a" => 1 };
    let fast = Fast::default();
    let sets = [::indexmap::indexset! { 1 }, set::IndexSet::new()];
}
// ---- becomes ----
use ::maptrace::indexmap::{
    indexmap, map::Entry, Equivalent, IndexMap, IndexSet as Ordered,
};
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : IndexMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 80), ty : []
}
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : IndexSet, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 80), ty : []
}
use ::maptrace::indexmap::set;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : IndexSet, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 18), ty : []
}
use crate::their::Fast as __BehindFast;
///`crate::their::Fast`, traced.
type Fast<K, V> = ::maptrace::indexmap::IndexMap<
    K,
    V,
    <__BehindFast<
        (),
        u8,
    > as ::maptrace::__private::OfKind<::maptrace::indexmap::IndexMap<(), u8>>>::Hasher,
>;
const _: () = <__BehindFast<
    (),
    u8,
> as ::maptrace::__private::OfKind<::maptrace::indexmap::IndexMap<(), u8>>>::IS;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : IndexMap, scope : File, sample : default,
    line : 6, from : (6, 1), to : (6, 23), ty : []
}
type Routes = ::maptrace::indexmap::IndexMap<
    String,
    ::maptrace::indexmap::map::Slice<u8, u8>,
>;
::maptrace::__private::declare! {
    name : "Routes", path : "Routes", named : false, kind : IndexMap, scope : Type,
    sample : default, line : 8, from : (8, 1), to : (8, 71), ty :
    [::maptrace::indexmap::IndexMap < String, ::maptrace::indexmap::map::Slice < u8, u8 >
    >]
}
struct Cache {
    bare: IndexMap<u8, u8>,
    renamed: Ordered<u8>,
    module: set::IndexSet<u8>,
}
::maptrace::__private::declare! {
    name : "Cache.bare", path : "Cache.bare", named : false, kind : IndexMap, scope :
    Type, sample : default, line : 11, from : (11, 5), to : (11, 26), ty : [IndexMap <
    u8, u8 >]
}
::maptrace::__private::declare! {
    name : "Cache.renamed", path : "Cache.renamed", named : false, kind : IndexSet, scope
    : Type, sample : default, line : 12, from : (12, 5), to : (12, 24), ty : [Ordered <
    u8 >]
}
::maptrace::__private::declare! {
    name : "Cache.module", path : "Cache.module", named : false, kind : IndexSet, scope :
    Type, sample : default, line : 13, from : (13, 5), to : (13, 29), ty : [set::IndexSet
    < u8 >]
}
fn load() {
    ::maptrace::__private::declare! {
        name : "load::made", path : "load::made", named : false, kind : IndexMap, scope :
        Place, sample : default, line : 17, from : (17, 5), to : (17, 48), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::fast", path : "load::fast", named : false, kind : IndexMap, scope :
        Place, sample : default, line : 18, from : (18, 5), to : (18, 31), ty : []
    }
    ::maptrace::__private::declare! {
        name : "load::sets", path : "load::sets", named : false, kind : IndexSet, scope :
        Place, sample : default, line : 19, from : (19, 5), to : (19, 67), ty : []
    }
    let made = ::maptrace::indexmap::indexmap! {
        "a" => 1
    };
    let fast = Fast::default();
    let sets = [
        ::maptrace::indexmap::indexset! {
            1
        },
        set::IndexSet::new(),
    ];
}
