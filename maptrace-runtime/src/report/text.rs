//! Names made fit for a terminal: nothing in them can move the cursor, hide, or run past its column.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::char_width::char_width;
use crate::lean::cut;

/// What stands for the part of a name that was cut out.
const ELLIPSIS: char = '…';

/// Columns `text` takes on a terminal. Characters are added up one by one, as terminals do it.
pub(crate) fn width(text: &str) -> usize {
    let mut width = 0;
    for c in text.chars() {
        width += char_width(c);
    }
    width
}

/// `name` with everything spelt out that a terminal would act upon or not show: control characters (so ANSI sequences,
/// newlines and NUL), characters that turn the direction of writing, and characters without a shape.
pub(crate) fn escape(name: &str) -> Cow<'_, str> {
    let mut any = false;
    for c in name.chars() {
        any |= is_unsafe(c);
    }
    if !any {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 16);
    for c in name.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            c if is_unsafe(c) => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal would act upon `c` or show nothing for it.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0x00AD                  // soft hyphen
                | 0x061C            // Arabic letter mark
                | 0x115F..=0x1160   // Hangul fillers
                | 0x180E            // Mongolian vowel separator
                | 0x200B..=0x200F   // zero width spaces and joiners, direction marks
                | 0x2028..=0x202E   // line and paragraph separators, direction embeddings and overrides
                | 0x2060..=0x206F   // word joiner, direction isolates, deprecated controls
                | 0x3164            // Hangul filler
                | 0xFEFF            // byte order mark
                | 0xFFA0            // halfwidth Hangul filler
                | 0xFFF9..=0xFFFB   // interlinear annotations
                | 0xE0000..=0xE0FFF // tags, variation selectors
        )
}

/// `name`, or its beginning and its end around an ellipsis if it is wider than `max`. The end is what tells apart
/// names such as `cache.rs:10` and `cache.rs:20`.
pub(crate) fn cut_middle(name: &str, max: usize) -> Cow<'_, str> {
    // A prefix shows whether it is too wide; a name of a megabyte is not walked through.
    if head(name, max).len() == name.len() {
        return Cow::Borrowed(name);
    }
    if max == 0 {
        return Cow::Borrowed("");
    }
    let room = max - 1;
    let head = head(name, room.div_ceil(2));
    let (mut tail, mut used) = ("", 0);
    let rest = &name[head.len()..];
    for (i, c) in rest.char_indices().rev() {
        used += char_width(c);
        if used > room / 2 {
            break;
        }
        tail = &rest[i..];
    }
    // A mark that combines with the letter before it would combine with the ellipsis.
    while let Some(c) = tail.chars().next()
        && char_width(c) == 0
    {
        tail = &tail[c.len_utf8()..];
    }
    Cow::Owned(format!("{head}{ELLIPSIS}{tail}"))
}

/// The first characters that together are at most `room` wide.
fn head(name: &str, room: usize) -> &str {
    let mut used = 0;
    for (i, c) in name.char_indices() {
        used += char_width(c);
        if used > room {
            return &name[..i];
        }
    }
    name
}

/// [`escape`] and [`cut_middle`], in this order, in time that does not depend on how long the name is.
pub(crate) fn tidy(name: &str, max: usize) -> String {
    // Four characters per column leave room for combining marks; what lies between could never be shown.
    const MARKS: usize = 4;
    let keep = max.saturating_add(1).saturating_mul(MARKS);
    let (mut head, mut tail) = (0, name.len());
    for _ in 0..keep {
        let (Some(first), Some(last)) = (name[head..].chars().next(), name[..tail].chars().next_back()) else {
            break;
        };
        (head, tail) = (head + first.len_utf8(), tail - last.len_utf8());
    }
    if head >= tail {
        return cut_middle(&escape(name), max).into_owned();
    }
    let ends = format!("{}{ELLIPSIS}{}", &name[..head], &name[tail..]);
    cut_middle(&escape(&ends), max).into_owned()
}

/// `text` in lines of at most `max` columns. A number stays with the word after it, which is its unit as a rule; a word
/// that is wider than a line is cut in its middle.
pub(crate) fn wrap(text: &str, max: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let word;
        (word, rest) = split_word(text);
        let mut chunk = cut_middle(word, max).into_owned();
        while let (Some(text), [.., b'0'..=b'9']) = (rest, chunk.as_bytes()) {
            let (next, behind) = split_word(text);
            if width(&chunk) + 1 + width(next) > max {
                break;
            }
            chunk = format!("{chunk} {next}");
            rest = behind;
        }
        if !line.is_empty() && width(&line) + 1 + width(&chunk) > max {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&chunk);
    }
    lines.push(line);
    lines
}

/// The first word, and what comes after the space behind it.
fn split_word(text: &str) -> (&str, Option<&str>) {
    match cut(text, b' ') {
        Some((word, rest)) => (word, Some(rest)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_would_act_upon_is_spelt_out() {
        assert_eq!(escape("sessions"), "sessions");
        assert_eq!(escape("a\n\r\t\0b"), "a\\n\\r\\t\\0b");
        assert_eq!(escape("\u{1b}[31mred\u{7f}\u{9b}"), "\\u{1b}[31mred\\u{7f}\\u{9b}");
        assert_eq!(
            escape("\u{202e}evil\u{2066}\u{200b}"),
            "\\u{202e}evil\\u{2066}\\u{200b}"
        );
        assert_eq!(escape("größe 名前 👩"), "größe 名前 👩");
    }

    #[test]
    fn the_middle_goes_first() {
        assert_eq!(cut_middle("sessions", 8), "sessions");
        assert_eq!(cut_middle("sessions", 7), "ses…ons");
        assert_eq!(cut_middle("sessions", 1), "…");
        assert_eq!(cut_middle("sessions", 0), "");
        // Two columns each, so that a cut never splits one.
        assert_eq!(cut_middle("名前名前名前", 8), "名前…前");
        assert_eq!(cut_middle("aaaaaae\u{301}zz", 6), "aaa…zz");
    }

    #[test]
    fn a_huge_name_costs_no_more_than_a_long_one() {
        let name = format!("head{}tail", "x".repeat(1 << 20));
        assert_eq!(tidy(&name, 9), "head…tail");
        assert_eq!(tidy("short", 9), "short");
    }

    #[test]
    fn text_breaks_between_words() {
        assert_eq!(wrap("holds 570 MB", 9), ["holds", "570 MB"]);
        assert_eq!(
            wrap("holds 570 MB for 100 entries", 12),
            ["holds 570 MB", "for", "100 entries"]
        );
        assert_eq!(wrap("with_capacity(200000)", 9), ["with…000)"]);
    }

    proptest! {
        #[test]
        fn a_cut_name_fits_and_keeps_its_ends(name in "\\PC{0,40}", max in 0_usize..50) {
            let cut = cut_middle(&name, max);
            prop_assert!(width(&cut) <= max);
            if width(&name) <= max {
                prop_assert_eq!(&*cut, &*name);
            } else if let Some((head, tail)) = cut.split_once(ELLIPSIS)
                && !name.contains(ELLIPSIS)
            {
                prop_assert!(name.starts_with(head) && name.ends_with(tail));
            }
        }

        #[test]
        fn tidy_names_are_safe_and_fit(name: String, max in 0_usize..50) {
            let text = tidy(&name, max);
            prop_assert!(!text.chars().any(is_unsafe));
            prop_assert!(width(&text) <= max);
        }

        #[test]
        fn wrapped_lines_fit_and_keep_the_words(text in "[a-z0-9]{1,8}( [a-z0-9]{1,8}){0,20}", max in 8_usize..60) {
            let lines = wrap(&text, max);
            prop_assert!(lines.iter().all(|line| width(line) <= max));
            prop_assert_eq!(lines.join(" "), text);
        }
    }
}
