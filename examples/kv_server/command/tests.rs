use std::time::{Duration, Instant};

use crate::command::{Session, execute};
use crate::resp::{Parser, Replies};
use crate::state::{ClientId, State};

/// A server without a network, whose clock stands still until it is told.
struct Server {
    state: State,
    now: Instant,
    client: ClientId,
}

impl Server {
    fn new() -> Self {
        let mut state = State::new(6379);
        let client = state.connect(([127, 0, 0, 1], 50_000).into());
        let now = Instant::now();
        Self { state, now, client }
    }

    /// Runs one inline request and returns its reply as it would be sent.
    fn ask(&mut self, line: &str) -> String {
        let (mut parser, mut replies) = (Parser::new(), Replies::default());
        let input = format!("{line}\n");
        let request = parser.parse(input.as_bytes()).expect("valid").expect("complete");
        let (state, client, now) = (&mut self.state, self.client, self.now);
        execute(
            &mut Session {
                state,
                client,
                now,
                out: &mut replies,
                quit: false,
            },
            &request,
        );
        String::from_utf8(replies.as_bytes().to_vec()).expect("text")
    }

    #[track_caller]
    fn check(&mut self, script: &[(&str, &str)]) {
        for (line, reply) in script {
            assert_eq!(self.ask(line), format!("{reply}\r\n"), "{line}");
        }
    }
}

#[test]
fn set_and_its_options() {
    Server::new().check(&[
        ("GET k", "$-1"),
        ("set k v", "+OK"),
        ("GET k", "$1\r\nv"),
        ("SET k w NX", "$-1"),
        ("SET k w XX", "+OK"),
        ("SET k x GET", "$1\r\nw"),
        ("SET k y NX GET", "$1\r\nx"),
        ("GET k", "$1\r\nx"),
        ("SET new y GET", "$-1"),
        ("SET other y XX", "$-1"),
        ("EXISTS other", ":0"),
        ("SET k v EX 100", "+OK"),
        ("TTL k", ":100"),
        ("SET k v KEEPTTL", "+OK"),
        ("TTL k", ":100"),
        ("SET k v PX 1500", "+OK"),
        ("PTTL k", ":1500"),
        ("SET k v", "+OK"),
        ("TTL k", ":-1"),
        ("SET k v EX", "-ERR syntax error"),
        ("SET k v EX 1 PX 1", "-ERR syntax error"),
        ("SET k v EX 1 KEEPTTL", "-ERR syntax error"),
        ("SET k v NX XX", "-ERR syntax error"),
        ("SET k v EX x", "-ERR value is not an integer or out of range"),
        ("SET k v EX 0", "-ERR invalid expire time in 'set' command"),
        (
            "SET k v EX 9223372036854775807",
            "-ERR invalid expire time in 'set' command",
        ),
    ]);
}

#[test]
fn keys_expire() {
    let mut server = Server::new();
    server.check(&[
        ("SET k v", "+OK"),
        ("EXPIRE k 10", ":1"),
        ("EXPIRE absent 10", ":0"),
        ("TTL k", ":10"),
        ("TTL absent", ":-2"),
        ("PERSIST k", ":1"),
        ("PERSIST k", ":0"),
        ("TTL k", ":-1"),
        ("PEXPIRE k 10000", ":1"),
        ("SET gone v", "+OK"),
        ("EXPIRE gone -1", ":1"),
        ("EXISTS gone k k", ":2"),
    ]);
    server.now += Duration::from_secs(10);
    server.check(&[
        ("GET k", "$-1"),
        ("TTL k", ":-2"),
        ("KEYS *", "*0"),
        ("DBSIZE", ":1"),
        ("SET k again NX", "+OK"),
        ("TTL k", ":-1"),
    ]);
}

#[test]
fn counters() {
    Server::new().check(&[
        ("INCR n", ":1"),
        ("INCRBY n 41", ":42"),
        ("DECR n", ":41"),
        ("DECRBY n 50", ":-9"),
        ("GET n", "$2\r\n-9"),
        ("INCRBY n 9223372036854775807", ":9223372036854775798"),
        ("INCRBY n 10", "-ERR increment or decrement would overflow"),
        ("DECRBY n -9223372036854775808", "-ERR decrement would overflow"),
        ("INCRBY n 1.5", "-ERR value is not an integer or out of range"),
        ("SET n one", "+OK"),
        ("INCR n", "-ERR value is not an integer or out of range"),
    ]);
}

#[test]
fn all_keys() {
    let mut server = Server::new();
    server.check(&[
        ("SCAN 0", "*2\r\n$1\r\n0\r\n*0"),
        ("SET user:1 a", "+OK"),
        ("SET other b", "+OK"),
        ("KEYS user:*", "*1\r\n$6\r\nuser:1"),
        ("SCAN 0 MATCH o* COUNT 100", "*2\r\n$1\r\n0\r\n*1\r\n$5\r\nother"),
        ("SCAN x", "-ERR invalid cursor"),
        ("SCAN 0 COUNT 0", "-ERR syntax error"),
        ("SCAN 0 MATCH", "-ERR syntax error"),
        ("DEL user:1 user:1 absent other", ":2"),
        ("DBSIZE", ":0"),
        ("SET k v", "+OK"),
        ("FLUSHDB ASYNC", "+OK"),
        ("DBSIZE", ":0"),
        ("FLUSHALL NOW", "-ERR syntax error"),
    ]);
}

#[test]
fn what_clients_ask_about_the_server() {
    let mut server = Server::new();
    server.check(&[
        ("PING", "+PONG"),
        ("PING hi", "$2\r\nhi"),
        ("ECHO hi", "$2\r\nhi"),
        ("SELECT 0", "+OK"),
        ("SELECT 1", "-ERR DB index is out of range"),
        ("HELLO 3", "-NOPROTO unsupported protocol version"),
        ("COMMAND DOCS", "*0"),
        ("CONFIG GET save", "*2\r\n$4\r\nsave\r\n$0\r\n"),
        ("CONFIG GET maxmemory", "*0"),
        ("CLIENT SETNAME me", "+OK"),
        ("CLIENT GETNAME", "$2\r\nme"),
        (
            "CLIENT SETNAME 'a b'",
            "-ERR Client names cannot contain spaces, newlines or special characters.",
        ),
        ("CLIENT ID", ":1"),
        ("QUIT", "+OK"),
    ]);
    assert!(server.ask("CLIENT LIST").contains("id=1 addr=127.0.0.1:50000 name=me "));
    assert!(server.ask("HELLO 2").starts_with("*10\r\n$6\r\nserver\r\n"));
    server.ask("SET k v EX 5");
    assert!(
        server
            .ask("INFO")
            .contains("\r\n# Keyspace\r\ndb0:keys=1,expires=1,avg_ttl=0\r\n")
    );
    assert!(!server.ask("INFO clients").contains("Keyspace"));
}

#[test]
fn refusals_in_redis_words() {
    Server::new().check(&[
        ("GET", "-ERR wrong number of arguments for 'get' command"),
        ("GET a b", "-ERR wrong number of arguments for 'get' command"),
        ("SET k", "-ERR wrong number of arguments for 'set' command"),
        ("PING a b", "-ERR wrong number of arguments for 'ping' command"),
        (
            "LPUSH k v",
            "-ERR unknown command 'LPUSH', with args beginning with: 'k' 'v' ",
        ),
        (
            r#""x\r\n+OK""#,
            "-ERR unknown command 'x  +OK', with args beginning with: ",
        ),
        (
            "CLIENT KILL x",
            "-ERR unknown subcommand or wrong number of arguments for 'KILL'. Try CLIENT HELP.",
        ),
    ]);
}
