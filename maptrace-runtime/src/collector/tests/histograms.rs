//! How pauses and batches are spread, whether their episodes came or were lost.

use super::*;
use crate::histogram::{Histogram, HistogramUnit};

/// A map of 100 entries, batched in each way; the last one lazily, and not timed.
fn batched() -> crate::collections::HashMap<u32, u32> {
    let mut map: crate::collections::HashMap<u32, u32> = (0..100).map(|key| (key, key)).collect();
    map.extend((50..250).map(|key| (key, key)));
    map.retain(|key, _| *key < 200);
    drop(map.clone());
    assert_eq!(map.drain().count(), 200);
    map
}

/// A span, sampled or not.
fn span(n: u8, sampled: bool) -> SpanContext {
    SpanContext { trace_id: [n; 16], span_id: [n; 8], sampled }
}

/// The histograms are of the episodes, one for one, and lead to the spans that were sampled.
#[test]
fn histograms_are_those_of_the_episodes() {
    let capture = Capture::install();
    let mut map = crate::collections::HashMap::new();
    for (n, sampled) in [(1, true), (2, false)] {
        crate::context::set_current(Some(span(n, sampled)));
        map = batched();
        map.reserve(10_000 * usize::from(n));
    }
    crate::context::set_current(None);
    map.extend((0..3).map(|key| (key, key)));
    let episodes = capture.episodes();
    let now = capture.snapshot();
    let [pauses, durations, sizes] = [
        &now.maps.iter().fold(Histogram::new(HistogramUnit::Seconds), |sum, map| merged(sum, &map.pauses)),
        &now.maps.iter().fold(Histogram::new(HistogramUnit::Seconds), |sum, map| merged(sum, &map.batch_durations)),
        &now.maps.iter().fold(Histogram::new(HistogramUnit::Entries), |sum, map| merged(sum, &map.batch_sizes)),
    ];
    let [mut of_pauses, mut of_durations] = [(); 2].map(|()| Histogram::new(HistogramUnit::Seconds));
    let mut of_sizes = Histogram::new(HistogramUnit::Entries);
    for episode in &episodes {
        let took = episode.duration.map(|it| u64::try_from(it.as_nanos()).expect("a short one"));
        let over = episode.start + episode.duration.unwrap_or_default();
        let timed = |into: &mut Histogram| took.into_iter().for_each(|took| into.record_in(took, over, episode.context));
        match &episode.kind {
            EpisodeKind::Grow { .. } | EpisodeKind::RehashInPlace { .. } => timed(&mut of_pauses),
            EpisodeKind::Batch { offered, removed, .. } => {
                timed(&mut of_durations);
                of_sizes.record_in(*offered.max(removed), over, episode.context);
            }
            _ => {}
        }
    }
    assert_eq!([pauses, durations, sizes], [&of_pauses, &of_durations, &of_sizes]);
    assert!(durations.count() < sizes.count(), "`drain` is not timed");
    assert_eq!(sizes.sum(), 2 * (100 + 200 + 250 + 200 + 200) + 3);
    for histogram in [pauses, durations, sizes] {
        let kept: Vec<_> = histogram.exemplars().into_iter().flatten().collect();
        assert!(!kept.is_empty() && kept.iter().all(|kept| kept.context == span(1, true)), "{kept:?}");
    }
}

fn merged(mut sum: Histogram, other: &Histogram) -> Histogram {
    sum.merge(other);
    sum
}

/// An episode that found the ring full is in the histograms all the same, with its span.
#[test]
fn lost_episodes_are_in_the_histograms() {
    let capture = Capture::with_ring_bytes(1 << 10);
    let mut map = crate::collections::HashMap::new();
    for key in 0..200_u32 {
        map.insert(key % 10, key);
    }
    crate::context::set_current(Some(span(7, true)));
    for _ in 0..50 {
        map.extend((0..1_000).map(|key| (key, key)));
        map.retain(|key, _| *key < 10);
        map.shrink_to_fit();
    }
    assert_eq!(map.drain().count(), 10);
    // Too small to be told, but for those that there was time to time: in `batches` alone.
    for _ in 0..200 {
        map.extend([(1, 1)]);
    }
    crate::context::set_current(None);
    let now = capture.snapshot();
    assert!(now.health.dropped[Cause::Full as usize] > 100, "{:?}", now.health);
    let site = now.map_at(file!()).expect("the map's site");
    let [up_to_one, _, _, large, ..] = site.batch_sizes.ladder();
    assert_eq!((site.batches, large, site.batch_sizes.sum()), (301, 100, 100_000 + up_to_one));
    assert_eq!((site.batch_durations.count(), site.batch_sizes.max()), (100 + up_to_one, Some(1_000)));
    assert!(up_to_one <= 64, "{up_to_one}");
    assert_eq!(site.pauses.ladder(), site.pause_buckets);
    assert!(site.pauses.count() >= 50, "{:?}", site.pauses);
    for histogram in [&site.pauses, &site.batch_durations, &site.batch_sizes] {
        let kept: Vec<_> = histogram.exemplars().into_iter().flatten().collect();
        assert!(!kept.is_empty() && kept.iter().all(|kept| kept.context == span(7, true)), "{kept:?}");
    }
}
