//! How much a piece of code did to maps.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::ops::{Add, AddAssign};
use std::pin::pin;
use std::time::Duration;

/// What was done to traced maps, by single operations and by batches alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapWork {
    /// Assigns: entries put in, new or in the place of others.
    pub assigns: u64,
    /// Deletes, of keys that were there and of those that were not.
    pub deletes: u64,
    /// Entries removed by `clear`, which are no deletes.
    pub cleared: u64,
    /// Time of grows and rehashes in place. Those of fewer than 28 entries are not all timed, see
    /// [`Episode::duration`](crate::Episode::duration).
    pub pause: Duration,
}

impl MapWork {
    /// Whether nothing was done.
    #[must_use]
    #[inline]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
    #[inline]
    fn since(self, before: Self) -> Self {
        Self {
            assigns: self.assigns.wrapping_sub(before.assigns),
            deletes: self.deletes.wrapping_sub(before.deletes),
            cleared: self.cleared.wrapping_sub(before.cleared),
            pause: self.pause.saturating_sub(before.pause),
        }
    }
}

impl Add for MapWork {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            assigns: self.assigns.saturating_add(other.assigns),
            deletes: self.deletes.saturating_add(other.deletes),
            cleared: self.cleared.saturating_add(other.cleared),
            pause: self.pause.saturating_add(other.pause),
        }
    }
}

impl AddAssign for MapWork {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Counts what this thread does to traced maps from when it [begins](Work::begin) on.
///
/// Exact, whether operations are sampled, events lost, or maps past the cap: what it says is what the totals of
/// a [`snapshot`](crate::snapshot) have become more. Of other threads it knows nothing; see [`work_of`] for futures, which go
/// from thread to thread. Several may be counting at once, one in the other or not.
///
/// # What it costs
///
/// The code of the operations is what it always is. From the first `Work` of the process on each thread looks at the words that
/// it has written to its ring, when it is asked and a quarter of a ring at a time at the latest: under three nanoseconds
/// an operation. To begin and end costs some 40 nanoseconds beside that. With tracing off it does nothing.
///
/// # Examples
///
/// ```
/// use maptrace_runtime::collections::HashMap;
/// use maptrace_runtime::context::Work;
///
/// let mut stock = HashMap::new();
/// let work = Work::begin();
/// stock.insert("pear", 3);
/// stock.remove("fig");
/// let done = work.end();
/// # #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
/// assert_eq!((done.assigns, done.deletes), (1, 1));
/// ```
#[derive(Debug)]
#[must_use = "work is counted to be asked for"]
pub struct Work {
    #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
    before: MapWork,
    /// It is of one thread.
    of_thread: PhantomData<*const ()>,
}

impl Work {
    /// Begins to count.
    #[inline]
    pub fn begin() -> Self {
        Self {
            #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
            before: crate::work::so_far(),
            of_thread: PhantomData,
        }
    }

    /// What was done until now.
    #[inline]
    #[must_use]
    pub fn so_far(&self) -> MapWork {
        #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
        return crate::work::so_far().since(self.before);
        #[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
        MapWork::default()
    }

    /// What was done in all.
    #[inline]
    #[must_use]
    pub fn end(self) -> MapWork {
        self.so_far()
    }

    /// What was done until now, and begins anew.
    #[inline]
    #[must_use]
    pub fn lap(&mut self) -> MapWork {
        #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
        {
            let now = crate::work::so_far();
            now.since(std::mem::replace(&mut self.before, now))
        }
        #[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
        MapWork::default()
    }
}

/// Runs a future, on whatever threads, and says what it did to traced maps while it was polled.
///
/// What it spawns is not its own. The cost is that of a [`Work`] for each poll.
///
/// # Examples
///
/// ```
/// # use std::pin::pin;
/// # use std::task::{Context, Poll, Waker};
/// use maptrace_runtime::collections::HashMap;
/// use maptrace_runtime::context::work_of;
///
/// let request = async {
///     let mut seen = HashMap::new();
///     seen.insert("ann", 1);
///     seen.len()
/// };
/// let counted = work_of(request);
/// # let mut counted = pin!(counted);
/// # let Poll::Ready((answer, done)) = counted.as_mut().poll(&mut Context::from_waker(Waker::noop())) else { panic!() };
/// // let (answer, done) = counted.await;
/// assert_eq!(answer, 1);
/// # #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
/// assert_eq!(done.assigns, 1);
/// ```
pub async fn work_of<F: Future>(future: F) -> (F::Output, MapWork) {
    let mut future = pin!(future);
    let mut sum = MapWork::default();
    let output = poll_fn(|context| {
        let work = Work::begin();
        let polled = future.as_mut().poll(context);
        sum += work.end();
        polled
    });
    let output = output.await;
    (output, sum)
}
