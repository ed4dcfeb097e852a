//! The crate maptrace under another name, for libraries that hand the attribute on.
#![deny(warnings)]

mod reexport {
    pub use ::maptrace as tracing;
}

/// Shadows the crate's name here: the default path must not be used.
mod maptrace {}

use reexport::tracing::maptrace as traced;

use maptrace_ui_tests::assert_traced;

#[traced(crate = crate::reexport::tracing)]
use std::{collections::HashMap, sync::Arc};
#[traced(name = "routes", crate = crate::reexport::tracing)]
type Routes = Arc<std::collections::BTreeMap<u8, u8>>;
#[traced(crate = ::maptrace)]
static NAMES: std::sync::Mutex<std::collections::BTreeSet<u8>> =
    std::sync::Mutex::new(std::collections::BTreeSet::new());
// An absolute path is not shadowed.
#[traced]
struct Store {
    #[maptrace(name = "helper keeps its name")]
    map: std::collections::HashSet<u8>,
}

/// As a library exports it.
macro_rules! cache {
    ($name:ident) => {
        #[traced(crate = $crate::reexport::tracing)]
        type $name = std::collections::HashMap<u8, u8>;
    };
}
cache!(Exported);

fn main() {
    assert_traced(&Exported::new());
    assert_traced(&HashMap::<u8, u8>::new());
    assert_traced(&*Routes::default());
    assert_traced(&*NAMES.lock().unwrap());
    assert_traced(&Store { map: Default::default() }.map);
}
