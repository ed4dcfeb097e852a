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
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 2, from : (2, 1), to : (2, 43), ty : []
}
type Routes = ::tracing_maps::collections::BTreeMap<u8, u8>;
::tracing_maps::__private::declare! {
    name : "routes", path : "Routes", named : true, kind : BTreeMap, scope : Type, sample
    : default, line : 4, from : (4, 1), to : (4, 49), ty :
    [::tracing_maps::collections::BTreeMap < u8, u8 >]
}
type Already = tracing_maps::collections::HashMap<u8, u8>;
tracing_maps::__private::declare! {
    name : "Already", path : "Already", named : false, kind : HashMap, scope : Type,
    sample : default, line : 6, from : (6, 1), to : (6, 58), ty :
    [tracing_maps::collections::HashMap < u8, u8 >]
}
