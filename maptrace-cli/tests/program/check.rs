//! `maptrace check`: lines that trace a project, maps that need more, and what the compiler says about both.

use std::fs;
use std::path::Path;

use crate::support::{Project, assert_good, assert_says, stderr, stdout};
use serde_json::Value;

pub(crate) fn manifest(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rest}")
}

/// Places, their maps and the reason why they need more than a line, if they do.
pub(crate) fn findings(project: &Project) -> Vec<(String, String, String)> {
    findings_in(project, "")
}

pub(crate) fn findings_in(project: &Project, within: &str) -> Vec<(String, String, String)> {
    let output = project.maptrace(within, &["check", "--json"]);
    assert_good(&output);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = report["packages"].as_array().unwrap();
    let findings = packages
        .iter()
        .flat_map(|package| package["findings"].as_array().unwrap());
    findings
        .map(|finding| {
            let maps: Vec<&str> = finding["maps"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let reason = finding["reason"].as_str().or(finding["verdict"].as_str());
            (
                finding["place"].as_str().unwrap().to_owned(),
                maps.join(" "),
                reason.unwrap().to_owned(),
            )
        })
        .collect()
}

#[track_caller]
pub(crate) fn assert_found(found: &[(String, String, String)], place: &str, maps: &str, reason: &str) {
    let wanted = (place.to_owned(), maps.to_owned(), reason.to_owned());
    assert!(found.contains(&wanted), "{wanted:?} is not in {found:#?}");
}

const SHOP: &str = "\
//! A shop.
mod stock;
mod short { use std::collections::HashSet as Set; pub fn set() -> Set<u8> { Set::from([1]) } }
use std::collections::{BTreeMap, HashMap, hash_map::Entry};
use std::sync::{LazyLock, Mutex};

type Sessions = HashMap<String, u64>;

/// Documented.
#[derive(Debug, Default)]
struct Cache {
    by_id: HashMap<u64, String>,
    by_name: Option<BTreeMap<String, u64>>,
}

static SEEN: LazyLock<Mutex<HashMap<u8, u8>>> = LazyLock::new(|| Mutex::new(HashMap::new()));

fn main() {
    let mut sessions = Sessions::new();
    if let Entry::Vacant(vacant) = sessions.entry(\"a\".into()) {
        vacant.insert(1);
    }
    let mut cache = Cache::default();
    cache.by_id.insert(1, \"x\".into());
    cache.by_name = Some(BTreeMap::from([(\"x\".into(), 1)]));
    SEEN.lock().unwrap().insert(1, 1);
    println!(\"{} {:?} {}\", sessions.len(), cache, short::set().len() + stock::count());
}
";

const STOCK: &str = "use super::*;\r
\r
pub enum Stock {\r
    Some { goods: HashMap<u8, u8> },\r
}\r
\r
pub fn count() -> usize {\r
    #[allow(unused_imports)]\r
    use std::collections::BTreeSet;\r
    let Stock::Some { goods } = Stock::Some { goods: HashMap::from([(1, 2)]) };\r
    goods.len() + BTreeSet::from([1]).len()\r
}\r
";

#[test]
fn written_lines_trace_the_project_and_nothing_else_changes() {
    let cargo_toml = manifest("shop", "\n[features]\nextra = [] # kept\n");
    let project = Project::new(&[
        ("Cargo.toml", &cargo_toml),
        ("src/main.rs", SHOP),
        ("src/stock.rs", STOCK),
    ]);
    let plain = project.cargo("", &["run", "--quiet"]);
    assert_good(&plain);

    let output = project.maptrace("", &["check", "--write", "--verify"]);
    assert_good(&output);
    let said = stdout(&output);
    assert_says(&said, "verified: it compiles with tracing off");
    assert_says(&said, "verified: it compiles with tracing on");
    assert_says(&said, "+++ b/src/stock.rs");
    assert_says(&said, "+#[maptrace::maptrace]\n type Sessions");

    for (path, before) in [
        ("Cargo.toml", cargo_toml.as_str()),
        ("src/main.rs", SHOP),
        ("src/stock.rs", STOCK),
    ] {
        let after = project.read(path);
        let kept: String = after
            .split_inclusive('\n')
            .filter(|line| {
                !line.trim().starts_with("#[maptrace")
                    && !line.contains("maptrace/enable")
                    && !line.contains("maptrace = ")
            })
            .map(|line| line.replace("#[maptrace::maptrace] ", ""))
            .collect();
        // A new table in the manifest brings its head and an empty line.
        assert_eq!(kept.replace("\n[dependencies]\n", ""), before, "{path}");
    }
    assert_says(
        &project.read("src/main.rs"),
        "/// Documented.\n#[maptrace::maptrace]\n#[derive(",
    );
    assert_says(
        &project.read("src/main.rs"),
        "mod short { #[maptrace::maptrace] use std",
    );
    assert_says(
        &project.read("src/stock.rs"),
        "    #[maptrace::maptrace]\r\n    #[allow(unused_imports)]\r\n",
    );

    let off = project.cargo("", &["run", "--quiet"]);
    assert_eq!((stdout(&off), stderr(&off)), (stdout(&plain), String::new()));
    let on = project
        .command("", env!("CARGO"))
        .args(["run", "--quiet", "--features", "trace-maps"])
        .env("MAPTRACE_REPORT", "text")
        .output()
        .unwrap();
    assert_eq!(stdout(&on), stdout(&plain));
    for name in ["Sessions", "Cache.by_id", "Cache.by_name", "Stock::Some.goods"] {
        assert_says(&stderr(&on), name);
    }

    let written = project.read("src/main.rs");
    let again = project.maptrace("", &["check", "--write"]);
    assert_says(&stdout(&again), "nothing to write");
    assert_eq!(project.read("src/main.rs"), written);
}

#[test]
fn maps_that_need_more_than_a_line_are_told_with_the_reason() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "needing",
                "[dependencies]\nhashbrown = \"0.14\"\npapaya = \"0.2\"\nrustc-hash = \"2\"\nglobs = \"1\"\n\
                 [dev-dependencies]\nmaplit = \"1\"\n",
            ),
        ),
        (
            "src/lib.rs",
            "use rustc_hash::FxHashMap;
#[cfg(test)]
#[macro_use]
extern crate maplit;
#[derive(Clone)]
#[maptrace::maptrace]
pub struct Below { map: std::collections::HashMap<u8, u8> }
macro_rules! map { () => { ::std::collections::HashMap::<u8, u8>::new() } }
lazy_static! { static ref LAZY: std::collections::BTreeMap<u8, u8> = Default::default(); }
pub struct Hook(fn(std::collections::HashSet<u8>));
pub struct Fast(rustc_hash::FxHashSet<u8>);
pub fn body() -> usize {
    let text = \"std::collections::HashMap\"; // std::collections::HashMap
    let map: std::collections::HashSet<u8> = text.bytes().collect();
    map.len()
}
mod api {
    use std::collections::HashMap;
    pub fn by_value(map: HashMap<u8, u8>) -> usize { map.len() }
    pub fn by_reference(map: &HashMap<u8, u8>) -> usize { map.len() }
}
mod mixed {
    use papaya::HashMap;
    pub struct Old { old: hashbrown::HashSet<u8>, slow: std::collections::BTreeSet<u8> }
    pub struct Mixed { fast: HashMap<u8, u8>, slow: std::collections::BTreeMap<u8, u8> }
    pub struct Both { both: Vec<(HashMap<u8, u8>, std::collections::BTreeMap<u8, u8>)> }
    pub struct Quick { fast: HashMap<u8, u8> }
}
mod globbed {
    use globs::*;
    pub struct Unseen { map: HashMap<u8, u8> }
}
mod chosen {
    #[cfg(feature = \"fast\")]
    use hashbrown::HashMap;
    #[cfg(not(feature = \"fast\"))]
    use std::collections::HashMap;
    pub struct Chosen { map: HashMap<u8, u8> }
}
mod made {
    pub static MADE: super::Lazy = super::Lazy::new(|| maplit::hashmap! { 1 => std::collections::BTreeSet::new() });
}
mod iterators {
    use std::collections::hash_map;
    #[test]
    fn converted() { maplit::convert_args!(vec![1]); }
    pub struct Iter<'a> { inner: hash_map::Iter<'a, u8, u8> }
    pub union Either { map: std::mem::ManuallyDrop<hash_map::HashMap<u8, u8>> }
}
",
        ),
    ]);
    let found = findings(&project);
    assert_found(&found, "`use`", "FxHashMap", "add");
    assert_found(&found, "`extern crate`", "maplit::*", "macro_use");
    assert_found(
        &found,
        "`static MADE`",
        "maplit::hashmap std::collections::BTreeSet",
        "add",
    );
    assert_found(&found, "`rustc_hash::FxHashSet` in `struct Fast`", "FxHashSet", "alias");
    assert_found(&found, "`papaya::HashMap`", "HashMap", "other_crate");
    assert_found(&found, "`hashbrown::HashMap`", "HashMap", "other_crate");
    assert_found(&found, "`hashbrown::HashSet` in `struct Old`", "HashSet", "other_crate");
    assert_found(&found, "`struct Old`", "slow: std::collections::BTreeSet", "add");
    assert_found(
        &found,
        "`struct Below`",
        "map: std::collections::HashMap",
        "derive_above",
    );
    assert_found(
        &found,
        "`macro_rules! map`",
        "::std::collections::HashMap",
        "macro_body",
    );
    assert_found(&found, "`lazy_static!`", "std::collections::BTreeMap", "macro_call");
    assert_found(&found, "`fn body`", "std::collections::HashSet", "add");
    assert_found(
        &found,
        "`std::collections::HashSet` in `struct Hook`",
        "HashSet",
        "full_path",
    );
    assert_found(&found, "`struct Mixed`", "slow: std::collections::BTreeMap", "add");
    assert_found(
        &found,
        "`struct Both`, field `both`",
        "std::collections::BTreeMap",
        "same_name",
    );
    assert_found(&found, "`struct Unseen`", "HashMap", "unseen");
    assert_found(&found, "`union Either`", "hash_map::HashMap", "union");
    let places: Vec<&str> = found.iter().map(|(place, ..)| place.as_str()).collect();
    for traced_by_its_import in [
        // In a module that nobody outside can see.
        "`pub fn by_value`",
        "`pub fn by_reference`",
        "`struct Quick`",
        "`struct Chosen`",
        "`struct Iter`",
        "`fn converted`",
    ] {
        assert!(
            !places.contains(&traced_by_its_import),
            "{traced_by_its_import} in {places:?}"
        );
    }
    assert_eq!(
        places.iter().filter(|place| place.contains("fn body")).count(),
        1,
        "{places:?}"
    );

    let text = stdout(&project.maptrace("", &["check"]));
    assert_says(&text, "`#[maptrace::maptrace]` above `use rustc_hash::FxHashSet;`");
    assert_says(&text, "`#[maptrace::maptrace]` above `use maplit::hashmap;`");
    assert_says(&text, "maptrace has that crate in version 0.17.1");
    assert_says(&text, "#[maptrace(skip)]");
    assert_says(&text, "Not looked at:");
}

#[test]
fn every_crate_of_every_package_is_read() {
    let uses = "use std::collections::HashMap;\npub type Map = HashMap<u8, u8>;\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"one\", \"two\"]\n",
        ),
        ("one/Cargo.toml", &manifest("one", "")),
        (
            "one/src/lib.rs",
            "pub mod deep;\n#[path = \"odd/name.rs\"]\npub mod odd;\npub mod missing;\n",
        ),
        (
            "one/src/deep/mod.rs",
            "pub mod below;\npub mod inline { pub mod file; }\n",
        ),
        ("one/src/deep/below.rs", uses),
        ("one/src/deep/inline/file.rs", uses),
        ("one/src/odd/name.rs", "pub mod beside;\n"),
        ("one/src/odd/beside.rs", uses),
        ("one/tests/first.rs", "mod common;\n"),
        ("one/tests/second.rs", "mod common;\n"),
        ("one/tests/common/mod.rs", uses),
        ("one/examples/example.rs", &format!("{uses}fn main() {{}}\n")),
        (
            "two/Cargo.toml",
            "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition = \"2015\"\n",
        ),
        ("two/src/main.rs", &format!("{uses}mod odd {{ let }}\n")),
        ("two/build.rs", &format!("{uses}fn main() {{}}\n")),
    ]);
    let output = project.maptrace("", &["check", "--write"]);
    assert_good(&output);
    let said = stdout(&output);
    for path in [
        "one/src/deep/below.rs",
        "one/src/deep/inline/file.rs",
        "one/src/odd/beside.rs",
        "one/tests/common/mod.rs",
        "one/examples/example.rs",
    ] {
        let text = project.read(path);
        assert_eq!(text.matches("#[maptrace::maptrace]\n").count(), 2, "{path}: {text}");
    }
    assert_says(&said, "one/src/missing.rs: ");
    assert_says(&said, "two/src/main.rs:3: not understood");
    assert_says(&said, "left out, as the compiler runs them: build-script-build");
    assert!(!project.read("two/build.rs").contains("maptrace"));

    let only = project.maptrace("", &["check", "-p", "two", "--json"]);
    let report: Value = serde_json::from_slice(&only.stdout).unwrap();
    assert_eq!(report["packages"].as_array().unwrap().len(), 1);
    let nobody = project.maptrace("", &["check", "-p", "three"]);
    assert_says(&stderr(&nobody), "no package `three`");
}

#[test]
fn the_edition_of_2015_takes_attribute_lines_alone() {
    let before = "//! Old.\n\nmod table {\n    pub type Table<K, V> = ::std::collections::HashMap<K, V>;\n}\n\
                  mod inner {\n    use std::collections::HashMap;\n    use table::Table;\n    \
                  pub fn map() -> HashMap<u8, u8> { HashMap::new() }\n    \
                  pub fn of_alias() -> Table<u8, u8> { Table::new() }\n}\n\n\
                  fn more() -> usize {\n    \
                  let map: std::collections::HashMap<u8, u8> = ::std::collections::HashMap::new();\n    map.len()\n}\n\n\
                  fn main() { println!(\"{}\", inner::map().len() + inner::of_alias().len() + more()); }\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"oldest\"\nversion = \"0.1.0\"\nedition = \"2015\"\n",
        ),
        ("src/main.rs", before),
    ]);
    assert_good(&project.maptrace("", &["check", "--write", "--verify"]));
    let written = project.read("src/main.rs");
    assert_says(&written, "#[maptrace::maptrace]\nfn more()");
    let left: String = written
        .split_inclusive('\n')
        .filter(|line| line.trim() != "#[maptrace::maptrace]")
        .collect();
    assert_eq!(left, before);

    // What the attribute says is not lost in the paths of that edition.
    project.write(
        "src/main.rs",
        &written.replacen("#[maptrace::maptrace]", "#[maptrace::maptrace(sampel = 2)]", 1),
    );
    assert_says(
        &stdout(&project.maptrace("", &["check", "--verify"])),
        "unknown option `sampel`",
    );
}

#[test]
fn errors_of_the_compiler_are_explained() {
    let project = Project::new(&[
        (
            "app/Cargo.toml",
            &manifest("bordering", "[dependencies]\nbordering_lib = { path = \"../lib\" }\n"),
        ),
        (
            "app/src/main.rs",
            "use std::collections::HashMap;

fn main() {
    let mut map: HashMap<u8, u8> = HashMap::new();
    bordering_lib::by_mut(&mut map);
    bordering_lib::by_trait(&map);
    bordering_lib::by_reference(&map);
    bordering_lib::by_value(map);
    bordering_lib::by_iterator(Vec::<HashMap<u8, u8>>::new().into_iter());
    bordering_lib::by_closure(|_: &HashMap<u8, u8>| {});
}
",
        ),
        ("lib/Cargo.toml", &manifest("bordering_lib", "")),
        (
            "lib/src/lib.rs",
            "use std::collections::HashMap;
pub trait Kept {}
impl Kept for HashMap<u8, u8> {}
pub fn by_value(_: HashMap<u8, u8>) {}
pub fn by_mut(_: &mut HashMap<u8, u8>) {}
pub fn by_reference(_: &HashMap<u8, u8>) {}
pub fn by_trait(_: &impl Kept) {}
pub fn by_iterator(_: impl Iterator<Item = HashMap<u8, u8>>) {}
pub fn by_closure(_: impl Fn(&HashMap<u8, u8>)) {}
",
        ),
    ]);
    let output = project.maptrace("app", &["check", "--write", "--verify"]);
    assert_eq!(output.status.code(), Some(1), "it does not compile");
    let said = stdout(&output);
    assert_says(&said, "verified: it compiles with tracing off");
    assert_says(&said, "with tracing on: 4 errors");
    for (line, code, meaning) in [
        (7, "E0277", "this trait is there for std's map alone"),
        (9, "E0308", "a traced map meets code that names std's"),
        (10, "E0271", "an iterator, function or closure over one map"),
        (11, "E0631", "an iterator, function or closure over one map"),
    ] {
        let start = format!("src/main.rs:{line}: error[{code}]: ");
        let (_, behind) = said
            .split_once(&start)
            .unwrap_or_else(|| panic!("no {start} in:\n{said}"));
        let (_, explained) = behind.split_once('\n').unwrap();
        assert!(explained.trim_start().starts_with(meaning), "{start}{behind}");
    }
    assert!(!said.contains("src/main.rs:8"), "a reference derefs: {said}");

    // The compiler looks at borrows when all types are right.
    let main = project.read("app/src/main.rs");
    let only_mut: Vec<&str> = main
        .lines()
        .filter(|line| !line.contains("::by_") || line.contains("::by_mut"))
        .collect();
    project.write("app/src/main.rs", &only_mut.join("\n"));
    let said = stdout(&project.maptrace("app", &["check", "--verify"]));
    assert_says(&said, "src/main.rs:6: error[E0596]: cannot borrow data in dereference");
    assert_says(&said, "`&mut` of a traced map goes to code that names std's");
}

/// The examples' own lines are those that `check` would write.
#[test]
fn the_examples_without_their_lines_get_them_back() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let project = Project::new(&[(
        "Cargo.toml",
        &manifest(
            "examples-again",
            "[[bin]]\nname = \"kv_server\"\npath = \"kv_server/main.rs\"\n\
             [[bin]]\nname = \"word_index\"\npath = \"word_index.rs\"\n",
        ),
    )]);
    let mut lines = Vec::new();
    copy_without_lines(&examples.join("kv_server"), "kv_server", &project, &mut lines);
    copy_file(&examples.join("word_index.rs"), "word_index.rs", &project, &mut lines);
    assert!(lines.len() > 4, "the examples have lines: {lines:?}");

    assert_good(&project.maptrace("", &["check", "--write"]));
    for (path, line) in lines {
        let after = project.read(&path);
        let wanted = format!("#[maptrace::maptrace]\n{line}\n");
        assert!(after.contains(&wanted), "no line above `{line}` in {path}");
    }
}

fn copy_without_lines(folder: &Path, path: &str, project: &Project, lines: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            copy_without_lines(&entry.path(), &path, project, lines);
        } else if path.ends_with(".rs") {
            copy_file(&entry.path(), &path, project, lines);
        }
    }
}

/// Takes the lines with the attribute out, and notes which lines they stood above.
fn copy_file(file: &Path, path: &str, project: &Project, lines: &mut Vec<(String, String)>) {
    let text = fs::read_to_string(file).unwrap();
    let mut kept = String::new();
    let mut above = false;
    for line in text.lines() {
        if line.trim_start().starts_with("#[maptrace") {
            above = !line.starts_with(' ');
            continue;
        }
        if std::mem::take(&mut above) {
            lines.push((path.to_owned(), line.to_owned()));
        }
        kept.push_str(line);
        kept.push('\n');
    }
    project.write(path, &kept);
}

#[test]
fn what_is_beside_a_map_is_traced_by_its_import() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"beside\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nindexmap = \"2.14\"\n",
        ),
        (
            "src/lib.rs",
            "use indexmap::{\n    IndexMap,\n    map::{self, Iter as MapIter, Keys},\n};\n\n\
             pub struct Table {\n    rows: IndexMap<u8, u8>,\n}\n\n\
             pub struct All<'a> {\n    pub rows: MapIter<'a, u8, u8>,\n    pub keys: Keys<'a, u8, u8>,\n    \
             pub values: map::Values<'a, u8, u8>,\n}\n\n\
             pub struct Full<'a> {\n    pub rows: indexmap::map::Iter<'a, u8, u8>,\n}\n\n\
             impl Table {\n    pub fn all(&self) -> All<'_> {\n        \
             All { rows: self.rows.iter(), keys: self.rows.keys(), values: self.rows.values() }\n    }\n\n    \
             pub fn full(&self) -> Full<'_> {\n        Full { rows: self.rows.iter() }\n    }\n}\n",
        ),
    ]);
    assert_good(&project.maptrace("", &["check", "--write", "--verify"]));
    let written = project.read("src/lib.rs");
    assert_says(&written, "}\n\npub struct All");
    assert_says(&written, "#[maptrace::maptrace]\npub struct Full");
    assert_eq!(written.matches("#[maptrace::maptrace]").count(), 3, "{written}");
}

/// Options on a field are read by the attribute above its struct, without which they do not compile.
#[test]
fn a_field_with_options_wants_the_attribute_above_its_struct() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("options", "")),
        (
            "src/lib.rs",
            "pub struct Cache {\n    #[maptrace(name = \"sessions\")]\n    pub entries: std::collections::HashMap<u8, u8>,\n}\n\n\
             pub enum Either {\n    Left(#[maptrace(sample = 2)] std::collections::BTreeSet<u8>),\n    Right,\n}\n",
        ),
    ]);
    assert_good(&project.maptrace("", &["check", "--write", "--verify"]));
    let written = project.read("src/lib.rs");
    assert_says(
        &written,
        "#[maptrace::maptrace]\npub struct Cache {\n    #[maptrace(name",
    );
    assert_says(&written, "#[maptrace::maptrace]\npub enum Either");
}

/// Modules whose globs have each other, and other crates', are gone through once.
#[test]
fn globs_that_go_round_in_circles_come_to_an_end() {
    let count = 12;
    let mut root: String = (0..count).map(|n| format!("mod m{n};\n")).collect();
    root.push_str("pub use m0::*;\n");
    let globs: String = (0..count)
        .map(|n| format!("use crate::m{n}::*;\nuse other{n}::prelude::*;\n"))
        .collect();
    let dependencies: String = (0..count)
        .map(|n| format!("other{n} = {{ path = \"other{n}\" }}\n"))
        .collect();
    let mut files = vec![
        (
            "Cargo.toml".to_owned(),
            manifest("round", &format!("[dependencies]\n{dependencies}")),
        ),
        ("src/lib.rs".to_owned(), root),
    ];
    for n in 0..count {
        let own = if n == 7 {
            "pub use std::collections::HashMap as Map;\n"
        } else {
            ""
        };
        files.push((
            format!("src/m{n}.rs"),
            format!("{globs}{own}pub fn f{n}() -> Map<u8, u8> {{ Map::new() }}\n"),
        ));
        files.push((format!("other{n}/Cargo.toml"), manifest(&format!("other{n}"), "")));
        files.push((format!("other{n}/src/lib.rs"), "pub mod prelude {}\n".to_owned()));
    }
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let project = Project::new(&files);
    let said = stdout(&project.maptrace("", &["check"]));
    assert_says(&said, "src/m7.rs:25");
}
