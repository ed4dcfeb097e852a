//! The program, run in small projects of all kinds.

mod adopting;
mod aliases;
mod bench;
mod beside;
mod border;
mod check;
mod dashboards;
#[cfg(unix)]
mod dump;
mod globs;
mod imports;
mod preflight;
mod support;
mod trace;
mod write;
