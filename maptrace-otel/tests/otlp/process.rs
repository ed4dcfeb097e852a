//! What is sent of the process besides its maps.

use std::process::{Command, Stdio};
use std::time::Duration;

use maptrace_runtime::builder;
use maptrace_runtime::collections::HashMap;

use crate::exporter;
use crate::server::{Behaviour, Server};

/// Set in the process of the test. Not a variable of maptrace's.
const INSIDE: &str = "MAPTRACE_TEST_INSIDE";

/// A thread's name and the program's are sent; its arguments, variables and folder are not.
#[test]
fn arguments_variables_and_folders_are_not_sent() {
    if std::env::var_os(INSIDE).is_some() {
        return send();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("folder-canary");
    std::fs::create_dir(&home).expect("a folder");
    let output = Command::new(std::env::current_exe().expect("a path"))
        .args([
            "process::arguments_variables_and_folders_are_not_sent",
            "--exact",
            "--nocapture",
        ])
        // Another test to run, for all that the harness knows.
        .arg("argument-canary")
        .current_dir(&home)
        .env(INSIDE, "1")
        .env("SECRET", "variable-canary")
        .stdin(Stdio::null())
        .output()
        .expect("this program starts");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
}

fn send() {
    let server = Server::start(|_| Behaviour::ok());
    let (sink, _) = exporter(&server.url(), |otlp| otlp);
    let guard = builder().sink(sink).start();
    let work = || {
        let mut map: HashMap<u64, u64> = HashMap::new();
        map.extend((0..100_000).map(|i| (i, i)));
    };
    let thread = std::thread::Builder::new().name("thread-canary".to_owned());
    thread.spawn(work).expect("a thread").join().expect("no panic");
    let _ = maptrace_runtime::flush(Duration::from_secs(600));
    drop(guard);
    let mut sent = Vec::new();
    for request in server.requests() {
        sent.extend(request.head.into_bytes());
        sent.extend(request.body);
    }
    let has = |text: &str| sent.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("thread-canary") && has("service.name") && has("process.pid"));
    for canary in ["argument-canary", "variable-canary", "folder-canary"] {
        assert!(!has(canary), "{canary} is sent");
    }
}
