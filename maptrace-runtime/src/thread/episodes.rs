//! Episodes on their way into the ring, and what is told of those that did not come there.

use std::sync::atomic::Ordering;

use super::{LOCAL_HUB, Producer, guarded, hub_of, lost, producer, producer_at_end, write};
use crate::collector::{Moment, Spread};
use crate::event::{CONTEXT_WORDS, EventKind, IN_SPAN, MAX_WORDS, NOTED, head, key, note, two_words};
use crate::registry::{Record, record};
use crate::traced::WORTH_TIMING;
use crate::{clock, context, global, linked, site};

/// Records an episode. Its counts are in the map's record already. Returns whether the event was written.
pub(crate) fn emit_episode(kind: EventKind, id: u32, payload: &[u64]) -> bool {
    debug_assert_eq!(payload.len(), kind.payload_words());
    // A lifetime's link is the span that it ends in.
    let is_free = kind == EventKind::Free;
    // Without a ring nobody is asked for a span: the thread may be at work, and hold a lock of ours, or at its end.
    let found = if is_free { producer_at_end() } else { producer() };
    let producer = match found {
        Ok(producer) => producer,
        Err(cause) => {
            lost(cause);
            return false;
        }
    };
    let mut words = [0; MAX_WORDS];
    words[0] = head(kind, key(id, clock::stamp()));
    words[1..=payload.len()].copy_from_slice(payload);
    let mut len = 1 + payload.len();
    let mut unsampled = false;
    if let Some(context) = context::active(!is_free) {
        [words[len], words[len + 1]] = two_words(context.trace_id);
        words[len + 2] = u64::from_ne_bytes(context.span_id);
        words[0] |= IN_SPAN;
        len += CONTEXT_WORDS;
        unsampled = !context.sampled;
    }
    let links = if is_free { 0 } else { linked::number_for(producer.hub) };
    if unsampled || links != 0 {
        words[0] |= NOTED;
        words[len] = note(unsampled, links);
        len += 1;
    }
    write(&words[..len], false)
}

/// Records that a map with a record of its own was dropped.
pub(crate) fn emit_free(id: u32) {
    let at = producer_at_end().map_or(0, Producer::spend_clock);
    let full = record(id).full.load(Ordering::Relaxed);
    if !emit_episode(EventKind::Free, id, &[at, full]) {
        // The event is lost and counted, but the collector must learn of it, or the map would stay live for ever.
        if let Some(hub) = hub_of(record(id)) {
            hub.freed.push(id, |id| &record(id).next_freed);
        }
    }
}

/// A pause whose episode was lost is told to the collector all the same, so that pause totals stay exact.
#[cold]
pub(crate) fn missed_pause(record: &Record, start: u64, duration: u64, old_full: u64, new_full: u64) {
    let site = record.site.load(Ordering::Relaxed);
    let peak = if new_full > old_full { site::shape(site).peak(old_full, new_full) } else { 0 };
    missed(record, &|spread| spread.add_pause(moment(start, duration), peak));
}

/// Writes the episode of a batch. If it is lost and the batch took longer than telling, what is known of its duration
/// and size is told to the collector all the same.
pub(crate) fn emit_batch(id: u32, words: &[u64; 7]) {
    let [start, duration, _, offered, .., removed] = *words;
    let entries = offered.max(removed);
    if !emit_episode(EventKind::Batch, id, words) && (duration != 0 || entries >= WORTH_TIMING as u64) {
        missed(record(id), &|spread| spread.add_batch(moment(start, duration), entries));
    }
}

fn moment(start: u64, duration: u64) -> Moment {
    // Who knows it was asked for the episode, unless that had no ring.
    Moment { start: if start == 0 { clock::now_ns() } else { start }, duration, context: context::active(false) }
}

#[cold]
fn missed(record: &Record, add: &dyn Fn(&mut Spread)) {
    let Some(hub) = hub_of(record) else { return };
    // If the thread is at work it may hold the lock that this takes. Then it is not told: it is an allocator's.
    let _ = guarded(|| hub.missed(record.site.load(Ordering::Relaxed), add));
}

/// The precise clock, if single operations that take long are to be told; else 0.
#[inline]
pub(crate) fn slow_start() -> u64 {
    match producer() {
        Ok(producer) if producer.hub.slow != 0 => clock::now_ns(),
        _ => 0,
    }
}

/// Whether single operations that take long are to be told, as far as this thread knows. Starts nothing: it is asked inside the
/// allocator too, and there while a hub is being started.
pub(crate) fn is_timing() -> bool {
    let hub = producer().map_or_else(|_| LOCAL_HUB.get().or_else(global::existing_hub), |producer| Some(producer.hub));
    hub.is_some_and(|hub| hub.slow != 0)
}

/// How long ago this was, if that is long for an operation.
pub(crate) fn slow_since(start: u64) -> Option<u64> {
    let duration = clock::now_ns().saturating_sub(start).max(1);
    producer().is_ok_and(|producer| duration >= producer.hub.slow).then_some(duration)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::collections::HashMap;
    use crate::context::{SpanContext, add_source};
    use crate::global;
    use crate::snapshot::Cause;
    use crate::testing::Capture;
    use crate::thread;

    /// In a process of its own, as others start what this must not.
    #[test]
    fn asking_whether_operations_are_timed_starts_nothing() {
        const ALONE: &str = "MAPTRACE_TEST_STARTS_NOTHING";
        if std::env::var_os(ALONE).is_none() {
            let test = std::thread::current().name().expect("the test's").to_owned();
            let program = std::env::current_exe().expect("this program");
            let child = std::process::Command::new(program).args([&test, "--exact"]).env(ALONE, "1").output();
            let child = child.expect("it runs");
            let said = String::from_utf8_lossy(&child.stdout);
            assert!(child.status.success() && said.contains("1 passed"), "{said}");
            return;
        }
        assert!(global::existing_hub().is_none());
        // As inside the allocator while a hub is being started, which would wait for itself.
        assert!(!thread::at_work(thread::is_timing));
        assert!(global::existing_hub().is_none());
    }

    thread_local!(static ASKED: Cell<u32> = const { Cell::new(0) });

    fn source() -> Option<SpanContext> {
        ASKED.set(ASKED.get() + 1);
        None
    }

    #[test]
    fn nobody_is_asked_for_the_span_of_an_episode_that_has_no_ring() {
        assert!(add_source(source));
        let capture = Capture::install();
        let mut map = HashMap::from([(1, 1)]);
        let grows = || capture.snapshot().map_at(file!()).expect("the map's site").grows;
        let (asked, grown) = (ASKED.get(), grows());
        assert!(asked > 0);
        thread::at_work(|| map.reserve(10_000));
        assert_eq!(ASKED.get(), asked);
        map.reserve(100_000);
        assert_eq!(ASKED.get(), asked + 1);
        assert_eq!(capture.snapshot().health.dropped[Cause::Reentrant as usize], 1);
        assert_eq!(grows() - grown, 2);
    }
}
