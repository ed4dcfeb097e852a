//! `maptrace run`, `test` and `trace bench`: projects traced as they are.

use crate::support::{Project, assert_good, assert_says, stderr, stdout};

const COUNTING: &str = "\
use std::collections::HashMap;

fn main() {
    let mut words = HashMap::new();
    for word in std::env::args().skip(1) {
        *words.entry(word).or_insert(0) += 1;
    }
    println!(\"{} words\", words.len());
    std::process::exit(words.len() as i32);
}
";

fn manifest(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rest}")
}

#[test]
fn run_traces_a_program_as_it_is() {
    let project = Project::new(&[("Cargo.toml", &manifest("counting", "")), ("src/main.rs", COUNTING)]);
    let output = project.maptrace("", &["run", "--quiet", "--", "a", "--b", "a"]);
    assert_eq!(stdout(&output), "2 words\n", "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(2), "the program's own status");
    let said = stderr(&output);
    assert_says(&said, "maptrace: experimental: runs `cargo run`");
    assert_says(&said, "src/main.rs:4");
    assert_eq!(project.read("src/main.rs"), COUNTING);

    // The plain build beside it is another one.
    let plain = project.cargo("", &["run", "--quiet", "--", "a"]);
    assert_eq!((stdout(&plain).as_str(), stderr(&plain).as_str()), ("1 words\n", ""));

    let asked_otherwise = project
        .command("", env!("CARGO_BIN_EXE_cargo-maptrace"))
        .args(["maptrace", "run", "--quiet", "--", "a"])
        .env("MAPTRACE_REPORT", "off")
        .env("MAPTRACE_LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    let said = stderr(&asked_otherwise);
    assert!(!said.contains("src/main.rs:4"), "the variable that is set wins");
    assert_says(&said, "maptrace: maps are shown at http://127.0.0.1:");
}

#[test]
fn what_stays_plain_is_told_with_the_reason() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "plain_ones",
                "[workspace]\n[dependencies]\nrustc-hash = \"2\"\nindexmap = \"2\"\nwithout = { path = \"without\" }\n",
            ),
        ),
        ("build.rs", "fn main() {}\n"),
        (
            "src/main.rs",
            "use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use std::collections::HashMap;
fn main() {
    let fast: FxHashMap<u8, u8> = [(1, 1)].into_iter().collect();
    let ordered: IndexMap<u8, u8> = [(1, 1)].into_iter().collect();
    let map = HashMap::from([(1, 1)]);
    println!(\"{}\", fast.len() + ordered.len() + map.len() + without::len());
}
",
        ),
        ("without/Cargo.toml", &manifest("without", "")),
        (
            "without/src/lib.rs",
            "#![no_std]
extern crate alloc;
pub fn len() -> usize { alloc::collections::BTreeMap::from([(1, 1)]).len() }
",
        ),
    ]);
    let output = project.maptrace("", &["run", "--quiet"]);
    assert_eq!(stdout(&output), "4\n", "{}", stderr(&output));
    let said = stderr(&output);
    let line = |start: &str| {
        let start = format!("maptrace: not traced, as they {start}");
        let lines: Vec<&str> = said.lines().filter(|line| line.starts_with(&start)).collect();
        let [line] = lines[..] else { panic!("{start}\n{said}") };
        line.to_owned()
    };
    let others = line("are maps of other crates, or theirs by name: ");
    for part in [
        "IndexMap (src/main.rs:1)",
        "FxHashMap (src/main.rs:2)",
        "`maptrace check`",
    ] {
        assert_says(&others, part);
    }
    assert!(!others.contains(" HashMap ("), "{others}");
    assert_says(&line("are without std: "), "the maps of without;");
    assert_says(&line("run in the compiler: "), "the build script of plain_ones");
    // And what is there is not there.
    let rows: Vec<&str> = said.lines().filter(|line| line.starts_with("src/")).collect();
    assert!(matches!(rows[..], [row] if row.starts_with("src/main.rs:7")), "{said}");

    // All of this one is traced, and there is nothing to tell.
    let project = Project::new(&[("Cargo.toml", &manifest("all_of_it", "")), ("src/main.rs", COUNTING)]);
    let output = project.maptrace("", &["run", "--quiet"]);
    assert!(!stderr(&output).contains("not traced"), "{}", stderr(&output));
}

#[test]
fn test_traces_a_workspace_with_doctests_a_build_script_and_a_procedural_macro() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "several",
                "[workspace]\nmembers = [\"table\", \"counted\"]\n[dependencies]\ntable = { path = \"table\" }\n\
                 counted = { path = \"counted\" }\n[build-dependencies]\ntable = { path = \"table\" }\n",
            ),
        ),
        (
            "build.rs",
            "use std::collections::HashMap;
fn main() {
    let own: HashMap<u8, u8> = HashMap::from([(1, 2)]);
    println!(\"cargo:rustc-env=BUILT={} {}\", own.len() + table::table().len(), std::any::type_name_of_val(&own));
}
",
        ),
        (
            "src/lib.rs",
            "pub const BUILT: &str = env!(\"BUILT\");
pub fn expanded() -> &'static str { counted::counted!() }
#[cfg(test)]
mod tests {
    #[test]
    fn works() {
        assert_eq!(super::BUILT, \"2 std::collections::hash::map::HashMap<u8, u8>\");
        assert_eq!(super::expanded(), \"2 std::collections::hash::set::HashSet<u8>\");
        assert_eq!(table::table().len(), 1);
    }
}
",
        ),
        // Of the oldest edition, in which std is an item at the crate's root.
        (
            "table/Cargo.toml",
            "[package]\nname = \"table\"\nversion = \"0.1.0\"\nedition = \"2015\"\n",
        ),
        (
            "table/src/lib.rs",
            "//! ```
//! let mut map: std::collections::BTreeMap<u8, u8> = table::table();
//! map.insert(7, 7);
//! assert_eq!(map.len(), 2);
//! ```
use std::collections::BTreeMap;
pub fn table() -> BTreeMap<u8, u8> {
    let mut map = BTreeMap::new();
    map.insert(1, 1);
    map
}
",
        ),
        (
            "counted/Cargo.toml",
            &manifest(
                "counted",
                "[lib]\nproc-macro = true\n[dependencies]\ntable = { path = \"../table\" }\n",
            ),
        ),
        (
            "counted/src/lib.rs",
            "//! ```
//! assert!(counted::counted!().starts_with(\"2 std\"));
//! ```
use std::collections::HashSet;
#[proc_macro]
pub fn counted(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let own: HashSet<u8> = HashSet::from([1]);
    format!(\"{:?}\", format!(\"{} {}\", own.len() + table::table().len(), std::any::type_name_of_val(&own))).parse().unwrap()
}
",
        ),
    ]);
    let output = project.maptrace("", &["test", "--workspace"]);
    assert_good(&output);
    let (out, said) = (stdout(&output), stderr(&output));
    assert_says(&out, "test tests::works ... ok");
    assert_says(&out, "table/src/lib.rs - (line 1) ... ok");
    assert_says(&out, "counted/src/lib.rs - (line 1) ... ok");
    assert_says(&said, "table/src/lib.rs:8");
}

#[test]
fn release_builds_and_benches_with_the_profile_of_the_project() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "released",
                "[[bench]]\nname = \"bench\"\nharness = false\n\
                 [profile.release]\npanic = \"abort\"\n[profile.release.package.released]\nopt-level = 1\n",
            ),
        ),
        ("src/main.rs", COUNTING),
        ("benches/bench.rs", COUNTING),
    ]);
    let output = project.maptrace("", &["run", "--release", "--", "x"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_says(&stderr(&output), "src/main.rs:4");
    let output = project.maptrace("", &["trace", "bench", "--bench", "bench", "--", "x"]);
    assert_says(&stderr(&output), "benches/bench.rs:4");
    assert!(
        !stderr(&output).contains("which you should write"),
        "{}",
        stderr(&output)
    );
    // As it was called before `bench` was mapbench.
    let output = project.maptrace("", &["bench", "--bench", "bench", "--", "x"]);
    assert_says(&stderr(&output), "`maptrace trace bench`, which you should write");
    assert_says(&stderr(&output), "benches/bench.rs:4");
}

/// A crate that is not compiled here, and one that gives it a map.
fn border(name: &str, main: &str) -> Project {
    Project::new(&[
        (
            "app/Cargo.toml",
            &manifest(name, &format!("[dependencies]\n{name}_lib = {{ path = \"../lib\" }}\n")),
        ),
        ("app/src/main.rs", main),
        ("lib/Cargo.toml", &manifest(&format!("{name}_lib"), "")),
        (
            "lib/src/lib.rs",
            "pub fn take(map: std::collections::HashMap<u8, u8>) -> usize { map.len() }\n",
        ),
    ])
}

#[test]
fn a_build_that_fails_for_the_tracing_is_explained() {
    let project = border(
        "by_value",
        "fn main() { by_value_lib::take(std::collections::HashMap::new()); }\n",
    );
    let output = project.maptrace("app", &["run"]);
    assert_eq!(output.status.code(), Some(101));
    let said = stderr(&output);
    assert_says(&said, "E0308");
    assert_says(&said, "maptrace: this project compiles without tracing");
    assert_says(&said, "`maptrace check`");
}

#[test]
fn a_build_that_fails_by_itself_is_the_compiler_s_to_explain() {
    let project = border("by_itself", "fn main() { by_itself_lib::take(7); }\n");
    let output = project.maptrace("app", &["run"]);
    assert_eq!(output.status.code(), Some(101));
    let said = stderr(&output);
    assert_says(&said, "E0308");
    assert!(!said.contains("compiles without tracing"), "{said}");
}

#[test]
fn what_cannot_work_is_refused_with_the_cure() {
    let project = Project::new(&[("Cargo.toml", &manifest("refused", "")), ("src/main.rs", COUNTING)]);
    let refused = |output: std::process::Output, part: &str| {
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert_says(&stderr(&output), part);
    };
    refused(project.maptrace("", &["run", "-Z", "build-std"]), "leave build-std off");
    refused(
        project.maptrace("", &["run", "--maptrace", "nowhere"]),
        "--maptrace says that maptrace's sources are in `nowhere`",
    );
    let variable = project
        .command("", env!("CARGO_BIN_EXE_maptrace"))
        .arg("test")
        .env("MAPTRACE_SOURCE", "nowhere")
        .output()
        .unwrap();
    refused(
        variable,
        "MAPTRACE_SOURCE says that maptrace's sources are in `nowhere`",
    );
    let empty = Project::new(&[]);
    refused(
        empty.maptrace("", &["trace", "bench"]),
        "there is no Cargo project here",
    );
    refused(empty.maptrace("", &["check"]), "there is no Cargo project here");
}

#[cfg(unix)]
#[test]
fn an_old_toolchain_is_refused() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("old", "")),
        ("src/main.rs", COUNTING),
        ("rustc", "#!/bin/sh\necho 'rustc 1.80.0'\necho 'release: 1.80.0'\n"),
    ]);
    let rustc = project.path("rustc");
    make_executable(&rustc);
    let output = project
        .command("", env!("CARGO_BIN_EXE_maptrace"))
        .arg("run")
        .env("RUSTC", rustc)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_says(
        &stderr(&output),
        "this toolchain is Rust 1.80.0, and maptrace needs 1.92.0 or newer",
    );
}

/// A wrapper that notes which crates it has compiled.
#[cfg(unix)]
const NOTING: &str = "#!/bin/sh\nfor word; do\n[ \"$before\" != --crate-name ] || echo \"$word\" >>\"$NOTES\"\nbefore=$word\n\
                      done\nexec \"$@\"\n";

#[cfg(unix)]
fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_wrapper_of_the_project_s_own_still_runs() {
    let by_file = Project::new(&[
        ("Cargo.toml", &manifest("wrapped", "")),
        ("src/main.rs", COUNTING),
        ("tools/noting", NOTING),
        (
            ".cargo/config.toml",
            "[build]\nrustc-workspace-wrapper = \"tools/noting\"\n",
        ),
    ]);
    let by_variable = Project::new(&[
        ("Cargo.toml", &manifest("wrapped_too", "")),
        ("src/main.rs", COUNTING),
        ("tools/noting", NOTING),
    ]);
    for (project, variable, name) in [
        (by_file, None, "wrapped"),
        (by_variable, Some("RUSTC_WORKSPACE_WRAPPER"), "wrapped_too"),
    ] {
        make_executable(&project.path("tools/noting"));
        let mut command = project.command("", env!("CARGO_BIN_EXE_maptrace"));
        command
            .args(["run", "--quiet", "--", "a"])
            .env("NOTES", project.path("notes"));
        if let Some(variable) = variable {
            command.env(variable, project.path("tools/noting"));
        }
        let output = command.output().unwrap();
        assert_eq!(stdout(&output), "1 words\n", "{}", stderr(&output));
        assert_says(&stderr(&output), "src/main.rs:4");
        let notes = project.read("notes");
        assert!(notes.lines().any(|krate| krate == name), "{notes}");
    }
}

#[test]
fn what_runs_on_the_host_is_plain_where_the_configuration_has_a_target() {
    let version = std::process::Command::new("rustc").arg("-vV").output().unwrap();
    let version = stdout(&version);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "targeted",
                "[workspace]\nmembers = [\"shared\"]\n[dependencies]\ntargeted_shared = { path = \"shared\" }\n\
                 [build-dependencies]\ntargeted_shared = { path = \"shared\" }\n",
            ),
        ),
        (".cargo/config.toml", &format!("[build]\ntarget = \"{host}\"\n")),
        (
            "build.rs",
            "fn main() { println!(\"cargo:rustc-env=BUILT={}\", std::any::type_name_of_val(&targeted_shared::table())); }\n",
        ),
        (
            "src/main.rs",
            "fn main() { println!(\"{} {}\", env!(\"BUILT\"), std::any::type_name_of_val(&targeted_shared::table())); }\n",
        ),
        ("shared/Cargo.toml", &manifest("targeted_shared", "")),
        (
            "shared/src/lib.rs",
            "pub fn table() -> std::collections::BTreeSet<u8> { std::collections::BTreeSet::from([1]) }\n",
        ),
    ]);
    let output = project.maptrace("", &["run", "--quiet"]);
    assert_good(&output);
    let said = stdout(&output);
    let (built, running) = said.trim().split_once(' ').unwrap();
    assert!(
        built.starts_with("alloc::"),
        "the build script has a traced map: {said}"
    );
    assert!(running.starts_with("maptrace"), "the program has a plain map: {said}");
}

#[cfg(unix)]
#[test]
fn a_signal_is_the_program_s_to_answer() {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Stdio;

    use rustix::process::{Pid, Signal, kill_process};

    let project = Project::new(&[
        ("Cargo.toml", &manifest("waiting", "")),
        (
            "src/main.rs",
            "fn main() {
    println!(\"ready\");
    std::io::stdin().lines().for_each(drop);
    if std::env::args().len() > 1 { std::process::abort() }
    std::process::exit(7);
}
",
        ),
    ]);
    for (signal, argument, status) in [
        (None, "abort", 128 + 6),
        // Sent to this program alone, and not as from a terminal, which sends it to all.
        (Some(Signal::INT), "", 128 + 2),
        (Some(Signal::QUIT), "", 128 + 3),
        (Some(Signal::TERM), "", 128 + 15),
    ] {
        let mut command = project.command("", env!("CARGO_BIN_EXE_maptrace"));
        command
            .args(["run", "--quiet", "--"])
            .args(Some(argument).filter(|argument| !argument.is_empty()));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        if let Some(signal) = signal {
            kill_process(Pid::from_child(&child), signal).unwrap();
        }
        let input = child.stdin.take();
        // Where there is no signal to be passed on, its input ends the program.
        if signal.is_none() {
            drop(input);
        }
        // The program has ended.
        output.read_to_string(&mut line).unwrap();
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(status), "{signal:?}, {:?}", ended.signal());
    }
}

#[test]
fn crates_without_std_or_its_prelude_are_traced_where_they_name_std() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "bare",
                "[workspace]\nmembers = [\"core\", \"empty\"]\n[dependencies]\nbare_core = { path = \"core\" }\n\
                 bare_empty = { path = \"empty\" }\n",
            ),
        ),
        (
            "src/main.rs",
            "fn main() { println!(\"{} {}\", bare_core::count(), bare_empty::count()); }\n",
        ),
        ("core/Cargo.toml", &manifest("bare_core", "")),
        (
            "core/src/lib.rs",
            "#![no_std]
extern crate alloc;
extern crate std;
pub fn count() -> usize {
    let plain = alloc::collections::BTreeMap::from([(1, 2)]);
    let mut traced = std::collections::HashMap::new();
    traced.insert(1, 2);
    plain.len() + traced.len()
}
",
        ),
        ("empty/Cargo.toml", &manifest("bare_empty", "")),
        (
            "empty/src/lib.rs",
            "#![no_implicit_prelude]
pub fn count() -> usize {
    let mut traced = ::std::collections::HashSet::new();
    traced.insert(::std::string::String::new());
    ::std::assert!(!traced.is_empty());
    traced.len()
}
",
        ),
    ]);
    let output = project.maptrace("", &["run", "--quiet"]);
    assert_eq!(stdout(&output), "2 1\n", "{}", stderr(&output));
    for place in ["core/src/lib.rs:6", "empty/src/lib.rs:3"] {
        assert_says(&stderr(&output), place);
    }
    assert!(
        !stderr(&output).contains("core/src/lib.rs:5"),
        "alloc is not std: {}",
        stderr(&output)
    );
}
