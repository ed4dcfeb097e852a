//! The same program with one line more.

extern crate maptrace_std as std;

mod program;

fn main() {
    program::run();
}
