//! The program `maptrace`. `cargo maptrace` is the same program.
//!
//! | | |
//! |---|---|
//! | `run`, `test`, `trace bench` | trace a project with no edit at all; experimental |
//! | `bench` | mapbench: what tracing costs a map; with the feature `bench`, which is on by default |
//! | `check` | which attribute lines to add, and which maps need more than a line |
//! | `dump` | the maps of a process that lives, panicked or was killed, and the last operations of its threads |
//! | `dashboards` | dashboards for Grafana, alerts for Prometheus with a runbook, and a stack to try them on |

mod args;
mod check;
mod dashboards;
mod dump;
mod run;
mod source;
mod traits;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with the arguments and the environment of this process.
pub fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    // Cargo runs this program in rustc's place under a name of its own, so that no variable has to say so: variables
    // are inherited by whatever the build runs.
    if let Some(folder) = run::wrapper::folder_of(name.as_ref()) {
        return run::wrapper::compile(folder, arguments);
    }
    let outcome = match args::parse(arguments) {
        args::Command::Trace(request) => run::trace(&request),
        args::Command::Bench(arguments) => bench(arguments),
        args::Command::Check(request) => check::check(&request),
        args::Command::Dashboards(request) => dashboards::dashboards(&request),
        args::Command::Dump(request) => dump::dump(&request),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("maptrace: {error:#}");
        ExitCode::FAILURE
    })
}

#[cfg(feature = "bench")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it is an error")]
fn bench(arguments: Vec<OsString>) -> anyhow::Result<ExitCode> {
    Ok(maptrace_bench::main(
        &maptrace_bench::matrix(),
        &["bench"],
        arguments.into_iter(),
    ))
}

#[cfg(not(feature = "bench"))]
fn bench(_: Vec<OsString>) -> anyhow::Result<ExitCode> {
    anyhow::bail!(
        "this program was built without mapbench, its feature `bench`; install it anew with it: `cargo install --locked \
         maptrace-cli`, without `--no-default-features`, or in a checkout `cargo install --locked --path maptrace-cli`"
    )
}
