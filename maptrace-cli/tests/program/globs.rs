//! `maptrace check` where maps come by a glob of a crate that has them, in another module than the one that names them.

use crate::check::{assert_found, findings_in, manifest};
use crate::support::{Project, assert_good, assert_says, stderr, stdout};

const DEPENDENCIES: &str = "\
[dependencies]
ahash = \"0.8\"
fnv = \"1\"
fxhash = \"0.2\"
rustc-hash = \"2\"
";

const MAIN: &str = "\
mod prelude;

fn is_traced<T>(_: &T) -> bool { std::any::type_name::<T>().contains(\"maptrace\") }

mod chain {
    pub use inner::*;
    mod inner {
        pub use deeper::*;
        mod deeper {
            pub use ::fnv::{*, FnvHasher as Hasher};
        }
    }
}

mod over {
    pub use crate::prelude::FxHashMap;
    pub use crate::prelude::FxHashSet as Set;
}

mod more {
    /// And more.
    #[allow(unused_imports)]
    pub use fxhash::*;
}

mod of_file {
    use crate::prelude::*;
    pub struct Cache { pub fast: FxHashMap<u8, u8>, pub sorted: std::collections::BTreeMap<u8, u8> }
    pub fn made() -> bool {
        let sorted = std::collections::BTreeMap::<u8, u8>::new();
        let cache = Cache { fast: FxHashMap::default(), sorted };
        crate::is_traced(&cache.fast) && crate::is_traced(&cache.sorted)
    }
}

fn by_chain() -> bool {
    use crate::chain::*;
    let _ = Hasher::default();
    is_traced(&FnvHashMap::<u8, u8>::default()) && is_traced(&std::collections::HashMap::<u8, u8>::new())
}

fn by_name_over_it() -> bool {
    use crate::over::{FxHashMap, Set};
    let map = FxHashMap::<u8, u8>::default();
    is_traced(&map) && is_traced(&Set::<u8>::default()) && is_traced(&std::collections::HashSet::<u8>::new())
}

fn by_a_path() -> bool { is_traced(&crate::more::FxHashMap::<u8, u8>::default()) }

mod above {
    use fxhash::*;
    pub fn its_own() -> bool {
        crate::is_traced(&FxHashMap::<u8, u8>::default()) && crate::is_traced(&std::collections::BTreeSet::<u8>::new())
    }
    pub fn another() -> bool { crate::is_traced(&std::collections::BTreeSet::<u8>::new()) }
    pub mod below {
        use super::*;
        pub fn of_parent() -> bool { crate::is_traced(&FxHashSet::<u8>::default()) }
    }
}

mod both {
    use crate::prelude::*;
    use rustc_hash::*;
    pub fn by_two() -> bool { crate::is_traced(&FxHashSet::<u8>::default()) }
}

#[maptrace::maptrace]
mod annotated {
    pub use fxhash::*;
    pub fn made() -> bool { crate::is_traced(&std::collections::BTreeSet::<u8>::new()) }
}

fn of_annotated() -> bool {
    use crate::annotated::*;
    made() && is_traced(&FxHashMap::<u8, u8>::default())
}

mod nobody { pub use rustc_hash::*; }

fn main() {
    let _ = nobody::FxHasher::default();
    let all = [
        of_file::made(), by_chain(), by_name_over_it(), by_a_path(), above::its_own(), above::another(),
        above::below::of_parent(), both::by_two(), of_annotated(),
    ];
    println!(\"{all:?}\");
}
";

#[test]
fn a_glob_gets_the_line_that_traces_what_other_modules_name_by_way_of_it() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("globs_of_aliases", DEPENDENCIES)),
        ("src/main.rs", MAIN),
        ("src/prelude.rs", "pub use rustc_hash::*;\n"),
    ]);
    let output = project.maptrace("", &["check", "--write", "--verify"]);
    assert_good(&output);
    let said = stdout(&output);
    assert_says(&said, "verified: it compiles with tracing off");
    assert_says(&said, "verified: it compiles with tracing on");
    assert_eq!(
        project.read("src/prelude.rs"),
        "#[maptrace::maptrace]\npub use rustc_hash::*;\n"
    );
    let written = project.read("src/main.rs");
    for line in [
        "            #[maptrace::maptrace]\n            pub use ::fnv::{*, FnvHasher as Hasher};",
        "mod over {\n    pub use crate::prelude::FxHashMap;\n    pub use",
        "    /// And more.\n    #[maptrace::maptrace]\n    #[allow(unused_imports)]\n    pub use fxhash::*;",
        "    #[maptrace::maptrace]\n    use fxhash::*;",
        "    use crate::prelude::*;\n    #[maptrace::maptrace]\n    use rustc_hash::*;",
        "mod annotated {\n    #[maptrace::maptrace]\n    pub use fxhash::*;",
        "mod nobody { pub use rustc_hash::*; }",
    ] {
        assert!(written.contains(line), "no {line:?} in:\n{written}");
    }
    let off = project.cargo("", &["run", "--quiet"]);
    assert_good(&off);
    assert!(!stdout(&off).contains("true"), "{}", stdout(&off));
    let on = project.cargo("", &["run", "--quiet", "--features", "trace-maps"]);
    assert_good(&on);
    assert!(!stdout(&on).contains("false"), "{}{}", stdout(&on), stderr(&on));
    let again = project.maptrace("", &["check", "--write"]);
    assert_says(&stdout(&again), "nothing to write");
}

const LEFT: &str = "\
mod quick;
mod plain {
    #[maptrace::maptrace(skip)]
    pub use rustc_hash::*;
}
mod named { pub use fnv::*; }
mod renamed {
    use rustc_hash as rh;
    pub use rh::*;
}
mod own {
    pub struct HashMap(pub usize);
    pub use std::collections::HashSet;
}

fn of_plain() -> usize {
    use crate::plain::*;
    FxHashMap::<u8, u8>::default().len() + std::collections::BTreeMap::<u8, u8>::new().len()
}
mod said_here {
    #[maptrace::maptrace(skip)]
    use crate::named::FnvHashMap;
    #[maptrace::maptrace(skip)]
    use crate::named::*;
    pub fn plain() -> usize { FnvHashMap::<u8, u8>::default().len() + FnvHashSet::<u8>::default().len() }
}
fn of_ahash() -> usize {
    use crate::quick::*;
    AHashMap::<u8, u8>::new().len() + std::collections::BTreeMap::<u8, u8>::new().len()
}
fn of_renamed() -> usize {
    use crate::renamed::*;
    FxHashSet::<u8>::default().len()
}
mod left {
    #[maptrace::maptrace(skip)]
    use crate::own::*;
    pub struct Own { pub map: HashMap, pub set: HashSet<u8>, pub sorted: std::collections::BTreeMap<u8, u8> }
    pub fn first() -> usize {
        let own = Own { map: HashMap(0), set: HashSet::new(), sorted: std::collections::BTreeMap::new() };
        own.map.0 + own.set.len() + own.sorted.len()
    }
    pub fn by_name() -> usize {
        #[maptrace::maptrace(skip)]
        use crate::own::HashMap;
        HashMap(0).0 + std::collections::BTreeSet::<u8>::new().len()
    }
}
mod alone {
    #[maptrace::maptrace(skip)]
    use crate::own::*;
    pub fn alone() -> usize { HashMap(0).0 + std::collections::BTreeSet::<u8>::new().len() }
}
mod by_name {
    #[maptrace::maptrace(skip)]
    use crate::own::{HashMap, HashSet};
    pub fn first() -> usize { HashMap(0).0 + HashSet::<u8>::new().len() + std::collections::BTreeSet::<u8>::new().len() }
}
mod said_otherwise {
    #[maptrace::maptrace(skip)]
    use crate::own::*;
    use std::collections::HashMap;
    pub fn first() -> usize { HashMap::<u8, u8>::new().len() + HashSet::<u8>::new().len() }
}

fn main() {
    let all = [
        of_plain(), of_ahash(), said_here::plain(), of_renamed(), left::first(), left::by_name(), alone::alone(),
        by_name::first(), said_otherwise::first(),
    ];
    println!(\"{all:?}\");
}
";

#[test]
fn skip_above_a_glob_is_heeded() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("globs_with_skip", DEPENDENCIES)),
        ("src/main.rs", LEFT),
        ("src/quick.rs", "pub use ahash::*;\n"),
    ]);
    let output = project.maptrace("", &["check", "--write", "--verify"]);
    assert_good(&output);
    let said = stdout(&output);
    assert_says(&said, "verified: it compiles with tracing off");
    assert_says(&said, "verified: it compiles with tracing on");
    let written = project.read("src/main.rs");
    for line in [
        "#[maptrace::maptrace]\nfn of_plain()",
        "mod named { pub use fnv::*; }",
        "    use rustc_hash as rh;\n    pub use rh::*;",
        "#[maptrace::maptrace]\nfn of_ahash()",
        "}\nfn of_renamed()",
        "#[maptrace::maptrace]\nmod left {\n    #[maptrace::maptrace(skip)]\n    use",
        "    #[maptrace::maptrace]\n    pub fn alone()",
        "    #[maptrace::maptrace]\n    pub fn first() -> usize { HashMap(0).0",
        "    #[maptrace::maptrace]\n    use std::collections::HashMap;\n    pub fn first()",
    ] {
        assert!(written.contains(line), "no {line:?} in:\n{written}");
    }
    // The maps of ahash have `new()` only where they are imported.
    assert_eq!(project.read("src/quick.rs"), "pub use ahash::*;\n");
    let findings = findings_in(&project, "");
    assert_found(&findings, "`AHashMap::new` in `fn of_ahash`", "AHashMap", "alias");
    assert_found(
        &findings,
        "`FxHashSet::default` in `fn of_renamed`",
        "FxHashSet",
        "alias",
    );
    let is_asked = |(place, _, reason): &(String, String, String)| {
        reason != "present" && !place.contains("of_renamed") && !place.contains("`AHashMap")
    };
    let asked: Vec<_> = findings.iter().filter(|finding| is_asked(finding)).collect();
    assert!(asked.is_empty(), "{asked:#?}");
}
