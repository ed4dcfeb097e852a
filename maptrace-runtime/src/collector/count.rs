//! Counting words of operations, and of young maps that come and go: where the collector spends its time.

use super::Tally;
use crate::event::{EventKind, OPS, PACKED, YoungWord, id_of, is_ops, low_bits};
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

#[inline(always)]
fn is_young(word: u64) -> bool {
    matches!(EventKind::from_head(word), Some(EventKind::Young)) && YoungWord::is_sound(word)
}

/// Counts the words of `run` up to the first that is neither of operations nor of a young map, or not of a map known to be
/// this collector's, which `ours` finds. Returns how many words and how many events there were. `told` gets the sites of
/// whose young maps there was something.
#[inline]
pub(super) fn run<'d>(
    mut ours: impl FnMut(u32) -> Option<&'d Drained>,
    tallies: &mut [Tally],
    run: &[Slot],
    mut told: impl FnMut(&mut [Tally], u32),
) -> (usize, u64) {
    let (mut counted, mut events) = (0, 0);
    while let Some(first) = run.get(counted).map(Slot::read) {
        let Some(map) = ours(id_of(first)) else { break };
        let ops = low_bits(first);
        if is_ops(first) && ops >> 2 == 1 {
            // One alone, as where a thread goes from map to map.
            map.add((ops & 3) as usize, 1);
            counted += 1;
            events += 1;
            continue;
        }
        let (words, young, more) = of_one_map(map, tallies.get_mut(map.site() as usize), &run[counted..]);
        if words == 0 {
            break;
        }
        if young > 0 {
            told(tallies, map.site());
        }
        counted += words;
        events += more;
    }
    (counted, events)
}

/// Counts the words at the beginning of `run` that are of one map, or of the young ones of one site, with its tally. Returns how
/// many words there were, how many of them of young maps, and how many events. Apart, so that what is done for single operations
/// stays in registers.
#[inline(never)]
fn of_one_map(map: &Drained, mut tally: Option<&mut Tally>, run: &[Slot]) -> (usize, usize, u64) {
    let id = run.first().map(|first| id_of(first.read()));
    let (mut sum, mut in_lanes, mut young) = (0, 0, 0);
    for word in run.iter().map(Slot::read) {
        if Some(id_of(word)) != id || in_lanes == WORDS_IN_LANES {
            break;
        }
        if is_ops(word) {
            sum += lanes(word);
            in_lanes += 1;
        } else if let (true, Some(tally)) = (is_young(word), &mut tally) {
            tally.young(YoungWord::of(word));
            young += 1;
        } else {
            break;
        }
    }
    let mut events = young as u64;
    for op in 0..OPS {
        let n = (sum >> (16 * op)) & 0xFFFF;
        map.add(op, n);
        events += n;
    }
    (in_lanes + young, young, events)
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
            let mut tallies = vec![Tally::default()];
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
            let got = super::run(ours, &mut tallies, &run, |_, _| unreachable!("no map is young"));
            prop_assert_eq!(got, (known, operations));
            prop_assert_eq!(drained.iter().map(Drained::ops).collect::<Vec<_>>(), expected);
        }

        /// In between, maps of two sites begin and end; what is told of them is what `Tally` does with each word by itself.
        #[test]
        fn counts_young_maps_where_they_stand(
            words in proptest::collection::vec((0_u32..4, 0_u8..7, 0_u8..9, 0_u8..3), 0..200),
            unknown in proptest::option::of(0_usize..200),
        ) {
            // The last is of a site without a tally.
            let drained: [Drained; 5] = Default::default();
            (0..5).for_each(|id| drained[id as usize].adopt(1, id / 2));
            let mut tallies = vec![Tally::default(), Tally::default()];
            let mut expected = tallies.clone();
            let mut slots = Vec::new();
            let mut end = None;
            for (n, &(id, class, entries, what)) in words.iter().enumerate() {
                let id = if unknown == Some(n) { 4 } else { id };
                if id == 4 && what > 0 {
                    end.get_or_insert(n);
                }
                let young = match what {
                    0 => {
                        slots.push(word(id % 4, &[0, 1]));
                        continue;
                    }
                    1 => YoungWord::Begin { class, grew: entries > 4 },
                    _ => YoungWord::End { class, entries },
                };
                if end.is_none() {
                    expected[id as usize / 2].young(young);
                }
                slots.push(young.head(key(id, stamp_of(7))));
            }
            let run: Vec<Slot> = slots.iter().map(|&word| Slot::holding(word)).collect();
            let counted = end.unwrap_or(slots.len());
            let operations = words[..counted].iter().filter(|(_, _, _, what)| *what == 0).count();
            let mut touched = std::collections::BTreeSet::new();
            let got = super::run(|id| drained.get(id as usize), &mut tallies, &run, |_, site| _ = touched.insert(site));
            prop_assert_eq!(got, (counted, (counted + operations) as u64));
            let young = words[..counted].iter().filter(|(_, _, _, what)| *what > 0);
            prop_assert_eq!(touched, young.map(|(id, ..)| id / 2).collect());
            prop_assert_eq!(format!("{tallies:?}"), format!("{expected:?}"));
        }
    }
}
