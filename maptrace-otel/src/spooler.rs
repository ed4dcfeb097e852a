//! When requests go to disk and when they come back: the policy around the [spool](crate::spool).
//!
//! With a spool a request is tried once. If the server cannot be reached it goes to disk, and so does all that comes
//! after it, until the server has answered again: it is asked with the oldest request, at growing intervals, or when it
//! has said it wants to be. What is on disk then goes out oldest first, at a bounded pace, while new requests go their
//! direct way.

#[cfg(feature = "spool")]
use std::time::Duration;
use std::time::Instant;

#[cfg(feature = "spool")]
use crate::budget::after;
#[cfg(feature = "spool")]
use crate::shared::{MAX_REST, Replayed};
use crate::shared::{Shared, Signal};
#[cfg(feature = "spool")]
use crate::spool::Spool;

/// A server that cannot be reached is left alone for so long, then for twice as long, ...
#[cfg(feature = "spool")]
const FIRST_PAUSE: Duration = Duration::from_millis(250);
#[cfg(feature = "spool")]
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// So many bytes a second go out from the spool, for each process: a server that was away has enough to do.
#[cfg(feature = "spool")]
const PACE: u64 = 4 * 1024 * 1024;
/// How often what other processes have left is looked for.
#[cfg(feature = "spool")]
const LOOK_AROUND: Duration = Duration::from_secs(60);
/// A request that was in vain so often, and for so long, while others were taken in between, is not worth another try:
/// it would keep all others from being sent.
#[cfg(feature = "spool")]
const MAX_STUCK: u32 = 8;
#[cfg(feature = "spool")]
const MAX_STUCK_TIME: Duration = Duration::from_secs(10 * 60);

/// A request from disk.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) signal: Signal,
    pub(crate) body: Vec<u8>,
}

/// What became of it.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "spool"), expect(dead_code, reason = "there is nobody to tell"))]
pub(crate) enum Ended {
    /// It met its fate: so many of its items were taken, and so many were not.
    Met { taken: u64, lost: u64 },
    /// The server cannot be reached; it wants to be left alone for so long.
    Away(Option<std::time::Duration>),
}

/// The spool, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Spooler {
    #[cfg(feature = "spool")]
    on: Option<On>,
}

#[cfg(feature = "spool")]
#[derive(Debug)]
struct On {
    spool: Spool,
    lanes: [Lane; Signal::COUNT],
    /// When the next request may go out.
    paced: Instant,
    /// When to look for what others have left.
    look: Instant,
    /// The request that is on its way.
    out: Option<crate::spool::Kept>,
    patience: Duration,
    /// Whether it was said that nothing can be written.
    warned: bool,
}

/// What is known of one signal's server.
#[cfg(feature = "spool")]
#[derive(Clone, Copy, Debug)]
struct Lane {
    /// New requests go to disk before this moment, without an attempt.
    away: Instant,
    /// The oldest request on disk is not tried before this one.
    oldest_at: Instant,
    pause: Duration,
    /// Whether the server has named the pause.
    asked: bool,
    /// How often the oldest request on disk was tried in vain.
    in_vain: u32,
    /// When a new request was tried although the oldest one was in vain.
    new_tried: Instant,
    /// Whether the server took a new request after the oldest one was tried; how often that was so, and since when.
    took_another: bool,
    stuck: u32,
    stuck_since: Instant,
}

impl Spooler {
    #[cfg(feature = "spool")]
    pub(crate) fn new(spool: Spool) -> Self {
        let now = Instant::now();
        let lane = Lane {
            away: now,
            oldest_at: now,
            pause: FIRST_PAUSE,
            asked: false,
            in_vain: 0,
            new_tried: now,
            took_another: false,
            stuck: 0,
            stuck_since: now,
        };
        Self {
            on: Some(On {
                spool,
                lanes: [lane; Signal::COUNT],
                paced: now,
                look: now,
                out: None,
                patience: MAX_STUCK_TIME,
                warned: false,
            }),
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        #[cfg(feature = "spool")]
        return self.on.is_some();
        #[cfg(not(feature = "spool"))]
        false
    }
}

#[cfg(feature = "spool")]
impl Spooler {
    /// Whether a new request goes to disk without an attempt.
    pub(crate) fn is_away(&mut self, signal: Signal) -> bool {
        let Some(on) = &mut self.on else { return false };
        let (lane, now) = (&mut on.lanes[signal as usize], Instant::now());
        if now >= lane.away {
            return false;
        }
        // It may be the oldest request that the server stumbles over: then it takes another one.
        let tries_new = lane.in_vain >= 2 && !lane.asked && now >= after(lane.new_tried, lane.pause);
        if tries_new {
            lane.new_tried = now;
        }
        !tries_new
    }

    /// The server has taken a new request.
    pub(crate) fn reached(&mut self, signal: Signal) {
        if let Some(on) = &mut self.on {
            let (lane, now) = (&mut on.lanes[signal as usize], Instant::now());
            if lane.in_vain == 0 {
                lane.pause = FIRST_PAUSE;
            }
            lane.away = now;
            // Unless it has stumbled over the oldest one before.
            if lane.stuck == 0 {
                lane.oldest_at = now;
            }
            lane.took_another = true;
        }
    }

    /// The server could not be reached with a new request, and wants to be left alone for so long.
    pub(crate) fn missed(&mut self, signal: Signal, asked: Option<Duration>) {
        if let Some(on) = &mut self.on {
            let lane = &mut on.lanes[signal as usize];
            lane.missed(asked);
            lane.away = lane.oldest_at;
        }
    }

    /// Keeps a request on disk. `false` if that cannot be.
    pub(crate) fn keep(&mut self, shared: &Shared, signal: Signal, items: u64, body: &[u8]) -> bool {
        let Some(on) = &mut self.on else { return false };
        let kept = on.spool.append(signal, items, body);
        if let Err(error) = &kept {
            shared.note(|health| health.spool_errors += 1);
            if !std::mem::replace(&mut on.warned, true) {
                crate::warn(&format_args!(
                    "maptrace: the spool takes nothing ({error}); the service goes on, and what cannot be sent is lost and \
                     counted as export_failed"
                ));
            }
        }
        on.account(shared, kept.is_ok().then_some((signal, items)));
        kept.is_ok()
    }

    /// When there is something to do here.
    pub(crate) fn due(&self) -> Option<Instant> {
        let on = self.on.as_ref()?;
        let request = Signal::ALL
            .into_iter()
            .filter(|&signal| !on.spool.is_empty(signal))
            .map(|signal| on.lanes[signal as usize].oldest_at.max(on.paced));
        request.chain([on.look]).min()
    }

    /// Does what is due. Returns a request that is to be sent; [`ended`](Self::ended) is told what became of it.
    pub(crate) fn next(&mut self, shared: &Shared) -> Option<Replay> {
        let on = self.on.as_mut()?;
        let now = Instant::now();
        if on.look <= now {
            on.look = after(now, LOOK_AROUND);
            on.spool.adopt();
        }
        let lanes = on.lanes;
        on.out = (on.paced <= now)
            .then(|| on.spool.oldest(|signal| lanes[signal as usize].oldest_at <= now))
            .flatten();
        on.account(shared, None);
        on.out.as_ref().map(|kept| Replay {
            signal: kept.signal,
            body: kept.body.clone(),
        })
    }

    /// Says what became of the request that [`next`](Self::next) has handed out.
    pub(crate) fn ended(&mut self, shared: &Shared, ended: Ended) {
        let Some((on, out)) = self.on.as_mut().and_then(|on| on.out.take().map(|out| (on, out))) else {
            return;
        };
        let lane = &mut on.lanes[out.signal as usize];
        let (taken, lost) = match ended {
            Ended::Met { taken, lost } => (taken, lost),
            Ended::Away(asked) => {
                lane.missed(asked);
                lane.in_vain = lane.in_vain.saturating_add(1);
                if std::mem::take(&mut lane.took_another) && asked.is_none() {
                    if lane.stuck == 0 {
                        lane.stuck_since = Instant::now();
                    }
                    lane.stuck += 1;
                } else {
                    lane.away = lane.oldest_at;
                }
                if lane.stuck < MAX_STUCK || lane.stuck_since.elapsed() < on.patience {
                    return;
                }
                (0, out.items)
            }
        };
        let now = Instant::now();
        lane.away = now;
        lane.oldest_at = now;
        lane.pause = FIRST_PAUSE;
        lane.in_vain = 0;
        lane.stuck = 0;
        on.paced = after(now, Duration::from_micros(out.body.len() as u64 * 1_000_000 / PACE));
        on.spool.done(out.signal);
        shared.replayed(Replayed {
            signal: out.signal,
            // Of data points there is no account.
            taken: taken.min(out.items),
            lost: lost.min(out.items),
            inherited: out.inherited,
        });
        on.account(shared, None);
    }

    /// The end: whoever comes next is to find the folder free.
    pub(crate) fn close(&mut self) {
        self.on = None;
    }
}

#[cfg(feature = "spool")]
impl Lane {
    fn missed(&mut self, asked: Option<Duration>) {
        // Somewhere in the upper half, so that a thousand processes do not come back at the same moment.
        let spread = self.pause / 2 + self.pause / 512 * u32::from(crate::ids::jitter());
        let pause = asked.map_or(spread, |asked| asked.min(MAX_REST).max(spread));
        self.oldest_at = after(Instant::now(), pause);
        self.asked = asked.is_some();
        self.pause = (self.pause * 2).min(MAX_PAUSE);
    }
}

#[cfg(feature = "spool")]
impl On {
    /// Tells the accounts what has happened, and that so many items more are on disk.
    fn account(&mut self, shared: &Shared, kept: Option<(Signal, u64)>) {
        let changes = self.spool.changes();
        for notice in &changes.notices {
            crate::warn(&format_args!("maptrace: {}", notice.escape_debug()));
        }
        shared.spooled(kept, &changes, self.spool.contents());
    }
}

/// Without the feature there is nothing to do.
#[cfg(not(feature = "spool"))]
#[expect(clippy::unused_self, reason = "the same interface")]
impl Spooler {
    pub(crate) fn is_away(&mut self, _: Signal) -> bool {
        false
    }

    pub(crate) fn reached(&mut self, _: Signal) {}

    pub(crate) fn missed(&mut self, _: Signal, _: Option<std::time::Duration>) {}

    pub(crate) fn keep(&mut self, _: &Shared, _: Signal, _: u64, _: &[u8]) -> bool {
        false
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        None
    }

    pub(crate) fn next(&mut self, _: &Shared) -> Option<Replay> {
        None
    }

    pub(crate) fn ended(&mut self, _: &Shared, _: Ended) {}

    pub(crate) fn close(&mut self) {}
}

#[cfg(all(test, feature = "spool"))]
mod tests;
