//! `type` aliases of a project's own: those that get a line, those that stay plain, and what others see of their maps.

use crate::check::{assert_found, findings, manifest};
use crate::support::{Project, assert_good, assert_says, stderr, stdout};

const ALIASES: &str = "\
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use hashbrown::HashSet as Older;

mod later;

type Sessions = HashMap<u8, u8>;
type InFull = std::collections::BTreeSet<u8>;
type Shared = Arc<Mutex<Sessions>>;
/// Of another version than maptrace's.
#[allow(dead_code)]
type Olds = Older<u8>;
type Old<V> = hashbrown::HashMap<u8, V>;
type Fast = Vec<rustc_hash::FxHashMap<u8, u8>>;
type Unnamed = hashbrown::HashMap<u8, u8>;

#[derive(Default)]
struct Store {
    sorted: BTreeMap<u8, u8>,
    sessions: Sessions,
    in_full: InFull,
    shared: Shared,
    olds: Olds,
    fast: Fast,
}

impl Store {
    fn new() -> Self {
        let full = std::collections::HashMap::from([(1, 2)]);
        let old: Old<u8> = Old::default();
        Self { sessions: full, olds: later::olds(old.len()), ..Self::default() }
    }
}

fn main() {
    let store = Store::new();
    let shared = store.shared.lock().unwrap().len();
    let (left, right) = (store.sorted.len() + store.sessions.len(), store.in_full.len() + store.fast.len());
    println!(\"{left} {right} {shared} {} {}\", store.olds.len(), std::mem::size_of::<fn() -> Unnamed>());
}
";

const LATER: &str = "\
use crate::Olds;

pub fn olds(_: usize) -> Olds {
    Olds::default()
}
";

const OLD_HASHBROWN: &str = "\
#[derive(Default)]
pub struct HashMap<K, V>(Vec<(K, V)>);
impl<K, V> HashMap<K, V> { pub fn len(&self) -> usize { self.0.len() } }
#[derive(Default)]
pub struct HashSet<T>(Vec<T>);
impl<T> HashSet<T> { pub fn len(&self) -> usize { self.0.len() } }
";

#[test]
fn what_is_written_never_leaves_an_alias_plain_without_a_word() {
    let dependencies = "[dependencies]\nhashbrown = { path = \"hashbrown\", version = \"0.14\" }\nrustc-hash = \"2\"\n";
    let project = Project::new(&[
        ("Cargo.toml", &manifest("aliases", dependencies)),
        ("src/main.rs", ALIASES),
        ("src/later.rs", LATER),
        (
            "hashbrown/Cargo.toml",
            "[package]\nname = \"hashbrown\"\nversion = \"0.14.0\"\nedition = \"2021\"\n",
        ),
        ("hashbrown/src/lib.rs", OLD_HASHBROWN),
    ]);
    let plain = project.cargo("", &["run", "--quiet"]);
    assert_good(&plain);

    let output = project.maptrace("", &["check", "--write", "--verify"]);
    assert_good(&output);
    let said = stdout(&output);
    assert_says(&said, "verified: it compiles with tracing off");
    assert_says(&said, "verified: it compiles with tracing on");
    let written = project.read("src/main.rs");
    for line in [
        "#[maptrace::maptrace]\ntype Sessions",
        "#[maptrace::maptrace]\ntype InFull",
        "\ntype Shared",
        "/// Of another version than maptrace's.\n#[maptrace::maptrace(skip)]\n#[allow(dead_code)]\ntype Olds",
        "#[maptrace::maptrace(skip)]\ntype Old<V>",
        "#[maptrace::maptrace(skip)]\ntype Fast",
        "#[maptrace::maptrace]\n#[derive(Default)]\nstruct Store",
        "#[maptrace::maptrace]\nimpl Store",
    ] {
        assert!(written.contains(line), "no {line:?} in:\n{written}");
    }
    // Its maps are of maptrace's own, and no feature is taken for those that stay plain.
    assert!(
        !project.read("Cargo.toml").contains("\"hashbrown\"]"),
        "{}",
        project.read("Cargo.toml")
    );
    // Another file names it, which the attribute does not see.
    assert_eq!(project.read("src/later.rs"), LATER);

    let on = project.cargo("", &["run", "--quiet", "--features", "trace-maps"]);
    assert_eq!(stdout(&on), stdout(&plain), "{}", stderr(&on));
    let again = project.maptrace("", &["check", "--write"]);
    assert_says(&stdout(&again), "nothing to write");
}

const BORDER: &str = "\
use std::collections::HashMap;

mod inner {
    pub type Sessions = std::collections::HashMap<u8, u8>;
    #[maptrace::maptrace(skip)]
    pub type Skipped = std::collections::HashMap<u8, u8>;
}
use inner::{Sessions, Skipped};
type Again = Option<inner::Sessions>;
type Slots<V> = Vec<HashMap<u8, V>>;
type Hidden = HashMap<u8, u8>;

pub fn lent(map: &Sessions) -> usize { map.len() }
pub fn owned() -> Again { None }
pub fn generic(map: Slots<u8>) -> usize { map.len() }
pub fn skipped(map: &Skipped) -> usize { map.len() }
fn private(map: Hidden) -> usize { map.len() }
pub struct Open { pub sessions: crate::Sessions, kept: Hidden }
impl Open { pub fn method(self) -> Slots<u8> { vec![self.kept] } }
impl From<Sessions> for Open { fn from(sessions: Sessions) -> Self { Self { sessions, kept: Hidden::new() } } }
#[derive(bitcode::Encode)]
struct Saved { maps: Again }
#[derive(bitcode::Encode)]
struct Left { map: Skipped }
";

#[test]
fn aliases_are_followed_to_what_others_see() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest("alias_border", "[dependencies]\nbitcode = { path = \"bitcode\" }\n"),
        ),
        ("src/lib.rs", BORDER),
        ("bitcode/Cargo.toml", &manifest("bitcode", "")),
        ("bitcode/src/lib.rs", ""),
    ]);
    let found = findings(&project);
    for place in ["`pub fn lent`", "`pub fn owned`", "`pub fn generic`", "`pub fn method`"] {
        assert_found(&found, place, "HashMap", "public");
    }
    assert_found(&found, "`Open.sessions`", "HashMap", "public_field");
    assert_found(&found, "`impl From for Open`", "HashMap", "trait_impl");
    assert_found(&found, "`derive(bitcode::Encode)` on `Saved`", "HashMap", "derive");
    for part in ["skipped", "private", "kept", "`Left`"] {
        assert!(
            !found.iter().any(|(place, ..)| place.contains(part)),
            "{part} in {found:#?}"
        );
    }
}

const EXTENDED: &str = "\
use ahash::{HashMapExt, RandomState};
use std::collections::HashMap;

fn main() {
    let mut map = HashMap::<u8, u8, RandomState>::new();
    map.insert(1, 2);
    println!(\"{map:?}\");
}
";

#[test]
fn ahash_s_traits_alone_get_a_line() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("extended", "[dependencies]\nahash = \"0.8\"\n")),
        ("src/main.rs", EXTENDED),
    ]);
    let output = project.maptrace("", &["check", "--write", "--verify"]);
    assert_good(&output);
    assert_says(&stdout(&output), "verified: it compiles with tracing on");
    assert_says(
        &project.read("src/main.rs"),
        "#[maptrace::maptrace]\nuse ahash::{HashMapExt, RandomState};\n",
    );
    let on = project
        .command("", env!("CARGO"))
        .args(["run", "--quiet", "--features", "trace-maps"])
        .env("MAPTRACE_REPORT", "text")
        .output()
        .expect("cargo starts");
    assert_eq!(stdout(&on), "{1: 2}\n", "{}", stderr(&on));
    assert_says(&stderr(&on), "HashMap u8 -> u8");
}
