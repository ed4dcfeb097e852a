#[maptrace]
use std::collections::hash_map::{Entry, Iter, RandomState};
#[maptrace]
use maptrace::collections::HashMap;
// ---- becomes ----
use ::maptrace::collections::hash_map::{Entry, Iter, RandomState};
use maptrace::collections::HashMap;
::maptrace::__private::declare! {
    name : "", named : false, kind : HashMap, scope : File, sample : default, line : 4,
    end_line : 4, ty : []
}
