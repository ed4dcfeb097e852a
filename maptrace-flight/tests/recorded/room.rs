//! No room for a recording, or none for more of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use maptrace_flight::{Ending, Options};

use crate::process::{Actor, ROLE};

/// Runs a role to its end with no file longer than so many KiB, and returns what it said on both streams.
fn run_with_files_up_to(kib: u32, flight: &std::path::Path) -> (bool, String) {
    let output = Command::new("bash")
        .args([
            "-c",
            "ulimit -f \"$1\" && exec \"$2\" --exact play_a_role --nocapture",
            "bash",
            &kib.to_string(),
        ])
        .arg(std::env::current_exe().expect("a path"))
        .env(ROLE, "many")
        .env("MAPTRACE_FLIGHT", flight)
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_folder_that_cannot_be_written_to_is_one_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Not even root can make a folder below a file.
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (good, said) = run_with_files_up_to(1 << 20, &file.join("flight"));
    assert!(good, "{said}");
    assert!(said.contains("entries 120000"), "{said}");
    assert_eq!(said.matches("maptrace: ").count(), 1, "{said}");
    assert!(
        said.contains("no flight recorder: ") && said.contains("MAPTRACE_FLIGHT has to name a folder"),
        "{said}"
    );
}

#[test]
fn no_room_at_all_is_one_line_and_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (good, said) = run_with_files_up_to(1, folder.path());
    assert!(good, "{said}");
    assert!(
        said.contains("entries 120000") && said.contains("no flight recorder: "),
        "{said}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// At each size at which the file may come to its end the application goes on, and what there is can be read.
#[test]
fn no_more_room_is_one_line_and_the_rest_is_in_the_file() {
    for kib in [4, 20, 60, 100, 200, 300, 450, 600] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (good, said) = run_with_files_up_to(kib, folder.path());
        assert!(good, "{kib}: {said}");
        assert!(said.contains("entries 120000"), "{kib}: {said}");
        assert_eq!(said.matches("has no room for more").count(), 1, "{kib}: {said}");
        let files = maptrace_flight::find(folder.path()).unwrap();
        let recording = maptrace_flight::read(&files[0], Options::default()).expect("a recording");
        assert_eq!(recording.process.ending, Ending::Ended);
        assert!(recording.process.missing > 0, "{kib}");
    }
}

#[test]
fn files_are_their_owners_alone_and_the_oldest_of_the_dead_go() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flight = folder.path().join("deep/flight");
    let other = flight.join("notes.flight");
    fs::create_dir_all(&flight).unwrap();
    fs::write(&other, "not one of ours").unwrap();
    let mut living = Actor::start_with("end", tempfile::tempdir().unwrap(), &flight, |_| {});
    living.hear("ready");
    for _ in 0..10 {
        let mut actor = Actor::start_with("end", tempfile::tempdir().unwrap(), &flight, |_| {});
        actor.hear("ready");
        actor.kill();
    }
    let files = maptrace_flight::find(&flight).unwrap();
    let read = |path: &std::path::PathBuf| maptrace_flight::read(path, Options::default()).ok();
    let endings: Vec<Ending> = files.iter().filter_map(read).map(|it| it.process.ending).collect();
    assert_eq!(endings.iter().filter(|&&ending| ending == Ending::Running).count(), 1);
    assert_eq!(endings.iter().filter(|&&ending| ending == Ending::Killed).count(), 8);
    assert!(other.exists());
    for path in files.iter().filter(|path| **path != other) {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// As `docs/flight-recorder.md` has it: nothing but a handler of signals could prevent that. To remove it does no harm.
#[test]
fn to_truncate_a_file_in_use_ends_its_process_and_to_remove_it_does_not() {
    let mut actor = Actor::start("assign");
    actor.hear("told ");
    fs::remove_file(&actor.files()[0]).unwrap();
    for _ in 0..10 {
        actor.hear("told ");
    }
    let mut actor = Actor::start("assign");
    actor.hear("told ");
    fs::File::options()
        .write(true)
        .open(&actor.files()[0])
        .unwrap()
        .set_len(0)
        .unwrap();
    actor.rest("told ");
    assert_eq!(actor.ended_by(), Some(libc::SIGBUS));
}

/// A file system that is full, and not a limit of the process.
#[test]
#[ignore = "mounts file systems, as root or in a user namespace of its own; run ci/e2e.sh"]
fn a_full_disk_is_one_line_and_the_rest_is_in_the_file() {
    const SCRIPT: &str = r#"
        mount -t tmpfs -o "size=$1" tmpfs "$2" || exit 99
        MAPTRACE_FLIGHT=$2 "$3" --exact play_a_role --nocapture
        status=$?
        cp "$2"/*.flight "$4" 2>/dev/null
        exit $status
    "#;
    for size in ["4k", "64k", "256k", "512k"] {
        let (disk, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let program = std::env::current_exe().expect("a path");
        let output = Command::new("unshare")
            .args(if rustix::process::geteuid().is_root() {
                &["--mount"][..]
            } else {
                &["--mount", "--map-root-user"]
            })
            .args(["sh", "-c", SCRIPT, "sh", size])
            .args([disk.path(), &program, copy.path()])
            .env(ROLE, "many")
            .stdin(Stdio::null())
            .output()
            .expect("unshare, of util-linux");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(
            output.status.success() && said.contains("entries 120000"),
            "{size}: {said}"
        );
        let files = maptrace_flight::find(copy.path()).unwrap();
        assert_eq!(said.matches("has no room for more").count(), 1, "{size}: {said}");
        assert!(said.contains("No space left on device"), "{size}: {said}");
        let recording = maptrace_flight::read(&files[0], Options::default()).expect("a recording");
        assert!(recording.damage.is_none(), "{size}: {:?}", recording.damage);
        assert_eq!(recording.process.ending, Ending::Ended);
        assert!(recording.process.missing > 0, "{size}");
    }
}
