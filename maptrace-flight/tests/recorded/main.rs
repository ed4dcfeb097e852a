//! Recordings of processes that are killed, end, fork or have no room, read from outside.
//!
//! The processes are this test itself, started again with a role to play.
#![cfg(target_os = "linux")]

mod damaged;
mod killed;
mod others;
mod process;
mod roles;
mod room;

/// Plays the part that another test has started it for; by itself it has none.
#[test]
fn play_a_role() {
    if let Ok(role) = std::env::var(process::ROLE) {
        roles::play(&role);
    }
}
