//! `maptrace run` and `test`: traits of other crates for traced maps, and what is told before the build.

use crate::check::manifest;
use crate::support::{Project, assert_good, assert_says, stderr, stdout};

const SHOP: &str = "\
use std::collections::{BTreeMap, HashMap};

#[derive(serde::Serialize, serde::Deserialize, Default, Debug, PartialEq)]
struct Shop {
    prices: HashMap<String, u8>,
    names: BTreeMap<u8, String>,
}

fn shop() -> Shop {
    let mut shop = Shop::default();
    shop.prices.insert(\"fig\".into(), 1);
    shop.names.insert(1, \"b\".into());
    shop
}

fn main() {
    let text = serde_json::to_string(&shop()).unwrap();
    let back: Shop = serde_json::from_str(&text).unwrap();
    println!(\"{text} {}\", back == shop());
}

#[test]
fn there_and_back() {
    let text = serde_json::to_string(&shop()).unwrap();
    assert_eq!(serde_json::from_str::<Shop>(&text).unwrap(), shop());
}
";

#[test]
fn types_that_derive_serde_s_traits_are_traced() {
    let dependencies = "[profile.dev.package.\"*\"]\nopt-level = 1\n\
                        [dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] }\nserde_json = \"1\"\n";
    let project = Project::new(&[
        ("Cargo.toml", &manifest("with_serde", dependencies)),
        ("src/main.rs", SHOP),
    ]);
    let output = project.maptrace("", &["run", "--quiet"]);
    assert_eq!(
        stdout(&output),
        "{\"prices\":{\"fig\":1},\"names\":{\"1\":\"b\"}} true\n",
        "{}",
        stderr(&output)
    );
    assert_says(&stderr(&output), "HashMap String -> u8");
    let output = project.maptrace("", &["test"]);
    assert_good(&output);
    assert_says(&stdout(&output), "test there_and_back ... ok");
}

/// A workspace with a crate that is not compiled here, whose trait names std's map.
fn asking(name: &str, main: &str) -> Project {
    Project::new(&[
        (
            "app/Cargo.toml",
            &manifest(
                name,
                &format!(
                    "[workspace]\nmembers = [\"fine\"]\n[features]\nsaved = []\n[dependencies]\n\
                     {name}_lib = {{ path = \"../lib\" }}\nbitcode = {{ path = \"../bitcode\" }}\n"
                ),
            ),
        ),
        ("app/src/main.rs", main),
        ("app/fine/Cargo.toml", &manifest(&format!("{name}_fine"), "")),
        (
            "app/fine/src/main.rs",
            "fn main() { println!(\"{}\", std::collections::HashMap::from([(1, 2)]).len()); }\n",
        ),
        ("lib/Cargo.toml", &manifest(&format!("{name}_lib"), "")),
        (
            "lib/src/lib.rs",
            "pub trait Source { fn all(&self) -> std::collections::HashMap<u8, u8>; }\n",
        ),
        ("bitcode/Cargo.toml", &manifest("bitcode", "")),
        ("bitcode/src/lib.rs", ""),
    ])
}

#[test]
fn what_is_known_not_to_compile_is_told_before_the_build() {
    let project = asking(
        "asking",
        "use std::collections::HashMap;\nstruct Own;\nimpl asking_lib::Source for Own {\n    \
         fn all(&self) -> HashMap<u8, u8> { HashMap::new() }\n}\n\
         #[derive(bitcode::Encode)]\nstruct Saved { map: HashMap<u8, u8> }\n\
         fn main() { use asking_lib::Source; println!(\"{}\", Own.all().len()); }\n",
    );
    let output = project.maptrace("app", &["run"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert_says(&said, "nothing has been built");
    assert_says(
        &said,
        "src/main.rs:4: `fn all` in `impl Source for Own` asks for std's own map: the traits of `asking_lib`",
    );
    assert_says(&said, "src/main.rs:6: `derive(bitcode::Encode)` on `Saved`");
    assert_says(&said, "`cargo maptrace run --anyway`");
    assert!(!said.contains("Compiling"), "{said}");

    // Another package of the workspace has nothing to do with it.
    let output = project.maptrace("app", &["run", "--quiet", "-p", "asking_fine"]);
    assert_eq!(stdout(&output), "1\n", "{}", stderr(&output));

    let output = project.maptrace("app", &["run", "--anyway", "--quiet"]);
    assert_eq!(output.status.code(), Some(101));
    assert!(stderr(&output).contains("error"), "{}", stderr(&output));
}

#[test]
fn what_conditions_leave_out_is_no_reason_to_refuse() {
    let project = asking(
        "conditional",
        "use std::collections::HashMap;\n\
         #[cfg_attr(feature = \"saved\", derive(bitcode::Encode))]\nstruct Saved { map: HashMap<u8, u8> }\n\
         #[cfg(test)]\nmod tests {\n    use std::collections::HashMap;\n    #[derive(bitcode::Encode)]\n    \
         struct Tested { map: HashMap<u8, u8> }\n}\n\
         fn main() { println!(\"{}\", Saved { map: HashMap::from([(1, 2)]) }.map.len()); }\n",
    );
    let output = project.maptrace("app", &["run", "--quiet"]);
    assert_eq!(stdout(&output), "1\n", "{}", stderr(&output));
}

/// serde_with of the project's own version, with or without what maptrace needs of it.
fn converting(name: &str, version: &str) -> Project {
    Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                name,
                &format!("[dependencies]\nserde_with = {{ path = \"serde_with\", version = \"{version}\" }}\n"),
            ),
        ),
        (
            "src/main.rs",
            "use std::collections::{BTreeMap, HashMap};\ntype Prices = HashMap<u8, u8>;\n\
             #[serde_with::serde_as]\nstruct Shop {\n    #[serde_as(as = \"HashMap<DisplayFromStr, _>\")]\n    \
             prices: HashMap<u8, u8>,\n    #[serde(with = \"::serde_with::rust::maps_first_key_wins\")]\n    \
             first: Prices,\n    #[serde_as(as = \"_\")]\n    same: BTreeMap<u8, u8>,\n    \
             #[serde_as(as = \"DisplayFromStr\")]\n    number: u8,\n    #[serde(with = \"own\")]\n    own: HashMap<u8, u8>,\n    \
             #[serde(with = \"serde_with::rust::double_option\")]\n    option: Option<Option<Prices>>,\n    \
             #[cfg_attr(all(), serde_as(as = \"Vec<(_, _)>\"))]\n    conditional: HashMap<u8, u8>,\n}\nfn main() {}\n",
        ),
        (
            "serde_with/Cargo.toml",
            &format!("[package]\nname = \"serde_with\"\nversion = \"{version}.0.0\"\nedition = \"2021\"\n"),
        ),
        ("serde_with/src/lib.rs", ""),
    ])
}

#[test]
fn conversions_of_serde_with_are_told_before_the_build() {
    const FEATURE: &str = "which `maptrace check --write` writes, with maptrace's feature `serde_with`";
    const CONVERSION: &str = "and here: `#[serde_as(as = \"MapPreventDuplicates<_, _>\")]`";
    const SKIP: &str = "`#[maptrace(skip)]` on the field";
    for (name, version, cures) in [
        ("converting", "3", [FEATURE, CONVERSION]),
        ("converting_older", "2", [SKIP, SKIP]),
    ] {
        let project = converting(name, version);
        let output = project.maptrace("", &["run"]);
        assert_eq!(output.status.code(), Some(1));
        let said = stderr(&output);
        assert_says(&said, "nothing has been built");
        assert_says(
            &said,
            "src/main.rs:5: `#[serde_as]` on `Shop.prices` asks for std's own map: the traits of `serde_with`",
        );
        assert_says(&said, "src/main.rs:7: `#[serde]` on `Shop.first`");
        for cure in cures {
            assert_says(&said, cure);
        }
        for field in ["same", "number", "own", "option", "conditional"] {
            assert!(!said.contains(&format!("`Shop.{field}`")), "{said}");
        }
    }
}
