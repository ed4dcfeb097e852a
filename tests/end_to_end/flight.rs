//! A server that is killed under load, and what its recording has.

use std::process::{Command, Stdio};

use maptrace_flight::{Ending, Map, Options, Recording, What};

use crate::kv::KvServer;
use crate::process::{Folder, eventually};

fn start(folder: &Folder) -> KvServer {
    KvServer::start_with(|command| {
        command.env("MAPTRACE_FLIGHT", folder.path());
    })
}

fn kill(server: KvServer) {
    // It is killed when it is dropped, and waited for.
    drop(server);
}

fn recording(folder: &Folder) -> Recording {
    let files = maptrace_flight::find(folder.path()).expect("the folder");
    assert_eq!(files.len(), 1, "{files:?}");
    maptrace_flight::read(&files[0], Options::default().last(100_000)).expect("a recording")
}

fn keyspace(recording: &Recording) -> &Map {
    recording
        .maps
        .iter()
        .find(|map| map.name == "keyspace")
        .expect("the keyspace")
}

#[test]
#[ignore = "needs what ci/setup.sh installs; run ci/e2e.sh"]
fn a_killed_server_leaves_each_assign_that_a_client_was_told_of() {
    let folder = Folder::new("flight");
    let server = start(&folder);
    let port = server.address.port().to_string();
    let run = |arguments: &[&str]| {
        crate::process::run(
            Command::new("redis-benchmark")
                .args(["-p", &port, "-q", "-P", "16"])
                .args(arguments),
        );
    };
    run(&["-t", "set", "-r", "20000", "-n", "200000"]);
    run(&["-r", "20000", "-n", "30000", "del", "key:__rand_int__"]);
    assert_eq!(server.redis_cli(&["set", "the last", "1"]), "OK");
    assert_eq!(server.redis_cli(&["del", "never there"]), "0");
    let size: u64 = server.redis_cli(&["dbsize"]).parse().expect("a number");
    kill(server);

    let recording = recording(&folder);
    assert_eq!(recording.process.ending, Ending::Killed);
    assert_eq!(recording.process.program, "kv_server");
    assert!(recording.damage.is_none(), "{:?}", recording.damage);
    let map = keyspace(&recording);
    // All was quiet: to the unit.
    assert_eq!(
        (map.totals.assigns(), map.totals.deletes(), map.entries),
        (200_001, 30_001, size)
    );
    assert!(
        map.file.ends_with("db.rs") && map.live == 1 && map.grows > 5 && map.pause_ns > 0,
        "{map:?}"
    );
    let mut last: Vec<_> = recording.threads.iter().flat_map(|thread| &thread.events).collect();
    last.retain(|event| event.site == Some(map.site));
    last.sort_by_key(|event| event.at);
    let newest = last.last().expect("operations").at;
    assert!(
        last.iter()
            .any(|event| event.at == newest && event.what == What::Delete { hit: false })
    );
}

#[test]
#[ignore = "needs what ci/setup.sh installs; run ci/e2e.sh"]
fn a_server_killed_under_load_lacks_no_more_than_it_had_in_hand() {
    let folder = Folder::new("flight-load");
    let mut server = start(&folder);
    let mut client = server.connect();
    let port = server.address.port().to_string();
    let mut load = Command::new("redis-benchmark")
        .args(["-p", &port, "-q", "-P", "16", "-t", "get", "-n", "100000000"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("redis-benchmark");
    let mut told = 0_u64;
    eventually("enough to be told of", || {
        let keys = (0..1_000).map(|i| vec!["set".to_owned(), format!("key {i}"), told.to_string()]);
        told += client
            .pipeline(keys)
            .iter()
            .filter(|reply| reply.as_str() == "+OK")
            .count() as u64;
        if told >= 100_000 {
            Ok(())
        } else {
            Err(format!("{told}"))
        }
    });
    assert!(server.process.has_ended().is_none());
    kill(server);
    let _ = load.kill();
    let _ = load.wait();

    let recording = recording(&folder);
    let map = keyspace(&recording);
    let assigns = map.totals.assigns();
    // Twice, at most, what the collector had in hand.
    let most = told
        + if recording.process.collector_was_busy {
            65_536
        } else {
            0
        };
    assert!((told..=most).contains(&assigns), "{assigns} of {told}");
    assert_eq!(map.entries, 1_000);
}
