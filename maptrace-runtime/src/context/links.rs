//! Episodes that belong to several requests.

use std::marker::PhantomData;

use super::SpanContext;

/// Links that an episode has at most, as in OpenTelemetry's SDKs.
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
const MOST: usize = 128;

/// Until it is dropped, this thread's episodes are linked to the spans that were given to [`link`].
#[must_use = "dropped at once it links nothing"]
pub struct Linked {
    #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
    _scope: Option<crate::linked::Scope>,
    /// It holds on one thread.
    of_thread: PhantomData<*const ()>,
}

impl std::fmt::Debug for Linked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Linked").finish_non_exhaustive()
    }
}

/// Links the episodes that happen on this thread, while what it returns lives, to the spans of several requests: for a
/// worker that puts in at once what many requests have queued.
///
/// A request leaves the span it is in, [`current`](super::current), with what it queues. The worker hands over all of them, in
/// whatever order; spans that are given twice are one link. The episodes of a batch then are children of the span that
/// the worker is in, or the root of a trace of their own, with a link to each request, at most 128; how many more
/// there were is told as well. Spans of traces that are not sampled are not linked to, as they are nowhere to be found; if all
/// requests are such, and the worker has no span of its own, neither are the episodes exported.
///
/// Inside another such scope the inner one holds alone. A lifetime is only linked to where the map was dropped.
///
/// # What it costs
///
/// A lock of the collector's at both ends, and memory for each link, 40 bytes, until the collector has seen the episodes; past 16,384
/// links at a time they are counted only, and past as many scopes not even that. Without a [`Sink`](crate::Sink) or a capture, and with tracing off, nothing is
/// done at all.
///
/// # Examples
///
/// ```
/// use maptrace_runtime::PutAll;
/// use maptrace_runtime::collections::HashMap;
/// use maptrace_runtime::context::{SpanContext, current, link};
///
/// struct Queued {
///     key: String,
///     value: u64,
///     from: Option<SpanContext>,
/// }
///
/// // In each request:
/// let mut queue = Vec::new();
/// queue.push(Queued { key: "ann".to_owned(), value: 1, from: current() });
///
/// // In the worker:
/// let mut stock = HashMap::new();
/// let linked = link(queue.iter().map(|it| it.from));
/// stock.put_all(queue.into_iter().map(|it| (it.key, it.value)));
/// drop(linked);
/// ```
pub fn link<C: Into<Option<SpanContext>>>(spans: impl IntoIterator<Item = C>) -> Linked {
    #[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
    drop(spans);
    Linked {
        #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
        _scope: crate::linked::Scope::begin(|| collect(spans.into_iter().filter_map(Into::into))),
        of_thread: PhantomData,
    }
}

/// Each span once, sampled ones only; if there is none of these, one that is not sampled stands for all.
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
fn collect(spans: impl Iterator<Item = SpanContext>) -> crate::linked::Links {
    let mut kept: Vec<SpanContext> = Vec::new();
    let (mut dropped, mut unsampled) = (0, None);
    for span in spans {
        if !span.sampled {
            unsampled.get_or_insert(span);
        } else if kept.contains(&span) {
        } else if kept.len() < MOST {
            kept.push(span);
        } else {
            dropped += 1;
        }
    }
    if kept.is_empty() {
        kept.extend(unsampled);
    }
    crate::linked::Links {
        spans: kept.into(),
        dropped,
    }
}
