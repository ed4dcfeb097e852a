#[maptrace]
#[allow(dead_code)]
struct Old {
    #[expect(deprecated, reason = "until they are gone")]
    map: HashMap<OldKey, u8>,
    set: std::collections::HashSet<u8>,
}
#[maptrace]
#[allow(clippy::type_complexity)]
type Older = std::collections::HashMap<OldKey, u8>;
// ---- becomes ----
#[allow(dead_code)]
struct Old {
    #[expect(deprecated, reason = "until they are gone")]
    map: ::maptrace::collections::HashMap<OldKey, u8>,
    set: ::maptrace::collections::HashSet<u8>,
}
#[allow(dead_code)]
#[allow(deprecated, reason = "until they are gone")]
const _: () = {
    type _Plain<K, V> = HashMap<K, V>;
};
#[allow(dead_code)]
#[allow(deprecated, reason = "until they are gone")]
const _: () = {
    ::maptrace::__private::declare! {
        name : "Old.map", named : false, kind : HashMap, scope : Type, sample : default,
        line : 5, end_line : 5, ty : [::maptrace::collections::HashMap < OldKey, u8 >]
    }
};
#[allow(dead_code)]
const _: () = {
    ::maptrace::__private::declare! {
        name : "Old.set", named : false, kind : HashSet, scope : Type, sample : default,
        line : 6, end_line : 6, ty : [::maptrace::collections::HashSet < u8 >]
    }
};
#[allow(clippy::type_complexity)]
type Older = ::maptrace::collections::HashMap<OldKey, u8>;
#[allow(clippy::type_complexity)]
const _: () = {
    ::maptrace::__private::declare! {
        name : "Older", named : false, kind : HashMap, scope : Type, sample : default,
        line : 10, end_line : 10, ty : [::maptrace::collections::HashMap < OldKey, u8 >]
    }
};
