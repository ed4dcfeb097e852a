//! Real maps: what they did, the test has counted itself.

use std::sync::Arc;

use maptrace_otel::Temporality;
use maptrace_runtime::collections::HashMap;
use maptrace_runtime::context::{self, SpanContext};
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{EpisodeKind, Sink};

use super::backend::Backend;
use crate::server::{Behaviour, Server};
use crate::{exporter, soon};

/// What the only map's metric with this label has come to.
fn of(backend: &Backend, metric: &str, label: &str) -> u64 {
    let mut all = backend.numbers.keys();
    let series = all.find(|series| series.starts_with(&format!("{metric}{{")) && series.contains(label));
    series.map_or(0, |series| backend.number(series))
}

#[test]
fn a_program_s_own_counts_arrive() {
    for temporality in [Temporality::Cumulative, Temporality::Delta, Temporality::LowMemory] {
        let capture = Capture::install();
        // Every third request is refused.
        let server = Server::start(|connection| match connection % 3 {
            1 => Behaviour::status("400 Bad Request", ""),
            _ => Behaviour::ok(),
        });
        let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.temporality(temporality));
        let request = SpanContext {
            trace_id: [0x1b; 16],
            span_id: [0x2c; 8],
            sampled: true,
        };
        let (mut new, mut replaced, mut hits, mut misses, mut batched) = (0, 0, 0, 0, 0);
        let mut map = HashMap::new();
        for round in 0..10_u32 {
            context::set_current(Some(request));
            for key in 0..1_000 {
                match map.insert(key + round * 500, round) {
                    None => new += 1,
                    Some(_) => replaced += 1,
                }
            }
            for key in 0..100 {
                match map.remove(&(key * 7)) {
                    Some(_) => hits += 1,
                    None => misses += 1,
                }
            }
            let before = map.len() as u64;
            map.extend((1_000_000..1_000_200 + round).map(|key| (key, 0)));
            let offered = u64::from(200 + round);
            new += map.len() as u64 - before;
            replaced += offered - (map.len() as u64 - before);
            batched += offered;
            context::set_current(None);
            exporter.snapshot(&Arc::new(capture.snapshot()));
            exporter.flush(soon());
        }
        let pushes = health.read().metric_pushes;
        while health.read().metric_pushes < pushes + 1 {
            exporter.snapshot(&Arc::new(capture.snapshot()));
            exporter.flush(soon());
        }
        assert!(health.read().metric_pushes_failed > 2, "{:?}", health.read());
        let taken = server.requests().into_iter().enumerate().filter(|(i, _)| i % 3 != 1);
        let backend = Backend::from_real(taken.map(|(_, request)| request));
        for (metric, label, own) in [
            ("map.assign", "result=new", new),
            ("map.assign", "result=replaced", replaced),
            ("map.delete", "result=hit", hits),
            ("map.delete", "result=miss", misses),
            ("map.batch", "", 10),
            ("map.entries", "", map.len() as u64),
            ("map.created", "", 1),
        ] {
            assert_eq!(of(&backend, metric, label), own, "{metric} {label} {temporality:?}");
        }
        let snapshot = capture.snapshot();
        let site = snapshot.map_at(file!()).expect("the map's site");
        assert_eq!((site.batch_sizes.count(), site.batch_sizes.sum()), (10, batched));
        let episodes = capture.episodes();
        let timed = episodes.iter().filter(|episode| {
            matches!(
                episode.kind,
                EpisodeKind::Grow { .. } | EpisodeKind::RehashInPlace { .. }
            ) && episode.duration.is_some()
        });
        assert_eq!(site.pauses.count(), timed.count() as u64);
        let labels = format!("map={},type={}", site.site.name, site.site.type_label);
        backend.check_histogram(
            ["map.grow.duration", "map.grow.duration.exponential", &labels],
            &site.pauses,
        );
        backend.check_histogram(
            ["map.batch.size", "map.batch.size.exponential", &labels],
            &site.batch_sizes,
        );
        let exemplars: Vec<_> = backend
            .explicit
            .values()
            .flat_map(|points| points.points.values())
            .flat_map(|point| &point.exemplars)
            .collect();
        assert!(!exemplars.is_empty());
        for exemplar in exemplars {
            assert_eq!(
                (&exemplar.trace_id[..], &exemplar.span_id[..]),
                (&[0x1b; 16][..], &[0x2c; 8][..])
            );
        }
    }
}
