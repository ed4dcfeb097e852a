//! The commands: which there are, and how a request finds its own.

mod keys;
mod server;
mod strings;

use std::fmt::Write as _;
use std::time::Instant;

use crate::resp::{Replies, Request, parse_i64};
use crate::state::{ClientId, State};

/// What a command works on. Lives as long as the state is locked.
pub(crate) struct Session<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) client: ClientId,
    /// The time of every request in this batch.
    pub(crate) now: Instant,
    pub(crate) out: &'a mut Replies,
    /// Set by QUIT.
    pub(crate) quit: bool,
}

/// Why a command did nothing, in the words that Redis has for it.
pub(crate) struct Refusal(String);

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    fn syntax() -> Self {
        Self::new("ERR syntax error")
    }

    fn not_an_integer() -> Self {
        Self::new("ERR value is not an integer or out of range")
    }

    fn arity(name: &str) -> Self {
        Self::new(format!(
            "ERR wrong number of arguments for '{}' command",
            name.to_lowercase()
        ))
    }
}

/// Replies, or says why not; never both.
type Run = fn(&mut Session<'_>, &Request<'_>) -> Result<(), Refusal>;

struct Command {
    name: &'static str,
    /// Arguments, the name included; negative means at least as many.
    arity: i32,
    run: Run,
}

const fn command(name: &'static str, arity: i32, run: Run) -> Command {
    Command { name, arity, run }
}

/// The most used first, as they are searched in this order.
static COMMANDS: &[Command] = &[
    command("GET", 2, strings::get),
    command("SET", -3, strings::set),
    command("DEL", -2, keys::del),
    command("INCR", 2, strings::incr),
    command("EXISTS", -2, keys::exists),
    command("EXPIRE", 3, keys::expire),
    command("TTL", 2, keys::ttl),
    command("PING", -1, server::ping),
    command("DECR", 2, strings::decr),
    command("INCRBY", 3, strings::incr_by),
    command("DECRBY", 3, strings::decr_by),
    command("UNLINK", -2, keys::del),
    command("PEXPIRE", 3, keys::pexpire),
    command("PTTL", 2, keys::pttl),
    command("PERSIST", 2, keys::persist),
    command("KEYS", 2, keys::keys),
    command("SCAN", -2, keys::scan),
    command("DBSIZE", 1, keys::dbsize),
    command("FLUSHDB", -1, keys::flush),
    command("FLUSHALL", -1, keys::flush),
    command("ECHO", 2, server::echo),
    command("INFO", -1, server::info),
    command("COMMAND", -1, server::command),
    command("CONFIG", -2, server::config),
    command("CLIENT", -2, server::client),
    command("SELECT", 2, server::select),
    command("HELLO", -1, server::hello),
    command("QUIT", -1, server::quit),
];

/// Runs one request and writes exactly one reply for it.
pub(crate) fn execute(session: &mut Session<'_>, request: &Request<'_>) {
    let name = request.arg(0);
    let Some(command) = COMMANDS
        .iter()
        .find(|command| name.eq_ignore_ascii_case(command.name.as_bytes()))
    else {
        session.out.error(&unknown(request));
        return;
    };
    let _span = tracing::debug_span!(
        "command",
        otel.name = command.name,
        otel.kind = "server",
        db.operation.name = command.name,
        client = session.client.0,
    )
    .entered();
    let given = request.len();
    let least = command.arity.unsigned_abs() as usize;
    let result = if given < least || (command.arity > 0 && given > least) {
        Err(Refusal::arity(command.name))
    } else {
        (command.run)(session, request)
    };
    if let Err(Refusal(message)) = result {
        session.out.error(&message);
    }
}

fn unknown(request: &Request<'_>) -> String {
    /// As much of the request as Redis repeats.
    const SHOWN: usize = 128;
    let show = |bytes: &[u8], most: usize| String::from_utf8_lossy(&bytes[..bytes.len().min(most)]).into_owned();
    let mut args = String::new();
    for arg in request.args_from(1) {
        if args.len() >= SHOWN {
            break;
        }
        let _ = write!(args, "'{}' ", show(arg, SHOWN - args.len()));
    }
    format!(
        "ERR unknown command '{}', with args beginning with: {args}",
        show(request.arg(0), SHOWN)
    )
}

/// The integer at `index`.
fn integer(request: &Request<'_>, index: usize) -> Result<i64, Refusal> {
    parse_i64(request.arg(index)).ok_or_else(Refusal::not_an_integer)
}

fn is(arg: &[u8], word: &str) -> bool {
    arg.eq_ignore_ascii_case(word.as_bytes())
}

#[cfg(test)]
mod tests;
