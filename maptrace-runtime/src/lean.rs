//! What the standard library compiles anew for each type, and much of it, once and small for what is needed here.

use std::cmp::Ordering;

/// The numbers below `len` in the order of what `compare` knows them for. Equals stay as they are.
///
/// Each is put in its place among those before it: few comparisons, and to move numbers is quick for as many as a report
/// has rows. One of std's sorts would be 3,000 lines of LLVM IR.
pub(crate) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order = Vec::with_capacity(len);
    for i in 0..len {
        // No one is found to be equal, so that equals come after those that are there.
        let (Ok(at) | Err(at)) = search(i, &|at| compare(order[at], i).then(Ordering::Less));
        order.insert(at, i);
    }
    order
}

/// Which of the first `len` numbers `compare` finds to be equal to what is looked for, or where it would be; they are in order.
/// std's search is 200 lines for each type.
pub(crate) fn search(len: usize, compare: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Ok(middle),
            Ordering::Greater => high = middle,
        }
    }
    Err(low)
}

/// `parts` with `between` between them. std's `join` is a thousand lines of LLVM IR for each type of part.
pub(crate) fn join(parts: &[impl AsRef<str>], between: &str) -> String {
    let (mut joined, mut before) = (String::new(), "");
    for part in parts {
        joined.push_str(before);
        joined.push_str(part.as_ref());
        before = between;
    }
    joined
}

/// What is before and behind the first of an ASCII character. std's searches are 300 to 1,400 lines for each kind of pattern.
pub(crate) fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    debug_assert!(at.is_ascii());
    for (i, byte) in text.as_bytes().iter().enumerate() {
        if *byte == at {
            return Some((&text[..i], &text[i + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_joined() {
        assert_eq!(join(&["a", "b", "c"], ", "), "a, b, c");
        assert_eq!(join(&["", "b"], ", "), ", b");
        assert_eq!(join(&["a".to_owned()], ", "), "a");
        assert_eq!(join(&[""; 0], ", "), "");
    }

    proptest! {
        #[test]
        fn found_is_what_std_finds(mut all: Vec<u8>, wanted: u8) {
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(search(all.len(), &|i| all[i].cmp(&wanted)), all.binary_search(&wanted));
        }

        #[test]
        fn text_is_cut_where_std_would(text in "[aé:<]{0,8}") {
            prop_assert_eq!(cut(&text, b':'), text.split_once(':'));
        }

        #[test]
        fn the_order_is_that_of_a_stable_sort(keys: Vec<u8>) {
            let mut sorted: Vec<usize> = (0..keys.len()).collect();
            sorted.sort_by_key(|i| keys[*i]);
            prop_assert_eq!(order(keys.len(), &|a, b| keys[a].cmp(&keys[b])), sorted);
        }
    }
}
