//! Which operations of a sampled site become events.

use std::cell::Cell;
use std::sync::atomic::Ordering;

use super::Producer;
use crate::registry::Record;
use crate::site;

/// How many operations of a map are to be passed over. As chance keeps no account of what it did, it is no matter how often the
/// rate changes.
#[derive(Clone, Copy)]
pub(crate) struct Lot {
    pub(crate) left: u32,
    /// Whether it is open what becomes of the operation after these: a lot is drawn for that one. Else it is taken.
    pub(crate) open: bool,
}

/// Operations that are passed over by one lot of a site whose rate follows the load: then it is asked for again.
const MOST_AT_ONCE: u32 = 256;

impl Lot {
    /// One for the map that has this record, at the rate of now.
    #[cold]
    pub(super) fn draw(producer: &Producer, record: &Record) -> Self {
        let site = site::get(record.site.load(Ordering::Relaxed));
        let left = draw(producer, site.map_or(1, |site| site.sample.load(Ordering::Relaxed)));
        let open = left > MOST_AT_ONCE && site.is_some_and(|site| site.auto);
        Self { left: if open { MOST_AT_ONCE } else { left }, open }
    }
}

thread_local! {
    /// For maps that have no lots of their own: the rate it was drawn for, and how many are left. What was drawn for one rate
    /// says nothing of another.
    static LOT: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

/// Whether this operation is taken, of which one in `rate` is, at random and not periodically: a map that does the same
/// things over and over again is seen as it is.
pub(super) fn takes(producer: &Producer, rate: u32) -> bool {
    let lot = LOT.get();
    let left = if lot.0 == rate { lot.1 } else { draw(producer, rate) };
    let taken = left == 0;
    let left = if taken { draw(producer, rate) } else { left - 1 };
    LOT.set((rate, left));
    taken
}

/// How many operations are passed over before the next one. The numbers are from "xorshift64*" (Vigna, 2014).
#[cold]
fn draw(producer: &Producer, rate: u32) -> u32 {
    if rate <= 1 {
        return 0;
    }
    let random = &producer.own.random;
    let mut x = random.load(Ordering::Relaxed);
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    random.store(x, Ordering::Relaxed);
    // At the highest rate, a million, it is below forty million.
    passed_over(rate, x.wrapping_mul(0x2545_F491_4F6C_DD1D)).min(u64::from(u32::MAX)) as u32
}

/// How many tries fail before the first that does not, of which one in `rate` does: the geometric distribution, by its
/// inverse at the number between 0 and 1 that `bits` stand for (Devroye, "Non-Uniform Random Variate Generation", 1986).
fn passed_over(rate: u32, bits: u64) -> u64 {
    // Never 0, so that its logarithm is finite.
    let part = ((bits >> 11) + 1) as f64 / (1_u64 << 53) as f64;
    (part.ln() / (-1.0 / f64::from(rate)).ln_1p()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Over all numbers there are, as many gaps of each length as there are to be.
    #[test]
    fn gaps_are_as_long_as_chance_has_it() {
        const STEPS: u64 = 1 << 20;
        for rate in [2, 8, 64, 1_000] {
            let p = 1.0 / f64::from(rate);
            let gaps: Vec<u64> = (0..STEPS).map(|step| passed_over(rate, step * (u64::MAX / STEPS))).collect();
            for gap in 0..5 {
                let share = gaps.iter().filter(|&&it| it == gap).count() as f64 / STEPS as f64;
                let expected = p * (1.0 - p).powi(gap as i32);
                assert!((share - expected).abs() < 1e-5, "one in {rate}, {gap}: {share} for {expected}");
            }
            let mean = gaps.iter().sum::<u64>() as f64 / STEPS as f64;
            assert!((mean / (f64::from(rate) - 1.0) - 1.0).abs() < 1e-3, "one in {rate}: {mean}");
        }
        assert_eq!(passed_over(8, u64::MAX), 0);
        assert!(passed_over(8, 0) < 300);
    }
}
