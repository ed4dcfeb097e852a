//! `maptrace check --write`: each place that takes the attribute, written and compiled with tracing off and on.

use crate::support::{Project, assert_good, assert_says, stderr, stdout};

const MANIFEST: &str = "\
[package]
name = \"places\"
version = \"0.1.0\"
edition = \"2024\"

[features]
trace-maps = [] # of another use

[dependencies]
# Of the versions that are here already.
hashbrown = \"0.17\"
indexmap = \"2\"
maplit = \"1\"
rustc-hash = \"2\"
serde = { version = \"1\", features = [\"derive\"] }
serde_json = \"1\"
nohash-hasher = { path = \"nohash-hasher\" }
";

/// It says so before anything is written, and says it of nobody else.
#[test]
fn a_package_for_an_older_rust_is_told_what_the_lines_cost() {
    let source = "fn main() { println!(\"{}\", std::collections::HashMap::<u8, u8>::new().len()); }\n";
    let project = |name: &str, rust: &str| {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rust}");
        Project::new(&[("Cargo.toml", &manifest), ("src/main.rs", source)])
    };
    let older = project("older", "rust-version = \"1.80\"\n");
    let told = "`older` has `rust-version` 1.80.0, and maptrace needs Rust 1.92";
    let looked = older.maptrace("", &["check"]);
    assert_good(&looked);
    assert_says(&stdout(&looked), told);
    assert_eq!(older.read("src/main.rs"), source);
    let written = older.maptrace("", &["check", "--write"]);
    assert_good(&written);
    assert_says(&stderr(&written), told);
    assert_ne!(older.read("src/main.rs"), source);
    let machine = older.maptrace("", &["check", "--json"]);
    assert_says(&stdout(&machine), "\"older_rust\": \"1.80.0\"");
    for (name, rust) in [("newer", "rust-version = \"1.92\"\n"), ("silent", "")] {
        let checked = project(name, rust).maptrace("", &["check", "--write"]);
        assert_good(&checked);
        assert!(
            !(stdout(&checked) + &stderr(&checked)).contains("maptrace needs Rust"),
            "{name}"
        );
    }
}

const ALIAS: &str = "\
pub type IntMap<K, V> = std::collections::HashMap<K, V, std::hash::BuildHasherDefault<std::hash::DefaultHasher>>;
";

const PLACES: &str = r##"
extern crate alloc;

use alloc::collections::BTreeMap as Ordered;
use nohash_hasher::IntMap;
use rustc_hash::FxHashMap;

mod generic;

type Ids = nohash_hasher::IntMap<u64, [u8; 1]>;
type Fast = rustc_hash::FxHashMap<u64, [u8; 2]>;

static SEEN: std::sync::Mutex<std::collections::BTreeSet<u8>> = std::sync::Mutex::new(std::collections::BTreeSet::new());

thread_local! {
    static LATELY: std::cell::RefCell<std::collections::BTreeMap<u8, [u8; 3]>> = Default::default();
}

/// Its fields go by their names, as its `impl` is annotated.
struct Index {
    by_id: std::collections::HashMap<u64, String>,
    by_name: std::collections::HashMap<String, u64>,
}

impl Index {
    fn new() -> Self {
        Self { by_id: std::collections::HashMap::new(), by_name: std::collections::HashMap::new() }
    }

    fn add(&mut self, name: &str) {
        self.by_id.insert(1, name.to_owned());
        self.by_name.insert(name.to_owned(), 1);
    }

    fn names(&self) -> usize {
        use std::collections::HashSet;
        let names: HashSet<&String> = self.by_id.values().collect();
        names.len()
    }
}

trait Source {
    fn source(&self) -> std::collections::HashMap<u8, [u8; 4]>;
}

impl Source for Index {
    fn source(&self) -> std::collections::HashMap<u8, [u8; 4]> {
        let made = std::collections::HashMap::from([(1, [0; 4])]);
        made
    }
}

impl From<std::collections::HashMap<u64, String>> for Index {
    fn from(by_id: std::collections::HashMap<u64, String>) -> Self {
        Self { by_id, ..Self::new() }
    }
}

/// How many words.
#[must_use]
fn words(text: &str) -> usize {
    let words: std::collections::BTreeSet<&str> = text.split(' ').collect();
    let many = vec![std::collections::BTreeSet::from([text]); 2];
    words.len() + many.len()
}

mod stock {
    use std::collections::HashMap;

    #[derive(serde::Serialize)]
    pub struct Stock {
        pub goods: HashMap<String, [u8; 5]>,
    }

    pub fn stock() -> Stock {
        let goods = HashMap::from([("pear".to_owned(), [0; 5])]);
        Stock { goods }
    }
}

mod fast {
    use hashbrown::HashMap;
    use hashbrown::hash_map::Entry;

    pub struct Fast {
        pub bare: HashMap<u8, [u8; 8]>,
        pub ordered: indexmap::IndexMap<u8, [u8; 9]>,
    }

    pub fn fast() -> Fast {
        let mut bare = HashMap::new();
        if let Entry::Vacant(vacant) = bare.entry(1) {
            vacant.insert([0; 8]);
        }
        Fast { bare, ordered: indexmap::indexmap! { 1 => [0; 9] } }
    }
}

mod literals {
    use maplit::btreemap;

    pub type Table = std::collections::HashMap<u8, [u8; 11]>;

    pub static TABLE: std::sync::LazyLock<Table> = std::sync::LazyLock::new(|| maplit::hashmap! { 1 => [0; 11] });

    pub struct Ordered {
        pub ordered: std::collections::BTreeMap<u8, std::collections::HashSet<[u8; 12]>>,
    }

    pub fn ordered() -> Ordered {
        Ordered { ordered: btreemap! { 1 => std::collections::HashSet::new() } }
    }

    pub mod by_path {
        pub fn sets() -> usize {
            let sets = [maplit::btreeset! { [0; 13] }];
            sets.len()
        }
    }
}

/// Its own map under the name of one of std's, so nothing around that can be annotated.
mod own {
    use super::mine::HashMap as Mine;
    use crate::mine::*;

    pub struct Both {
        pub mine: Mine<u8>,
        pub other: HashMap<u8>,
    }

    impl Both {
        pub fn new() -> Self {
            Self { mine: Mine(1), other: HashMap(2) }
        }

        pub fn theirs(&self) -> usize {
            let theirs = std::collections::BTreeMap::from([(self.mine.0, [self.other.0; 6])]);
            theirs.len()
        }
    }
}

mod mine {
    pub struct HashMap<T>(pub T);
}

/// Stays as it is.
mod plain {
    #[maptrace::maptrace(skip)]
    use std::collections::HashMap;

    pub fn plain() -> HashMap<u8, u8> {
        let map: HashMap<u8, u8> = HashMap::from([(1, 2)]);
        map
    }

    /// Cannot be annotated, as that would be another `HashMap`.
    pub fn both() -> usize {
        let map: HashMap<u8, u8> = plain();
        map.len() + std::collections::BTreeSet::from([1]).len()
    }
}

fn main() {
    let mut index = Index::new();
    assert!(Index::from(std::collections::HashMap::new()).by_name.is_empty());
    index.add("pear");
    let mut ids = Ids::default();
    ids.insert(1, [0; 1]);
    let mut fast = Fast::default();
    fast.insert(1, [0; 2]);
    let mut imported: (IntMap<u8, u8>, FxHashMap<u8, u8>) = Default::default();
    imported.0.insert(1, 1);
    imported.1.insert(1, 1);
    let _: HashSet<u8> = HashSet::new();
    let ordered: Ordered<u8, [u8; 7]> = Ordered::from([(1, [0; 7])]);
    SEEN.lock().unwrap().insert(1);
    LATELY.with_borrow_mut(|map| map.insert(1, [0; 3]));
    let lens = [index.names(), index.source().len(), words("a b"), stock::stock().goods.len(), ordered.len()];
    println!("{lens:?} {} {}", own::Both::new().theirs(), plain::both());
    println!("{}", serde_json::to_string(&stock::stock()).unwrap());
    let fast = fast::fast();
    println!("{} {}", fast.bare.len(), fast.ordered.len());
    println!("{} {}", literals::TABLE.len(), literals::ordered().ordered.len() + literals::by_path::sets());
    println!("{} {}", generic::Table::<u8>::default().len(), generic::names().len());
}
"##;

const GENERIC: &str = "\
use indexmap::IndexSet;\r
\r
pub struct Names(IndexSet<[u8; 10]>);\r
\r
pub fn names() -> IndexSet<[u8; 10]> {\r
    Names(IndexSet::from([[0; 10]])).0\r
}\r
\r
#[derive(Default)]\r
pub struct Table<K>(std::collections::HashMap<K, K>);\r
\r
impl<K: std::hash::Hash + Eq> Table<K> {\r
    pub fn len(&self) -> usize {\r
        self.0.len()\r
    }\r
}\r
";

#[test]
fn every_place_is_written_and_compiles() {
    let project = Project::new(&[
        ("Cargo.toml", MANIFEST),
        (
            "src/main.rs",
            &format!("\u{feff}use std::collections::HashSet;{PLACES}"),
        ),
        ("src/generic.rs", GENERIC),
        (
            "nohash-hasher/Cargo.toml",
            "[package]\nname = \"nohash-hasher\"\nversion = \"0.2.0\"\nedition = \"2021\"\n",
        ),
        ("nohash-hasher/src/lib.rs", ALIAS),
    ]);
    // It has a line of maptrace's already.
    let before = project.read("src/main.rs");
    let skip = "    #[maptrace::maptrace(skip)]\n";
    project.write("src/main.rs", &before.replace(skip, ""));
    let plain = project.cargo("", &["run", "--quiet"]);
    assert_good(&plain);
    project.write("src/main.rs", &before);

    let output = project.maptrace("", &["check", "--write", "--verify"]);
    assert_good(&output);
    let said = stdout(&output);
    assert_says(&said, "verified: it compiles with tracing off");
    assert_says(&said, "verified: it compiles with tracing on");
    let written = project.read("src/main.rs");
    for line in [
        "\u{feff}#[maptrace::maptrace]\nuse std::collections::HashSet;\n",
        "#[maptrace::maptrace]\nuse alloc::collections",
        "#[maptrace::maptrace(kind = HashMap)]\nuse nohash_hasher",
        "#[maptrace::maptrace]\nuse rustc_hash",
        "#[maptrace::maptrace(kind = HashMap)]\ntype Ids",
        "#[maptrace::maptrace(kind = HashMap)]\ntype Fast",
        "#[maptrace::maptrace]\nstatic SEEN",
        "#[maptrace::maptrace]\nthread_local! {",
        "#[maptrace::maptrace]\nstruct Index",
        "#[maptrace::maptrace]\nimpl Index {\n    fn new()",
        "        use std::collections::HashSet;\n",
        "#[maptrace::maptrace]\ntrait Source {\n    fn",
        "#[maptrace::maptrace]\nimpl Source for Index {\n    fn",
        "#[maptrace::maptrace]\nimpl From<",
        "/// How many words.\n#[maptrace::maptrace]\n#[must_use]\nfn words",
        "#[maptrace::maptrace]\nmod stock {\n    use std",
        "#[maptrace::maptrace]\nmod fast {\n    use hashbrown",
        "#[maptrace::maptrace]\nmod literals {\n    use maplit",
        "    impl Both {\n        pub fn new",
        "        #[maptrace::maptrace]\n        pub fn theirs",
        "#[maptrace::maptrace]\nfn main",
    ] {
        assert!(written.contains(line), "no {line:?} in:\n{written}");
    }
    let manifest = project.read("Cargo.toml");
    assert_says(&manifest, "features = [\"serde\", \"hashbrown\", \"indexmap\"]");
    assert_says(&manifest, "trace-maps = [\"maptrace/enable\"] # of another use");

    let off = project.cargo("", &["run", "--quiet"]);
    assert_eq!((stdout(&off), stderr(&off)), (stdout(&plain), String::new()));
    let on = project
        .command("", env!("CARGO"))
        .args(["run", "--quiet", "--features", "trace-maps"])
        .env("MAPTRACE_REPORT", "text")
        .output()
        .unwrap();
    assert_eq!(stdout(&on), stdout(&plain));
    for name in [
        "Ids",
        "Fast",
        "SEEN",
        "LATELY",
        "Index.by_id",
        "Index.by_name",
        "Index::names::names",
        "Index::source::made",
        "words::words",
        "Stock.goods",
        "Fast.bare",
        "Fast.ordered",
        "Ordered.ordered",
        "TABLE",
        "sets::sets",
        "Names.0",
        "theirs::theirs",
        "HashMap<u8, u8>",
    ] {
        assert_says(&stderr(&on), name);
    }

    let again = project.maptrace("", &["check", "--write"]);
    assert_says(&stdout(&again), "nothing to write");
    assert_eq!(project.read("src/main.rs"), written);
}

#[test]
fn a_library_without_std_gets_maptrace_without_std() {
    for (attribute, without_std) in [
        ("#![no_std]", true),
        ("#![cfg_attr(not(feature = \"std\"), no_std)]", true),
        (
            "#![cfg_attr(all(), allow(unused), cfg_attr(not(feature = \"std\"), no_std))]",
            true,
        ),
        ("#![cfg_attr(no_std, allow(unused))]", false),
    ] {
        let manifest = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                        [features]\nstd = []\n[dependencies]\nhashbrown = \"0.17\"\n";
        let library = "extern crate alloc;\nuse alloc::collections::BTreeMap;\nuse hashbrown::HashSet;\n\
                       pub type Names = (BTreeMap<u8, u8>, HashSet<u8>);\n";
        let project = Project::new(&[
            ("Cargo.toml", manifest),
            ("src/lib.rs", &format!("{attribute}\n{library}")),
            // Says nothing of the library.
            ("tests/without.rs", "#![no_std]\n"),
        ]);
        assert_good(&project.maptrace("", &["check", "--write", "--verify"]));
        let written = project.read("Cargo.toml");
        let said = written.contains("default-features = false, features = [\"hashbrown\"]");
        assert_eq!(said, without_std, "{attribute}: {written}");
        assert_says(&written, "trace-maps = [\"maptrace/enable\"]");
        // The rest is what a library with std would have been told.
        assert_says(
            &project.read("src/lib.rs"),
            "#[maptrace::maptrace]\nuse alloc::collections",
        );
    }
}
