//! Commands on the value of one key.

use std::time::{Duration, Instant};

use super::{Refusal, Session, integer, is};
use crate::db::IncrError;
use crate::resp::Request;
use crate::state::State;

pub(super) fn get(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let State { db, stats, .. } = session.state;
    match db.get(request.arg(1), session.now) {
        Some(entry) => {
            stats.hits += 1;
            session.out.bulk(&entry.value);
        }
        None => {
            stats.misses += 1;
            session.out.null();
        }
    }
    Ok(())
}

/// What stands behind `SET key value`.
#[derive(Default)]
struct SetOptions {
    /// `NX` is `Some(false)`, `XX` is `Some(true)`: what the key must be, there or not.
    must_exist: Option<bool>,
    expires: Option<Instant>,
    keep_ttl: bool,
    /// Reply with the old value.
    get: bool,
}

impl SetOptions {
    fn parse(session: &Session<'_>, request: &Request<'_>) -> Result<Self, Refusal> {
        let mut options = Self::default();
        let mut index = 3;
        while index < request.len() {
            let word = request.arg(index);
            let unit = match word {
                _ if is(word, "EX") => Some(1_000),
                _ if is(word, "PX") => Some(1),
                _ => None,
            };
            let expiry_given = options.expires.is_some() || options.keep_ttl;
            match unit {
                Some(unit) if !expiry_given && index + 1 < request.len() => {
                    index += 1;
                    options.expires = Some(expiry("set", session.now, integer(request, index)?, unit)?);
                }
                None if is(word, "NX") && options.must_exist != Some(true) => options.must_exist = Some(false),
                None if is(word, "XX") && options.must_exist != Some(false) => options.must_exist = Some(true),
                None if is(word, "KEEPTTL") && options.expires.is_none() => options.keep_ttl = true,
                None if is(word, "GET") => options.get = true,
                _ => return Err(Refusal::syntax()),
            }
            index += 1;
        }
        Ok(options)
    }

    /// Whether the old entry matters at all.
    fn needs_old(&self) -> bool {
        self.must_exist.is_some() || self.keep_ttl || self.get
    }
}

pub(super) fn set(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let (key, value) = (request.arg(1), request.arg(2));
    if request.len() == 3 {
        session.state.db.set(key, value, None);
        session.out.simple("OK");
        return Ok(());
    }
    let options = SetOptions::parse(session, request)?;
    let db = &mut session.state.db;
    let mut expires = options.expires;
    let mut allowed = true;
    if options.needs_old() {
        let old = db.get(key, session.now);
        allowed = options.must_exist.is_none_or(|must| must == old.is_some());
        if options.keep_ttl {
            expires = old.and_then(|entry| entry.expires);
        }
        // With GET the reply is the old value, whether the new one is set or not.
        match (options.get, old) {
            (true, Some(entry)) => session.out.bulk(&entry.value),
            (true, None) => session.out.null(),
            (false, _) if !allowed => session.out.null(),
            (false, _) => {}
        }
    }
    if allowed {
        db.set(key, value, expires);
        if !options.get {
            session.out.simple("OK");
        }
    }
    Ok(())
}

/// The moment `amount` units of `unit` milliseconds after `now`; not for an amount that is due at once.
fn expiry(command: &str, now: Instant, amount: i64, unit: u64) -> Result<Instant, Refusal> {
    u64::try_from(amount)
        .ok()
        .filter(|&amount| amount > 0)
        .and_then(|amount| amount.checked_mul(unit))
        .and_then(|millis| now.checked_add(Duration::from_millis(millis)))
        .ok_or_else(|| Refusal::new(format!("ERR invalid expire time in '{command}' command")))
}

pub(super) fn incr(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    add(session, request, 1)
}

pub(super) fn decr(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    add(session, request, -1)
}

pub(super) fn incr_by(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    add(session, request, integer(request, 2)?)
}

pub(super) fn decr_by(session: &mut Session<'_>, request: &Request<'_>) -> Result<(), Refusal> {
    let by = integer(request, 2)?
        .checked_neg()
        .ok_or_else(|| Refusal::new("ERR decrement would overflow"))?;
    add(session, request, by)
}

fn add(session: &mut Session<'_>, request: &Request<'_>, by: i64) -> Result<(), Refusal> {
    match session.state.db.add(request.arg(1), by, session.now) {
        Ok(number) => {
            session.out.integer(number);
            Ok(())
        }
        Err(IncrError::NotAnInteger) => Err(Refusal::not_an_integer()),
        Err(IncrError::Overflow) => Err(Refusal::new("ERR increment or decrement would overflow")),
    }
}
