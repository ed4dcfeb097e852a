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
#[maptrace]
#[cfg_attr(feature = "a", derive(Clone), expect(dead_code), cfg_attr(true, cfg(unix)))]
enum Conditional {
    #[cfg_attr(feature = "b", doc = "A map.")]
    Map(#[cfg_attr(feature = "b", doc = "It.", allow(deprecated))] HashMap<OldKey, u8>),
}
#[maptrace]
#[expect(unused_imports)]
use std::{collections::HashMap, sync::Arc};
// ---- becomes ----
#[allow(dead_code)]
struct Old {
    #[allow(deprecated, reason = "until they are gone")]
    map: ::maptrace::collections::HashMap<OldKey, u8>,
    set: ::maptrace::collections::HashSet<u8>,
}
#[allow(dead_code)]
#[allow(deprecated, reason = "until they are gone")]
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
#[allow(dead_code)]
#[allow(deprecated, reason = "until they are gone")]
const _: () = {
    ::maptrace::__private::declare! {
        name : "Old.map", path : "Old.map", named : false, kind : HashMap, scope : Type,
        sample : default, line : 5, from : (5, 5), to : (5, 28), ty :
        [::maptrace::collections::HashMap < OldKey, u8 >]
    }
};
#[allow(dead_code)]
const _: () = {
    ::maptrace::__private::declare! {
        name : "Old.set", path : "Old.set", named : false, kind : HashSet, scope : Type,
        sample : default, line : 6, from : (6, 5), to : (6, 38), ty :
        [::maptrace::collections::HashSet < u8 >]
    }
};
#[allow(clippy::type_complexity)]
type Older = ::maptrace::collections::HashMap<OldKey, u8>;
#[allow(clippy::type_complexity)]
const _: () = {
    ::maptrace::__private::declare! {
        name : "Older", path : "Older", named : false, kind : HashMap, scope : Type,
        sample : default, line : 10, from : (10, 1), to : (10, 51), ty :
        [::maptrace::collections::HashMap < OldKey, u8 >]
    }
};
#[cfg_attr(feature = "a", derive(Clone), allow(dead_code), cfg_attr(true, cfg(unix)))]
enum Conditional {
    #[cfg_attr(feature = "b", doc = "A map.")]
    Map(
        #[cfg_attr(feature = "b", doc = "It.", allow(deprecated))]
        ::maptrace::collections::HashMap<OldKey, u8>,
    ),
}
#[cfg_attr(feature = "a", allow(dead_code), cfg_attr(true, cfg(unix)))]
#[cfg_attr(feature = "b", allow(deprecated))]
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
#[cfg_attr(feature = "a", allow(dead_code), cfg_attr(true, cfg(unix)))]
#[cfg_attr(feature = "b", allow(deprecated))]
const _: () = {
    ::maptrace::__private::declare! {
        name : "Conditional::Map.0", path : "Conditional::Map.0", named : false, kind :
        HashMap, scope : Type, sample : default, line : 15, from : (15, 68), to : (15,
        86), ty : [::maptrace::collections::HashMap < OldKey, u8 >]
    }
};
#[allow(unused_imports)]
use std::sync::Arc;
#[allow(unused_imports)]
use ::maptrace::collections::HashMap;
#[allow(unused_imports)]
const _: () = {
    ::maptrace::__private::declare! {
        name : "", path : "", named : false, kind : HashMap, scope : File, sample :
        default, line : 19, from : (19, 1), to : (19, 43), ty : []
    }
};
