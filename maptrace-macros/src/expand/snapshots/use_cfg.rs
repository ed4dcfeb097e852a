#[maptrace(name = "shared")]
#[cfg(feature = "maps")]
use std::{collections::{HashMap, HashSet}, sync::Arc};
// ---- becomes ----
#[cfg(feature = "maps")]
use std::sync::Arc;
#[cfg(feature = "maps")]
use ::maptrace::collections::{HashMap, HashSet};
#[cfg(feature = "maps")]
::maptrace::__private::declare! {
    name : "shared", named : true, kind : HashMap, scope : File, sample : default, line :
    3, end_line : 3, ty : []
}
#[cfg(feature = "maps")]
::maptrace::__private::declare! {
    name : "shared", named : true, kind : HashSet, scope : File, sample : default, line :
    3, end_line : 3, ty : []
}
