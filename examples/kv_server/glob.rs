//! The patterns of KEYS and SCAN.

/// Whether all of `text` matches `pattern`: `*`, `?`, `[a-z]`, `[^a]`, and `\` before a byte that stands for itself.
///
/// Takes at most `pattern.len() * text.len()` steps: after a mismatch only the last `*` is tried again.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut rest, mut left) = (pattern, text);
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (rest.split_first(), left.split_first()) {
            (Some((b'*', after)), _) => {
                rest = after;
                retry = Some((after, left));
                continue;
            }
            (None, None) => return true,
            (Some(_), Some((&byte, left_after))) => {
                if let Some(rest_after) = match_one(rest, byte) {
                    (rest, left) = (rest_after, left_after);
                    continue;
                }
            }
            _ => {}
        }
        // Let the last `*` take one byte more.
        match retry {
            Some((after, [_, shorter @ ..])) => {
                (rest, left) = (after, shorter);
                retry = Some((after, shorter));
            }
            _ => return false,
        }
    }
}

/// The rest of `pattern` after its first element, if that matches `byte`.
fn match_one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    match pattern {
        [b'?', rest @ ..] => Some(rest),
        [b'[', set @ ..] => match_set(set, byte),
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => (*literal == byte).then_some(rest),
        [] => None,
    }
}

/// The same for a set, whose opening bracket is gone. As in Redis, a set that is never closed ends with the pattern.
fn match_set(set: &[u8], byte: u8) -> Option<&[u8]> {
    let (negated, mut set) = match set {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, set),
    };
    let mut found = false;
    loop {
        set = match set {
            [] => break,
            [b']', rest @ ..] => {
                set = rest;
                break;
            }
            [b'\\', literal, rest @ ..] => {
                found |= *literal == byte;
                rest
            }
            [a, b'-', b, rest @ ..] => {
                found |= (*a.min(b)..=*a.max(b)).contains(&byte);
                rest
            }
            [literal, rest @ ..] => {
                found |= *literal == byte;
                rest
            }
        };
    }
    (found != negated).then_some(set)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, yes, no) in [
            ("", &[""][..], &["a"][..]),
            ("*", &["", "a", "*"], &[]),
            ("user:*", &["user:", "user:1"], &["user", "xuser:1"]),
            ("*:id:*", &["a:id:b", ":id:", "a:id:b:id:c"], &["id", "a:id", "a:idx:b"]),
            ("a?c", &["abc", "a?c"], &["ac", "abbc"]),
            ("h[ae]llo", &["hello", "hallo"], &["hillo", "hllo"]),
            ("h[^e]llo", &["hallo"], &["hello", "hllo"]),
            ("[a-c]x", &["ax", "cx"], &["dx", "-x"]),
            ("[c-a]x", &["bx"], &["dx"]),
            (r"[\]]", &["]"], &["\\", "a"]),
            (r"\*x", &["*x"], &["ax", "\\x"]),
            ("[ab", &["a", "b"], &["c", "[ab"]),
            ("[^", &["a"], &["", "ab"]),
            ("\\", &["\\"], &["", "a"]),
            ("**a*", &["a", "xay"], &["", "xyz"]),
        ] {
            for text in yes {
                assert!(
                    matches(pattern.as_bytes(), text.as_bytes()),
                    "{pattern:?} is to match {text:?}"
                );
            }
            for text in no {
                assert!(
                    !matches(pattern.as_bytes(), text.as_bytes()),
                    "{pattern:?} is not to match {text:?}"
                );
            }
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = "a*".repeat(64) + "b";
        assert!(!matches(pattern.as_bytes(), "a".repeat(4096).as_bytes()));
    }
}
