//! Notices arrive as log records, linked to their trace, and none goes uncounted.

use std::time::{Duration, Instant, SystemTime};

use maptrace_otel::ExporterHealth;
use maptrace_runtime::Sink;
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value};

use crate::episodes::{episode, grow};
use crate::notices::{loss, storm};
use crate::server::{Behaviour, Server};
use crate::spans::attributes;
use crate::{PATIENCE, eventually, exporter, returns, soon};

/// Accepted, exported, failed, queued, refused.
#[track_caller]
fn counts(health: &ExporterHealth) -> [u64; 5] {
    let [accepted, exported, failed, queued] = [
        health.logs_accepted,
        health.logs_exported,
        health.logs_failed,
        health.logs_queued,
    ];
    assert_eq!(accepted, exported + failed + queued, "{health:?}");
    [accepted, exported, failed, queued, health.logs_refused]
}

#[test]
fn a_notice_is_a_log_record_with_its_figures_and_its_span() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.resource_attribute("a", "b"));
    let before = SystemTime::now();
    exporter.notice(&storm());
    exporter.notice(&loss());
    assert_eq!(exporter.shutdown(soon()), 0);
    assert_eq!(counts(&health.read()), [2, 2, 0, 0, 0]);
    let [request] = &server.requests()[..] else {
        panic!("one request for both")
    };
    assert_eq!(request.path(), "/v1/logs");
    let resource = request.logs().resource_logs[0].resource.clone().expect("a resource");
    assert_eq!(attributes(&resource.attributes)["a"], "b");

    let [storm, loss] = &server.logs()[..] else {
        panic!("two records")
    };
    assert_eq!(storm.event_name, "map.delete_storm");
    assert_eq!(storm.time_unix_nano, 1_732_161_906_123_456_789);
    let observed = Duration::from_nanos(storm.observed_time_unix_nano);
    assert!(SystemTime::UNIX_EPOCH + observed + Duration::from_micros(1) >= before);
    assert_eq!((storm.severity_number, storm.severity_text.as_str()), (13, "WARN"));
    let body = |text: &str| {
        Some(AnyValue {
            value: Some(any_value::Value::StringValue(text.to_owned())),
        })
    };
    assert_eq!(
        storm.body,
        body("sessions: delete storm: 360k deletes at 120k/s for 3 s")
    );
    assert_eq!(
        (&storm.trace_id[..], &storm.span_id[..], storm.flags),
        (&[0xab; 16][..], &[0xcd; 8][..], 1)
    );
    let expected = "map.name=sessions map.type=string_int map.kind=HashMap code.file.path=src/shop.rs code.line.number=7 \
                    code.function.name=shop::Cart::new map.deletes=360000 map.deletes.rate=120000.5 map.duration=3 maptrace.notice.state=began \
                    maptrace.notice.suppressed=7";
    let expected = expected
        .split_whitespace()
        .map(|pair| pair.split_once('=').expect("a pair"));
    let expected = expected
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(attributes(&storm.attributes), expected);

    assert_eq!(loss.event_name, "maptrace.export_loss");
    assert_eq!((loss.severity_number, loss.severity_text.as_str()), (9, "INFO"));
    assert_eq!(loss.body, body("maptrace: exporters deliver again"));
    assert_eq!(
        (&loss.trace_id[..], &loss.span_id[..], loss.flags),
        (&[][..], &[][..], 0)
    );
    let all: Vec<_> = attributes(&loss.attributes).into_iter().collect();
    assert_eq!(all, [("maptrace.notice.state".to_owned(), "ended".to_owned())]);
}

#[test]
fn a_span_that_is_not_sampled_is_not_linked() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| otlp);
    let mut notice = storm();
    notice.context.as_mut().expect("a span").sampled = false;
    exporter.notice(&notice);
    assert_eq!(exporter.flush(soon()), 0);
    let [record] = &server.logs()[..] else {
        panic!("one record, without a shutdown")
    };
    assert_eq!((record.trace_id.len(), record.span_id.len(), record.flags), (0, 0, 0));
}

#[test]
fn notices_are_sent_without_a_flush() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.span_delay(Duration::from_millis(1)));
    exporter.notice(&storm());
    eventually(|| health.read().logs_exported == 1);
    assert_eq!(server.logs().len(), 1);
}

#[test]
fn logs_have_an_endpoint_and_a_switch_of_their_own() {
    let (server, elsewhere) = (Server::start(|_| Behaviour::ok()), Server::start(|_| Behaviour::ok()));
    let own = format!("{}/take/logs", elsewhere.url());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.logs_endpoint(&own).header("x-a", "b"));
    exporter.notice(&storm());
    assert!(exporter.episode(&episode(grow())));
    assert_eq!(exporter.shutdown(soon()), 0);
    let [request] = &elsewhere.requests()[..] else {
        panic!("one request")
    };
    assert_eq!(request.path(), "/take/logs");
    assert!(request.head.contains("x-a: b\r\n"), "{}", request.head);
    assert_eq!(
        (server.spans().len(), server.logs().len(), counts(&health.read())[1]),
        (1, 0, 1)
    );

    let (mut off, health) = crate::exporter(&server.url(), |otlp| otlp.logs(false));
    off.notice(&storm());
    assert_eq!(off.shutdown(soon()), 0);
    assert_eq!(counts(&health.read()), [0; 5]);
    assert_eq!(server.logs().len(), 0);
}

#[test]
fn what_the_server_does_not_take_has_failed() {
    let partial = ExportLogsPartialSuccess {
        rejected_log_records: 1,
        error_message: "too old".to_owned(),
    };
    let partial = Behaviour::protobuf(&ExportLogsServiceResponse {
        partial_success: Some(partial),
    });
    let server = Server::start(move |connection| match connection {
        0 => partial.clone(),
        _ => Behaviour::status("400 Bad Request", ""),
    });
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp);
    exporter.notice(&storm());
    exporter.notice(&storm());
    assert_eq!(exporter.flush(soon()), 0);
    let now = health.read();
    assert_eq!(counts(&now), [2, 1, 1, 0, 0]);
    let error = now.last_error.expect("an error");
    assert!(error.contains("rejected 1 of 2 log records: too old"), "{error}");
    exporter.notice(&storm());
    assert_eq!(exporter.shutdown(soon()), 0);
    assert_eq!(counts(&health.read()), [3, 1, 2, 0, 0]);
    // No episode was lost by it, or a notice that tells of losses would cause the next one.
    assert_eq!(exporter.failed(), 0);
    exporter.notice(&storm());
    assert_eq!(counts(&health.read()), [3, 1, 2, 0, 1]);
}

#[test]
fn notices_that_nobody_takes_are_bounded() {
    let server = Server::start(|_| Behaviour::Silent);
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.timeout(PATIENCE));
    for _ in 0..2_000 {
        exporter.notice(&storm());
        counts(&health.read());
    }
    let [accepted, exported, failed, queued, refused] = counts(&health.read());
    assert_eq!([accepted, exported, failed, queued, refused], [1_024, 0, 0, 1_024, 976]);
    returns(move || {
        assert_eq!(exporter.shutdown(Instant::now()), 0, "no episode is left");
        exporter
    });
    assert_eq!(counts(&health.read()), [1_024, 0, 1_024, 0, 976]);
}

/// A map's name may be of any length; what is made of it is not.
#[test]
fn a_sentence_of_a_megabyte_is_cut() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| otlp);
    let mut notice = storm();
    notice.body = "\u{e9}".repeat(1 << 20);
    exporter.notice(&notice);
    assert_eq!(exporter.shutdown(soon()), 0);
    assert!(server.requests()[0].body.len() < 8_192);
}
