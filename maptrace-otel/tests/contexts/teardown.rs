//! Maps that are changed and dropped while a thread's locals are destroyed, OpenTelemetry's context among them: asking for
//! it then would panic.

use std::cell::RefCell;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use maptrace_runtime::collections::HashMap;
use opentelemetry::trace::Tracer as _;

use crate::{grown, start, tracer};

const NAME: &str = "is torn down";

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Works on its map when it is destroyed.
#[derive(Default)]
struct Late(Option<HashMap<usize, usize>>);

impl Drop for Late {
    fn drop(&mut self) {
        let Some(map) = &mut self.0 else { return };
        crate::fill(map, 2_000);
        map.retain(|n, _| n % 2 == 0);
        map.clear();
    }
}

thread_local! {
    static LATE: RefCell<Late> = RefCell::default();
    static LAST: RefCell<Option<HashMap<usize, usize>>> = const { RefCell::new(None) };
}

fn on_a_thread(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .name(NAME.to_owned())
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("it does not panic");
}

#[test]
fn nobody_is_asked_who_is_gone() {
    static ONCE: Once = Once::new();
    start();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some(NAME) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            before(info);
        }));
    });
    let work = || tracer(true).in_span("request", |_| drop(grown(3)));
    // The map is destroyed last, first, and last on a thread that has asked before it had a map.
    on_a_thread(move || {
        LATE.with_borrow_mut(|late| late.0 = Some(grown(4)));
        work();
    });
    on_a_thread(move || {
        work();
        LATE.with_borrow_mut(|late| late.0 = Some(grown(4)));
    });
    on_a_thread(move || {
        LATE.with_borrow_mut(|late| late.0 = None);
        work();
        LATE.with_borrow_mut(|late| late.0 = Some(HashMap::new()));
    });
    // The map is another thread's, and its end is the first that happens to any map on this one.
    let other = grown(5);
    on_a_thread(move || {
        LAST.set(Some(other));
        tracer(true).in_span("request", |_| ());
    });
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}
