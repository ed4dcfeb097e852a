//! Whose child an episode is, if several know an active span. Sources are for ever, so this process has one test for them.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::cell::{Cell, RefCell};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::context::{SpanContext, add_source, current, publish, restore, set_current};
use maptrace_runtime::testing::Capture;

fn span(n: u8) -> SpanContext {
    SpanContext {
        trace_id: [n; 16],
        span_id: [n; 8],
        sampled: n.is_multiple_of(2),
    }
}

thread_local! {
    static FIRST: Cell<Option<SpanContext>> = const { Cell::new(None) };
    static SECOND: Cell<Option<SpanContext>> = const { Cell::new(None) };
    static MAP: RefCell<HashMap<usize, ()>> = RefCell::new(HashMap::new());
    static ASKED: Cell<usize> = const { Cell::new(0) };
    static PANICKED: Cell<usize> = const { Cell::new(0) };
}

fn first() -> Option<SpanContext> {
    FIRST.get()
}

fn second() -> Option<SpanContext> {
    SECOND.get()
}

/// A source with a traced map of its own, which grows while it is asked.
fn grows() -> Option<SpanContext> {
    ASKED.set(ASKED.get() + 1);
    MAP.with_borrow_mut(|map| map.extend((map.len()..map.len() + 10).map(|n| (n, ()))));
    None
}

fn panics() -> Option<SpanContext> {
    PANICKED.set(PANICKED.get() + 1);
    panic!("asked in vain");
}

/// The context of the only episode that `work` causes.
fn episode_of(work: impl FnOnce()) -> Option<SpanContext> {
    let capture = Capture::install();
    work();
    let episodes = capture.episodes();
    let [episode] = &episodes[..] else {
        panic!("{episodes:?}")
    };
    episode.context
}

fn grow() {
    let mut map = HashMap::<u8, u8>::new();
    map.reserve(1_000);
    // Its end would be a second episode.
    std::mem::forget(map);
}

fn the_inner_one_counts() {
    assert_eq!(episode_of(grow), None);
    SECOND.set(Some(span(2)));
    assert_eq!(episode_of(grow), Some(span(2)));
    FIRST.set(Some(span(1)));
    assert_eq!(episode_of(grow), Some(span(1)), "the one that was added first");
    // Inside what the first one knows.
    let before = publish(span(3));
    assert_eq!(episode_of(grow), Some(span(3)));
    FIRST.set(Some(span(4)));
    assert_eq!(episode_of(grow), Some(span(4)), "it became active later");
    let inner = publish(span(5));
    assert_eq!(current(), Some(span(5)));
    restore(inner);
    assert_eq!(current(), Some(span(4)));
    FIRST.set(None);
    assert_eq!(current(), Some(span(2)), "the second's is another than the one around");
    SECOND.set(None);
    assert_eq!(current(), Some(span(3)));
    restore(before);
    assert_eq!(episode_of(grow), None);
    assert_eq!(set_current(Some(span(6))), None);
    assert_eq!(set_current(None), Some(span(6)));
    assert_eq!(current(), None);
}

#[test]
#[cfg(target_os = "linux")]
fn an_episode_has_the_name_of_its_thread() {
    let capture = Capture::install();
    // One after the other, so that the later have the earlier ones' rings.
    for name in [Some("worker"), Some("a name that is cut"), None] {
        let handle = capture.handle();
        let work = move || {
            let _entered = handle.enter();
            let mut map = HashMap::new();
            map.insert(1, 1);
        };
        let thread = name.map_or_else(std::thread::Builder::new, |name| {
            std::thread::Builder::new().name(name.to_owned())
        });
        thread.spawn(work).expect("a thread").join().expect("it does not panic");
        drop(capture.snapshot());
    }
    let episodes = capture.episodes();
    let names: Vec<_> = episodes.iter().map(|episode| episode.thread_name.as_deref()).collect();
    let [grow, free, cut_grow, cut_free, unnamed @ ..] = &names[..] else {
        panic!("{names:?}")
    };
    assert_eq!([grow, free], [&Some("worker"); 2]);
    assert_eq!([cut_grow, cut_free], [&Some("a name that is "); 2]);
    // A thread without a name has that of the one that made it.
    assert_eq!(unnamed, [episodes[4].thread_name.as_deref(); 2]);
    let numbers: Vec<_> = episodes.iter().map(|episode| episode.thread).collect();
    assert!(
        numbers.iter().all(|number| *number == numbers[0]),
        "the ring went from one to the next"
    );
}

#[test]
fn sources_are_asked_in_order_and_do_no_harm() {
    for source in [first, second, first, second] {
        assert!(add_source(source));
    }
    the_inner_one_counts();

    // What a source does to maps belongs to no span, and ends.
    assert!(add_source(grows));
    // A thread's first event asks each once more.
    grow();
    let asked = ASKED.get();
    grow();
    assert_eq!(ASKED.get() - asked, 1);
    MAP.with_borrow(|map| assert!(map.len() >= 10));

    // One that panics is asked once on each thread, and the others all the same.
    assert!(add_source(panics));
    for _ in 0..2 {
        let asks = || {
            for _ in 0..3 {
                SECOND.set(Some(span(2)));
                grow();
                assert_eq!(current(), Some(span(2)));
                SECOND.set(None);
                grow();
                assert_eq!(current(), None);
            }
            assert_eq!(PANICKED.get(), 1);
        };
        std::thread::spawn(asks).join().expect("it does not panic");
    }
    assert!(!add_source(|| None), "there are four");
}
