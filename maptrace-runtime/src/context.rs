//! The span that is active on this thread, so that an episode can become its child.
//!
//! A tracing integration either [publishes](publish) a span when it is entered and puts back the one before when it is
//! left, or is a [source](add_source) that is asked. Only episodes ask; single operations never do.
//!
//! Where both know a span, the inner one counts: a source's, if it became active after the published one was published,
//! else the published one. Of several sources the one that was added first counts, if it knows a span at all.

use std::cell::Cell;

mod links;
mod sources;
mod work;

pub use links::{Linked, link};
pub use sources::add_source;
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
pub(crate) use sources::prepare;
pub use work::{MapWork, Work, work_of};

/// The identity of a span, as W3C Trace Context has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpanContext {
    /// The trace, never all zero.
    pub trace_id: [u8; 16],
    /// The span, never all zero.
    pub span_id: [u8; 8],
    /// Whether the trace is sampled. Episodes of a trace that is not sampled are counted but not exported.
    pub sampled: bool,
}

/// What was published on a thread: what [`publish`] returns, for [`restore`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    span: Option<SpanContext>,
    /// What the sources knew then. What they know besides is inside `span`.
    around: Option<SpanContext>,
}

thread_local! {
    static PUBLISHED: Cell<Published> = const { Cell::new(Published { span: None, around: None }) };
}

/// Makes `span` the active span of this thread and returns what was published before, to be [restored](restore) when the
/// span is left.
///
/// Costs a thread-local swap of 64 bytes; with [sources](add_source), one question to them. While the thread's locals are
/// being destroyed it does nothing.
///
/// # Examples
///
/// ```
/// use maptrace_runtime::context::{SpanContext, current, publish, restore};
///
/// let span = SpanContext { trace_id: [1; 16], span_id: [2; 8], sampled: true };
/// let before = publish(span);
/// assert_eq!(current(), Some(span));
/// restore(before);
/// assert_eq!(current(), None);
/// ```
#[inline]
pub fn publish(span: SpanContext) -> Published {
    replace(Published {
        span: Some(span),
        around: sources::ask(true),
    })
}

/// Puts back what was published before.
#[inline]
pub fn restore(before: Published) {
    replace(before);
}

#[inline]
fn replace(published: Published) -> Published {
    PUBLISHED.try_with(|cell| cell.replace(published)).unwrap_or_default()
}

/// Makes `context` the active span of this thread, or none, and returns the one that was published before it.
///
/// As [`publish`], but what is given back with the span before is taken to be inside whatever the sources know then: with
/// sources, and where spans are nested, use [`publish`] and [`restore`].
#[inline]
pub fn set_current(context: Option<SpanContext>) -> Option<SpanContext> {
    match context {
        Some(span) => publish(span),
        None => replace(Published::default()),
    }
    .span
}

/// The active span of this thread.
#[must_use]
#[inline]
pub fn current() -> Option<SpanContext> {
    active(true)
}

/// The active span. `anew`: whether sources that were never asked on this thread may be, which may be too late if the
/// thread is at its end.
pub(crate) fn active(anew: bool) -> Option<SpanContext> {
    let published = PUBLISHED.try_with(Cell::get).unwrap_or_default();
    match sources::ask(anew) {
        found @ Some(_) if published.span.is_none() || published.around != found => found,
        _ => published.span,
    }
}
