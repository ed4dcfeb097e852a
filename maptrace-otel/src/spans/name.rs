//! The names of spans, as a trace viewer lists them.

use maptrace_runtime::EpisodeKind;

/// `map.grow sessions 1.8M -> 3.7M`, or without the sizes.
///
/// Only sizes of tables are shown. They are powers of two, so that a map has no more than a few dozen names in its life;
/// counts of entries would make as many names as there are episodes.
pub(super) fn name(verb: &str, map: &str, kind: &EpisodeKind, sizes: bool) -> String {
    match *kind {
        EpisodeKind::Grow {
            old_capacity,
            new_capacity,
            ..
        }
        | EpisodeKind::Shrink {
            old_capacity,
            new_capacity,
            ..
        } if sizes => format!("{verb} {map} {} -> {}", short(old_capacity), short(new_capacity)),
        EpisodeKind::RehashInPlace { capacity, .. } if sizes => format!("{verb} {map} {}", short(capacity)),
        _ => format!("{verb} {map}"),
    }
}

/// A count with a letter for its thousands, and one decimal if there is one digit before it: `448`, `1.8k`, `115k`, `3.7M`.
fn short(n: u64) -> String {
    let mut unit = 1;
    for letter in ['k', 'M', 'G', 'T', 'P'] {
        let last = letter == 'P';
        if n < 1000 && unit == 1 {
            break;
        }
        unit *= 1000;
        // Rounded first, so that 9,960 is `10k` and 999,600 is `1.0M`.
        let tenths = (u128::from(n) * 10 + unit / 2) / unit;
        if tenths < 100 {
            return format!("{}.{}{letter}", tenths / 10, tenths % 10);
        }
        let whole = (u128::from(n) + unit / 2) / unit;
        if whole < 1000 || last {
            return format!("{whole}{letter}");
        }
    }
    n.to_string()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn sizes_read_well() {
        for (n, text) in [
            (0, "0"),
            (3, "3"),
            (999, "999"),
            (1000, "1.0k"),
            (1792, "1.8k"),
            (9949, "9.9k"),
            (9950, "10k"),
            (14_336, "14k"),
            (114_688, "115k"),
            (999_499, "999k"),
            (999_500, "1.0M"),
            (1_835_008, "1.8M"),
            (3_670_016, "3.7M"),
            (29_360_128, "29M"),
            (1 << 40, "1.1T"),
            (u64::MAX, "18447P"),
        ] {
            assert_eq!(short(n), text, "{n}");
        }
    }
}
