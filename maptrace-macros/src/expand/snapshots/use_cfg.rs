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
    name : "shared", path : "", named : true, kind : HashMap, scope : File, sample :
    default, line : 3, from : (3, 1), to : (3, 54), ty : []
}
#[cfg(feature = "maps")]
::maptrace::__private::declare! {
    name : "shared", path : "", named : true, kind : HashSet, scope : File, sample :
    default, line : 3, from : (3, 1), to : (3, 54), ty : []
}
