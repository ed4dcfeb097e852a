//! Where in a ring events begin, as its consumer leaves behind: a word cannot be told from what stands behind a head. For those
//! who look at a ring from aside, as a panic dump does, or from outside, in a recording. Without either this is nothing.

#[cfg(all(
    any(feature = "guard", all(feature = "flight", target_os = "linux")),
    not(maptrace_loom)
))]
mod kept {
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Places in a ring at which an event is known to begin.
    pub(crate) const MARKS: usize = 8;

    /// An index at which an event begins, and when the consumer had read all before it.
    #[repr(C)]
    struct Mark {
        index: AtomicU64,
        at: AtomicU64,
    }

    /// Of each eighth of the ring the first place where an event was seen to begin, as long as it is not written over. The
    /// consumer's own, to be read by others. In a fixed order, as it may lie in a file: [`flight`](crate::flight).
    #[repr(C)]
    pub(in crate::ring) struct Marks {
        /// When the consumer last found something, in nanoseconds.
        found: AtomicU64,
        marks: [Mark; MARKS],
    }

    impl Marks {
        pub(in crate::ring) fn new(first: u64) -> Self {
            let mark = |_| Mark {
                index: AtomicU64::new(first),
                at: AtomicU64::new(0),
            };
            Self {
                found: AtomicU64::new(0),
                marks: std::array::from_fn(mark),
            }
        }

        /// An event begins here, in a ring of so many slots. Consumer only.
        #[inline]
        pub(in crate::ring) fn add(&self, index: u64, slots: usize, came: &Came) {
            let shift = (slots / MARKS).max(1).trailing_zeros();
            let mark = &self.marks[(index >> shift) as usize % MARKS];
            // Relaxed: each is a place where an event begins, in whatever order they are seen. A reader from outside finds what
            // was stored before the process ended.
            if mark.index.load(Ordering::Relaxed) >> shift != index >> shift {
                mark.at.store(came.0.load(Ordering::Relaxed), Ordering::Relaxed);
                mark.index.store(index, Ordering::Relaxed);
            }
        }

        /// The consumer has found something. Consumer only.
        #[inline]
        pub(in crate::ring) fn found(&self, came: &Came) {
            self.found.store(came.0.load(Ordering::Relaxed), Ordering::Relaxed);
        }

        /// The places that are known, in no order.
        #[cfg(feature = "guard")]
        pub(in crate::ring) fn indices(&self) -> impl Iterator<Item = u64> + Clone {
            self.marks.iter().map(|mark| mark.index.load(Ordering::Relaxed))
        }
    }

    /// When the consumer has come, as it said, in nanoseconds. Its own.
    pub(in crate::ring) struct Came(AtomicU64);

    impl Came {
        pub(in crate::ring) const fn new() -> Self {
            Self(AtomicU64::new(0))
        }

        #[inline]
        pub(in crate::ring) fn set(&self, now: u64) {
            self.0.store(now, Ordering::Relaxed);
        }
    }
}

#[cfg(not(all(
    any(feature = "guard", all(feature = "flight", target_os = "linux")),
    not(maptrace_loom)
)))]
mod kept {
    pub(in crate::ring) struct Marks;

    impl Marks {
        pub(in crate::ring) const fn new(_first: u64) -> Self {
            Self
        }

        #[inline]
        pub(in crate::ring) const fn add(&self, _index: u64, _slots: usize, _came: &Came) {}

        #[inline]
        pub(in crate::ring) const fn found(&self, _came: &Came) {}
    }

    pub(in crate::ring) struct Came;

    impl Came {
        pub(in crate::ring) const fn new() -> Self {
            Self
        }

        #[inline]
        #[cfg_attr(maptrace_loom, expect(dead_code, reason = "the models have no clock"))]
        pub(in crate::ring) const fn set(&self, _now: u64) {}
    }
}

#[cfg(all(feature = "flight", target_os = "linux", not(maptrace_loom)))]
pub(crate) use kept::MARKS;
pub(super) use kept::{Came, Marks};
