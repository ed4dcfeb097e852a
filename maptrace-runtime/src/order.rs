//! Sorting, compiled once for whatever is sorted: what the standard library makes of one sort is among the largest
//! things here.

use std::cmp::Ordering;

/// The numbers below `len` in the order of what `compare` knows them for. Equals stay as they are.
pub(crate) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}
