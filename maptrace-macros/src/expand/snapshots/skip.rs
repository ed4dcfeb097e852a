#[maptrace(skip)]
struct Plain {
    #[maptrace(name = "x")]
    map: std::collections::HashMap<u8, u8>,
}
#[maptrace(skip)]
use std::collections::HashMap;
// ---- becomes ----
struct Plain {
    map: std::collections::HashMap<u8, u8>,
}
use std::collections::HashMap;
