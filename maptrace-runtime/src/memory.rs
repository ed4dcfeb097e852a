//! Memory that may not be had.
//!
//! What std takes for a `Box`, a `String` or a `Vec` ends the process if there is none: no business of ours in the threads of a
//! host. What is taken there and by the collector, whatever comes in, is asked for here, and what it was for is done without.
#![expect(unsafe_code, reason = "std has no box on stable that may be refused")]

use std::alloc::{Layout, alloc, dealloc};
use std::fmt;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

/// Memory of this layout; null if there is none.
fn take(layout: Layout) -> *mut u8 {
    if layout.size() == 0 {
        // Nothing is, anywhere.
        return ptr::without_provenance_mut(layout.align());
    }
    // SAFETY: it is of more than no bytes, as was just asked.
    unsafe { alloc(layout) }
}

/// Room for one, if there is any.
pub(crate) fn room<T>() -> Option<Box<MaybeUninit<T>>> {
    let at = take(Layout::new::<T>());
    if at.is_null() {
        return None;
    }
    // SAFETY: it came from the allocator that boxes have, with their layout, and nothing need be in it.
    Some(unsafe { Box::from_raw(at.cast()) })
}

/// A box with what `make` makes, which is called only if there is memory.
pub(crate) fn boxed<T>(make: impl FnOnce() -> T) -> Option<Box<T>> {
    let at = take(Layout::new::<T>()).cast::<T>();
    if at.is_null() {
        return None;
    }
    // SAFETY: there is memory for it, aligned so, which is nobody else's.
    unsafe { at.write(make()) };
    // SAFETY: it came from the allocator that boxes have, with their layout, and there is a value in it.
    Some(unsafe { Box::from_raw(at) })
}

/// Whether there is such memory, before std takes it in a way that has no other answer: it is given back, and is what an allocator
/// gives this thread next.
pub(crate) fn is_room_for(layout: Layout) -> bool {
    // Or the compiler takes out both, to take memory and to give it back.
    let at = std::hint::black_box(take(layout));
    let is_there = !at.is_null();
    if is_there && layout.size() > 0 {
        // SAFETY: it was taken with this layout, and nobody has it.
        unsafe { dealloc(at, layout) };
    }
    is_there
}

/// As [`boxed`], for what has many owners: std cannot be asked for that.
pub(crate) fn shared<T>(value: T) -> Option<Arc<T>> {
    // The value behind its two counts.
    if is_room_for(Layout::new::<(usize, usize, T)>()) {
        Some(Arc::new(value))
    } else {
        None
    }
}

/// A text that may not be whole, if there was no memory for all that was added.
pub(crate) struct Text {
    text: String,
    is_whole: bool,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self {
            text: String::new(),
            is_whole: true,
        }
    }

    pub(crate) fn of(text: &str) -> Self {
        let mut copy = Self::new();
        copy.add(text);
        copy
    }

    pub(crate) fn add(&mut self, part: &str) {
        // As much as is asked for, the first time: most are written at once.
        let asked = if self.text.is_empty() {
            self.text.try_reserve_exact(part.len())
        } else {
            self.text.try_reserve(part.len())
        };
        if asked.is_ok() {
            self.text.push_str(part);
        } else {
            self.is_whole = false;
        }
    }

    pub(crate) fn add_char(&mut self, c: char) {
        self.add(c.encode_utf8(&mut [0; 4]));
    }

    /// What was added, as far as there was memory.
    pub(crate) fn so_far(&self) -> &str {
        &self.text
    }

    /// All that was added, if there was memory for it.
    pub(crate) fn whole(self) -> Option<String> {
        if self.is_whole { Some(self.text) } else { None }
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.add(part);
        Ok(())
    }
}
