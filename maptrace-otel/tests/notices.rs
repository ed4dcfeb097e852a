//! A running collector tells its notices to the program's subscriber, and what that does with maps is nobody's news.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use maptrace_otel::TracingEvents;
use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{Episode, Sink, Snapshot, snapshot};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Keeps a traced map, as an application's subscriber may.
struct Log {
    told: Mutex<HashMap<u64, &'static str>>,
    tell: Mutex<Sender<&'static str>>,
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let name = event.metadata().name();
        let mut told = self.told.lock().expect("no panic");
        for number in 0..1_000 {
            told.insert(number, name);
        }
        told.clear();
        // Nobody listens any more when the test is over.
        let _ = self.tell.lock().expect("no panic").send(name);
    }
}

/// Takes no episode, and says when there was a snapshot.
struct Refuses(Sender<()>);

impl Sink for Refuses {
    fn episode(&mut self, _: &Episode) -> bool {
        false
    }

    fn snapshot(&mut self, _: &Arc<Snapshot>) {
        let _ = self.0.send(());
    }
}

#[test]
fn a_subscriber_with_traced_maps_causes_no_notice_by_what_it_is_told() {
    let (tell, told) = channel();
    let log = Log {
        told: Mutex::default(),
        tell: Mutex::new(tell),
    };
    tracing_subscriber::registry().with(log).init();
    let (looked, looks) = channel();
    let _guard = maptrace_runtime::builder()
        .sink(Refuses(looked))
        .sink(TracingEvents::new())
        .start();
    let mut map = HashMap::new();
    map.insert(0_u8, ());
    looks
        .recv_timeout(PATIENCE)
        .expect("a snapshot, to compare the next with");
    map.clear();
    assert_eq!(told.recv_timeout(PATIENCE), Ok("maptrace.export_loss"));

    let now = snapshot();
    // The map of this test alone: it was made, grew, was changed and cleared, and two of that were episodes.
    let maps: Vec<_> = now.maps.iter().filter(|map| map.created > 0).collect();
    assert_eq!(maps.len(), 1, "{maps:?}");
    assert_eq!((now.health.emitted, now.health.delivered), (4, 2), "{:?}", now.health);
}
