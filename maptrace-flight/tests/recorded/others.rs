//! What other users of the machine can do to recordings, and see of them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use maptrace_flight::{Ending, Options};

use crate::process::Actor;

/// Starts one that records there, and kills it.
fn record_and_die(flight: &Path) {
    let mut actor = Actor::start_with("end", tempfile::tempdir().unwrap(), flight, |_| {});
    actor.hear("ready");
    actor.kill();
}

#[test]
fn others_can_not_see_into_a_folder_that_is_made() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flight = folder.path().join("deep/flight");
    record_and_die(&flight);
    for folder in [flight.parent().unwrap(), &flight] {
        assert_eq!(
            fs::metadata(folder).unwrap().permissions().mode() & 0o777,
            0o700,
            "{}",
            folder.display()
        );
    }
    for path in maptrace_flight::find(&flight).unwrap() {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// The oldest recordings of a folder go when another begins. What only looks like one stays, and holds nobody up.
#[test]
fn a_link_is_not_followed_and_a_pipe_is_not_waited_for() {
    let theirs = tempfile::tempdir().expect("a temporary folder");
    record_and_die(theirs.path());
    let recording = maptrace_flight::find(theirs.path()).unwrap().remove(0);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flight = folder.path();
    for number in 0..12 {
        symlink(&recording, flight.join(format!("link-{number}.flight"))).unwrap();
    }
    let pipe = flight.join("pipe.flight");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let mut living = Actor::start_with("end", tempfile::tempdir().unwrap(), flight, |_| {});
    living.hear("ready");
    assert!(recording.exists() && pipe.exists());
    // The reader finds what the links lead to, and does not wait either.
    assert_eq!(maptrace_flight::find(flight).unwrap().len(), 13);
    let links = fs::read_dir(flight)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_symlink());
    assert_eq!(links.count(), 12);
    let read = maptrace_flight::read(&recording, Options::default()).expect("a recording");
    assert_eq!(read.process.ending, Ending::Killed);
}
