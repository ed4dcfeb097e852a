//! The program as it was written.

mod program;

fn main() {
    program::run();
}
