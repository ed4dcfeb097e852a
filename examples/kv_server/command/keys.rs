//! Commands on keys, one or all.

use std::time::{Duration, Instant};

use super::{Refusal, Session, integer, is};
use crate::glob;
use crate::resp::{Request, parse_i64};

pub(super) fn del(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let (db, now) = (&mut session.state.db, session.now);
    let deleted = request.args_from(1).filter(|key| db.delete(key, now)).count();
    session.out.count(deleted);
    Ok(())
}

pub(super) fn exists(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let (db, now) = (&session.state.db, session.now);
    session
        .out
        .count(request.args_from(1).filter(|key| db.get(key, now).is_some()).count());
    Ok(())
}

pub(super) fn expire(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    expire_in(session, request, "expire", 1_000)
}

pub(super) fn pexpire(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    expire_in(session, request, "pexpire", 1)
}

fn expire_in(session: &mut Session<'_>, request: &Request<'_>, command: &str, unit: i64) -> Result<(), Refusal> {
    let (key, now) = (request.arg(1), session.now);
    let invalid = || Refusal::new(format!("ERR invalid expire time in '{command}' command"));
    let millis = integer(request, 2)?.checked_mul(unit).ok_or_else(invalid)?;
    let db = &mut session.state.db;
    // A time that has passed deletes the key.
    let done = match u64::try_from(millis) {
        Ok(millis) if millis > 0 => {
            let at = now.checked_add(Duration::from_millis(millis)).ok_or_else(invalid)?;
            db.set_expiry(key, Some(at), now)
        }
        _ => db.delete(key, now),
    };
    session.out.integer(done.into());
    Ok(())
}

pub(super) fn ttl(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    // Rounded, as in Redis, so that TTL right after EXPIRE is what was asked for.
    time_left(session, request, |left| left.as_millis().saturating_add(500) / 1_000)
}

pub(super) fn pttl(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    time_left(session, request, |left| left.as_millis())
}

fn time_left(
    session: &mut Session<'_>,
    request: &Request<'_>,
    in_unit: impl Fn(Duration) -> u128,
) -> Result<(), Refusal> {
    let left = |at: Instant| i64::try_from(in_unit(at - session.now)).unwrap_or(i64::MAX);
    let reply = match session.state.db.get(request.arg(1), session.now) {
        Some(entry) => entry.expires.map_or(-1, left),
        None => -2,
    };
    session.out.integer(reply);
    Ok(())
}

pub(super) fn persist(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let (db, key, now) = (&mut session.state.db, request.arg(1), session.now);
    let expires = db.get(key, now).is_some_and(|entry| entry.expires.is_some());
    session.out.integer((expires && db.set_expiry(key, None, now)).into());
    Ok(())
}

pub(super) fn keys(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let pattern = request.arg(1);
    let found: Vec<&[u8]> = session
        .state
        .db
        .keys(session.now)
        .filter(|key| glob::matches(pattern, key))
        .collect();
    session.out.array(found.len());
    found.iter().for_each(|key| session.out.bulk(key));
    Ok(())
}

pub(super) fn scan(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let cursor = str::from_utf8(request.arg(1))
        .ok()
        .and_then(|cursor| cursor.parse().ok())
        .ok_or_else(|| Refusal::new("ERR invalid cursor"))?;
    let (mut pattern, mut count) = (None, 10);
    for option in (2..request.len()).step_by(2) {
        if option + 1 == request.len() {
            return Err(Refusal::syntax());
        }
        let (word, value) = (request.arg(option), request.arg(option + 1));
        if is(word, "MATCH") {
            pattern = Some(value);
        } else if is(word, "COUNT") {
            let given = parse_i64(value).ok_or_else(Refusal::not_an_integer)?;
            count = usize::try_from(given)
                .ok()
                .filter(|&count| count > 0)
                .ok_or_else(Refusal::syntax)?;
        } else {
            return Err(Refusal::syntax());
        }
    }
    let (next, mut found) = session.state.db.scan(cursor, count, session.now);
    if let Some(pattern) = pattern {
        found.retain(|key| glob::matches(pattern, key));
    }
    session.out.array(2);
    session.out.bulk(next.to_string());
    session.out.array(found.len());
    found.iter().for_each(|key| session.out.bulk(key));
    Ok(())
}

pub(super) fn dbsize(session: &mut Session<'_>, _request: &Request<'_>) -> Result<(), Refusal> {
    session.out.count(session.state.db.len());
    Ok(())
}

pub(super) fn flush(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    // ASYNC and SYNC are the same here: nothing is freed behind the client's back.
    if request.args_from(1).all(|word| is(word, "ASYNC") || is(word, "SYNC")) {
        session.state.db.clear();
        session.out.simple("OK");
        Ok(())
    } else {
        Err(Refusal::syntax())
    }
}
