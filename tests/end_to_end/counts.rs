//! The counts of a served map, to the unit.

use std::process::Command;

use crate::kv::KvServer;
use crate::process::run;

#[test]
#[ignore = "needs redis-cli; ci/e2e.sh runs it"]
fn an_exact_script_is_counted_exactly() {
    const NEW: usize = 20_000;
    const REPLACED: usize = 7_000;
    const HIT: usize = 3_000;
    const MISSED: usize = 1_234;

    let server = KvServer::start();
    let mut client = server.connect();
    let set = |n: usize| vec!["SET".to_owned(), format!("key:{n}"), format!("value {n}")];
    let del = |n: usize| vec!["DEL".to_owned(), format!("key:{n}")];
    assert!(client.pipeline((0..NEW).map(set)).iter().all(|reply| reply == "+OK"));
    assert!(
        client
            .pipeline((0..REPLACED).map(set))
            .iter()
            .all(|reply| reply == "+OK")
    );
    assert!(client.pipeline((0..HIT).map(del)).iter().all(|reply| reply == ":1"));
    assert!(
        client
            .pipeline((NEW..NEW + MISSED).map(del))
            .iter()
            .all(|reply| reply == ":0")
    );
    // Reads, and what else does not change the keyspace, leave no trace in its counts.
    assert_eq!(client.ask(&["GET", "key:19999"]), "value 19999");
    assert_eq!(client.ask(&["EXISTS", "key:0", "key:4000"]), ":1");
    assert_eq!(client.ask(&["EXPIRE", "key:4000", "1000"]), ":1");
    // And by hand, as a user would: one new, one replaced, one deleted, one missed.
    assert_eq!(server.redis_cli(&["SET", "by hand", "1", "EX", "1000"]), "OK");
    assert_eq!(server.redis_cli(&["SET", "by hand", "2"]), "OK");
    assert_eq!(server.redis_cli(&["DEL", "by hand"]), "1");
    assert_eq!(server.redis_cli(&["DEL", "by hand"]), "0");

    let keyspace = |name: &str, result: &str| server.metric(name, &[("map", "keyspace"), ("result", result)]) as usize;
    assert_eq!(keyspace("map_assign_total", "new"), NEW + 1);
    assert_eq!(keyspace("map_assign_total", "replaced"), REPLACED + 1);
    assert_eq!(keyspace("map_delete_total", "hit"), HIT + 1);
    assert_eq!(keyspace("map_delete_total", "miss"), MISSED + 1);
    let expiries = |name: &str, result: &str| server.metric(name, &[("map", "expiries"), ("result", result)]);
    assert_eq!(
        (expiries("map_assign_total", "new"), expiries("map_delete_total", "hit")),
        (2, 1)
    );

    let size = server.redis_cli(&["DBSIZE"]);
    assert_eq!(size, (NEW - HIT).to_string());
    assert_eq!(server.metric("map_entries", &[("map", "keyspace")]).to_string(), size);

    assert_eq!(server.redis_cli(&["FLUSHDB"]), "OK");
    assert_eq!(server.metric("map_entries", &[("map", "keyspace")]), 0);
    assert_eq!(
        server
            .metric("map_cleared_entries_total", &[("map", "keyspace")])
            .to_string(),
        size
    );

    let report = server.process.interrupt();
    for map in ["keyspace", "expiries", "clients"] {
        assert!(
            report.lines().any(|line| line.starts_with(map)),
            "no line on {map} in:\n{report}"
        );
    }
}

#[test]
#[ignore = "needs redis-benchmark; ci/e2e.sh runs it"]
fn redis_benchmark_is_served_and_every_operation_of_it_counted() {
    const REQUESTS: u64 = 200_000;

    let server = KvServer::start();
    let port = server.address.port().to_string();
    let requests = REQUESTS.to_string();
    let common = ["-p", &port, "-r", "100000", "-n", &requests, "-P", "16", "--csv"];
    println!(
        "{}",
        run(Command::new("redis-benchmark").args(common).args(["-t", "set,get,del"]))
    );
    println!(
        "{}",
        run(Command::new("redis-benchmark")
            .args(common)
            .args(["DEL", "key:__rand_int__"]))
    );

    let keyspace = |name: &str, result: &str| server.metric(name, &[("map", "keyspace"), ("result", result)]);
    let (new, replaced) = (
        keyspace("map_assign_total", "new"),
        keyspace("map_assign_total", "replaced"),
    );
    let (hit, missed) = (
        keyspace("map_delete_total", "hit"),
        keyspace("map_delete_total", "miss"),
    );
    assert_eq!(new + replaced, REQUESTS, "{new} + {replaced}");
    assert_eq!(hit + missed, REQUESTS, "{hit} + {missed}");
    assert_eq!((new - hit).to_string(), server.redis_cli(&["DBSIZE"]));
    server.process.interrupt();
}
