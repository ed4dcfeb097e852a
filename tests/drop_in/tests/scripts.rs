//! What the scripts that fetch other people's tests do when something is amiss.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Runs ci/published.sh, with this in place of cargo, for the folder `small` in `folder`.
fn published(folder: &TempDir, cargo: &str) -> Output {
    let program = folder.path().join("cargo");
    fs::write(&program, format!("#!/bin/sh\n{cargo}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    Command::new(root().join("ci/published.sh"))
        .args(["small", "1.2.3"])
        .arg(folder.path().join("small"))
        .env("PATH", path)
        .output()
        .expect("bash runs it")
}

#[test]
fn a_version_that_is_not_published_is_named() {
    let nothing = "published: there is no small 1.2.3 in the registry";
    for cargo in [
        "echo 'error: failed to select a version' >&2; exit 101",
        // Another, which does not contain what was asked for.
        r#"echo '{"manifest_path":"/registry/small-1.2.30/Cargo.toml"}'"#,
        // Where a `.` matches anything.
        r#"echo '{"manifest_path":"/registry/small-1-2.3/Cargo.toml"}'"#,
    ] {
        let output = published(&TempDir::new().expect("a folder"), cargo);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(nothing), "{cargo}: {said}");
        assert_eq!(output.status.code(), Some(1), "{cargo}");
    }
}

#[test]
fn a_published_version_is_copied_without_its_lock() {
    let registry = TempDir::new().expect("a folder");
    let source = registry.path().join("small-1.2.3");
    fs::create_dir(&source).unwrap();
    fs::write(source.join("Cargo.toml"), "").unwrap();
    fs::write(source.join("Cargo.lock"), "").unwrap();
    let folder = TempDir::new().expect("a folder");
    let cargo = format!(r#"echo '{{"manifest_path":"{}/Cargo.toml"}}'"#, source.display());
    let output = published(&folder, &cargo);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let copied = folder.path().join("small");
    let is_there = ["Cargo.toml", "Cargo.lock"].map(|file| copied.join(file).exists());
    assert_eq!(is_there, [true, false]);
}

/// What `locked hashbrown` says where this is the lock file.
fn locked(lock: &str) -> Output {
    let folder = TempDir::new().expect("a folder");
    let suites = folder.path().join("ci/suites");
    fs::create_dir_all(&suites).unwrap();
    fs::copy(root().join("ci/suites/common.sh"), suites.join("common.sh")).unwrap();
    fs::write(folder.path().join("Cargo.lock"), lock).unwrap();
    Command::new("bash")
        .args(["-c", "source \"$1\"; locked hashbrown", "locked"])
        .arg(suites.join("common.sh"))
        .output()
        .expect("bash runs it")
}

#[test]
fn the_locked_version_is_that_of_maptrace() {
    let package = |name: &str, version: &str, dependencies: &str| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\ndependencies = [\n{dependencies}]\n\n")
    };
    let several = [
        package("hashbrown", "0.17.1", ""),
        package("hashbrown", "0.99.0", ""),
        package("maptrace", "0.1.0", " \"hashbrown 0.17.1\",\n \"indexmap\",\n"),
        package("other", "1.0.0", " \"hashbrown 0.99.0\",\n"),
    ];
    let one = [
        package("hashbrown", "0.17.1", ""),
        package("maptrace", "0.1.0", " \"hashbrown\",\n"),
    ];
    for lock in [several.concat(), one.concat()] {
        let output = locked(&lock);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "0.17.1\n", "{lock}");
    }
    let none = locked(&package("hashbrown", "0.17.1", ""));
    assert_eq!(none.status.code(), Some(1));
    let said = String::from_utf8_lossy(&none.stderr);
    assert!(said.contains("there is no hashbrown"), "{said}");
}
