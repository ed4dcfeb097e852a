//! `maptrace dump`, of a process that is this test itself, started again.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, WaitOptions};
use serde_json::Value;

/// The variable that says that this is the process to be recorded.
const ROLE: &str = "MAPTRACE_TEST_RECORDED";

/// Changes some maps and waits, if another test has started it for that.
#[test]
fn be_recorded() {
    use maptrace_runtime::collections::{BTreeMap, HashMap};

    if std::env::var_os(ROLE).is_none() {
        return;
    }
    let mut large = HashMap::new();
    for i in 0..5_000_u64 {
        large.insert(i, i);
    }
    for i in 0..20 {
        large.remove(&(i * 500));
    }
    let tree = BTreeMap::from([(1, "one")]);
    println!("\nnow it is recorded");
    let _ = std::io::stdin().read_line(&mut String::new());
    drop((large, tree));
}

/// A process that is recorded.
struct Recorded {
    child: Child,
    folder: tempfile::TempDir,
}

impl Recorded {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", "dump::be_recorded", "--nocapture"])
            .env(ROLE, "1")
            .env("MAPTRACE_FLIGHT", folder.path().join("flight"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        while !line.ends_with("now it is recorded\n") {
            line.clear();
            assert_ne!(said.read_line(&mut line).expect("text"), 0, "it has ended");
        }
        Self { child, folder }
    }

    /// Killed while the collector is at rest. At any other moment totals may be off, which a dump says
    /// ([`a_kill_while_counting_is_said`]), so the process is stopped first, and goes on if it is not such a moment.
    fn killed() -> Self {
        let mut recorded = Self::start();
        while recorded.stopped()["process"]["collector_was_busy"] == true {
            rustix::process::kill_process(recorded.pid(), Signal::CONT).expect("it is our child");
        }
        recorded.child.kill().expect("it is our child");
        recorded.child.wait().expect("it is our child");
        recorded
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// What a dump says of it when none of its threads runs.
    fn stopped(&self) -> Value {
        rustix::process::kill_process(self.pid(), Signal::STOP).expect("it is our child");
        rustix::process::waitpid(Some(self.pid()), WaitOptions::UNTRACED).expect("it is our child");
        serde_json::from_str(&self.dump(&["--json"])).expect("JSON")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn dump(&self, more: &[&str]) -> String {
        let output = dump(&self.path("flight"), more);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn dump(path: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_maptrace"))
        .arg("dump")
        .arg(path)
        .args(more)
        .output()
        .expect("maptrace starts")
}

/// Where the large map is made, as it is named.
fn is_large(map: &Value) -> bool {
    map["totals"]["assigns_new"] == 5_000
}

#[test]
fn people_see_maps_and_last_operations() {
    let recorded = Recorded::killed();
    let said = recorded.dump(&["--last", "12"]);
    assert!(said.starts_with("maptrace: program-"), "{said}");
    assert!(said.contains("was killed or aborted after "), "{said}");
    let line = said.lines().find(|line| line.contains("HashMap")).expect("the map");
    for cell in ["4.99k", "7.17k", "5k", "20", "50 %", "tests/program/dump.rs:"] {
        assert!(line.contains(cell), "{line} lacks {cell}");
    }
    assert!(
        said.contains("BTreeMap") && said.contains("its last 12 events"),
        "{said}"
    );
    assert!(said.contains("delete miss"), "{said}");
    assert!(!said.contains("! "), "nothing is lost: {said}");
}

#[test]
fn a_kill_while_counting_is_said() {
    /// Where a recording says that the collector is busy (docs/flight-format.md).
    const BUSY: u64 = 512 + 24;
    let recorded = Recorded::killed();
    let folder = std::fs::read_dir(recorded.path("flight")).expect("the folder");
    let file = folder
        .map(|it| it.expect("a file").path())
        .next()
        .expect("the recording");
    let file = std::fs::File::options().write(true).open(file).expect("the recording");
    file.write_all_at(&1_u64.to_le_bytes(), BUSY).expect("it is ours");
    let said = recorded.dump(&[]);
    assert!(
        said.contains("! it was killed while maptrace was counting: totals may be off"),
        "{said}"
    );
}

#[test]
fn programs_get_json() {
    let recorded = Recorded::killed();
    let document: Value = serde_json::from_str(&recorded.dump(&["--json", "--last", "100000"])).expect("JSON");
    assert_eq!(document["process"]["ending"], "killed");
    assert_eq!(document["format"], 1);
    let maps = document["maps"].as_array().expect("maps");
    let large = maps.iter().find(|map| is_large(map)).expect("the map");
    assert_eq!(
        (large["entries"].as_u64(), large["capacity"].as_u64()),
        (Some(4_990), Some(7_168))
    );
    assert_eq!(large["totals"]["deletes_hit"], 10);
    let threads = document["threads"].as_array().expect("threads");
    let events = threads
        .iter()
        .flat_map(|thread| thread["events"].as_array().expect("events"));
    let mine: Vec<&Value> = events.filter(|event| event["site"] == large["site"]).collect();
    let of = |what: &str, result: &str| {
        mine.iter()
            .filter(|it| it["what"] == what && it["result"] == result)
            .count()
    };
    assert_eq!((of("delete", "hit"), of("delete", "miss")), (10, 10));
    assert!(of("assign", "new") > 4_000);
    assert!(
        mine.iter()
            .all(|event| event["map"] == large["name"] && event["at"].as_str().is_some_and(|at| at.ends_with('Z')))
    );
}

#[test]
fn one_map_can_be_asked_for() {
    let recorded = Recorded::killed();
    let document: Value = serde_json::from_str(&recorded.dump(&["--json"])).expect("JSON");
    let large = document["maps"]
        .as_array()
        .expect("maps")
        .iter()
        .find(|map| is_large(map))
        .expect("the map");
    let said = recorded.dump(&["--map", large["name"].as_str().expect("a name"), "--last", "3"]);
    assert!(said.contains("its last 3 events"), "{said}");
    let output = dump(&recorded.path("flight"), &["--map", "nothing"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && error.contains("there is no map \"nothing\""),
        "{error}"
    );
}

#[test]
fn a_running_process_is_followed_to_its_end() {
    let mut recorded = Recorded::start();
    assert!(recorded.dump(&[]).contains(" is running, "));
    let mut follower = Command::new(env!("CARGO_BIN_EXE_maptrace"))
        .arg("dump")
        .arg(recorded.path("flight"))
        .arg("--follow")
        .stdout(Stdio::piped())
        .spawn()
        .expect("maptrace starts");
    let mut said = BufReader::new(follower.stdout.take().expect("piped")).lines();
    let mut hear = |part: &str| loop {
        let line = said.next().expect("more").expect("text");
        if line.contains(part) {
            break line;
        }
    };
    hear(" is running, ");
    // Both maps are dropped.
    drop(recorded.child.stdin.take());
    hear("free");
    hear("ended by itself after ");
    assert!(follower.wait().expect("it is our child").success());
}

#[test]
fn what_is_no_recording_is_refused_with_the_cure() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = dump(folder.path(), &[]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && error.contains("there is no recording in ") && error.contains("MAPTRACE_FLIGHT="),
        "{error}"
    );
    let file = folder.path().join("notes.flight");
    std::fs::write(&file, "notes").unwrap();
    let output = dump(&file, &[]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && error.contains("it is no recording of maptrace"),
        "{error}"
    );
}

#[test]
fn the_trace_for_perfetto_is_what_its_format_asks_for() {
    let recorded = Recorded::killed();
    let file = recorded.path("trace.json");
    recorded.dump(&["--perfetto", file.to_str().expect("text")]);
    let trace: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).expect("JSON");
    let events = trace["traceEvents"].as_array().expect("events");
    assert!(events.len() > 5_000);
    for event in events {
        let phase = event["ph"].as_str().expect("a phase");
        assert!(event["name"].is_string() && event["pid"].is_u64(), "{event}");
        match phase {
            "M" => assert!(event["args"]["name"].is_string(), "{event}"),
            "C" => assert!(event["ts"].is_f64(), "{event}"),
            "i" => assert!(
                event["ts"].is_f64() && event["tid"].is_u64() && event["s"] == "t",
                "{event}"
            ),
            "X" => assert!(
                event["ts"].is_f64() && event["tid"].is_u64() && event["dur"].is_f64(),
                "{event}"
            ),
            _ => panic!("{event}"),
        }
    }
    assert!(
        events
            .iter()
            .any(|event| event["ph"] == "X" && event["args"]["what"].as_str().is_some_and(|it| it.contains("grow")))
    );
}

/// Runs a foreign program to its end and returns what it says.
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; ci/setup.sh installs it"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

#[test]
#[ignore = "needs babeltrace2, which ci/setup.sh installs; run ci/e2e.sh"]
fn babeltrace2_reads_the_trace() {
    let recorded = Recorded::killed();
    let folder = recorded.path("ctf");
    let folder = folder.to_str().expect("text");
    recorded.dump(&["--ctf", folder]);
    let said = run(Command::new("babeltrace2").args([folder, "--clock-gmt", "--clock-date"]));
    let deletes = |hit: &str| {
        said.lines()
            .filter(|line| line.contains("map:delete:") && line.contains(hit))
            .count()
    };
    assert_eq!((deletes("hit = 1"), deletes("hit = 0")), (10, 10));
    assert!(said.lines().filter(|line| line.contains("map:assign:")).count() > 4_000);
    assert!(
        said.lines()
            .any(|line| line.contains("map:episode:") && line.contains("what = \"grow\""))
    );
    // The same events at the same times as JSON has them.
    let document: Value = serde_json::from_str(&recorded.dump(&["--json", "--last", "1"])).expect("JSON");
    let threads = document["threads"].as_array().expect("threads").iter();
    let last = threads
        .filter_map(|thread| thread["events"][0]["at"].as_str())
        .max()
        .expect("an event");
    let time = last.replace('T', " ").trim_end_matches('Z').to_owned();
    assert!(
        said.lines().last().is_some_and(|line| line.contains(&time)),
        "{time} in {:?}",
        said.lines().last()
    );
}

#[test]
#[ignore = "needs Go, which ci/setup.sh installs; run ci/e2e.sh"]
fn pprof_reads_the_profile() {
    let recorded = Recorded::killed();
    let file = recorded.path("maps.pprof");
    recorded.dump(&["--pprof", file.to_str().expect("text")]);
    let document: Value = serde_json::from_str(&recorded.dump(&["--json"])).expect("JSON");
    let large = document["maps"]
        .as_array()
        .expect("maps")
        .iter()
        .find(|map| is_large(map))
        .expect("the map");
    let go = std::env::var("MAPTRACE_TEST_GO").unwrap_or_else(|_| "go".to_owned());
    let top = |sample: &str, unit: &str| {
        let sample = format!("-sample_index={sample}");
        let unit = format!("-unit={unit}");
        run(Command::new(&go)
            .args(["tool", "pprof", "-top", "-nodecount=20", &sample, &unit])
            .arg(&file))
    };
    let name = format!("{} (HashMap int_int)", large["name"].as_str().expect("a name"));
    let held = top("held", "B");
    let line = held
        .lines()
        .find(|line| line.contains(&name))
        .unwrap_or_else(|| panic!("{name} in {held}"));
    let flat = line.split_whitespace().next().expect("bytes").trim_end_matches('B');
    assert_eq!(flat, large["held_bytes"].to_string(), "{held}");
    let pauses = top("pause", "ns");
    assert!(pauses.lines().any(|line| line.contains(&name)), "{pauses}");
    let assigns = top("assigns", "count");
    assert!(
        assigns
            .lines()
            .any(|line| line.contains(&name) && line.contains("5000")),
        "{assigns}"
    );
    let raw = run(Command::new(&go).args(["tool", "pprof", "-raw"]).arg(&file));
    assert!(raw.contains("held/bytes") && raw.contains("pause/nanoseconds"), "{raw}");
}
