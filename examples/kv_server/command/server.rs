//! Commands about the connection and the server, answered as far as clients, redis-cli and redis-benchmark need.

use std::fmt::Write as _;

use super::{COMMANDS, Refusal, Session, is};
use crate::resp::Request;
use crate::state::{ClientId, ClientInfo};

pub(super) fn ping(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    match request.len() {
        1 => session.out.simple("PONG"),
        2 => session.out.bulk(request.arg(1)),
        _ => return Err(Refusal::arity("ping")),
    }
    Ok(())
}

pub(super) fn echo(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    session.out.bulk(request.arg(1));
    Ok(())
}

pub(super) fn quit(session: &mut Session<'_>, _request: &Request<'_>) -> Result<(), Refusal> {
    session.quit = true;
    session.out.simple("OK");
    Ok(())
}

pub(super) fn select(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    match super::integer(request, 1)? {
        0 => session.out.simple("OK"),
        _ => return Err(Refusal::new("ERR DB index is out of range")),
    }
    Ok(())
}

pub(super) fn hello(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    if request.len() > 1 && request.arg(1) != b"2" {
        return Err(Refusal::new("NOPROTO unsupported protocol version"));
    }
    if request.len() > 2 {
        // There are no users to authenticate.
        return Err(Refusal::syntax());
    }
    let out = &mut *session.out;
    out.array(10);
    for (key, value) in [
        ("server", "kv_server"),
        ("version", env!("CARGO_PKG_VERSION")),
        ("mode", "standalone"),
    ] {
        out.bulk(key);
        out.bulk(value);
    }
    out.bulk("proto");
    out.integer(2);
    out.bulk("id");
    out.integer(session.client.0 as i64);
    Ok(())
}

/// redis-cli asks for documentation and goes on without it.
pub(super) fn command(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    match request.args_from(1).next() {
        Some(word) if is(word, "COUNT") => session.out.count(COMMANDS.len()),
        Some(word) if is(word, "LIST") => {
            session.out.array(COMMANDS.len());
            COMMANDS
                .iter()
                .for_each(|command| session.out.bulk(command.name.to_lowercase()));
        }
        _ => session.out.array(0),
    }
    Ok(())
}

/// redis-benchmark asks whether anything is written to disk. Nothing is.
pub(super) fn config(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    if !is(request.arg(1), "GET") {
        return Err(unknown_subcommand(request));
    }
    if request.len() < 3 {
        return Err(Refusal::arity("config|get"));
    }
    let known = [("save", ""), ("appendonly", "no")];
    let asked = |(name, _): &&(&str, &str)| {
        request
            .args_from(2)
            .any(|pattern| crate::glob::matches(&pattern.to_ascii_lowercase(), name.as_bytes()))
    };
    let found: Vec<_> = known.iter().filter(asked).collect();
    session.out.array(found.len() * 2);
    for (name, value) in found {
        session.out.bulk(name);
        session.out.bulk(value);
    }
    Ok(())
}

pub(super) fn client(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let word = request.arg(1);
    let id = session.client;
    match request.len() {
        2 if is(word, "ID") => session.out.integer(id.0 as i64),
        2 if is(word, "GETNAME") => match session.state.clients.get(&id) {
            Some(info) if !info.name.is_empty() => session.out.bulk(&info.name),
            _ => session.out.null(),
        },
        2 if is(word, "INFO") => {
            let line = session.state.clients.get(&id).map(|info| describe(session, id, info));
            session.out.bulk(line.unwrap_or_default());
        }
        2 if is(word, "LIST") => {
            let mut clients: Vec<_> = session.state.clients.iter().collect();
            clients.sort_unstable_by_key(|(id, _)| **id);
            let lines: String = clients
                .into_iter()
                .map(|(id, info)| describe(session, *id, info))
                .collect();
            session.out.bulk(lines);
        }
        3 if is(word, "SETNAME") => {
            let name = str::from_utf8(request.arg(2))
                .ok()
                .filter(|name| name.bytes().all(|b| b.is_ascii_graphic()));
            let name = name.ok_or_else(|| {
                Refusal::new("ERR Client names cannot contain spaces, newlines or special characters.")
            })?;
            if let Some(info) = session.state.clients.get_mut(&id) {
                name.clone_into(&mut info.name);
            }
            session.out.simple("OK");
        }
        // Client libraries introduce themselves with it, and go on whatever the answer.
        4 if is(word, "SETINFO") => session.out.simple("OK"),
        _ => return Err(unknown_subcommand(request)),
    }
    Ok(())
}

fn describe(session: &Session<'_>, id: ClientId, info: &ClientInfo) -> String {
    format!(
        "id={} addr={} name={} age={} idle={} db=0\n",
        id.0,
        info.address,
        info.name,
        (session.now - info.connected).as_secs(),
        (session.now - info.active).as_secs(),
    )
}

fn unknown_subcommand(request: &Request<'_>) -> Refusal {
    let (command, word) = (request.arg(0), request.arg(1));
    Refusal::new(format!(
        "ERR unknown subcommand or wrong number of arguments for '{}'. Try {} HELP.",
        String::from_utf8_lossy(&word[..word.len().min(128)]),
        String::from_utf8_lossy(command).to_uppercase(),
    ))
}

pub(super) fn info(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let state = &*session.state;
    let sections = [
        (
            "Server",
            format!(
                "server_name:kv_server\r\nredis_mode:standalone\r\nprocess_id:{}\r\ntcp_port:{}\r\nuptime_in_seconds:{}\r\n",
                std::process::id(),
                state.port,
                (session.now - state.started).as_secs(),
            ),
        ),
        ("Clients", format!("connected_clients:{}\r\n", state.clients.len())),
        (
            "Stats",
            format!(
                "total_connections_received:{}\r\ntotal_commands_processed:{}\r\nexpired_keys:{}\r\nkeyspace_hits:{}\r\nkeyspace_misses:{}\r\n",
                state.stats.connections,
                state.stats.commands,
                state.db.expired(),
                state.stats.hits,
                state.stats.misses,
            ),
        ),
        (
            "Keyspace",
            match state.db.len() {
                0 => String::new(),
                keys => format!("db0:keys={keys},expires={},avg_ttl=0\r\n", state.db.expiring()),
            },
        ),
    ];
    let all = request.len() == 1
        || request
            .args_from(1)
            .any(|word| ["all", "default", "everything"].iter().any(|all| is(word, all)));
    let mut text = String::new();
    for (title, lines) in sections {
        if all || request.args_from(1).any(|word| is(word, title)) {
            let gap = if text.is_empty() { "" } else { "\r\n" };
            let _ = write!(text, "{gap}# {title}\r\n{lines}");
        }
    }
    session.out.bulk(text);
    Ok(())
}
