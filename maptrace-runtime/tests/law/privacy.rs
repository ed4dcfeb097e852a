//! Nothing that is in a map leaves the process, by any way there is out of it.

use std::fs;
use std::hash::BuildHasher;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use maptrace_runtime::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use maptrace_runtime::{Episode, PutAll, Report, Sink, Snapshot, builder, flush, guard, local_addr, report, snapshot};

use crate::alone::{alone, scale};
use crate::canaries::{Canaries, Random};

const SEED: u64 = 13;
const LONG: Duration = Duration::from_secs(600);

/// Tells all that a sink of the host's is told.
struct Tells(Sender<String>);

impl Sink for Tells {
    fn episode(&mut self, episode: &Episode) -> bool {
        self.0.send(format!("{episode:?}")).is_ok()
    }

    fn snapshot(&mut self, snapshot: &Arc<Snapshot>) {
        let _ = self.0.send(format!("{snapshot:?}"));
    }

    #[cfg(feature = "notices")]
    fn notice(&mut self, notice: &maptrace_runtime::Notice) {
        let _ = self.0.send(format!("{notice:?}"));
    }
}

#[derive(Default)]
struct Maps {
    texts: HashMap<String, String>,
    numbers: BTreeMap<u64, u64>,
    set: HashSet<u64>,
    sorted: BTreeSet<String>,
}

/// Fills the maps with canaries, each way that a map is filled.
fn fill(maps: &mut Maps, canaries: &mut Canaries, count: u32) {
    let mut random = Random::new(SEED);
    for number in 0..count / 6 {
        let (key, value) = (random.text(), random.text());
        canaries.text(&key);
        canaries.text(&value);
        canaries.number(maps.texts.hasher().hash_one(&key));
        match number % 4 {
            0 => drop(maps.texts.insert(key, value)),
            1 => *maps.texts.entry(key).or_default() = value,
            2 => maps.texts.extend([(key, value)]),
            _ => drop(maps.texts.put_all([(key, value)])),
        }
        let (key, value) = (random.number(), random.number());
        canaries.number(key);
        canaries.number(value);
        maps.numbers.insert(key, value);
        let (key, text) = (random.number(), random.text());
        canaries.number(key);
        canaries.text(&text);
        canaries.number(maps.set.hasher().hash_one(key));
        maps.set.insert(key);
        maps.sorted.insert(text);
    }
    let mut again = Random::new(SEED);
    for _ in 0..count / 18 {
        maps.texts.remove(&again.text());
        let _ = again.text();
        maps.numbers.remove(&again.number());
        let _ = again.number();
        maps.set.remove(&again.number());
        maps.sorted.remove(&again.text());
    }
    maps.texts.shrink_to_fit();
    maps.set.shrink_to_fit();
    drop(maps.texts.clone());
}

fn get(path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(local_addr().expect("the page is served")).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}");
    answer
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let files = entries.filter(|path| path.is_file());
    files
        .map(|path| (path.display().to_string(), fs::read(&path).expect("a file")))
        .collect()
}

#[test]
fn nothing_of_a_map_is_in_any_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("text");
    let (dumps, recordings) = (format!("{path}/dumps"), format!("{path}/recordings"));
    let variables = [
        ("MAPTRACE_GUARD", dumps.as_str()),
        ("MAPTRACE_FLIGHT", &recordings),
        ("MAPTRACE_LISTEN", "127.0.0.1:0"),
        ("MAPTRACE_SLOW", "1us"),
        ("MAPTRACE_REPORT", "text"),
    ];
    let count = 20_000 * scale();
    let output = alone(module_path!(), "nothing_of_a_map_is_in_any_output", &variables, || {
        let (tell, told) = channel();
        let _guard = builder().sink(Tells(tell)).start();
        let (mut maps, mut canaries) = (Maps::default(), Canaries::new());
        fill(&mut maps, &mut canaries, count);
        let canaries = canaries.ready();
        assert!(flush(LONG).complete);
        let mut outputs: Vec<(String, Vec<u8>)> = ["/", "/metrics", "/maps.json"]
            .map(|path| (path.to_owned(), get(path)))
            .into();
        outputs.push(("the report".to_owned(), report().to_string().into_bytes()));
        outputs.push((
            "the report in JSON".to_owned(),
            Report::new(snapshot()).to_json().into_bytes(),
        ));
        guard::dump().expect("a dump");
        let panicked = std::thread::scope(|scope| {
            let panics = scope.spawn(|| {
                let _borrowed = maps.texts.iter_mut().next();
                assert_ne!(maps.numbers.len(), usize::MAX);
                panic!("with a map borrowed");
            });
            panics.join().is_err()
        });
        assert!(panicked);
        let sink = told.try_iter().collect::<Vec<_>>().join("\n");
        outputs.push(("a sink".to_owned(), sink.into_bytes()));
        let variable = |name: &str| std::env::var(name).expect("it is set");
        for folder in ["MAPTRACE_GUARD", "MAPTRACE_FLIGHT"] {
            let files = files(Path::new(&variable(folder)));
            assert!(!files.is_empty(), "{folder}");
            outputs.extend(files);
        }
        let bytes: usize = outputs.iter().map(|(_, output)| output.len()).sum();
        assert!(outputs.iter().all(|(_, output)| output.len() > 200));
        for (name, output) in &outputs {
            assert_eq!(canaries.find(output), None, "in {name}");
        }
        let names = outputs.len();
        println!(
            "measured: {} forms of {count} keys and values, none in {names} outputs of {bytes} bytes",
            canaries.len()
        );
    });
    // What the process has said, with its report at the end and of its panic. Hashes are by keys of the process's own.
    let Some(output) = output else { return };
    let mut canaries = Canaries::new();
    fill(&mut Maps::default(), &mut canaries, count);
    let canaries = canaries.ready();
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("live map"),
        "no report"
    );
    assert_eq!(canaries.find(&output.stderr), None);
    assert_eq!(canaries.find(&output.stdout), None);
}
