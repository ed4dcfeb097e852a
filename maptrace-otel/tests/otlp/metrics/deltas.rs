//! Whatever becomes of requests, a backend ends up with the service's own totals.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use maptrace_otel::{Otlp, Temporality};
use maptrace_runtime::Sink;
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::metrics::v1::metric;

use super::backend::{Backend, metrics, number};
use super::service::{Chance, Service};
use crate::server::{Behaviour, Request, Server};
use crate::{exporter, soon};

const ALL: [Temporality; 3] = [Temporality::Cumulative, Temporality::Delta, Temporality::LowMemory];

/// What a server does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Takes it.
    None,
    /// Takes it, but the answer is lost.
    Unconfirmed,
    /// Says that it is no good.
    Refused,
    /// Says that it is too long.
    TooLarge,
    /// Says that it is overloaded.
    Busy,
    /// Hangs up and has not taken it.
    Deaf,
}

impl Fault {
    fn behaviour(self) -> Behaviour {
        match self {
            Self::None => Behaviour::ok(),
            Self::Unconfirmed | Self::Deaf => Behaviour::Answer(Vec::new()),
            Self::Refused => Behaviour::status("400 Bad Request", ""),
            Self::TooLarge => Behaviour::status("413 Content Too Large", ""),
            Self::Busy => Behaviour::status("503 Service Unavailable", ""),
        }
    }
}

/// A server that has faults as chance wants, for as long as it is told to.
struct Faulty {
    server: Server,
    /// The requests that it took, whether it said so or not.
    taken: Arc<Mutex<Vec<Request>>>,
    well: Arc<AtomicBool>,
}

impl Faulty {
    /// With every fault.
    fn start(seed: u64) -> Self {
        Self::start_with(
            seed,
            &[
                Fault::Unconfirmed,
                Fault::Refused,
                Fault::TooLarge,
                Fault::TooLarge,
                Fault::Busy,
                Fault::Deaf,
            ],
        )
    }

    /// With these faults, each in one of ten requests.
    fn start_with(seed: u64, faults: &'static [Fault]) -> Self {
        let (taken, well) = (Arc::<Mutex<Vec<Request>>>::default(), Arc::<AtomicBool>::default());
        let (takes, cured) = (Arc::clone(&taken), Arc::clone(&well));
        let chance = Mutex::new(Chance::new(seed));
        let server = Server::start_with(move |_, request| {
            let drawn = chance.lock().expect("chance").below(10);
            let fault = faults.get(usize::try_from(drawn).expect("below 10"));
            let fault = fault
                .filter(|_| !cured.load(Ordering::SeqCst))
                .copied()
                .unwrap_or(Fault::None);
            if matches!(fault, Fault::None | Fault::Unconfirmed) {
                takes.lock().expect("what it took").push(request.clone());
            }
            fault.behaviour()
        });
        Self { server, taken, well }
    }

    fn cure(&self) {
        self.well.store(true, Ordering::SeqCst);
    }

    fn taken(&self) -> Vec<Request> {
        self.taken.lock().expect("what it took").clone()
    }
}

/// No time for a second attempt, so that each fault is a failed push.
fn impatient(otlp: Otlp, temporality: Temporality) -> Otlp {
    otlp.temporality(temporality).timeout(Duration::from_millis(100))
}

#[test]
fn totals_are_exact_whatever_fails() {
    for temporality in ALL {
        for seed in 0..6 {
            let faulty = Faulty::start(seed);
            let (mut exporter, health) = exporter(&faulty.server.url(), |otlp| impatient(otlp, temporality));
            let mut service = Service::new(seed, 9);
            for _ in 0..25 {
                service.work();
                exporter.snapshot(&service.snapshot());
                exporter.flush(soon());
            }
            assert!(health.read().metric_pushes_failed > 3, "{:?}", health.read());
            faulty.cure();
            let pushes = health.read().metric_pushes;
            service.work();
            while health.read().metric_pushes == pushes {
                exporter.snapshot(&service.snapshot());
                exporter.flush(soon());
            }
            service.check(&Backend::of(faulty.taken()));
        }
    }
}

/// What waits on disk is with the server in the end, and is not in the next delta.
#[cfg(feature = "spool")]
#[test]
fn deltas_in_the_spool_are_exact_as_well() {
    let faulty = Faulty::start_with(1, &[Fault::Unconfirmed, Fault::Busy, Fault::Busy, Fault::Deaf]);
    let dir = tempfile::tempdir().expect("a folder");
    let (mut exporter, health) = exporter(&faulty.server.url(), |otlp| {
        impatient(otlp, Temporality::Delta).spool(dir.path(), 64 * 1024 * 1024)
    });
    let mut service = Service::new(1, 6);
    for _ in 0..20 {
        service.work();
        exporter.snapshot(&service.snapshot());
        exporter.flush(soon());
    }
    let spooled = health.read();
    assert!(
        spooled.metric_pushes_spooled > 0 && spooled.metric_pushes_failed == 0,
        "{spooled:?}"
    );
    faulty.cure();
    crate::eventually(|| health.read().spool_requests == 0);
    exporter.snapshot(&service.snapshot());
    exporter.flush(soon());
    assert_eq!(health.read().spool_requests, 0);
    service.check(&Backend::of(faulty.taken()));
}

#[test]
fn each_kind_has_the_temporality_that_the_specification_says() {
    for (temporality, counters, histograms) in [
        (Temporality::Cumulative, false, false),
        (Temporality::Delta, true, true),
        (Temporality::LowMemory, false, true),
    ] {
        let server = Server::start(|_| Behaviour::ok());
        let (mut exporter, _) = exporter(&server.url(), |otlp| otlp.temporality(temporality));
        let mut service = Service::new(7, 3);
        for _ in 0..5 {
            service.work();
            exporter.snapshot(&service.snapshot());
            assert_eq!(exporter.flush(soon()), 0);
        }
        let backend = Backend::of(server.requests());
        service.check(&backend);
        for (series, points) in &backend.numbers {
            // What falls as well as rises, and gauges.
            let level = [
                "map.instances",
                "map.entries",
                "map.capacity",
                "map.tombstones",
                "map.memory",
            ];
            let level = level.iter().any(|name| series.starts_with(name))
                || [
                    "maptrace.rings",
                    "maptrace.memory",
                    "maptrace.instances",
                    "maptrace.events.delivered",
                ]
                .iter()
                .any(|name| series.starts_with(name))
                || series.contains("queued");
            assert_eq!(points.delta, counters && !level, "{series}");
        }
        let all = backend.explicit.values().map(|points| points.delta);
        assert!(
            all.chain(backend.exponential.values().map(|points| points.delta))
                .all(|delta| delta == histograms)
        );
        assert!(backend.explicit.len() >= 6 && backend.exponential.len() >= 6);
    }
}

#[test]
fn a_series_without_a_change_has_no_delta_and_the_next_begins_where_that_ended() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| otlp.temporality(Temporality::Delta));
    let mut service = Service::new(1, 1);
    let mut push = |service: &mut Service, more: u64| {
        let before = service.maps.clone();
        service.work();
        service.maps = before;
        service.maps[0].totals.assigns_new += more;
        exporter.snapshot(&service.snapshot());
        assert_eq!(exporter.flush(soon()), 0);
    };
    for more in [5, 0, 7, 0] {
        push(&mut service, more);
    }
    let second = 1_000_000_000;
    let backend = Backend::of(server.requests());
    let points = &backend.numbers["map.assign{map=map0,result=new,type=a_b}"].points;
    let points: Vec<_> = points
        .iter()
        .map(|(&(end, start), point)| {
            (
                (start - super::BEGAN) / second,
                (end - super::BEGAN) / second,
                number(point),
            )
        })
        .collect();
    assert_eq!(points, [(0, 1, 5), (2, 3, 7)]);
    // Nothing but what has a value of its own is told again.
    let last = server.requests().pop().expect("a push");
    for metric in metrics(&last) {
        match metric.data.expect("data") {
            metric::Data::Sum(sum) if sum.is_monotonic => {
                assert!(metric.name.starts_with("maptrace."), "{}", metric.name)
            }
            metric::Data::Histogram(_) | metric::Data::ExponentialHistogram(_) => panic!("{}", metric.name),
            _ => {}
        }
    }
}

/// What the server says that it did not take is not sent again, as the protocol wants it, and counted.
#[test]
fn rejected_points_are_counted_and_not_sent_again() {
    let server = Server::start(|connection| {
        if connection > 0 {
            return Behaviour::ok();
        }
        Behaviour::protobuf(&ExportMetricsServiceResponse {
            partial_success: Some(ExportMetricsPartialSuccess {
                rejected_data_points: 3,
                error_message: "no".to_owned(),
            }),
        })
    });
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.temporality(Temporality::Delta));
    let mut service = Service::new(3, 4);
    service.work();
    for _ in 0..2 {
        exporter.snapshot(&service.snapshot());
        assert_eq!(exporter.flush(soon()), 0);
    }
    assert_eq!(
        (health.read().metric_points_rejected, health.read().metric_pushes),
        (3, 2)
    );
    service.check(&Backend::of(server.requests()));
}

/// More series than an instrument may have: what does not fit is one, and is no less exact.
#[test]
fn the_overflow_is_exact_as_well() {
    for temporality in ALL {
        let refused = 1;
        let server = Server::start(move |connection| match connection {
            _ if connection == refused => Behaviour::status("400 Bad Request", ""),
            _ => Behaviour::ok(),
        });
        let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.temporality(temporality));
        let mut service = Service::new(5, 2_600);
        let mut halves = [0, 0];
        for half in &mut halves {
            service.work();
            exporter.snapshot(&service.snapshot());
            exporter.flush(soon());
            *half = service.total(|map| map.totals.assigns_new);
        }
        // Whether the first half was pushed again before the second one came is a matter of luck.
        let health = health.read();
        assert!(
            health.metric_pushes >= 1 && health.metric_pushes_failed == 1,
            "{health:?}"
        );
        assert!(halves[0] < halves[1]);
        let mut requests = server.requests();
        requests.remove(refused);
        let backend = Backend::of(requests);
        for (metric, own) in [
            (
                "map.assign",
                service.total(|map| map.totals.assigns_new + map.totals.assigns_replaced),
            ),
            ("map.created", service.total(|map| map.created)),
            ("map.entries", service.total(|map| map.entries)),
            ("map.grow", service.total(|map| map.grows)),
        ] {
            assert_eq!(backend.total(metric), own, "{metric}");
            let series = backend
                .numbers
                .keys()
                .filter(|series| series.starts_with(&format!("{metric}{{")));
            assert!(series.count() <= 2_001, "{metric}");
        }
        assert!(backend.numbers.contains_key("map.assign{otel.metric.overflow=true}"));
        let batches = backend
            .explicit
            .iter()
            .filter(|(series, _)| series.starts_with("map.batch.size{"));
        assert!(batches.clone().count() <= 2_001);
        assert!(
            backend
                .explicit
                .contains_key("map.batch.size{otel.metric.overflow=true}")
        );
        let counted: u64 = batches
            .map(|(_, points)| {
                let mut points = points.points.values().map(|point| point.count);
                if temporality == Temporality::Cumulative {
                    points.next_back().unwrap_or(0)
                } else {
                    points.sum()
                }
            })
            .sum();
        assert_eq!(counted, service.total(|map| map.batch_sizes.count()));
    }
}
