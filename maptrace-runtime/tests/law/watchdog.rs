//! A test that hangs in a process of its own fails, and the process is gone.

use std::time::Duration;

use crate::alone::alone_within;

#[test]
#[should_panic(expected = "a_process_that_hangs_is_killed hung")]
fn a_process_that_hangs_is_killed() {
    alone_within(
        Duration::ZERO,
        module_path!(),
        "a_process_that_hangs_is_killed",
        &[],
        || {
            loop {
                std::thread::park();
            }
        },
    );
}
