//! The program, run in small projects of all kinds.

mod adopting;
mod check;
mod support;
mod trace;
mod write;
