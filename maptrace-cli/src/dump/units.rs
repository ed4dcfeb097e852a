//! Numbers as people read them, as in maptrace's report: 1 MB is 1,000,000 bytes.

use std::time::Duration;

/// A number in at most five characters and a unit: `999`, `1.83k`, `214k`.
fn scaled(n: u64, units: [&str; 5]) -> String {
    if n < 1000 {
        return format!("{n}{}", units[0]);
    }
    let mut value = n as f64;
    let mut unit = 0;
    while value >= 999.5 && unit < units.len() - 1 {
        value /= 1000.0;
        unit += 1;
    }
    let digits = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text}{}", units[unit])
}

pub(super) fn count(n: u64) -> String {
    scaled(n, ["", "k", "M", "G", "T"])
}

pub(super) fn bytes(n: u64) -> String {
    scaled(n, [" B", " kB", " MB", " GB", " TB"])
}

pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..60 => scaled(
            u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX),
            [" ns", " µs", " ms", " s", " ks"],
        ),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// A name fit for a terminal: nothing in it can move the cursor, turn the direction of writing or hide.
pub(super) fn clean(name: &str) -> String {
    let is_unsafe = |c: char| {
        c.is_control()
            || matches!(u32::from(c), 0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
                | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
    };
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if is_unsafe(c) {
            out.extend(c.escape_unicode())
        } else {
            out.push(c)
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1k"),
            (1834, "1.83k"),
            (214_003, "214k"),
            (999_600, "1M"),
        ] {
            assert_eq!(count(n), text);
        }
        assert_eq!(
            (bytes(912), bytes(6_430_000)),
            ("912 B".to_owned(), "6.43 MB".to_owned())
        );
        assert_eq!(duration(Duration::from_micros(43_900)), "43.9 ms");
        assert_eq!(duration(Duration::from_secs(3725)), "1 h 2 min");
    }

    #[test]
    fn names_do_nothing_to_a_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\nd"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}d");
    }
}
