#[maptrace(crate = crate::reexport::maptrace)]
use std::{collections::HashMap, sync::Arc};
#[maptrace(crate = ::tracing_maps, name = "routes")]
type Routes = std::collections::BTreeMap<u8, u8>;
#[maptrace(crate = tracing_maps)]
type Already = tracing_maps::collections::HashMap<u8, u8>;
// ---- becomes ----
use std::sync::Arc;
use crate::reexport::maptrace::collections::HashMap;
crate::reexport::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 2,
    end_line : 2, ty : []
}
type Routes = ::tracing_maps::collections::BTreeMap<u8, u8>;
::tracing_maps::__private::declare! {
    name : "routes", named : true, kind : BTreeMap, scope : Type, sample : default, line
    : 4, end_line : 4, ty : [::tracing_maps::collections::BTreeMap < u8, u8 >]
}
type Already = tracing_maps::collections::HashMap<u8, u8>;
tracing_maps::__private::declare! {
    name : "Already", named : false, kind : HashMap, scope : Type, sample : default, line
    : 6, end_line : 6, ty : [tracing_maps::collections::HashMap < u8, u8 >]
}
