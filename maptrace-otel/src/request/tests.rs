use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsPartialSuccess;
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, HistogramDataPoint, NumberDataPoint, ResourceMetrics, ScopeMetrics,
};
use prost::Message as _;

use super::*;
use crate::episodes::{episode, grow};
use crate::proto;

const DELTA: i32 = AggregationTemporality::Delta as i32;

fn traces(episodes: usize) -> Request {
    let resource = proto::resource(&Default::default(), 1).expect("randomness");
    let episodes = vec![episode(grow()); episodes];
    Request::Traces(crate::spans::request(&episodes, &resource, true).expect("randomness"))
}

/// A request with the data in one metric each.
fn metrics(data: Vec<metric::Data>) -> Request {
    let metrics = data.into_iter().enumerate().map(|(index, data)| Metric {
        name: format!("metric.{index}"),
        unit: "s".to_owned(),
        data: Some(data),
        ..Metric::default()
    });
    Request::Metrics(ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(proto::resource(&Default::default(), 1).expect("randomness")),
            scope_metrics: vec![ScopeMetrics {
                scope: Some(proto::scope()),
                metrics: metrics.collect(),
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    })
}

fn sum(points: u64) -> metric::Data {
    metric::Data::Sum(Sum {
        data_points: (0..points)
            .map(|point| NumberDataPoint {
                time_unix_nano: point,
                ..NumberDataPoint::default()
            })
            .collect(),
        aggregation_temporality: DELTA,
        is_monotonic: true,
    })
}

fn histogram(points: u64) -> metric::Data {
    metric::Data::Histogram(Histogram {
        data_points: (0..points)
            .map(|count| HistogramDataPoint {
                count,
                ..HistogramDataPoint::default()
            })
            .collect(),
        aggregation_temporality: DELTA,
    })
}

/// Halves until nothing can be halved any more.
fn pieces(request: Request) -> Vec<Request> {
    match request.halved() {
        Ok([first, second]) => [pieces(first), pieces(second)].concat(),
        Err(whole) => vec![whole],
    }
}

#[test]
fn halves_have_all_spans_in_their_order_and_the_resource() {
    let request = traces(7);
    let Request::Traces(whole) = request.clone() else {
        panic!("spans")
    };
    let pieces = pieces(request);
    assert_eq!(pieces.len(), 7);
    for (index, piece) in pieces.iter().enumerate() {
        assert_eq!((piece.items(), piece.encoded_len()), (1, piece.encode().len()));
        let Request::Traces(piece) = piece else { panic!("spans") };
        let mut expected = whole.clone();
        let spans = &mut expected.resource_spans[0].scope_spans[0].spans;
        *spans = vec![spans[index].clone()];
        assert_eq!(*piece, expected);
    }
}

#[test]
fn halves_have_all_points_and_what_the_metric_says_of_them() {
    let request = metrics(vec![sum(5), histogram(3), sum(1)]);
    assert_eq!(request.items(), 9);
    let pieces = pieces(request);
    assert_eq!(pieces.len(), 9);
    let mut seen = Vec::new();
    for piece in pieces {
        let Request::Metrics(piece) = piece else {
            panic!("metrics")
        };
        let [resource] = &piece.resource_metrics[..] else {
            panic!("one resource")
        };
        assert!(resource.resource.is_some() && resource.scope_metrics[0].scope.is_some());
        let [metric] = &resource.scope_metrics[0].metrics[..] else {
            panic!("one metric")
        };
        assert_eq!(metric.unit, "s");
        match metric.data.as_ref().expect("data") {
            metric::Data::Sum(data) => {
                assert_eq!((data.aggregation_temporality, data.is_monotonic), (DELTA, true));
                seen.push((metric.name.clone(), data.data_points[0].time_unix_nano));
            }
            metric::Data::Histogram(data) => {
                assert_eq!(data.aggregation_temporality, DELTA);
                seen.push((metric.name.clone(), data.data_points[0].count));
            }
            other => panic!("{other:?}"),
        }
    }
    let expected = [(0, 5), (1, 3), (2, 1)];
    let expected = expected.map(|(index, points)| (0..points).map(move |point| (format!("metric.{index}"), point)));
    assert_eq!(seen, expected.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn what_a_server_says_of_its_losses_is_held_to_what_it_was_sent() {
    let answer = |rejected_data_points| {
        ExportMetricsServiceResponse {
            partial_success: Some(ExportMetricsPartialSuccess {
                rejected_data_points,
                error_message: "old".to_owned(),
            }),
        }
        .encode_to_vec()
    };
    for (said, rejected) in [(0, 0), (3, 3), (9, 9), (10, 9), (-1, 0), (i64::MAX, 9)] {
        let partial = Signal::Metrics.partial(&answer(said), 9).expect("an answer");
        assert_eq!(
            (partial.rejected, partial.message.as_str()),
            (rejected, "old"),
            "{said}"
        );
    }
    for signal in [Signal::Traces, Signal::Metrics, Signal::Logs] {
        assert_eq!(signal.partial(&[], 9).expect("nothing said"), Partial::default());
        signal.partial(&[0x7f], 9).expect_err("garbage");
    }
}
