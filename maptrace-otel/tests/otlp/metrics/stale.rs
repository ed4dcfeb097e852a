//! Maps that are gone: their series end, and go on when they come back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use maptrace_otel::{HealthReader, OtlpExporter, Temporality};
use maptrace_runtime::{Health, MapSnapshot, Sink};
use opentelemetry_proto::tonic::metrics::v1::metric;

use super::backend::{metrics, series};
use super::{BEGAN, busy};
use crate::episodes::start;
use crate::server::{Behaviour, Request, Server};
use crate::snapshots::snapshot;
use crate::{exporter, soon};

const PATIENCE: Duration = Duration::from_secs(60);

struct Rig {
    server: Server,
    exporter: OtlpExporter,
    health: HealthReader,
}

impl Rig {
    fn new(temporality: Temporality, behave: impl Fn(usize) -> Behaviour + Send + Sync + 'static) -> Self {
        let server = Server::start(behave);
        let (exporter, health) = exporter(&server.url(), |otlp| {
            otlp.temporality(temporality).stale_after(PATIENCE)
        });
        Self {
            server,
            exporter,
            health,
        }
    }

    /// Pushes what the map is so many seconds after the start, and returns the request.
    fn push(&mut self, map: &MapSnapshot, seconds: u64) -> Request {
        let mut snapshot = Arc::unwrap_or_clone(snapshot(vec![map.clone(), idle()], Health::default()));
        snapshot.taken_at = start() + Duration::from_secs(seconds);
        let requests = self.server.requests().len();
        let health = self.health.read();
        self.exporter.snapshot(&Arc::new(snapshot));
        // The first one goes out at once, and a flush would push it again if it failed.
        if health.requests == 0 {
            crate::eventually(|| {
                let now = self.health.read();
                now.metric_pushes + now.metric_pushes_failed > 0
            });
        } else {
            self.exporter.flush(soon());
        }
        let mut new = self.server.requests().split_off(requests);
        assert_eq!(new.len(), 1);
        new.remove(0)
    }
}

/// Another map, which lives all the time and does nothing.
fn idle() -> MapSnapshot {
    let mut map = busy(2, "idle", 1);
    (map.live, map.freed) = (1, 4);
    map
}

/// A map that is gone, with batches, so that there is one of each kind of series.
fn gone() -> MapSnapshot {
    let mut map = busy(1, "sessions", 1);
    (map.live, map.created, map.freed, map.entries) = (0, 5, 5, 0);
    map.batch_sizes.record(40);
    map.batch_durations.record(4_000);
    map
}

/// The map's series in a request: those with a value, and those that end.
fn told(request: &Request) -> [BTreeSet<String>; 2] {
    let (mut values, mut ends) = (BTreeSet::new(), BTreeSet::new());
    let mut note = |name: &str, attributes: &[_], flags, has_value: bool| {
        let series = series(name, attributes);
        if series.contains("map=sessions") {
            assert_eq!(flags == 1, !has_value, "{series}");
            let set = if flags == 1 { &mut ends } else { &mut values };
            assert!(set.insert(series.clone()), "{series} twice");
        }
    };
    for metric in metrics(request) {
        match metric.data.expect("data") {
            metric::Data::Gauge(it) => {
                for point in &it.data_points {
                    note(&metric.name, &point.attributes, point.flags, point.value.is_some());
                }
            }
            metric::Data::Sum(it) => {
                for point in &it.data_points {
                    assert!(point.start_time_unix_nano >= BEGAN);
                    note(&metric.name, &point.attributes, point.flags, point.value.is_some());
                }
            }
            metric::Data::Histogram(it) => {
                for point in &it.data_points {
                    note(&metric.name, &point.attributes, point.flags, point.sum.is_some());
                }
            }
            metric::Data::ExponentialHistogram(it) => {
                for point in &it.data_points {
                    note(&metric.name, &point.attributes, point.flags, point.sum.is_some());
                }
            }
            metric::Data::Summary(_) => panic!("{}", metric.name),
        }
    }
    [values, ends]
}

fn none() -> BTreeSet<String> {
    BTreeSet::new()
}

#[test]
fn a_map_that_is_gone_ends_once_and_comes_back_with_its_totals() {
    let mut rig = Rig::new(Temporality::Cumulative, |_| Behaviour::ok());
    let mut map = gone();
    let [all, ends] = told(&rig.push(&map, 10));
    assert_eq!((all.len(), &ends), (27, &none()), "{all:?}");
    assert_eq!(told(&rig.push(&map, 69)), [all.clone(), none()]);
    assert_eq!(told(&rig.push(&map, 70)), [none(), all.clone()]);
    for seconds in [71, 140, 10_000] {
        assert_eq!(told(&rig.push(&map, seconds)), [none(), none()]);
    }
    // The same with one delete more, and as old as it is.
    map.totals.deletes_miss += 1;
    let back = rig.push(&map, 10_001);
    assert_eq!(told(&back), [all.clone(), none()]);
    let misses = metrics(&back).into_iter().find(|metric| metric.name == "map.delete");
    let Some(metric::Data::Sum(sum)) = misses.and_then(|metric| metric.data) else {
        panic!("deletes")
    };
    let miss = sum
        .data_points
        .iter()
        .find(|point| series("", &point.attributes).contains("map=sessions,result=miss"));
    let miss = miss.expect("misses");
    assert_eq!((super::backend::number(miss), miss.start_time_unix_nano), (5, BEGAN));
    // And it ends again.
    assert_eq!(told(&rig.push(&map, 10_061)), [none(), all]);
    assert_eq!(told(&rig.push(&map, 10_062)), [none(), none()]);
}

#[test]
fn a_map_that_lives_is_told_for_ever_whether_it_works_or_not() {
    let mut rig = Rig::new(Temporality::Cumulative, |_| Behaviour::ok());
    let mut map = gone();
    (map.live, map.freed) = (1, 4);
    let [all, _] = told(&rig.push(&map, 10));
    assert_eq!(told(&rig.push(&map, 10_000)), [all.clone(), none()]);
    // From when it is seen to be gone on.
    (map.live, map.freed) = (0, 5);
    assert_eq!(told(&rig.push(&map, 20_000)), [all.clone(), none()]);
    assert_eq!(told(&rig.push(&map, 20_059)), [all.clone(), none()]);
    assert_eq!(told(&rig.push(&map, 20_060)), [none(), all]);
}

#[test]
fn the_end_and_the_last_figures_are_told_until_the_server_has_them() {
    // The first push and that of the end are in vain.
    let mut rig = Rig::new(Temporality::Cumulative, |connection| match connection {
        0 | 2 => Behaviour::status("400 Bad Request", ""),
        _ => Behaviour::ok(),
    });
    let map = gone();
    let [all, _] = told(&rig.push(&map, 10));
    // Long past its time.
    assert_eq!(told(&rig.push(&map, 1_000)), [all.clone(), none()]);
    assert_eq!(told(&rig.push(&map, 1_001)), [none(), all.clone()]);
    assert_eq!(told(&rig.push(&map, 1_002)), [none(), all]);
    assert_eq!(told(&rig.push(&map, 1_003)), [none(), none()]);
}

#[test]
fn deltas_just_cease_and_levels_end() {
    let mut rig = Rig::new(Temporality::Delta, |_| Behaviour::ok());
    let mut map = gone();
    let [all, _] = told(&rig.push(&map, 10));
    let [levels, ends] = told(&rig.push(&map, 11));
    assert!(
        levels.len() == 8 && levels.is_subset(&all) && ends.is_empty(),
        "{levels:?}"
    );
    assert_eq!(told(&rig.push(&map, 70)), [none(), levels.clone()]);
    assert_eq!(told(&rig.push(&map, 71)), [none(), none()]);
    map.totals.deletes_miss += 1;
    let [back, ends] = told(&rig.push(&map, 72));
    assert_eq!((back.len(), ends), (levels.len() + 1, none()));
    assert!(back.contains("map.delete{map=sessions,result=miss,type=string_int}"));
}
