//! The few connections that may be open at once, and who has to go when another one knocks.
//!
//! A limit alone would let a handful of idle clients lock everybody out. So when all places are taken, the client that
//! has kept a place longest without having said what it wants loses it: a scraper that sends its request at once is
//! served at once, however many slow clients there are.

use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Connections at once.
pub(super) const MAX_CONNECTIONS: usize = 8;

/// A client that was let in may take so long to send its request before it can be asked to leave. Under the pressure
/// in which that happens, its request has usually come before its turn did.
const READ_GRACE: Duration = Duration::from_millis(1);

/// A client that is being answered may take so long before it can be asked to leave.
const ANSWER_GRACE: Duration = Duration::from_secs(1);

/// Bytes of pages that may be on their way to clients when the next page is made. One page of the largest size for
/// Prometheus: with the next one, that is two, however many clients there are and however slowly they read.
pub(super) const SENT_AT_ONCE: usize = crate::openmetrics::PAGE_LIMIT;

/// A client may take so long to take its page before the next one's wish to have a page cuts it off.
const PAGE_GRACE: Duration = Duration::from_millis(200);

/// A client waits so long for a place before it is told to come back later. Longer than [`ANSWER_GRACE`], so that it
/// happens only if the application itself is stuck.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its request is not complete.
    Reading,
    /// Its answer is being made, or sent if it is short.
    Answering,
    /// A page of so many bytes is being sent.
    Sending(usize),
    /// It has its answer and was told that nothing more comes.
    Lingering,
}

/// Which phases are meant.
type InPhase = fn(Phase) -> bool;

impl Phase {
    fn is_sending(self) -> bool {
        matches!(self, Self::Sending(_))
    }
}

#[derive(Default)]
pub(super) struct Slots {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    open: Vec<Connection>,
    next_id: u64,
    stopping: bool,
    /// Whether the thread that accepts is at work.
    accepting: bool,
}

struct Connection {
    id: u64,
    stream: Arc<TcpStream>,
    phase: Phase,
    since: Instant,
    /// It was asked to leave and has not gone on to another phase.
    leaving: bool,
}

impl Slots {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No user code runs under the lock, and every change leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        self.changed
            .wait_timeout(state, time)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Takes a place for `stream`, and makes one if all are taken. `None` if none can be had in time.
    pub(super) fn enter(self: &Arc<Self>, stream: &Arc<TcpStream>) -> Option<Slot> {
        let give_up = Instant::now() + PATIENCE;
        let mut state = self.lock();
        while !state.stopping {
            let now = Instant::now();
            if state.open.len() < MAX_CONNECTIONS {
                let id = state.next_id;
                state.next_id += 1;
                let stream = Arc::clone(stream);
                state.open.push(Connection {
                    id,
                    stream,
                    phase: Phase::Reading,
                    since: now,
                    leaving: false,
                });
                return Some(Slot {
                    slots: Arc::clone(self),
                    id,
                });
            }
            let patience = give_up.checked_duration_since(now).filter(|left| !left.is_zero())?;
            let ask_again = state.make_room(now);
            state = self.wait(state, ask_again.min(patience));
        }
        None
    }

    /// Connections that are open.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().open.len()
    }

    /// Bytes of the pages that are being sent.
    #[cfg(test)]
    pub(super) fn being_sent(&self) -> usize {
        self.lock().being_sent()
    }

    /// Marks the begin and the end of accepting.
    pub(super) fn set_accepting(&self, accepting: bool) {
        self.lock().accepting = accepting;
        self.changed.notify_all();
    }

    /// Whether the server is being stopped.
    pub(super) fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Waits for `time`, or until the server is being stopped.
    pub(super) fn pause(&self, time: Duration) {
        let end = Instant::now() + time;
        let mut state = self.lock();
        while !state.stopping
            && let Some(left) = end
                .checked_duration_since(Instant::now())
                .filter(|left| !left.is_zero())
        {
            state = self.wait(state, left);
        }
    }

    /// Lets nobody in any more and cuts off everybody.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopping = true;
        for connection in &state.open {
            // It fails only if the client was faster.
            _ = connection.stream.shutdown(Shutdown::Both);
        }
        self.changed.notify_all();
    }

    /// Waits until nothing is accepted and everybody is gone. Returns whether that was so by `deadline`.
    pub(super) fn wait_until_empty(&self, deadline: Instant) -> bool {
        let mut state = self.lock();
        while state.accepting || !state.open.is_empty() {
            let Some(left) = deadline
                .checked_duration_since(Instant::now())
                .filter(|left| !left.is_zero())
            else {
                return false;
            };
            state = self.wait(state, left);
        }
        true
    }
}

impl State {
    /// Asks one connection to leave, unless one was asked already. Returns after which time to ask again, at most.
    fn make_room(&mut self, now: Instant) -> Duration {
        if self.open.iter().any(|connection| connection.leaving) {
            return PATIENCE;
        }
        let mut soonest = PATIENCE;
        let order: [(InPhase, Duration); 4] = [
            (|phase| phase == Phase::Lingering, Duration::ZERO),
            (|phase| phase == Phase::Reading, READ_GRACE),
            (Phase::is_sending, ANSWER_GRACE),
            (|phase| phase == Phase::Answering, ANSWER_GRACE),
        ];
        for (in_phase, grace) in order {
            match self.ask_oldest(in_phase, grace, now) {
                Some(Duration::ZERO) => return PATIENCE,
                Some(left) => soonest = soonest.min(left),
                None => (),
            }
        }
        soonest
    }

    /// Cuts off the client that has been taking its page longest, unless one was cut off already. Returns after which
    /// time to ask again, at most.
    fn make_room_for_page(&mut self, now: Instant) -> Duration {
        let mut sending = self.open.iter().filter(|connection| connection.phase.is_sending());
        if sending.any(|connection| connection.leaving) {
            return PATIENCE;
        }
        match self.ask_oldest(Phase::is_sending, PAGE_GRACE, now) {
            Some(Duration::ZERO) | None => PATIENCE,
            Some(left) => left,
        }
    }

    /// Asks the connection that has been longest in such a phase to leave, if that was for `grace` or more. Returns
    /// what is left of its grace; `None` if there is no such connection.
    fn ask_oldest(&mut self, in_phase: InPhase, grace: Duration, now: Instant) -> Option<Duration> {
        let connections = self.open.iter_mut().filter(|connection| in_phase(connection.phase));
        let oldest = connections.min_by_key(|connection| connection.since)?;
        let left = grace.saturating_sub(now.saturating_duration_since(oldest.since));
        if left.is_zero() {
            oldest.leaving = true;
            // A request that has arrived whole can still be read after this, and its answer be sent.
            let how = match oldest.phase {
                Phase::Reading | Phase::Lingering => Shutdown::Read,
                Phase::Answering | Phase::Sending(_) => Shutdown::Both,
            };
            _ = oldest.stream.shutdown(how);
        }
        Some(left)
    }

    /// Bytes of the pages that are being sent.
    fn being_sent(&self) -> usize {
        let bytes = self.open.iter().map(|connection| match connection.phase {
            Phase::Sending(bytes) => bytes,
            Phase::Reading | Phase::Answering | Phase::Lingering => 0,
        });
        bytes.sum()
    }
}

/// A place, given back on drop.
pub(super) struct Slot {
    slots: Arc<Slots>,
    id: u64,
}

impl Slot {
    /// Goes on to another phase.
    pub(super) fn enter_phase(&self, phase: Phase) {
        let mut state = self.slots.lock();
        if let Some(connection) = state.open.iter_mut().find(|connection| connection.id == self.id) {
            (connection.phase, connection.since, connection.leaving) = (phase, Instant::now(), false);
        }
        drop(state);
        // Somebody who waits may now ask this one to leave, or has to ask another one.
        self.slots.changed.notify_all();
    }

    /// Waits until at most [`SENT_AT_ONCE`] bytes of other clients' pages are being sent, and cuts off the slowest of
    /// them for it. Returns `false` if this client was cut off itself, so that nobody waits for its page.
    pub(super) fn wait_for_room(&self) -> bool {
        let mut state = self.slots.lock();
        loop {
            let own = state.open.iter().find(|connection| connection.id == self.id);
            if state.stopping || own.is_none_or(|connection| connection.leaving) {
                return false;
            }
            if state.being_sent() <= SENT_AT_ONCE {
                return true;
            }
            let ask_again = state.make_room_for_page(Instant::now());
            state = self.slots.wait(state, ask_again);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.lock().open.retain(|connection| connection.id != self.id);
        self.slots.changed.notify_all();
    }
}
