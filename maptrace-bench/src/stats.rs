//! Medians and quartiles. They bear what means do not: single rounds that another program disturbed.

/// The value below which a share `q` of the sorted values lies, between two of them in proportion. `None` without values.
pub(crate) fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = q.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    // Not above the upper one, which rounding could lead to.
    Some((sorted[below] + (sorted[above] - sorted[below]) * (at - below as f64)).min(sorted[above]))
}

/// The middle of some values, and how far they spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) quartiles: [f64; 2],
}

impl Summary {
    /// Of at least one value.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            median: quantile(&sorted, 0.5)?,
            quartiles: [quantile(&sorted, 0.25)?, quantile(&sorted, 0.75)?],
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(Summary::of([]), None);
        assert_eq!(Summary::of([f64::NAN]), None);
        assert_eq!(
            Summary::of([3.0]),
            Some(Summary {
                median: 3.0,
                quartiles: [3.0, 3.0]
            })
        );
        let summary = Summary::of([4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!(
            summary,
            Summary {
                median: 2.5,
                quartiles: [1.75, 3.25]
            }
        );
    }

    proptest! {
        /// By counting, without sorting: as many values are not above the median as are not below it, and so on.
        #[test]
        fn a_quantile_parts_the_values_in_its_proportion(
            values in prop::collection::vec(-1e6..1e6_f64, 1..60),
            q in 0.0..=1.0_f64,
        ) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let found = quantile(&sorted, q).unwrap();
            let at = q * (values.len() - 1) as f64;
            let not_above = values.iter().filter(|value| **value <= found).count();
            let not_below = values.iter().filter(|value| **value >= found).count();
            prop_assert!(not_above > at.floor() as usize);
            prop_assert!(not_below >= values.len() - at.ceil() as usize);
            prop_assert!(sorted[0] <= found && found <= sorted[sorted.len() - 1]);
        }

        #[test]
        fn the_order_of_rounds_does_not_matter_and_one_wild_round_of_three_neither(
            values in prop::collection::vec(1.0..100.0_f64, 3..40), wild in 1e3..1e9_f64,
        ) {
            let summary = Summary::of(values.clone()).unwrap();
            let backwards = Summary::of(values.iter().rev().copied()).unwrap();
            prop_assert_eq!(summary, backwards);
            let mut disturbed = values;
            disturbed[0] = wild;
            prop_assert!(Summary::of(disturbed).unwrap().median <= 100.0);
        }
    }
}
