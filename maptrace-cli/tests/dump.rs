//! `maptrace dump PID`: a process is asked, answers, and is none the worse for it; others are left alone.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::guard;

/// Set in the process that is asked.
const ASKED: &str = "MAPTRACE_TEST_ASKED";

fn dump(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_maptrace"))
        .arg("dump")
        .args(arguments)
        .output()
        .expect("maptrace starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// This binary again, as another process that says when it is ready and ends when its input does.
fn start(folder: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("a path to this binary"))
        .args(["the_one_that_is_asked", "--exact", "--nocapture", "--test-threads=1"])
        .env(ASKED, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this binary runs again");
    let lines = BufReader::new(child.stdout.as_mut().expect("a pipe")).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "ready"), "it ended");
    child
}

/// That it goes on as if nothing had been, to its end.
fn ends_well(mut child: Child) {
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(b"go on\n")
        .expect("it reads");
    assert!(child.wait().expect("a child").success());
}

#[test]
fn the_one_that_is_asked() {
    let Some(folder) = std::env::var_os(ASKED) else { return };
    if !folder.is_empty() {
        guard::builder(folder).on_sigusr1().install().expect("it installs");
    }
    let mut map = HashMap::new();
    for key in 0..1_234_u32 {
        map.insert(key, key);
    }
    println!("\nready");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("input");
    assert_eq!((line.as_str(), map.len()), ("go on\n", 1_234));
}

#[test]
fn a_process_is_asked_and_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let child = start(folder.path().to_str().expect("text"));
    let pid = child.id().to_string();
    for number in 0..2 {
        let output = dump(&[&pid]);
        let out = text(&output.stdout);
        assert!(output.status.success(), "{out}\n{}", text(&output.stderr));
        for part in [
            "1 live maps, 1,234 entries",
            "tests/dump.rs",
            "written on demand (signal)",
            "assign, new",
        ] {
            assert!(out.contains(part), "{part} in {out}");
        }
        assert!(out.contains(&format!("mapguard-{pid}-{number}.json")), "{out}");
    }
    let output = dump(&[&pid, "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (document["sums"]["entries"].as_u64(), document["number"].as_u64()),
        (Some(1_234), Some(2))
    );
    ends_well(child);
    // And what it left is there.
    let file = folder.path().join(format!("mapguard-{pid}-0.json"));
    let output = dump(&[file.to_str().expect("text")]);
    assert!(
        text(&output.stdout).contains("1,234 entries"),
        "{}",
        text(&output.stderr)
    );
}

/// Only root can be somebody else, so only then there is something to see.
#[test]
fn a_process_of_another_user_is_left_alone() {
    use std::os::unix::process::CommandExt as _;
    if !rustix::process::geteuid().is_root() {
        return;
    }
    // Where anybody may run it.
    let folder = tempfile::tempdir_in("/tmp").expect("a folder");
    let program = folder.path().join("maptrace");
    std::fs::copy(env!("CARGO_BIN_EXE_maptrace"), &program).expect("a copy");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("it is ours");
    let dumps = tempfile::tempdir().expect("a folder");
    let child = start(dumps.path().to_str().expect("text"));
    let output = Command::new(&program)
        .args(["dump", &child.id().to_string()])
        .current_dir("/")
        .uid(65_534)
        .gid(65_534)
        .output()
        .expect("it starts");
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(
        err.contains("is of the user with the number 0") && err.contains("or as root"),
        "{err}"
    );
    assert_eq!(std::fs::read_dir(dumps.path()).expect("a folder").count(), 0);
    ends_well(child);
}

/// The signal would end it.
#[test]
fn a_process_that_does_not_wait_for_it_is_left_alone() {
    let child = start("");
    let output = dump(&[&child.id().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let err = text(&output.stderr);
    assert!(
        err.contains("would be ended by one") && err.contains("MAPTRACE_GUARD_SIGNAL=usr1"),
        "{err}"
    );
    ends_well(child);
}

#[test]
fn what_is_no_dump_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content, wanted) in [
        ("a.json", "{\"mapguard\":2,\"end\":true}", "take a newer one"),
        ("b.json", "{}", "is no dump of maptrace's"),
        ("c.json", "{\"mapguard\":1", "is no dump"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, content).expect("a file");
        let output = dump(&[file.to_str().expect("text")]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(wanted), "{}", text(&output.stderr));
    }
    let output = dump(&["4294967294"]);
    assert!(
        text(&output.stderr).contains("there is no process"),
        "{}",
        text(&output.stderr)
    );
}
