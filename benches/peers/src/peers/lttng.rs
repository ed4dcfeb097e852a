//! LTTng-UST: tracepoints in C, and a session that records them into ring buffers in shared memory.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use maptrace_bench::Running;

use crate::recorded::Recorder;

// lttng/tracepoints.c
unsafe extern "C" {
    safe fn maptrace_peers_assign();
    safe fn maptrace_peers_delete();
    safe fn maptrace_peers_enabled() -> std::ffi::c_int;
}

/// A tracepoint before each operation.
pub struct Lttng;

impl Recorder for Lttng {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        maptrace_peers_assign();
        operation()
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        maptrace_peers_delete();
        operation()
    }
}

/// A session that records this program, until it is dropped.
pub struct Session {
    name: String,
}

impl Session {
    /// Starts one; `arguments` say what becomes of what is recorded.
    pub fn start(arguments: &[&str]) -> Result<Self, String> {
        // There may be one already, which is as good. It has none of our pipes: it would keep them open.
        _ = Command::new("lttng-sessiond")
            .args(["--background", "--no-kernel"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let session = Self {
            name: format!("maptrace-peers-{}", std::process::id()),
        };
        let name = session.name.as_str();
        lttng(&[&["create", name], arguments].concat())?;
        lttng(&["enable-event", "--session", name, "--userspace", "maptrace_peers:*"])?;
        lttng(&["start", name])?;
        // The daemon tells the program, which has a thread that listens.
        let begun = Instant::now();
        while maptrace_peers_enabled() == 0 {
            if begun.elapsed() > Duration::from_secs(30) {
                return Err(
                    "LTTng's session has begun, and its tracepoints are off still: is lttng-sessiond running?".into(),
                );
            }
            std::thread::yield_now();
        }
        Ok(session)
    }

    /// Ends the session, and has what was recorded written.
    #[cfg(test)]
    pub fn stop(self) -> Result<(), String> {
        lttng(&["stop", &self.name])
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        _ = lttng(&["destroy", &self.name]);
    }
}

fn lttng(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("lttng").args(arguments).output();
    let Output { status, stderr, .. } =
        output.map_err(|error| format!("lttng: {error}; Debian has it in lttng-tools"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!(
            "lttng {}: {status}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&stderr)
        ))
    }
}

/// As a flight recorder: the newest events stay in the buffers, and nobody reads them. The least that LTTng does for an event
/// that it records.
pub fn recording() -> Result<Running, String> {
    Ok(Box::new(Session::start(&["--snapshot"])?))
}
