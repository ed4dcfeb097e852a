use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::episode::BatchDoor;
use crate::snapshot::{Cause, Kind};

mod storms;

/// A service with scripted counts and a clock of its own.
struct Script {
    watch: Watch,
    now: Duration,
    snapshot: Snapshot,
    told: VecDeque<Notice>,
}

impl Script {
    /// One map, `sessions`, of so many entries.
    fn new(entries: u64) -> Self {
        let mut map = map(7, "sessions");
        (map.entries, map.largest, map.totals.assigns_new) = (entries, entries, entries);
        let mut snapshot = Snapshot::new("shop");
        snapshot.maps.push(map);
        Self { watch: Watch::default(), now: Duration::from_secs(5), snapshot, told: VecDeque::new() }
    }

    fn map(&mut self) -> &mut MapSnapshot {
        &mut self.snapshot.maps[0]
    }

    /// So many looks, a second apart, each after `change`.
    fn seconds(&mut self, times: u64, change: impl FnMut(&mut Self)) -> &mut Self {
        self.steps(times, Duration::from_secs(1), change)
    }

    fn steps(&mut self, times: u64, step: Duration, mut change: impl FnMut(&mut Self)) -> &mut Self {
        for _ in 0..times {
            change(self);
            self.now += step;
            self.snapshot.taken_at = UNIX_EPOCH + self.now;
            self.watch.look(&self.snapshot, self.now, &mut self.told);
        }
        self
    }

    fn idle(&mut self, seconds: u64) -> &mut Self {
        self.seconds(seconds, |_| ())
    }

    fn delete(&mut self, entries: u64) {
        let map = self.map();
        let entries = entries.min(map.entries);
        map.entries -= entries;
        map.totals.deletes_hit += entries;
    }

    fn assign(&mut self, entries: u64) {
        let map = self.map();
        map.entries += entries;
        map.totals.assigns_new += entries;
    }

    fn saw(&mut self, kind: EpisodeKind, duration: Duration, context: Option<SpanContext>) {
        let mut episode = Episode::new(Arc::clone(&self.map().site), kind, UNIX_EPOCH);
        (episode.duration, episode.context) = (Some(duration), context);
        self.watch.saw(&episode, self.now);
    }

    /// What was told since the last call, by kind and state.
    fn told(&mut self) -> Vec<(NoticeKind, NoticeState)> {
        self.told.drain(..).map(|notice| (notice.kind, notice.state)).collect()
    }

    /// The one notice that was told since the last call.
    #[track_caller]
    fn one(&mut self) -> Notice {
        assert_eq!(self.told.len(), 1, "{:?}", self.told);
        self.told.pop_front().expect("one")
    }
}

fn map(id: u32, name: &str) -> MapSnapshot {
    let mut map = MapSnapshot::new(Arc::new(SiteInfo::new(id, name, Kind::HashMap)));
    (map.created, map.live) = (1, 1);
    map
}

fn span(number: u8, sampled: bool) -> SpanContext {
    SpanContext { trace_id: [number; 16], span_id: [number; 8], sampled }
}

fn grow(entries: u64) -> EpisodeKind {
    EpisodeKind::RehashInPlace { capacity: entries * 2, entries, bytes: entries * 34, tombstones: entries }
}

fn figure(notice: &Notice, key: &str) -> Option<FigureValue> {
    notice.figures.iter().find(|figure| figure.key == key).map(|figure| figure.value)
}

fn wasteful(script: &mut Script) {
    let map = script.map();
    (map.held_bytes, map.needed_bytes) = (Some(64_000_000), 400_000);
}

fn thrifty(script: &mut Script) {
    let map = script.map();
    (map.held_bytes, map.needed_bytes) = (Some(400_000), 400_000);
}

#[test]
fn a_hint_is_told_once_when_it_has_held_for_a_minute_and_again_when_it_is_over() {
    let mut script = Script::new(12_000);
    wasteful(&mut script);
    assert_eq!(script.idle(60).told(), []);
    script.idle(1);
    let began = script.one();
    assert_eq!((began.kind, began.state, began.severity), (NoticeKind::WastedMemory, NoticeState::Began, Severity::Info));
    assert_eq!(began.body, "sessions: holds 64 MB for 12,000 entries: shrink_to_fit would give back 63.6 MB");
    assert_eq!(began.time, UNIX_EPOCH + Duration::from_secs(5 + 61));
    assert_eq!(began.map.as_ref().map(|site| site.id), Some(7));
    assert_eq!(figure(&began, "map.bytes.held"), Some(FigureValue::Count(64_000_000)));
    assert_eq!(figure(&began, "map.bytes.needed"), Some(FigureValue::Count(400_000)));
    assert_eq!(script.idle(3_600).told(), [], "it is not told again while it lasts");
    thrifty(&mut script);
    assert_eq!(script.idle(60).told(), []);
    script.idle(1);
    let ended = script.one();
    assert_eq!((ended.kind, ended.state, ended.severity), (NoticeKind::WastedMemory, NoticeState::Ended, Severity::Info));
    assert_eq!(ended.body, "sessions: holds no more than it should: 400 kB for 12,000 entries");
}

#[test]
fn a_hint_that_comes_and_goes_is_not_told() {
    let mut script = Script::new(12_000);
    for _ in 0..50 {
        wasteful(&mut script);
        script.idle(59);
        thrifty(&mut script);
        script.idle(1);
    }
    assert_eq!(script.told(), []);
}

#[test]
fn advice_on_the_past_has_no_end() {
    let mut script = Script::new(200_000);
    (script.map().grows, script.map().pause_total) = (14, Duration::from_millis(31));
    script.idle(61);
    let advice = script.one();
    assert_eq!((advice.kind, advice.state), (NoticeKind::Presize, NoticeState::Once));
    assert_eq!(advice.body, "sessions: grew 14 times: with_capacity(200000) would have saved 31 ms");
    script.map().created = 1_000;
    assert_eq!(script.idle(300).told(), []);
    script.map().created = 1;
    assert_eq!(script.idle(3_600).told(), []);
}

#[test]
fn misses_and_tombstones_are_told() {
    let mut script = Script::new(200_000);
    (script.map().totals.deletes_miss, script.map().tombstones) = (5_000, Some(200_000));
    script.map().capacity = Some(229_376);
    script.idle(61);
    let began = |kind| (kind, NoticeState::Began);
    assert_eq!(script.told(), [began(NoticeKind::Tombstones), began(NoticeKind::Misses)]);
    (script.map().totals.deletes_hit, script.map().tombstones) = (6_000, Some(0));
    script.idle(61);
    let bodies: Vec<_> = script.told.drain(..).map(|notice| (notice.state, notice.body)).collect();
    let ended = |body: &str| (NoticeState::Ended, format!("sessions: {body}; 200,000 entries"));
    assert_eq!(bodies, [ended("tombstones are few again"), ended("most deletes find their key again")]);
}

#[test]
fn a_request_that_waited_is_told_with_its_span() {
    let mut script = Script::new(3_700_000);
    let long = Duration::from_millis(10);
    // At start nobody waits; and nine milliseconds are nothing.
    script.saw(grow(1), Duration::from_secs(1), None);
    script.saw(grow(2), long - Duration::from_nanos(1), Some(span(2, true)));
    assert_eq!(script.idle(1).told(), []);
    script.saw(grow(3), long, Some(span(3, true)));
    script.saw(grow(4), long * 2, Some(span(4, true)));
    script.saw(grow(5), long, Some(span(5, true)));
    script.idle(1);
    let told = script.one();
    assert_eq!((told.kind, told.state, told.context), (NoticeKind::LongPause, NoticeState::Once, Some(span(4, true))));
    assert_eq!(
        told.body,
        "sessions: a request waited 20 ms while 4 entries were laid out anew: reserve ahead, where nobody waits"
    );
    assert_eq!(figure(&told, "map.pause"), Some(FigureValue::Time(long * 2)));
    assert_eq!(script.idle(1_000).told(), []);
    // A request that is not sampled waited too, but its span is nowhere to be found.
    script.saw(grow(6), long, Some(span(6, false)));
    script.idle(1);
    assert_eq!(script.one().context, None);
}

#[test]
fn the_latest_sampled_span_is_linked_while_it_is_fresh() {
    let context_after = |age: u64| {
        let mut script = Script::new(12_000);
        wasteful(&mut script);
        script.idle(1);
        script.saw(EpisodeKind::Clear { entries: 1 }, Duration::ZERO, Some(span(1, true)));
        script.saw(EpisodeKind::Clear { entries: 1 }, Duration::ZERO, Some(span(2, true)));
        script.saw(EpisodeKind::Clear { entries: 1 }, Duration::ZERO, Some(span(3, false)));
        script.saw(EpisodeKind::Clear { entries: 1 }, Duration::ZERO, None);
        script.steps(1, Duration::from_secs(age), |_| ());
        script.one().context
    };
    assert_eq!(context_after(600), Some(span(2, true)));
    assert_eq!(context_after(601), None);
}

#[test]
fn a_batch_leads_to_a_request_that_it_was_done_for() {
    let mut script = Script::new(12_000);
    wasteful(&mut script);
    script.idle(1);
    let clear = EpisodeKind::Clear { entries: 1 };
    let mut episode = Episode::new(Arc::clone(&script.map().site), clear, UNIX_EPOCH);
    episode.links = vec![span(1, false), span(2, true), span(3, true)].into();
    script.watch.saw(&episode, script.now);
    script.idle(61);
    assert_eq!(script.one().context, Some(span(2, true)));
}

#[test]
fn the_same_thing_is_told_once_in_ten_minutes() {
    let mut script = Script::new(3_700_000);
    let again = |script: &mut Script| {
        script.saw(grow(1), Duration::from_millis(50), Some(span(1, true)));
    };
    script.seconds(600, again);
    assert_eq!(script.one().suppressed, 0);
    script.seconds(1, again);
    assert_eq!(script.one().suppressed, 599);
    assert_eq!(script.watch.counts(), (2, 599));
    script.seconds(600, |_| ()).seconds(1, again);
    assert_eq!(script.one().suppressed, 0);
}

/// A table that doubles makes its shortest pause first.
#[test]
fn a_pause_that_is_twice_the_last_one_is_told_at_once() {
    let mut script = Script::new(3_700_000);
    let mut pauses = |milliseconds: &[u64]| {
        for &pause in milliseconds {
            script.saw(grow(1), Duration::from_millis(pause), Some(span(1, true)));
            script.idle(1);
        }
        let told = script.told.drain(..).map(|notice| (figure(&notice, "map.pause"), notice.suppressed));
        told.collect::<Vec<_>>()
    };
    let told = |milliseconds, suppressed| (Some(FigureValue::Time(Duration::from_millis(milliseconds))), suppressed);
    assert_eq!(
        pauses(&[100, 199, 150, 200, 399, 200, 1_100, 2_199]),
        [told(100, 0), told(200, 2), told(1_100, 2)],
        "each is told that is twice the last one told, and none else"
    );
    // Ten minutes after the last one anything is told, and what is twice as long as that one.
    script.idle(600);
    let mut pause = |milliseconds| {
        script.saw(grow(1), Duration::from_millis(milliseconds), Some(span(1, true)));
        script.idle(1).told().len()
    };
    assert_eq!((pause(50), pause(99), pause(100)), (1, 0, 1));
}

#[test]
fn pauses_that_double_are_within_what_is_told_in_a_minute() {
    let mut script = Script::new(10);
    script.snapshot.maps = (0..40).map(|id| map(id, "sessions")).collect();
    for doubled in 0..4 {
        let sites: Vec<_> = script.snapshot.maps.iter().map(|map| Arc::clone(&map.site)).collect();
        for site in sites {
            let mut episode = Episode::new(site, grow(1), UNIX_EPOCH);
            (episode.duration, episode.context) = (Some(Duration::from_millis(100 << doubled)), Some(span(1, true)));
            script.watch.saw(&episode, script.now);
        }
        script.idle(1);
    }
    assert_eq!(script.watch.counts(), (30, 130));
}

#[test]
fn an_end_is_told_only_of_what_was_told() {
    let mut script = Script::new(12_000);
    let cycle = |script: &mut Script| {
        wasteful(script);
        script.idle(61);
        thrifty(script);
        script.idle(61).told()
    };
    let kind = NoticeKind::WastedMemory;
    assert_eq!(cycle(&mut script), [(kind, NoticeState::Began), (kind, NoticeState::Ended)]);
    assert_eq!(cycle(&mut script), []);
    assert_eq!(script.watch.counts(), (2, 1));
}

#[test]
fn many_maps_in_trouble_do_not_flood() {
    let mut script = Script::new(12_000);
    script.snapshot.maps = (0..1_000).map(|id| map(id, "sessions")).collect();
    for map in &mut script.snapshot.maps {
        (map.entries, map.held_bytes) = (1, Some(64_000_000));
    }
    script.idle(61);
    assert_eq!(script.told().len(), 30);
    assert_eq!(script.watch.counts(), (30, 970));
    // And not at the next look either, until the minute is over; what was held back then stays so until it is true anew.
    assert_eq!(script.idle(600).told(), []);
    script.snapshot.maps.iter_mut().for_each(|map| map.held_bytes = Some(0));
    assert_eq!(script.idle(61).told().len(), 30, "an end for each that was told");
}

/// Events and losses a second.
fn losing(emitted: u64, cause: Cause, lost: u64) -> impl FnMut(&mut Script) {
    move |script| {
        script.snapshot.health.emitted += emitted;
        script.snapshot.health.dropped[cause as usize] += lost;
    }
}

#[test]
fn lost_events_are_told_by_cause() {
    let mut script = Script::new(10);
    script.idle(1);
    script.seconds(60, |script| {
        losing(100_000, Cause::Full, 990)(script);
        losing(0, Cause::Disabled, 10)(script);
    });
    assert_eq!(script.told(), []);
    script.seconds(1, losing(100_000, Cause::Full, 1_000));
    let began = script.one();
    assert_eq!((began.kind, began.state, began.severity), (NoticeKind::EventsLost, NoticeState::Began, Severity::Warn));
    assert_eq!(
        began.body,
        "maptrace: events are lost: 1 % of 6.1M in 1 min 1 s (60,400 full, 600 disabled); counts are exact, episodes may be \
         missing from traces; larger rings (MAPTRACE_RING_BYTES) or MAPTRACE_SAMPLE=auto lose less"
    );
    assert_eq!(began.map, None);
    assert_eq!(figure(&began, "maptrace.events.dropped.full"), Some(FigureValue::Count(60_400)));
    assert_eq!(figure(&began, "maptrace.events.dropped.disabled"), Some(FigureValue::Count(600)));
    assert_eq!(figure(&began, "maptrace.events.dropped.fork"), None);
    assert_eq!(script.seconds(60, losing(100_000, Cause::Full, 999)).told(), []);
    script.seconds(1, losing(100_000, Cause::Full, 999));
    let ended = script.one();
    assert_eq!((ended.kind, ended.state), (NoticeKind::EventsLost, NoticeState::Ended));
    assert!(ended.body.starts_with("maptrace: events are no longer lost: "), "{}", ended.body);
}

#[test]
fn a_burst_that_the_rings_could_not_hold_is_no_loss_to_tell() {
    let mut script = Script::new(10);
    script.idle(1);
    for _ in 0..20 {
        script.seconds(60, losing(1_000_000, Cause::Full, 900_000));
        script.seconds(1, losing(1_000, Cause::Full, 0));
    }
    assert_eq!(script.told(), []);
    // Nor is one in a thousand, for however long.
    script.seconds(3_600, losing(100_000, Cause::Full, 100));
    assert_eq!(script.told(), []);
}

#[test]
fn an_exporter_that_does_not_deliver_is_told_at_once() {
    let mut script = Script::new(10);
    script.idle(100);
    script.seconds(1, losing(100, Cause::ExportFailed, 1));
    let began = script.one();
    assert_eq!((began.kind, began.state, began.severity), (NoticeKind::ExportLoss, NoticeState::Began, Severity::Warn));
    assert_eq!(
        began.body,
        "maptrace: exporters do not deliver everything: 1 episodes lost within 1 s; counts are exact"
    );
    assert_eq!(script.seconds(300, losing(100, Cause::ExportFailed, 10)).told(), []);
    assert_eq!(script.idle(60).told(), []);
    script.idle(1);
    let ended = script.one();
    assert_eq!((ended.kind, ended.state, ended.severity), (NoticeKind::ExportLoss, NoticeState::Ended, Severity::Info));
    assert_eq!(figure(&ended, "maptrace.export.failed"), Some(FigureValue::Count(3_001)));
    assert_eq!(
        ended.body,
        "maptrace: exporters deliver again: 3,001 episodes were lost within 6 min 2 s; counts are exact"
    );
}

/// A flush takes a snapshot of its own, a moment after the last one.
#[test]
fn a_snapshot_of_a_flush_is_no_second() {
    let mut script = Script::new(1_000_000);
    script.idle(100);
    script.steps(1_000, Duration::from_millis(1), |script| script.delete(900));
    assert_eq!(script.told(), []);
    assert!(script.watch.last < Some(script.now));
}

#[test]
fn a_map_that_was_never_used_is_not_kept() {
    let mut script = Script::new(10);
    script.map().created = 0;
    script.idle(100);
    assert!(script.watch.sites.is_empty());
}

/// What the documentation says a site takes.
#[test]
fn a_site_is_as_small_as_documented() {
    let mut script = Script::new(1_000);
    script.seconds(3_600, |script| {
        script.assign(100);
        script.map().rehashes += 1;
    });
    let site = script.watch.sites.values().next().expect("one");
    let bytes = size_of::<Site>() + site.rehashes.bytes() + site.growth.bytes();
    assert!(bytes < 3_000, "{bytes}");
}

#[test]
fn a_hostile_name_is_spelt_out_and_cut() {
    let long = format!("{}{}", crate::fixture::HOSTILE, "x".repeat(1 << 20));
    for name in [crate::fixture::HOSTILE, &long] {
        let mut script = Script::new(12_000);
        script.snapshot.maps = vec![map(7, name)];
        wasteful(&mut script);
        script.idle(61);
        let Notice { body, .. } = script.one();
        assert!(body.starts_with("a\"b\\c\\nd\\0e\\u{1b}[31mf"), "{body}");
        assert!(!body.chars().any(crate::report::text::is_unsafe) && body.len() < 300, "{body}");
    }
}
