//! How wide the reader's terminal is and whether it shows colour.

use std::ffi::OsStr;
use std::io::IsTerminal;

/// Width of a report that nobody set, and of a terminal that does not say.
pub(super) const DEFAULT_WIDTH: usize = 120;

/// Width of a log or a pipe: read later, in a wide window or an editor, where a name that was cut cannot be had back.
/// Every column fits, with names of 40 columns whole.
const UNBOUND_WIDTH: usize = 160;

/// Width and colour for one output stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) width: usize,
    pub(super) color: bool,
}

impl Look {
    /// Asks the environment and the terminal.
    pub(super) fn of(stream: &impl IsTerminal) -> Self {
        let terminal = stream.is_terminal();
        let size = if terminal { terminal_size::terminal_size() } else { None };
        Self::decide(
            terminal,
            size.map(|(width, _)| width.0),
            std::env::var_os("COLUMNS").as_deref(),
            std::env::var_os("NO_COLOR").as_deref(),
            std::env::var_os("TERM").as_deref(),
        )
    }

    /// `COLUMNS` wins over the terminal, as in other programs; a bad value is as none. Colour needs a terminal that
    /// can show it and a user who did not object (`NO_COLOR`, set to anything but nothing).
    fn decide(
        terminal: bool,
        size: Option<u16>,
        columns: Option<&OsStr>,
        no_color: Option<&OsStr>,
        term: Option<&OsStr>,
    ) -> Self {
        let asked = columns
            .and_then(|text| text.to_str()?.trim().parse().ok())
            .filter(|&n: &usize| n > 0);
        let objected = no_color.is_some_and(|value| !value.is_empty());
        Self {
            width: asked
                .or(size.map(usize::from).filter(|&n| n > 0))
                .unwrap_or(if terminal { DEFAULT_WIDTH } else { UNBOUND_WIDTH }),
            color: terminal && !objected && term != Some(OsStr::new("dumb")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn width(size: Option<u16>, columns: Option<&str>) -> usize {
        Look::decide(true, size, columns.map(OsStr::new), None, None).width
    }

    fn color(terminal: bool, no_color: Option<&str>, term: &str) -> bool {
        Look::decide(terminal, None, None, no_color.map(OsStr::new), Some(OsStr::new(term))).color
    }

    #[test]
    fn the_user_then_the_terminal_then_the_default_decide_the_width() {
        assert_eq!(width(Some(90), Some("70")), 70);
        assert_eq!(width(Some(90), None), 90);
        assert_eq!(width(None, None), DEFAULT_WIDTH);
        for bad in ["", "0", "-3", "wide"] {
            assert_eq!(width(Some(90), Some(bad)), 90, "{bad:?}");
        }
        assert_eq!(width(Some(0), None), DEFAULT_WIDTH);
    }

    #[test]
    fn what_is_no_terminal_is_wider_unless_the_user_says() {
        let width = |columns: Option<&str>| Look::decide(false, None, columns.map(OsStr::new), None, None).width;
        assert_eq!(width(None), UNBOUND_WIDTH);
        assert_eq!(width(Some("70")), 70);
        assert_eq!(width(Some("wide")), UNBOUND_WIDTH);
    }

    #[test]
    fn colour_needs_a_terminal_and_a_user_who_did_not_object() {
        assert!(color(true, None, "xterm"));
        assert!(color(true, Some(""), "xterm"));
        assert!(!color(false, None, "xterm"));
        assert!(!color(true, Some("1"), "xterm"));
        assert!(!color(true, None, "dumb"));
    }
}
