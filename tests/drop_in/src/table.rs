//! The table.

use std::fmt;

pub(crate) const HEAD: &str = "\
| project | kinds of maps | attribute lines | other edits | tests before | off | on | flaky | sites | maps | assigns | \
exact sites | set aside |
|---|---|---|---|---|---|---|---|---|---|---|---|---|";

/// One project.
pub(crate) struct Row {
    pub(crate) project: String,
    pub(crate) kinds: String,
    pub(crate) lines: usize,
    pub(crate) other: usize,
    pub(crate) before: usize,
    pub(crate) off: usize,
    pub(crate) on: usize,
    pub(crate) flaky: usize,
    pub(crate) sites: usize,
    pub(crate) maps: u64,
    pub(crate) assigns: u64,
    pub(crate) exact: usize,
    pub(crate) set_aside: usize,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            project,
            kinds,
            lines,
            other,
            before,
            off,
            on,
            flaky,
            sites,
            maps,
            assigns,
            exact,
            set_aside,
        } = self;
        write!(
            f,
            "| {project} | {kinds} | {lines} | {other} | {before} | {off} | {on} | {flaky} | {sites} | {maps} | {assigns} \
             | {exact} | {set_aside} |"
        )
    }
}
