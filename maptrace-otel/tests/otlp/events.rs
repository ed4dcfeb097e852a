//! Notices become events of `tracing`, with every figure they have.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use maptrace_otel::TracingEvents;
use maptrace_runtime::{Notice, NoticeKind, Sink};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::notices::{loss, storm};

#[derive(Clone, Debug, Default)]
struct Told {
    name: &'static str,
    target: &'static str,
    level: Option<Level>,
    fields: BTreeMap<&'static str, String>,
    /// Whether it belongs to whatever span is active.
    contextual: bool,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Told>>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut told = Told {
            name: metadata.name(),
            target: metadata.target(),
            level: Some(*metadata.level()),
            contextual: event.is_contextual(),
            ..Told::default()
        };
        event.record(&mut told);
        self.0.lock().expect("no panic").push(told);
    }
}

fn told(notices: &[Notice]) -> Vec<Told> {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(log.clone());
    tracing::subscriber::with_default(subscriber, || {
        for notice in notices {
            TracingEvents::new().notice(notice);
        }
    });
    log.0.lock().expect("no panic").clone()
}

#[test]
fn a_notice_is_an_event_with_its_figures_and_its_trace() {
    let [storm, loss] = &told(&[storm(), loss()])[..] else {
        panic!("two events")
    };
    assert_eq!(
        (storm.name, storm.target, storm.level),
        ("map.delete_storm", "maptrace", Some(Level::WARN))
    );
    assert!(!storm.contextual);
    let expected = [
        ("map.deletes", "360000"),
        ("map.deletes.rate", "120000.5"),
        ("map.duration", "3.0"),
        ("map.kind", "HashMap"),
        ("map.name", "sessions"),
        ("map.type", "string_int"),
        ("message", "sessions: delete storm: 360k deletes at 120k/s for 3 s"),
        ("span_id", "cdcdcdcdcdcdcdcd"),
        ("state", "began"),
        ("suppressed", "7"),
        ("trace_id", "abababababababababababababababab"),
    ];
    let fields: Vec<_> = storm
        .fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(fields, expected);

    assert_eq!((loss.name, loss.level), ("maptrace.export_loss", Some(Level::INFO)));
    let fields: Vec<_> = loss
        .fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        fields,
        [("message", "maptrace: exporters deliver again"), ("state", "ended")]
    );
}

#[test]
fn a_span_that_is_not_sampled_is_not_named() {
    let mut notice = storm();
    notice.context.as_mut().expect("a span").sampled = false;
    let [told] = &told(&[notice])[..] else {
        panic!("one event")
    };
    assert!(
        !told.fields.contains_key("trace_id") && !told.fields.contains_key("span_id"),
        "{told:?}"
    );
}

#[test]
fn each_kind_has_its_name() {
    let notices: Vec<_> = NoticeKind::ALL.map(|kind| Notice::new(kind, "")).into();
    let names: Vec<_> = told(&notices).iter().map(|told| told.name).collect();
    assert_eq!(names, NoticeKind::ALL.map(NoticeKind::event_name));
}
