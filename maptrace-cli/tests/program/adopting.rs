//! The headings of docs/adopting.md are what the compiler says, word for word, and `check --verify` explains each.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{Project, stdout};
use serde_json::Value;

/// With tracing off, on, or both.
const PROGRAMS: [(&str, &str); 22] = [
    (
        "beside",
        "use std::collections::{HashMap, HashMap as Map};\n#[maptrace::maptrace]\n#[derive(Default)]\n\
         struct Cache { entries: HashMap<u8, u8>, others: Map<u8, u8> }\n\
         fn main() { let cache = Cache::default(); drop((cache.entries, cache.others)); }\n",
    ),
    (
        "behind",
        "use std::collections::{BTreeMap, HashMap};\ntype Sessions = HashMap<u8, u8>;\n#[maptrace::maptrace]\n\
         #[derive(Default)]\nstruct Cache { entries: BTreeMap<u8, u8>, sessions: Sessions }\n\
         fn main() { let cache = Cache::default(); drop((cache.entries, cache.sessions)); }\n",
    ),
    (
        "by_value",
        "#[maptrace::maptrace]\nuse std::collections::HashMap;\nfn main() { theirs::by_value(HashMap::<u8, u8>::new()); }\n",
    ),
    (
        "by_mut",
        "#[maptrace::maptrace]\nuse std::collections::HashMap;\nfn main() { theirs::by_mut(&mut HashMap::<u8, u8>::new()); }\n",
    ),
    (
        "by_trait",
        "#[maptrace::maptrace]\nuse std::collections::HashMap;\nfn main() { theirs::by_trait(&HashMap::<u8, u8>::new()); }\n",
    ),
    (
        "by_iterator",
        "#[maptrace::maptrace]\nuse std::collections::HashMap;\n\
         fn main() { theirs::by_iterator(Vec::<HashMap<u8, u8>>::new().into_iter()); }\n",
    ),
    (
        "by_closure",
        "#[maptrace::maptrace]\nuse std::collections::HashMap;\nfn main() { theirs::by_closure(|_: &HashMap<u8, u8>| {}); }\n",
    ),
    (
        "by_function",
        "#[maptrace::maptrace]\nuse std::collections::HashMap;\n\
         fn main() { Vec::<HashMap<u8, u8>>::new().into_iter().for_each(theirs::by_value); }\n",
    ),
    (
        "twice",
        "trait T {}\nimpl T for std::collections::HashMap<u8, u8> {}\nmod traced {\n    #[maptrace::maptrace]\n    \
         use std::collections::HashMap;\n    impl super::T for HashMap<u8, u8> {}\n}\nfn main() {}\n",
    ),
    (
        "elsewhere",
        "mod prelude {\n    #[derive(Default)]\n    pub struct FxBuildHasher;\n    \
         impl std::hash::BuildHasher for FxBuildHasher {\n        type Hasher = std::hash::DefaultHasher;\n        \
         fn build_hasher(&self) -> Self::Hasher { Default::default() }\n    }\n    \
         pub type HashMap<K, V> = std::collections::HashMap<K, V, FxBuildHasher>;\n}\nuse prelude::HashMap;\n\
         #[maptrace::maptrace]\nstruct Cache { entries: HashMap<u8, u8> }\n\
         fn main() { drop(Cache { entries: HashMap::default() }.entries); }\n",
    ),
    (
        "called_so",
        "mod prelude {\n    #[derive(Default)]\n    pub struct FxBuildHasher;\n    \
         impl std::hash::BuildHasher for FxBuildHasher {\n        type Hasher = std::hash::DefaultHasher;\n        \
         fn build_hasher(&self) -> Self::Hasher { Default::default() }\n    }\n    \
         pub type FxHashMap<K, V> = std::collections::HashMap<K, V, FxBuildHasher>;\n}\nuse prelude::FxHashMap;\n\
         #[maptrace::maptrace]\n#[derive(Default)]\nstruct Cache { fast: FxHashMap<u8, u8>, entries: std::collections::BTreeSet<u8> }\n\
         fn main() { let cache = Cache::default(); drop((cache.fast, cache.entries)); }\n",
    ),
    (
        "own_trait",
        "mod own {\n    pub trait HashMap {\n        fn size(&self) -> usize {\n            1\n        }\n    }\n    impl HashMap for u8 {}\n}\n\
         mod prelude {\n    pub use crate::own::*;\n}\nuse prelude::HashMap;\n#[maptrace::maptrace]\nfn f() -> usize {\n    \
         std::collections::BTreeSet::from([1]).len() + HashMap::size(&1_u8)\n}\nfn main() { f(); }\n",
    ),
    (
        "own_projection",
        "mod own {\n    pub trait Of {\n        type Set;\n    }\n    impl<T> Of for T {\n        type Set = Vec<T>;\n    }\n    \
         pub type HashSet<T> = <T as Of>::Set;\n}\nuse own::HashSet;\n#[maptrace::maptrace]\nfn f(own: HashSet<u8>) -> usize {\n    \
         std::collections::BTreeSet::from([1]).len() + own.len()\n}\nfn main() { f(Vec::new()); }\n",
    ),
    (
        "map_and_function",
        "mod prelude {\n    pub use std::collections::HashMap;\n    #[allow(non_snake_case)]\n    pub fn HashMap(count: u8) -> u8 { count }\n}\n\
         #[maptrace::maptrace]\nfn f() -> u8 {\n    use crate::prelude::HashMap;\n    drop(HashMap::<u8, u8>::new());\n    HashMap(1)\n}\n\
         fn main() { f(); }\n",
    ),
    (
        "own_with_bounds",
        "mod own {\n    pub trait Key {}\n    impl Key for u8 {}\n    pub struct FxHashMap<K: Key, V>(Vec<(K, V)>);\n    \
         impl<K: Key, V> FxHashMap<K, V> {\n        pub fn of(key: K, value: V) -> Self { Self(vec![(key, value)]) }\n        pub fn size(&self) -> usize { self.0.len() }\n    }\n}\n\
         mod prelude {\n    pub use crate::own::*;\n}\nuse crate::prelude::FxHashMap;\n#[maptrace::maptrace]\nfn f() -> usize {\n    \
         std::collections::BTreeSet::from([1]).len() + FxHashMap::of(1_u8, 1_u8).size()\n}\nfn main() { f(); }\n",
    ),
    (
        "own_with_one",
        "mod own {\n    pub struct FxHashMap<V>(Vec<V>);\n    \
         impl<V> FxHashMap<V> {\n        pub fn of(value: V) -> Self { Self(vec![value]) }\n        pub fn size(&self) -> usize { self.0.len() }\n    }\n}\n\
         mod prelude {\n    pub use crate::own::*;\n}\nuse crate::prelude::FxHashMap;\n#[maptrace::maptrace]\nfn f() -> usize {\n    \
         std::collections::BTreeSet::from([1]).len() + FxHashMap::of(1_u8).size()\n}\nfn main() { f(); }\n",
    ),
    (
        "other_kind",
        "pub struct Own<K, V>(K, V);\nmod inside {\n    #[maptrace::maptrace(kind = HashMap)]\n    pub use crate::Own as Map;\n}\n\
         fn main() { drop(std::any::type_name::<inside::Map<u8, u8>>()); }\n",
    ),
    (
        "by_entry",
        "mod prelude { pub use std::collections::hash_map; }\n#[maptrace::maptrace]\nfn main() {\n    \
         use crate::prelude::hash_map::Entry;\n    let mut map = std::collections::HashMap::<u8, u8>::new();\n    \
         if let Entry::Vacant(vacant) = map.entry(1) { vacant.insert(2); }\n}\n",
    ),
    (
        "not_imported",
        "#[maptrace]\nuse std::collections::HashMap;\nfn main() { drop(HashMap::<u8, u8>::new()); }\n",
    ),
    (
        "below",
        "#[derive(Default)]\n#[maptrace::maptrace]\nstruct Below { map: std::collections::HashMap<u8, u8> }\n\
         fn main() { drop(Below::default().map); }\n",
    ),
    (
        "field",
        "struct Cache {\n    #[maptrace::maptrace]\n    entries: std::collections::HashMap<u8, u8>,\n}\n\
         fn main() { drop(Cache { entries: Default::default() }.entries); }\n",
    ),
    (
        "statement",
        "fn main() {\n    #[maptrace::maptrace]\n    let map = std::collections::HashMap::<u8, u8>::new();\n    drop(map);\n}\n",
    ),
];

const THEIRS: &str = "\
use std::collections::HashMap;
pub trait Kept {}
impl Kept for HashMap<u8, u8> {}
pub fn by_value(_: HashMap<u8, u8>) {}
pub fn by_mut(_: &mut HashMap<u8, u8>) {}
pub fn by_trait(_: &impl Kept) {}
pub fn by_iterator(_: impl Iterator<Item = HashMap<u8, u8>>) {}
pub fn by_closure(_: impl Fn(&HashMap<u8, u8>)) {}
";

#[test]
fn each_heading_is_what_the_compiler_says_and_is_explained() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = |name: &str, edition: &str, dependencies: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n[features]\n\
             trace-maps = []\n[dependencies]\n{dependencies}"
        )
    };
    let maptrace = format!("maptrace = {{ path = {:?} }}\n", checkout);
    let whole = format!("maptrace-std = {{ path = {:?} }}\n", checkout.join("maptrace-std"));
    let bordering = manifest(
        "headings",
        "2021",
        &format!("{maptrace}theirs = {{ path = \"../theirs\" }}\n"),
    );
    let bordering = bordering.replace("trace-maps = []", "trace-maps = [\"maptrace/enable\"]");
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"headings\", \"missing\", \"oldest\", \"expanded\"]\nexclude = [\"theirs\"]\n",
        ),
        ("headings/Cargo.toml", &bordering),
        (
            "theirs/Cargo.toml",
            "[package]\nname = \"theirs\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        ),
        ("theirs/src/lib.rs", THEIRS),
        ("missing/Cargo.toml", &manifest("missing", "2021", "")),
        (
            "missing/src/main.rs",
            "#[maptrace::maptrace]\ntype Map = std::collections::HashMap<u8, u8>;\nfn main() { drop(Map::new()); }\n",
        ),
        ("oldest/Cargo.toml", &manifest("oldest", "2015", &whole)),
        (
            "oldest/src/main.rs",
            "extern crate maptrace_std as std;\nfn main() {}\n",
        ),
        ("expanded/Cargo.toml", &manifest("expanded", "2021", &whole)),
        (
            "expanded/src/main.rs",
            "macro_rules! switch { () => { extern crate maptrace_std as std; } }\nswitch!();\nfn main() {}\n",
        ),
    ]);
    for (name, text) in PROGRAMS {
        project.write(&format!("headings/src/bin/{name}.rs"), text);
    }
    let output = project.maptrace("", &["check", "--verify", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stdout(&output)));
    let verified = &report["verified"];
    let errors = [&verified["off"], &verified["on"]].map(|errors| errors.as_array().unwrap());
    let mut said = BTreeSet::new();
    for error in errors.into_iter().flatten() {
        let code = error["code"]
            .as_str()
            .map(|code| format!("[{code}]"))
            .unwrap_or_default();
        let message = error["message"].as_str().unwrap();
        // What the attribute says as well, where the compiler has said that it does not go there.
        if message.starts_with("#[maptrace] goes on ") && message.contains("not on `let`") {
            continue;
        }
        let heading = format!("### error{code}: {message}");
        assert!(error["meaning"].is_string(), "not explained: {heading}");
        said.insert(heading);
    }
    let page = fs::read_to_string(checkout.join("docs/adopting.md")).unwrap();
    let headings: BTreeSet<String> = page
        .lines()
        .filter(|line| line.starts_with("### error"))
        .map(Into::into)
        .collect();
    assert_eq!(headings, said);
}
