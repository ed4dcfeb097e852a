//! Who is logged in.

#[maptrace]
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use maptrace::maptrace;
use serde::Serialize;

/// What a client shows to be known again: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SessionId([u8; 16]);

impl SessionId {
    fn new() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits)?;
        Ok(Self(bits))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for SessionId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let bits = u128::from_str_radix(text, 16).ok().filter(|_| digits).ok_or(())?;
        Ok(Self(bits.to_be_bytes()))
    }
}

/// A visit of a user.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    pub(crate) user: u64,
    /// When a request last had its id; `None` if that was before the last restart.
    seen: Option<Instant>,
}

#[maptrace(name = "sessions")]
type Table = HashMap<SessionId, Session>;

/// What has happened to the sessions, counted by the shop itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) opened: u64,
    pub(crate) closed: u64,
    /// Log-outs from sessions that were not there.
    pub(crate) unknown: u64,
    pub(crate) open: usize,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Sessions {
    table: Table,
    counts: Counts,
}

impl Sessions {
    /// As many sessions as were kept across a restart.
    pub(crate) fn restored(count: u64) -> Result<Self, getrandom::Error> {
        let mut sessions = Self::default();
        for user in 0..count {
            sessions.insert(user, None)?;
        }
        Ok(sessions)
    }

    /// Logs a user in.
    pub(crate) fn open(&mut self, user: u64, now: Instant) -> Result<SessionId, getrandom::Error> {
        self.insert(user, Some(now))
    }

    fn insert(&mut self, user: u64, seen: Option<Instant>) -> Result<SessionId, getrandom::Error> {
        let id = SessionId::new()?;
        self.table.insert(id, Session { user, seen });
        self.counts.opened += 1;
        Ok(id)
    }

    /// The session, which has been seen now.
    pub(crate) fn touch(&mut self, id: SessionId, now: Instant) -> Option<Session> {
        let session = self.table.get_mut(&id)?;
        session.seen = Some(now);
        Some(*session)
    }

    /// Logs out, and says whether there was such a session.
    pub(crate) fn close(&mut self, id: SessionId) -> bool {
        let was_open = self.table.remove(&id).is_some();
        if was_open {
            self.counts.closed += 1;
        } else {
            self.counts.unknown += 1;
        }
        was_open
    }

    /// Closes up to `at_most` sessions that were not seen for so long, and returns how many.
    ///
    /// One by one, as such loops are written. Entries that are removed from a full table leave tombstones behind, which
    /// still take room: soon after that the table is laid out anew, in the time of somebody else's request.
    pub(crate) fn close_idle(&mut self, idle_for: Duration, at_most: usize, now: Instant) -> usize {
        let is_idle = |session: &Session| session.seen.is_none_or(|seen| now.duration_since(seen) >= idle_for);
        let idle: Vec<SessionId> = self
            .table
            .iter()
            .filter(|(_, session)| is_idle(session))
            .map(|(id, _)| *id)
            .take(at_most)
            .collect();
        idle.iter().filter(|id| self.close(**id)).count()
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            open: self.table.len(),
            ..self.counts
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = SessionId([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in [
            "",
            "7",
            "+0000000000000000000000000000007",
            &"g".repeat(32),
            &"0".repeat(33),
        ] {
            assert_eq!(text.parse::<SessionId>(), Err(()), "{text}");
        }
    }

    #[test]
    fn idle_sessions_are_closed_and_seen_ones_stay() {
        let start = Instant::now();
        let later = start + Duration::from_secs(60);
        let mut sessions = Sessions::restored(10).expect("random numbers");
        let quiet = sessions.open(1, start).expect("random numbers");
        let seen = sessions.open(2, start).expect("random numbers");
        assert_eq!(sessions.touch(seen, later).map(|session| session.user), Some(2));

        assert_eq!(sessions.close_idle(Duration::from_secs(60), 4, later), 4);
        assert_eq!(sessions.close_idle(Duration::from_secs(60), 100, later), 7);
        assert!(!sessions.close(quiet) && sessions.close(seen));
        let counts = Counts {
            opened: 12,
            closed: 12,
            unknown: 1,
            open: 0,
        };
        assert_eq!(sessions.counts(), counts);
    }
}
