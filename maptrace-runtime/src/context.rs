//! The span that is active on this thread, so that an episode can become its child.
//!
//! A tracing integration calls [`set_current`] whenever a span is entered or left. Only episodes read it; single
//! operations never do.

use std::cell::Cell;

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

thread_local! {
    static CURRENT: Cell<Option<SpanContext>> = const { Cell::new(None) };
}

/// Makes `context` the active span of this thread and returns the one before it.
///
/// Costs a thread-local swap of 32 bytes. The caller restores the previous context when the span is left.
/// While the thread's locals are being destroyed it does nothing.
pub fn set_current(context: Option<SpanContext>) -> Option<SpanContext> {
    CURRENT.try_with(|cell| cell.replace(context)).unwrap_or(None)
}

/// The active span of this thread.
#[must_use]
pub fn current() -> Option<SpanContext> {
    CURRENT.try_with(Cell::get).unwrap_or(None)
}
