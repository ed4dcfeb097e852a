//! Runs cargo to its end.
//!
//! Cargo becomes the program that it runs, which may take its time to stop, or report, at a signal. So a signal must not
//! end this process first.

use std::io;
use std::process::{Command, ExitCode, ExitStatus};

#[cfg(unix)]
pub(super) fn run(command: &mut Command) -> io::Result<ExitStatus> {
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
    use signal_hook::consts::{SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::iterator::SignalsInfo;
    use signal_hook::iterator::exfiltrator::WithOrigin;
    use signal_hook::low_level::siginfo::Cause;

    let mut signals = SignalsInfo::<WithOrigin>::new([SIGINT, SIGQUIT, SIGTERM])?;
    let handle = signals.handle();
    let mut child = command.spawn()?;
    let pid = Pid::from_child(&child);
    let passing_on = std::thread::spawn(move || {
        for origin in &mut signals {
            // The other two may come from the terminal, which sends them to the child as well: then nobody has sent them.
            if (origin.signal == SIGTERM || matches!(origin.cause, Cause::Sent(_)))
                && let Some(signal) = Signal::from_named_raw(origin.signal)
            {
                // It may have ended by itself.
                _ = kill_process(pid, signal);
            }
        }
    });
    // Until it is waited for, its number is nobody else's.
    let ended = loop {
        match waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
            Err(rustix::io::Errno::INTR) => {}
            ended => break ended,
        }
    };
    handle.close();
    passing_on.join().expect("it does not panic");
    ended?;
    child.wait()
}

#[cfg(not(unix))]
pub(super) fn run(command: &mut Command) -> io::Result<ExitStatus> {
    command.status()
}

/// A child's status as our own. One that a signal ended has the number that a shell gives it.
pub(super) fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    let code = status.code().or(signal).and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
