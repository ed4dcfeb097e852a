//! Nothing that is in a map goes over OTLP, or into the spool.

use std::hash::BuildHasher as _;
use std::time::Duration;

use maptrace_runtime::builder;
use maptrace_runtime::collections::{BTreeMap, HashMap};

use crate::alone::{alone, scale};
use crate::canaries::{Canaries, Random};
use crate::exporter;
use crate::server::{Behaviour, Server};

const LONG: Duration = Duration::from_secs(600);

/// Maps with canaries in them, that grow, are cleared, shrunk, copied and dropped.
fn work(canaries: &mut Canaries, count: u32) {
    let mut random = Random::new(7);
    for maps in 0..4 {
        let (mut texts, mut numbers) = (HashMap::new(), BTreeMap::new());
        for _ in 0..count / 16 {
            let (key, value) = (random.text(), random.text());
            canaries.text(&key);
            canaries.text(&value);
            canaries.number(texts.hasher().hash_one(&key));
            texts.insert(key, value);
            let (key, value) = (random.number(), random.number());
            canaries.number(key);
            canaries.number(value);
            numbers.insert(key, value);
        }
        texts.retain(|key, _| key.as_bytes()[0] % 3 > 0);
        texts.shrink_to_fit();
        drop((texts.clone(), numbers.clone()));
        if maps % 2 == 0 {
            texts.clear();
            numbers.clear();
        }
    }
}

/// The bytes of all files below a folder.
#[cfg(feature = "spool")]
fn files(folder: &std::path::Path, into: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(std::fs::read(&path).expect("a file"));
        }
    }
}

#[test]
fn nothing_of_a_map_is_sent() {
    let count = 20_000 * scale();
    alone(
        module_path!(),
        "nothing_of_a_map_is_sent",
        &[("MAPTRACE_SLOW", "1us")],
        || {
            let server = Server::start(|_| Behaviour::ok());
            let (sink, health) = exporter(&server.url(), |otlp| otlp);
            #[cfg(feature = "spool")]
            let (spool, busy) = {
                let dir = tempfile::tempdir().expect("a folder");
                let busy = Server::start(|_| Behaviour::status("503 Busy", "Retry-After: 3600\r\n"));
                (dir, busy)
            };
            let all = builder().sink(sink);
            #[cfg(feature = "spool")]
            let all = all.sink(exporter(&busy.url(), |otlp| otlp.spool(spool.path(), 64 << 20)).0);
            let guard = all.start();
            let mut canaries = Canaries::new();
            work(&mut canaries, count);
            let canaries = canaries.ready();
            let _ = maptrace_runtime::flush(LONG);
            drop(guard);
            assert!(health.read().exported > 20, "{:?}", health.read());
            let mut outputs: Vec<Vec<u8>> = server
                .requests()
                .into_iter()
                .flat_map(|request| [request.head.into_bytes(), request.body])
                .collect();
            assert!(outputs.len() >= 4);
            #[cfg(feature = "spool")]
            {
                let before = outputs.len();
                files(spool.path(), &mut outputs);
                assert!(
                    outputs[before..].iter().any(|file| file.len() > 1_000),
                    "nothing was spooled"
                );
            }
            for output in &outputs {
                assert_eq!(canaries.find(output), None);
            }
            println!(
                "measured: {} forms of {count} keys and values, none in {} bytes of OTLP and spool",
                canaries.len(),
                outputs.iter().map(Vec::len).sum::<usize>()
            );
        },
    );
}
