//! What each way out tells of the process besides its maps, and what none does: docs/security.md has the list.
#![cfg(all(
    target_os = "linux",
    feature = "enable",
    feature = "flight",
    feature = "guard",
    feature = "listen",
    any(not(feature = "release_off"), debug_assertions)
))]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{guard, local_addr, report};

/// Where the process of the test puts what it was told. Not a variable of maptrace's.
const OUTPUTS: &str = "MAPTRACE_TEST_OUTPUTS";
/// Short enough for the system's name of a thread.
const THREAD: &str = "thread-canary";

/// An answer of the page, with its head.
fn ask(path: &str, more: &str) -> Vec<u8> {
    let address = local_addr().expect("it listens");
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{more}\r\n").expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    answer
}

/// Uses a map, and asks each way out while it lives.
fn use_maps(outputs: &Path) {
    let mut map: HashMap<String, String> = HashMap::new();
    for i in 0..1_000 {
        map.insert(format!("key-canary-{i}"), format!("value-canary-{i}"));
    }
    let put = |name: &str, bytes: &[u8]| fs::write(outputs.join(name), bytes).expect("a file");
    put("report.txt", report().to_string().as_bytes());
    put("page.html", &ask("/", ""));
    put("maps.json", &ask("/maps.json", ""));
    put("metrics.txt", &ask("/metrics", ""));
    let openmetrics = "Accept: application/openmetrics-text; version=1.0.0\r\n";
    put("openmetrics.txt", &ask("/metrics", openmetrics));
    guard::dump().expect("a dump");
}

/// The files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn arguments_variables_and_folders_are_told_by_none() {
    if let Some(outputs) = std::env::var_os(OUTPUTS) {
        let thread = thread::Builder::new().name(THREAD.to_owned());
        let work = move || use_maps(Path::new(&outputs));
        return thread.spawn(work).expect("a thread").join().expect("no panic");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let [outputs, dumps, recordings, home] =
        ["outputs", "dumps", "recordings", "folder-canary"].map(|name| folder.path().join(name));
    for made in [&outputs, &home] {
        fs::create_dir(made).expect("a folder");
    }
    let output = Command::new(std::env::current_exe().expect("a path"))
        .args([
            "arguments_variables_and_folders_are_told_by_none",
            "--exact",
            "--nocapture",
        ])
        // Another test to run, for all that the harness knows.
        .arg("argument-canary")
        .current_dir(&home)
        .env(OUTPUTS, &outputs)
        .env("SECRET", "variable-canary")
        .env("MAPTRACE_LISTEN", "127.0.0.1:0")
        .env("MAPTRACE_GUARD", &dumps)
        .env("MAPTRACE_FLIGHT", &recordings)
        .env("MAPTRACE_REPORT", outputs.join("at_the_end.json"))
        .stdin(Stdio::null())
        .output()
        .expect("this program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");

    let mut with_thread = Vec::new();
    let mut seen = 0;
    for path in [&outputs, &dumps, &recordings]
        .into_iter()
        .flat_map(|folder| files(folder))
    {
        let bytes = fs::read(&path).expect("its bytes");
        let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        for canary in [
            "argument-canary",
            "variable-canary",
            "folder-canary",
            "key-canary",
            "value-canary",
        ] {
            assert!(!has(canary), "{canary} is in {}", path.display());
        }
        // The page itself asks for maps when it is shown.
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        let has_maps = has("HashMap") || has("process.rs") || has("map_assign_total{");
        assert!(is_page || has_maps, "no map is in {}", path.display());
        if has(THREAD) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            with_thread.push(name.split('-').next().unwrap_or_default().to_owned());
        }
        seen += 1;
    }
    // Five that were asked, one at the end, a dump and a recording.
    assert_eq!(seen, 8);
    with_thread.sort();
    assert_eq!(
        with_thread,
        ["mapguard", "process"],
        "which ways out tell threads' names"
    );
}
