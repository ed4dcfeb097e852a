//! Numbers as people read them. Sizes are decimal everywhere: 1 MB is 1,000,000 bytes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Steps of a thousand for counts.
const COUNT_UNITS: [(&str, u64); 6] = [
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000),
];

/// Steps of a thousand for sizes.
const BYTE_UNITS: [(&str, u64); 6] = [
    (" kB", 1_000),
    (" MB", 1_000_000),
    (" GB", 1_000_000_000),
    (" TB", 1_000_000_000_000),
    (" PB", 1_000_000_000_000_000),
    (" EB", 1_000_000_000_000_000_000),
];

/// Steps for durations below a minute.
const TIME_UNITS: [(&str, u64); 3] = [(" µs", 1_000), (" ms", 1_000_000), (" s", 1_000_000_000)];

/// All digits, in groups of three: `1,234,567`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.as_bytes().iter().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(char::from(*digit));
    }
    out
}

/// A count: exact and grouped below a million (`214,003`), three digits and a letter above (`1.83M`).
pub(crate) fn count(n: u64) -> String {
    if n < 1_000_000 {
        grouped(n)
    } else {
        scaled(n, "", &COUNT_UNITS)
    }
}

/// A count in at most five characters: `999`, `1.83k`, `214k`, `1.83M`.
pub(crate) fn count_short(n: u64) -> String {
    scaled(n, "", &COUNT_UNITS)
}

/// A size: `912 B`, `1.83 kB`, `570 MB`.
pub(crate) fn bytes(n: u64) -> String {
    scaled(n, " B", &BYTE_UNITS)
}

/// A duration: `0`, `812 ns`, `31 ms`, `1.2 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`.
pub(crate) fn duration(d: Duration) -> String {
    let (minute, hour, day) = (60, 3_600, 86_400);
    // From here on three digits of seconds would say "60 s".
    if d < Duration::from_millis(59_950) {
        let nanos = u64::try_from(d.as_nanos()).unwrap_or(u64::MAX);
        return if nanos == 0 {
            "0".to_owned()
        } else {
            scaled(nanos, " ns", &TIME_UNITS)
        };
    }
    match d.as_secs().saturating_add(u64::from(d.subsec_millis() >= 500)) {
        s if s < hour => pair(s / minute, "min", s % minute, "s"),
        s if s < day => pair(s / hour, "h", s % hour / minute, "min"),
        s => pair(s / day, "d", s % day / hour, "h"),
    }
}

fn pair(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large} {large_unit}")
    } else {
        format!("{large} {large_unit} {small} {small_unit}")
    }
}

/// A share from 0 to 1 as `87 %`. It says `100 %` and `0 %` only where that is exactly so.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".to_owned();
    }
    if part >= whole {
        return "100 %".to_owned();
    }
    let per_mille = u128::from(part) * 1_000 / u128::from(whole);
    match per_mille {
        0 => "<0.1 %".to_owned(),
        1..10 | 991..1_000 => format!("{}.{} %", per_mille / 10, per_mille % 10),
        _ => format!("{} %", (per_mille + 5) / 10),
    }
}

/// UTC date and time to the second: `2026-11-21 04:10:00`.
pub(crate) fn date_time(at: SystemTime) -> String {
    let t = CivilTime::from(at);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        t.year, t.month, t.day, t.hour, t.minute, t.second
    )
}

/// A moment in UTC, split up as calendars and clocks do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CivilTime {
    pub(crate) year: u64,
    pub(crate) month: u64,
    pub(crate) day: u64,
    /// 0 is Sunday.
    pub(crate) weekday: u64,
    pub(crate) hour: u64,
    pub(crate) minute: u64,
    pub(crate) second: u64,
}

impl From<SystemTime> for CivilTime {
    /// Moments before 1970 become its first second: no clock that is right gives one.
    fn from(at: SystemTime) -> Self {
        let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (days, in_day) = (seconds / 86_400, seconds % 86_400);
        // Howard Hinnant's days-to-civil: count from 1 March of year 0, so that a leap day is the last of its year.
        let shifted = days + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        Self {
            year: era * 400 + year_of_era + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            weekday: (days + 4) % 7,
            hour: in_day / 3_600,
            minute: in_day % 3_600 / 60,
            second: in_day % 60,
        }
    }
}

/// `n` in the first unit in which it has at most three digits before the point, or in the last unit there is.
fn scaled(n: u64, plain: &str, units: &[(&str, u64)]) -> String {
    if n < 1_000 {
        return format!("{n}{plain}");
    }
    let (mut suffix, mut unit) = (plain, 1);
    for larger in units {
        (suffix, unit) = *larger;
        if rounded(n, unit, 1) < 1_000 {
            break;
        }
    }
    format!("{}{suffix}", three_digits(n, unit))
}

/// `n / unit` to three digits, zeros after the point left out.
fn three_digits(n: u64, unit: u64) -> String {
    let (hundredths, tenths) = (rounded(n, unit, 100), rounded(n, unit, 10));
    let mut text = if hundredths < 1_000 {
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    } else if tenths < 1_000 {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        return rounded(n, unit, 1).to_string();
    };
    while matches!(text.as_bytes(), [.., b'0']) {
        text.pop();
    }
    if matches!(text.as_bytes(), [.., b'.']) {
        text.pop();
    }
    text
}

/// `n / unit`, counted in steps of `1 / step`, to the nearest.
fn rounded(n: u64, unit: u64, step: u128) -> u128 {
    (u128::from(n) * step + u128::from(unit) / 2) / u128::from(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_are_exact_below_a_million() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (214_003, "214,003"),
            (999_999, "999,999"),
            (1_000_000, "1M"),
            (1_834_000, "1.83M"),
            (18_340_000, "18.3M"),
            (999_499_999, "999M"),
            (999_500_000, "1G"),
            (u64::MAX, "18.4E"),
        ] {
            assert_eq!(count(n), text);
        }
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn sizes_are_decimal() {
        for (n, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (1_024, "1.02 kB"),
            (570_425_360, "570 MB"),
            (1_999_999_999, "2 GB"),
        ] {
            assert_eq!(bytes(n), text);
        }
    }

    #[test]
    fn durations_change_unit_where_people_do() {
        for (nanos, text) in [
            (0, "0"),
            (812, "812 ns"),
            (31_400_000, "31.4 ms"),
            (1_200_000_000, "1.2 s"),
            (59_940_000_000, "59.9 s"),
            (59_999_000_000, "1 min"),
            (192_000_000_000, "3 min 12 s"),
            (7_500_000_000_000, "2 h 5 min"),
            (356_400_000_000_000, "4 d 3 h"),
        ] {
            assert_eq!(duration(Duration::from_nanos(nanos)), text);
        }
        assert_eq!(duration(Duration::MAX), "213503982334601 d 7 h");
    }

    #[test]
    fn a_share_is_never_rounded_to_certainty() {
        for (part, whole, text) in [
            (0, 0, "0 %"),
            (0, 7, "0 %"),
            (1, 1_000_000, "<0.1 %"),
            (1, 200, "0.5 %"),
            (87, 100, "87 %"),
            (865, 1_000, "87 %"),
            (990, 1_000, "99 %"),
            (9_996, 10_000, "99.9 %"),
            (7, 7, "100 %"),
            (u64::MAX - 1, u64::MAX, "99.9 %"),
        ] {
            assert_eq!(percent(part, whole), text, "{part} of {whole}");
        }
    }

    #[test]
    fn dates_are_right_around_leap_days() {
        for (seconds, text, weekday) in [
            (0, "1970-01-01 00:00:00", 4),
            (951_782_400, "2000-02-29 00:00:00", 2),
            (1_709_251_199, "2024-02-29 23:59:59", 4),
            (1_795_234_200, "2026-11-21 04:10:00", 6),
            (4_107_542_400, "2100-03-01 00:00:00", 1),
        ] {
            let at = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(date_time(at), text);
            assert_eq!(CivilTime::from(at).weekday, weekday, "{text}");
        }
        assert_eq!(date_time(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01 00:00:00");
    }

    proptest! {
        #[test]
        fn short_counts_fit_five_characters_and_grouping_keeps_every_digit(n: u64) {
            prop_assert!(count_short(n).len() <= 5, "{}", count_short(n));
            prop_assert_eq!(grouped(n).replace(',', ""), n.to_string());
        }
    }
}
