//! Counting words of operations: where the collector spends its time.

use crate::event::{OPS, PACKED, id_of, is_ops, low_bits};
use crate::registry::Drained;
use crate::sync::Slot;

/// Counts of the four operations, in 16 bits each: those that [`run`] has not yet added to a map's.
type Lanes = u64;

/// How many words fit into [`Lanes`] at least.
const WORDS_IN_LANES: usize = (u16::MAX as u32 / PACKED) as usize;

/// Bits of half a word of operations.
const HALF: u32 = PACKED;

/// What the operations in half a word count, by its bits, a bit in front of them.
static COUNTS: [Lanes; 2 << HALF] = {
    let mut counts = [0; 2 << HALF];
    let mut bits = 1_usize;
    while bits < counts.len() {
        let mut rest = bits;
        while rest > 3 {
            counts[bits] += 1 << (16 * (rest & 3));
            rest >>= 2;
        }
        // An odd number of bits before the one in front is no half of a word.
        bits += 1;
    }
    counts
};

/// What the operations of a word count.
#[inline(always)]
fn lanes(word: u64) -> Lanes {
    let ops = low_bits(word) as usize;
    if ops < COUNTS.len() {
        return COUNTS[ops];
    }
    COUNTS[ops >> HALF & (COUNTS.len() - 1)] + COUNTS[1 << HALF | ops & ((1 << HALF) - 1)]
}

/// Counts the words of `run` up to the first that is none of operations of a map known to be this collector's, which `ours`
/// finds. Returns how many words and how many operations there were.
#[inline]
pub(super) fn run<'d>(ours: impl Fn(u32) -> Option<&'d Drained>, run: &[Slot]) -> (usize, u64) {
    let mut counted = 0;
    let mut operations = 0;
    let mut words = run.iter();
    let mut next = words.next();
    while let Some(first) = next.map(Slot::read).filter(|&word| is_ops(word)) {
        let id = id_of(first);
        let Some(map) = ours(id) else { break };
        // As many as are of this map.
        let mut sum = lanes(first);
        let mut same = 1;
        next = words.next();
        while let Some(word) = next.map(Slot::read)
            && is_ops(word)
            && id_of(word) == id
            && same < WORDS_IN_LANES
        {
            sum += lanes(word);
            same += 1;
            next = words.next();
        }
        for op in 0..OPS {
            let n = (sum >> (16 * op)) & 0xFFFF;
            map.add(op, n);
            operations += n;
        }
        counted += same;
    }
    (counted, operations)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::{each_op, first_op, head, key, one_more_op, stamp_of};
    use crate::event::EventKind;

    /// A word with these operations.
    fn word(id: u32, ops: &[u64]) -> u64 {
        let key = key(id, stamp_of(7));
        ops[1..].iter().fold(first_op(key, ops[0]), |word, &op| one_more_op(word, key, op).expect("it fits"))
    }

    proptest! {
        #[test]
        fn counts_each_operation_of_each_map(
            words in proptest::collection::vec(
                (0_u32..4, proptest::collection::vec(0_u64..4, 1..=PACKED as usize), 1_usize..200),
                0..40,
            ),
            strangers in 0_u32..4,
            end in any::<bool>(),
        ) {
            let drained: [Drained; 4] = Default::default();
            let mut slots: Vec<u64> = words.iter().flat_map(|(id, ops, n)| vec![word(*id, ops); *n]).collect();
            let known = slots.iter().take_while(|&&word| id_of(word) != strangers).count();
            if end {
                slots.push(head(EventKind::Clear, key(0, 0)));
                slots.push(0);
            }
            let run: Vec<Slot> = slots.iter().map(|&word| Slot::holding(word)).collect();
            let mut expected = vec![[0; OPS]; 4];
            for &word in &slots[..known] {
                each_op(word).for_each(|op| expected[id_of(word) as usize][op] += 1);
            }
            let operations: u64 = expected.iter().flatten().sum();
            let ours = |id| drained.get(id as usize).filter(|_| id != strangers);
            prop_assert_eq!(super::run(ours, &run), (known, operations));
            prop_assert_eq!(drained.iter().map(Drained::ops).collect::<Vec<_>>(), expected);
        }
    }
}
