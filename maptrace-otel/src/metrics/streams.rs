//! What the server has confirmed, series by series.
//!
//! A delta is the difference to what the server has: it is worked out against what was confirmed, and only a
//! confirmation moves that. So what one request of a push failed to deliver is in the next push, and what another one
//! delivered is not.

use std::collections::HashMap;

use maptrace_runtime::Histogram;

/// One series of one metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) metric: usize,
    /// The row and which of its points, or the one of all that are too many.
    pub(super) slot: Slot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    Row {
        number: u32,
        point: u8,
    },
    Overflow,
    /// maptrace about itself, by the place of the point.
    Health(usize),
}

/// What the server has of a series. Only what is needed is kept: of a total, nothing.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The sum of the deltas that were confirmed.
    pub(super) value: u64,
    pub(super) histogram: Option<Histogram>,
    /// The end of the last of them, or of the last push that had nothing to say: where the next one begins.
    pub(super) since: u64,
    /// When the last exemplar that was confirmed was seen.
    pub(super) exemplars: u64,
    /// It was said that there is no value any more.
    pub(super) gone: bool,
}

/// What a confirmed point changes.
#[derive(Debug)]
pub(crate) struct Update {
    pub(super) key: Key,
    pub(super) change: Change,
}

#[derive(Debug)]
pub(super) enum Change {
    /// Nothing: the next one says it all again.
    Nothing,
    /// The server has so much now, up to this moment.
    Value { value: u64, at: u64 },
    Histogram {
        /// Unless it was a total.
        has: Option<(Histogram, u64)>,
        exemplars: u64,
    },
    /// It knows that there is no value any more.
    Gone,
}

impl Update {
    /// Whether to send the same again if it is not known what became of it: a delta that the server has taken already
    /// can then be told by its times, and one with other times would count twice.
    pub(super) fn is_delta(&self) -> bool {
        match &self.change {
            Change::Value { .. } => true,
            Change::Histogram { has, .. } => has.is_some(),
            Change::Nothing | Change::Gone => false,
        }
    }
}

/// All streams. At most as many as there are series: 2,001 of each metric.
#[derive(Default)]
pub(super) struct Streams {
    known: HashMap<Key, Stream>,
}

impl Streams {
    /// A series of deltas, of which the first one begins at `since`.
    pub(super) fn delta(&mut self, key: Key, since: u64) -> &mut Stream {
        self.known.entry(key).or_insert_with(|| Stream {
            since,
            ..Stream::default()
        })
    }

    pub(super) fn exemplars_until(&self, key: Key) -> u64 {
        self.known.get(&key).map_or(0, |stream| stream.exemplars)
    }

    pub(super) fn is_gone(&self, key: Key) -> bool {
        self.known.get(&key).is_some_and(|stream| stream.gone)
    }

    /// There is a value again.
    pub(super) fn is_back(&mut self, key: Key) {
        if let Some(stream) = self.known.get_mut(&key) {
            stream.gone = false;
        }
    }

    /// A point was confirmed.
    pub(super) fn confirm(&mut self, update: Update) {
        match update.change {
            Change::Nothing => {}
            Change::Value { value, at } => {
                let stream = self.known.entry(update.key).or_default();
                (stream.value, stream.since) = (value, at);
            }
            Change::Histogram {
                has: None,
                exemplars: 0,
            } => {}
            Change::Histogram { has, exemplars } => {
                let stream = self.known.entry(update.key).or_default();
                stream.exemplars = stream.exemplars.max(exemplars);
                if let Some((histogram, at)) = has {
                    (stream.histogram, stream.since) = (Some(histogram), at);
                }
            }
            Change::Gone => self.known.entry(update.key).or_default().gone = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Stream};

    #[test]
    fn a_series_takes_little_beside_its_histogram() {
        // A name has 12 counters and 6 histograms, of which each two share their buckets; the table is half empty at times.
        let known = 18 * 2 * size_of::<(Key, Stream)>();
        assert!(known + 3 * 1_920 <= 9 * 1_024, "{known}");
    }
}
