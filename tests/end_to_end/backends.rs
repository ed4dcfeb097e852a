//! Where traces and metrics go: programs of others, each on ports of its own.

mod collector;
mod jaeger;
mod prometheus;

use std::net::{SocketAddr, TcpListener};

use crate::process::{Running, eventually};

pub(crate) use collector::Collector;
pub(crate) use jaeger::{Jaeger, Span};
pub(crate) use prometheus::Prometheus;

/// All are held until all are known, so they differ.
pub(crate) fn free_addresses<const N: usize>() -> [SocketAddr; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("it is bound"))
}

/// Starts a program that does not say which ports it has got, so that it is given some that were free a moment ago.
///
/// Should somebody take one in between, it ends, and is started again, which may be on others.
fn start<T>(
    what: &str,
    mut spawn: impl FnMut() -> (Running, T),
    is_ready: impl Fn(&mut Running, &T) -> bool,
) -> (Running, T) {
    const ATTEMPTS: usize = 5;
    let mut ended = String::new();
    for _ in 0..ATTEMPTS {
        let (mut process, its) = spawn();
        let ready = eventually(what, || match process.has_ended() {
            Some(words) => Ok(Err(words)),
            None if is_ready(&mut process, &its) => Ok(Ok(())),
            None => Err("it is not".to_owned()),
        });
        match ready {
            Ok(()) => return (process, its),
            Err(words) => ended = words,
        }
    }
    panic!("{ATTEMPTS} times not {what}, the last of them: {ended}");
}
