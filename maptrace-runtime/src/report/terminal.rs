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
        Self::decide(
            terminal,
            if terminal { columns() } else { None },
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
        let mut width = if terminal { DEFAULT_WIDTH } else { UNBOUND_WIDTH };
        if let Some(size @ 1..) = size {
            width = usize::from(size);
        }
        if let Some(text) = columns
            && let Some(text) = text.to_str()
            && let Ok(asked @ 1..) = text.trim_ascii().parse::<u64>()
            && let Ok(asked) = usize::try_from(asked)
        {
            width = asked;
        }
        let objected = no_color.is_some_and(|value| !value.is_empty());
        Self {
            width,
            color: terminal && !objected && term != Some(OsStr::new("dumb")),
        }
    }
}

/// Columns of the terminal that one of the standard streams is.
///
/// Asked here, and not by a crate for it: those bring four more, for every program that traces a map.
#[cfg(all(feature = "enable", unix))]
#[expect(unsafe_code, reason = "std has no interface to a terminal's size")]
fn columns() -> Option<u16> {
    for stream in &[libc::STDOUT_FILENO, libc::STDERR_FILENO, libc::STDIN_FILENO] {
        let mut size = libc::winsize {
            ws_row: 0,
            ws_col: 0,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: TIOCGWINSZ writes one `winsize` through the pointer, which is to one that lives; a stream that is
        // closed or no terminal is an error.
        let told = unsafe { libc::ioctl(*stream, libc::TIOCGWINSZ, &raw mut size) } == 0;
        if told {
            return Some(size.ws_col);
        }
    }
    None
}

/// Without libc a terminal does not say; the report is then of nothing anyway.
#[cfg(not(all(feature = "enable", unix)))]
fn columns() -> Option<u16> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standard streams of a child that runs on a terminal of a known size.
    #[cfg(all(feature = "enable", target_os = "linux"))]
    #[test]
    fn a_terminal_tells_its_width() {
        const INSIDE: &str = "MAPTRACE_TEST_TERMINAL";
        if std::env::var_os(INSIDE).is_some() {
            println!("columns: {:?}", columns());
            return;
        }
        let program = std::env::current_exe().expect("this program");
        let name = "report::terminal::tests::a_terminal_tells_its_width";
        let inside = format!(
            "stty cols 93 rows 20 && '{}' --exact {name} --nocapture",
            program.display()
        );
        // `script` gives it a terminal.
        let output = std::process::Command::new("script")
            .args(["-qec", &inside, "/dev/null"])
            .env(INSIDE, "1")
            .stdin(std::process::Stdio::null())
            .output()
            .expect("script, of util-linux");
        let output = String::from_utf8_lossy(&output.stdout);
        assert!(output.contains("columns: Some(93)"), "{output}");
    }

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
