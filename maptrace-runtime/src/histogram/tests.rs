use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;

const UNITS: [HistogramUnit; 2] = [HistogramUnit::Seconds, HistogramUnit::Entries];

fn of(unit: HistogramUnit, values: &[u64]) -> Histogram {
    let mut histogram = Histogram::new(unit);
    for value in values {
        histogram.record(*value);
    }
    histogram
}

/// The bound below bucket `index`, which is the one above the bucket before it.
fn bound(scale: i32, index: i32) -> f64 {
    (f64::from(index) / f64::from(scale).exp2()).exp2()
}

/// Values of every order of magnitude, many of them close together.
fn values() -> impl Strategy<Value = Vec<u64>> {
    let value = prop_oneof![
        1 => Just(0_u64),
        4 => (0_u32..64, any::<u64>()).prop_map(|(bits, n)| n >> bits),
        2 => (0_u32..64).prop_map(|bits| 1 << bits),
        4 => 1_000_000_u64..1_001_000,
    ];
    proptest::collection::vec(value, 0..200)
}

fn unit() -> impl Strategy<Value = HistogramUnit> {
    proptest::sample::select(&UNITS)
}

/// Every value is in the bucket that is to hold it, at the finest scale there is room for.
fn check(histogram: &Histogram, values: &[u64]) -> Result<(), TestCaseError> {
    let unit = histogram.unit();
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let zeros = sorted.iter().filter(|value| **value == 0).count();
    let buckets = histogram.buckets();
    prop_assert_eq!(histogram.count(), values.len() as u64);
    prop_assert_eq!(
        histogram.sum(),
        values.iter().fold(0, |sum: u64, n| sum.saturating_add(*n))
    );
    prop_assert_eq!(histogram.min(), sorted.first().copied());
    prop_assert_eq!(histogram.max(), sorted.last().copied());
    prop_assert_eq!(buckets.zero, zeros as u64);

    // The nth smallest is in the nth place of the buckets.
    let mut places = Vec::new();
    for (i, count) in buckets.counts.iter().enumerate() {
        for _ in 0..*count {
            places.push(buckets.offset + i as i32);
        }
    }
    prop_assert_eq!(places.len(), sorted.len() - zeros);
    for (value, place) in sorted[zeros..].iter().zip(&places) {
        let value = unit.in_unit(*value);
        let (low, high) = (bound(buckets.scale, *place), bound(buckets.scale, place + 1));
        // Not to the last bit, as `bound` is not.
        prop_assert!(
            low * (1.0 - 1e-12) < value && value <= high * (1.0 + 1e-12),
            "{value} is not in ({low}, {high}]"
        );
        // So whoever takes the middle of a bucket is wrong by less than half its width.
        let error = (high / low).mul_add(0.5, -0.5);
        prop_assert!(((low + high) / 2.0 - value).abs() / value <= error * (1.0 + 1e-9));
    }

    prop_assert!(buckets.counts.len() <= 160 && buckets.scale <= 20);
    if let (Some(first), Some(last)) = (places.first(), places.last()) {
        prop_assert_eq!(
            (buckets.offset, *first),
            (*first, buckets.offset),
            "nothing is empty at the ends"
        );
        prop_assert_eq!(buckets.counts.len() as i32, last - first + 1);
        if buckets.scale < 20 {
            let finer = |value: u64| index(unit.in_unit(value)) >> (MAX_SCALE - buckets.scale - 1);
            let needed = finer(sorted[sorted.len() - 1]) - finer(sorted[zeros]) + 1;
            prop_assert!(needed > 160, "twice as fine would have needed {needed}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn each_value_is_in_its_bucket(unit in unit(), values in values()) {
        check(&of(unit, &values), &values)?;
    }

    #[test]
    fn a_merged_histogram_is_the_one_of_all_values(unit in unit(), a in values(), b in values(), c in values()) {
        let all = of(unit, &[a.clone(), b.clone(), c.clone()].concat());
        let [a, b, c] = [a, b, c].map(|values| of(unit, &values));
        for order in [[&a, &b, &c], [&c, &a, &b], [&b, &c, &a]] {
            let mut merged = Histogram::new(unit);
            order.into_iter().for_each(|part| merged.merge(part));
            prop_assert_eq!(&merged, &all);
        }
    }

    #[test]
    fn what_came_since_is_what_is_missing(unit in unit(), before in values(), since in values()) {
        let earlier = of(unit, &before);
        let later = of(unit, &[before, since.clone()].concat());
        let rest = later.since(&earlier);
        prop_assert_eq!(rest.count(), since.len() as u64);
        prop_assert_eq!(rest.ladder(), of(unit, &since).ladder());
        prop_assert_eq!(rest.buckets().scale, later.buckets().scale);
        // Put back, all is there again, but for the two that are not known of a part.
        let mut whole = earlier;
        whole.merge(&rest);
        prop_assert_eq!((whole.count(), whole.ladder(), whole.buckets()), (later.count(), later.ladder(), later.buckets()));
        if later.sum() < u64::MAX {
            prop_assert_eq!(whole.sum(), later.sum());
        }
    }

    #[test]
    fn the_ladder_has_every_value_below_its_bound(unit in unit(), values in values()) {
        let ladder = of(unit, &values).ladder();
        for (i, bound) in unit.bounds().iter().enumerate() {
            let below = values.iter().filter(|value| *value <= bound).count() as u64;
            prop_assert_eq!(ladder[..=i].iter().sum::<u64>(), below);
        }
        prop_assert_eq!(ladder.iter().sum::<u64>(), values.len() as u64);
    }
}

#[test]
fn a_power_of_two_is_the_upper_bound_of_its_bucket() {
    for exponent in -30_i32..64 {
        let octave = exponent << MAX_SCALE;
        assert_eq!(index(f64::from(exponent).exp2()), octave - 1);
        assert_eq!(index(f64::from(exponent).exp2().next_up()), octave);
        assert_eq!(
            index(f64::from(exponent + 1).exp2().next_down()),
            octave + (1 << MAX_SCALE) - 1
        );
    }
}

#[test]
fn a_value_is_in_the_rung_of_its_upper_bound() {
    for unit in UNITS {
        assert_eq!((rung(unit, 0), rung(unit, 1)), (0, 0));
        for (i, bound) in unit.bounds().iter().enumerate() {
            assert_eq!((rung(unit, *bound), rung(unit, bound + 1)), (i, i + 1));
        }
        assert_eq!(rung(unit, u64::MAX), RUNGS - 1);
    }
}

#[test]
fn the_same_value_again_and_again_is_one_bucket_of_the_finest_scale() {
    let histogram = of(HistogramUnit::Seconds, &[117_000_000; 1_000]);
    let buckets = histogram.buckets();
    assert_eq!((buckets.scale, buckets.counts), (20, &[1_000][..]));
}

#[test]
fn a_snapshot_keeps_what_it_had() {
    let mut histogram = of(HistogramUnit::Entries, &[1, 2, 3]);
    let snapshot = histogram.clone();
    histogram.record(1_000);
    assert_eq!((snapshot.count(), snapshot.max()), (3, Some(3)));
    assert_eq!((histogram.count(), histogram.max()), (4, Some(1_000)));
}

#[test]
fn what_it_takes_is_what_is_documented() {
    assert_eq!(size_of::<Histogram>(), 16);
    // The counters of an `Arc` come on top.
    assert!(size_of::<Data>() + 16 <= 1_434, "{}", size_of::<Data>());
    assert!(size_of::<Exemplars>() <= 512, "{}", size_of::<Exemplars>());
    assert!(Histogram::new(HistogramUnit::Seconds).data.is_none());
}

fn context(n: u8, sampled: bool) -> SpanContext {
    SpanContext {
        trace_id: [n; 16],
        span_id: [n; 8],
        sampled,
    }
}

#[test]
fn the_latest_sampled_span_of_a_rung_is_kept() {
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    let mut histogram = Histogram::new(HistogramUnit::Entries);
    histogram.record_in(5, at(3), Some(context(1, true)));
    // Earlier, not sampled, in no span.
    histogram.record_in(6, at(2), Some(context(2, true)));
    histogram.record_in(7, at(9), Some(context(3, false)));
    histogram.record_in(8, at(9), None);
    let kept = Exemplar {
        value: 5,
        time: at(3),
        context: context(1, true),
    };
    let only = |kept| [None, Some(kept), None, None, None, None, None, None, None];
    assert_eq!(histogram.exemplars(), only(kept));
    let later = Exemplar {
        value: 9,
        time: at(4),
        context: context(4, true),
    };
    let mut other = Histogram::new(HistogramUnit::Entries);
    other.record_in(later.value, later.time, Some(later.context));
    let before = histogram.clone();
    histogram.merge(&other);
    assert_eq!(histogram.exemplars(), only(later));
    other.merge(&before);
    assert_eq!(other.exemplars(), only(later));
    // Only those that are new belong to what came since.
    assert_eq!(histogram.since(&before).exemplars(), only(later));
    assert_eq!(histogram.since(&histogram).exemplars(), [None; RUNGS]);
}
