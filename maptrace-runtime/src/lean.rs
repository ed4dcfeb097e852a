//! What the standard library compiles anew for each type, and much of it, once and small for what is needed here.

use std::cmp::Ordering;

/// The numbers below `len` in the order of what `compare` knows them for. Equals stay as they are.
///
/// Each is put in its place among those before it: few comparisons, and to move numbers is quick for as many as a report
/// has rows. One of std's sorts would be 3,000 lines of LLVM IR.
pub(crate) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order = Vec::with_capacity(len);
    for i in 0..len {
        let at = order.partition_point(|before| compare(*before, i) != Ordering::Greater);
        order.insert(at, i);
    }
    order
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
