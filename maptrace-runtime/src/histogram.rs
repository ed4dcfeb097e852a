//! How durations and sizes are spread: a base-2 exponential histogram and a classic ladder of the same values.
//!
//! The exponential histogram is the one of [OpenTelemetry's data model][model]: bucket `i` at scale `s` holds what is in
//! `(base^i, base^(i + 1)]` with `base = 2^(2^-s)`, zeros are counted apart, and as [its SDKs][sdk] do it starts at scale
//! 20 and halves its resolution whenever its values would need more than 160 buckets.
//!
//! A value's bucket is worked out at scale 20 and shifted from there, and the scale is the largest at which the smallest
//! and the largest value are less than 160 buckets apart. So neither depends on the order in which values came, and
//! merging two histograms gives, to the bucket, the one that had all their values.
//!
//! [model]: https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
//! [sdk]: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#base2-exponential-bucket-histogram-aggregation

use std::sync::Arc;
use std::time::SystemTime;

use crate::context::SpanContext;
use crate::memory::{boxed, shared};
use crate::snapshot::PAUSE_BOUNDS;

/// Buckets of the exponential histogram, at most.
pub(crate) const MAX_BUCKETS: usize = 160;
/// The finest scale: 2^20 buckets to each power of two.
pub(crate) const MAX_SCALE: i32 = 20;
/// Buckets of the ladder, the one without a bound included.
const RUNGS: usize = PAUSE_BOUNDS.len() + 1;

/// Upper bounds of the ladder of [`MapSnapshot::batch_sizes`](crate::MapSnapshot::batch_sizes), in entries.
pub const BATCH_SIZE_BOUNDS: [u64; RUNGS - 1] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// What a [`Histogram`] counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HistogramUnit {
    /// Durations: values are whole nanoseconds, and buckets are of seconds.
    Seconds,
    /// Numbers of entries.
    Entries,
}

impl HistogramUnit {
    /// Upper bounds of the ladder, as values: [`PAUSE_BOUNDS`] or [`BATCH_SIZE_BOUNDS`].
    #[must_use]
    pub const fn bounds(self) -> &'static [u64; RUNGS - 1] {
        match self {
            Self::Seconds => &PAUSE_BOUNDS,
            Self::Entries => &BATCH_SIZE_BOUNDS,
        }
    }

    /// A value in the unit: nanoseconds in seconds, entries as they are.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "what a float is for; below 2^53 it is exact")]
    pub fn in_unit(self, value: u64) -> f64 {
        match self {
            Self::Seconds => value as f64 / 1e9,
            Self::Entries => value as f64,
        }
    }
}

/// One value of a histogram, and the span it was seen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exemplar {
    /// The value: nanoseconds or entries, as the histogram's.
    pub value: u64,
    /// When the episode was over.
    pub time: SystemTime,
    /// The span that was active then; its trace is sampled.
    pub context: SpanContext,
}

/// How values of one site are spread.
///
/// An empty one takes 16 bytes; one with values 1.4 KiB, and 0.5 KiB more if it has exemplars. A clone shares them until
/// one of the two changes.
///
/// # Examples
///
/// ```
/// use maptrace_runtime::{Histogram, HistogramUnit};
///
/// let mut sizes = Histogram::new(HistogramUnit::Entries);
/// for entries in [3, 3, 700] {
///     sizes.record(entries);
/// }
/// assert_eq!((sizes.count(), sizes.sum(), sizes.min(), sizes.max()), (3, 706, Some(3), Some(700)));
/// // Up to 1, 10, 100, 1,000, ... entries.
/// assert_eq!(sizes.ladder(), [0, 2, 0, 1, 0, 0, 0, 0, 0]);
/// let buckets = sizes.buckets();
/// // 3 and 700 are 7.9 powers of two apart, so 16 buckets for each of these fit into 160.
/// assert_eq!((buckets.scale, buckets.counts[0]), (4, 2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    unit: HistogramUnit,
    /// None before the first value. Shared with the snapshots that were taken since the last one.
    data: Option<Arc<Data>>,
}

/// The exponential buckets of a [`Histogram`]; see [OpenTelemetry's data model][model].
///
/// [model]: https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Buckets<'a> {
    /// `base = 2^(2^-scale)`; 20 at most.
    pub scale: i32,
    /// Values that are zero.
    pub zero: u64,
    /// The index of the first of `counts`.
    pub offset: i32,
    /// Counts of the buckets from `offset` on, at most 160: `counts[i]` values were above `base^(offset + i)`, up to and
    /// including `base^(offset + i + 1)`.
    pub counts: &'a [u64],
}

type Exemplars = [Option<Exemplar>; RUNGS];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Data {
    count: u64,
    sum: u64,
    min: u64,
    max: u64,
    ladder: [u64; RUNGS],
    zero: u64,
    scale: i32,
    /// The index of `counts[0]`, and how many of them are in use.
    offset: i32,
    len: usize,
    counts: [u64; MAX_BUCKETS],
    /// Programs without tracing have none.
    exemplars: Option<Box<Exemplars>>,
}

impl Data {
    const EMPTY: Self = Self {
        count: 0,
        sum: 0,
        min: u64::MAX,
        max: 0,
        ladder: [0; RUNGS],
        zero: 0,
        scale: MAX_SCALE,
        offset: 0,
        len: 0,
        counts: [0; MAX_BUCKETS],
        exemplars: None,
    };

    /// Makes room for the buckets `low..=high` of scale `scale`, at the largest scale at which there is any.
    fn cover(&mut self, scale: i32, low: i32, high: i32) {
        let common = self.scale.min(scale);
        let (mut low, mut high) = (low >> (scale - common), high >> (scale - common));
        if self.len > 0 {
            low = low.min(self.offset >> (self.scale - common));
            high = high.max((self.offset + self.last()) >> (self.scale - common));
        }
        let mut halvings = 0;
        while ((high >> halvings) - (low >> halvings)) as usize >= MAX_BUCKETS {
            halvings += 1;
        }
        self.downscale(common - halvings);
        (low, high) = (low >> halvings, high >> halvings);
        if self.len == 0 {
            self.offset = low;
        }
        // Those in use move up by as many as there are to be before them.
        let before = (self.offset - low) as usize;
        if before > 0 {
            self.counts.copy_within(..self.len, before);
            self.counts[..before].fill(0);
            self.offset = low;
        }
        self.len = (high - low) as usize + 1;
    }

    fn last(&self) -> i32 {
        self.len as i32 - 1
    }

    /// Puts the counts of adjacent buckets together until the scale is `scale`.
    fn downscale(&mut self, scale: i32) {
        let shift = self.scale - scale;
        self.scale = scale;
        if shift == 0 || self.len == 0 {
            return;
        }
        let offset = self.offset >> shift;
        let last = (((self.offset + self.last()) >> shift) - offset) as usize;
        for i in 0..self.len {
            let count = std::mem::take(&mut self.counts[i]);
            // Never after `i`, so nothing is put where it is yet to be taken from.
            let to = (((self.offset + i as i32) >> shift) - offset) as usize;
            self.counts[to] += count;
        }
        (self.offset, self.len) = (offset, last + 1);
    }

    fn add(&mut self, unit: HistogramUnit, value: u64) {
        self.count = self.count.saturating_add(1);
        self.sum = self.sum.saturating_add(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        let rung = &mut self.ladder[rung(unit, value)];
        *rung = rung.saturating_add(1);
        if value == 0 {
            self.zero = self.zero.saturating_add(1);
            return;
        }
        let index = index(unit.in_unit(value));
        self.cover(MAX_SCALE, index, index);
        let bucket = &mut self.counts[((index >> (MAX_SCALE - self.scale)) - self.offset) as usize];
        *bucket = bucket.saturating_add(1);
    }

    fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.saturating_add(other.sum);
        self.zero = self.zero.saturating_add(other.zero);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        for rung in 0..RUNGS {
            self.ladder[rung] = self.ladder[rung].saturating_add(other.ladder[rung]);
        }
        if other.len > 0 {
            self.cover(other.scale, other.offset, other.offset + other.last());
            let shift = other.scale - self.scale;
            for i in 0..other.len {
                let bucket = &mut self.counts[(((other.offset + i as i32) >> shift) - self.offset) as usize];
                *bucket = bucket.saturating_add(other.counts[i]);
            }
        }
        if let Some(theirs) = &other.exemplars {
            for rung in 0..RUNGS {
                if let Some(exemplar) = theirs[rung] {
                    self.keep(rung, exemplar);
                }
            }
        }
    }

    /// Takes off what was there before.
    #[inline]
    fn subtract(&mut self, before: &Self) {
        self.count = self.count.saturating_sub(before.count);
        self.sum = self.sum.saturating_sub(before.sum);
        self.zero = self.zero.saturating_sub(before.zero);
        for (rest, n) in self.ladder.iter_mut().zip(&before.ladder) {
            *rest = rest.saturating_sub(*n);
        }
        // Not known of the rest.
        (self.min, self.max) = (Self::EMPTY.min, Self::EMPTY.max);
        if before.len > 0 {
            self.cover(before.scale, before.offset, before.offset + before.last());
            let shift = before.scale - self.scale;
            for (i, n) in before.counts[..before.len].iter().enumerate() {
                let bucket = &mut self.counts[(((before.offset + i as i32) >> shift) - self.offset) as usize];
                *bucket = bucket.saturating_sub(*n);
            }
        }
        if let (Some(rest), Some(before)) = (&mut self.exemplars, &before.exemplars) {
            for (rest, before) in rest.iter_mut().zip(before.iter()) {
                if *rest == *before {
                    *rest = None;
                }
            }
        }
    }

    /// The latest of a rung is the one that is kept.
    fn keep(&mut self, rung: usize, exemplar: Exemplar) {
        if self.exemplars.is_none() {
            self.exemplars = boxed(|| [None; RUNGS]);
        }
        let Some(all) = &mut self.exemplars else { return };
        let kept = &mut all[rung];
        if kept.is_none_or(|kept| kept.time <= exemplar.time) {
            *kept = Some(exemplar);
        }
    }
}

impl Histogram {
    /// Without a value yet. Allocates nothing.
    #[must_use]
    pub const fn new(unit: HistogramUnit) -> Self {
        Self { unit, data: None }
    }

    /// One more value: nanoseconds or entries. The first one allocates, and so does the first after a clone; without memory a
    /// value is left out.
    pub fn record(&mut self, value: u64) {
        let unit = self.unit;
        if let Some(own) = self.own() {
            own.add(unit, value);
        }
    }

    /// One more value that was seen in a span. If its trace is not sampled the span is not kept, as it leads nowhere.
    pub fn record_in(&mut self, value: u64, time: SystemTime, context: Option<SpanContext>) {
        self.record(value);
        if let Some(context) = context.filter(|context| context.sampled) {
            let rung = rung(self.unit, value);
            if let Some(own) = self.own() {
                own.keep(rung, Exemplar { value, time, context });
            }
        }
    }

    /// Adds the values of another one. Of exemplars for the same bucket the later one is kept.
    pub fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.unit, other.unit, "nanoseconds are no entries");
        match (&self.data, &other.data) {
            (_, None) => {}
            (None, Some(data)) => self.data = Some(Arc::clone(data)),
            (Some(_), Some(data)) => {
                if let Some(own) = self.own() {
                    own.merge(data);
                }
            }
        }
    }

    /// What came since `before`, an earlier state of this histogram. Its smallest and its largest value are not known, and
    /// its exemplars are those that are new.
    #[must_use]
    #[inline]
    pub fn since(&self, before: &Self) -> Self {
        let mut rest = self.clone();
        if let Some(before) = &before.data
            && rest.data.is_some()
            && let Some(rest) = rest.own()
        {
            rest.subtract(before);
        }
        rest
    }

    /// The values, of this one alone; `None` if there is no memory for them.
    fn own(&mut self) -> Option<&mut Data> {
        let data = match &mut self.data {
            Some(data) => data,
            none => none.insert(shared(Data::EMPTY)?),
        };
        if Arc::get_mut(data).is_none() {
            let exemplars = match &data.exemplars {
                Some(all) => boxed(|| **all),
                None => None,
            };
            *data = shared(Data { exemplars, ..**data })?;
        }
        Arc::get_mut(data)
    }

    fn data(&self) -> &Data {
        static NOTHING: Data = Data::EMPTY;
        self.data.as_deref().unwrap_or(&NOTHING)
    }

    /// What values are counted in.
    #[must_use]
    #[inline]
    pub const fn unit(&self) -> HistogramUnit {
        self.unit
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.data().count
    }

    /// Whether there is none.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Their sum: nanoseconds or entries, to the unit.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.data().sum
    }

    /// The smallest, if it is known.
    #[must_use]
    #[inline]
    pub fn min(&self) -> Option<u64> {
        let data = self.data();
        (data.min <= data.max).then_some(data.min)
    }

    /// The largest, if it is known.
    #[must_use]
    pub fn max(&self) -> Option<u64> {
        let data = self.data();
        (data.min <= data.max).then_some(data.max)
    }

    /// How many values there are up to each of [`HistogramUnit::bounds`] and above the bound before; the last bucket has
    /// no bound. Not cumulative.
    #[must_use]
    pub fn ladder(&self) -> [u64; RUNGS] {
        self.data().ladder
    }

    /// By bucket of the [`ladder`](Self::ladder), the latest value that was seen in a sampled span.
    #[must_use]
    #[inline]
    pub fn exemplars(&self) -> [Option<Exemplar>; RUNGS] {
        self.data().exemplars.as_deref().copied().unwrap_or_default()
    }

    /// The exponential buckets. Of [`HistogramUnit::Seconds`] they are of seconds.
    #[must_use]
    #[inline]
    pub fn buckets(&self) -> Buckets<'_> {
        let data = self.data();
        Buckets {
            scale: data.scale,
            zero: data.zero,
            offset: data.offset,
            counts: &data.counts[..data.len],
        }
    }
}

/// The bucket of the ladder that a value is in.
fn rung(unit: HistogramUnit, value: u64) -> usize {
    let mut rung = 0;
    for bound in unit.bounds() {
        rung += usize::from(*bound < value);
    }
    rung
}

/// The index at [`MAX_SCALE`] of a number above 0.
///
/// A power of two is the upper bound of its bucket, and exactly so; the logarithm of what lies between two of them is
/// right to a ten-thousand-millionth of a bucket.
#[allow(clippy::cast_possible_truncation, reason = "at most 2^20")]
fn index(value: f64) -> i32 {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = value.to_bits();
    // Neither negative nor subnormal: a nanosecond is the least there is.
    let exponent = (bits >> 52) as i32 - 1_023;
    let mantissa = f64::from_bits(bits & FRACTION | 1.0_f64.to_bits());
    let octave = exponent << MAX_SCALE;
    if mantissa == 1.0 {
        return octave - 1;
    }
    let within = (mantissa.log2() * f64::from(1 << MAX_SCALE)).ceil() as i32 - 1;
    octave + within.clamp(0, (1 << MAX_SCALE) - 1)
}

#[cfg(test)]
mod tests;
