#[maptrace]
use std::collections::hash_map::{Entry, Iter, RandomState};
#[maptrace]
use maptrace::collections::HashMap;
// ---- becomes ----
use ::maptrace::collections::hash_map::{Entry, Iter, RandomState};
use maptrace::collections::HashMap;
::maptrace::__private::declare! {
    name : "", path : "", named : false, kind : HashMap, scope : File, sample : default,
    line : 4, from : (4, 1), to : (4, 35), ty : []
}
