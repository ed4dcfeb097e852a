//! What the user asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::dashboards::{Traces, parameters_help};

/// What is to be done.
pub(crate) enum Command {
    Trace(Trace),
    /// mapbench, with its own arguments.
    Bench(Vec<OsString>),
    Check(Check),
    Dashboards(Dashboards),
    Dump(Dump),
}

/// A cargo subcommand to run with every map of the project traced.
pub(crate) struct Trace {
    /// Cargo's: `run`, `test` or `bench`.
    pub(crate) subcommand: &'static str,
    /// Where a checkout of maptrace is.
    pub(crate) source: Option<PathBuf>,
    /// Whether to build what is known not to compile.
    pub(crate) anyway: bool,
    /// For cargo, up to `--`.
    pub(crate) cargo: Vec<OsString>,
    /// For the program: `--` and what follows.
    pub(crate) program: Vec<OsString>,
}

const START: &str = "\
Start with `cargo maptrace run`: it needs no edit, and prints a report of all maps when the program ends. To keep the
tracing in the project, and to give maps names, let `cargo maptrace check` say which lines to add.
`maptrace bench --quick` measures what it costs on this machine.";

const TRACE: &str = "\
Examples, for `run`:
  cargo maptrace run --release -- --port 7379     what stands behind `--` goes to the program
  MAPTRACE_LISTEN=127.0.0.1:9102 cargo maptrace run     a live page at http://127.0.0.1:9102/

The report goes to standard error when the program ends, unless the variable MAPTRACE_REPORT says otherwise. The exit
status is cargo's, and so the program's.

It is experimental, as it compiles the crates of the workspace with maptrace-std in the place of std, which Rust does not
promise to allow. What the sources show not to compile that way is told before anything is built. Nothing in the project is changed. Dependencies, build scripts and procedural macros are not traced.";

const CHECK: &str = "\
It reads the sources and changes nothing without `--write`. Commit before that, and look at the diff: `git diff`.
A package with a map of which it is known that the lines will not compile with tracing on is left as it is, and the edit is
named; `--anyway` writes there as well.
Then build with the feature that it adds: MAPTRACE_REPORT=text cargo run --features trace-maps
With the live page: MAPTRACE_LISTEN=127.0.0.1:9102 cargo run --features trace-maps,maptrace/listen

The exit status is 1 if it could not be done, if a package was left as it is, or if `--verify` found errors, else 0.";

const DUMP: &str = "\
A process is asked by a signal, if it waits for one; one that hangs answers as well, and nothing is sent to one that does
not say that it waits for it:
  MAPTRACE_GUARD=dumps MAPTRACE_GUARD_SIGNAL=usr1 ./service &
  maptrace dump $!

With the feature `flight` the maps of a process outlive it:
  MAPTRACE_FLIGHT=/dev/shm/maps ./service        and then, whatever became of it:
  maptrace dump /dev/shm/maps

Times of operations in such a recording are those of maptrace's clock, which goes on every few milliseconds under load.";

#[derive(Parser)]
#[command(
    name = "maptrace",
    version,
    about = "See every map of a Rust program: how large it is, what it holds, when it grew, and what that cost",
    after_help = START
)]
struct Arguments {
    #[command(subcommand)]
    command: Asked,
}

/// `run` and `test` can do without `trace`; `bench` alone is mapbench.
fn usage(subcommand: &str) -> String {
    format!("cargo maptrace {subcommand} [--maptrace PATH] [--anyway] [CARGO ARGUMENTS]... [-- PROGRAM ARGUMENTS]...")
}

#[derive(Subcommand)]
enum Asked {
    /// `cargo run` with every std map of the workspace traced and no edit; experimental
    #[command(after_help = TRACE, override_usage = usage("run"))]
    Run(TraceArguments),
    /// `cargo test`, traced in the same way
    #[command(after_help = TRACE, override_usage = usage("test"))]
    Test(TraceArguments),
    /// `trace run`, `trace test` and `trace bench`: cargo's, traced in the same way
    #[command(subcommand)]
    Trace(Traced),
    /// Measure what tracing costs a map on this machine; `bench --help` shows how
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Say which attribute lines trace the maps of a project, and which maps need more than a line
    #[command(after_help = CHECK)]
    Check(Check),
    /// Write Grafana dashboards, alerts for Prometheus with a runbook, and a compose.yaml to try them
    #[command(after_help = parameters_help())]
    Dashboards(Dashboards),
    /// Show the maps of a process and the last operations of its threads: one that lives, panicked or was killed
    #[command(after_help = DUMP)]
    Dump(Dump),
}

/// What to show.
#[derive(clap::Args)]
pub(crate) struct Dump {
    /// The number of a process, a dump (mapguard-PID-N.json), or what MAPTRACE_FLIGHT left: the folder that it names, for the
    /// process begun last, or one of the files in it
    #[arg(value_name = "PID|PATH")]
    pub(crate) path: PathBuf,
    /// How many of the last events of each thread to show, or to write with the options below
    #[arg(long, value_name = "N")]
    pub(crate) last: Option<usize>,
    /// Show only events of maps of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) map: Option<String>,
    /// Print all as JSON, for other programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Go on with what threads do, until the process ends
    #[arg(long, conflicts_with_all = ["json", "ctf", "perfetto", "pprof"])]
    pub(crate) follow: bool,
    /// Write the events as a trace in the Common Trace Format to this new folder, for babeltrace2 and Trace Compass
    #[arg(long, value_name = "DIR")]
    pub(crate) ctf: Option<PathBuf>,
    /// Write the events as a trace for https://ui.perfetto.dev and chrome://tracing to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) perfetto: Option<PathBuf>,
    /// Write bytes held, pauses and operations of each map as a profile to this file, for `go tool pprof`
    #[arg(long, value_name = "FILE")]
    pub(crate) pprof: Option<PathBuf>,
}

/// Where to write dashboards, and what to put into them.
#[derive(clap::Args)]
pub(crate) struct Dashboards {
    /// The folder to write to; files that this command did not write are left alone
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Give each map that this program declares a row of its own: the address of its page, as in
    /// http://127.0.0.1:9102/maps.json, a report (MAPTRACE_REPORT=maps.json), or `-`; may be given several times
    #[arg(long, value_name = "SOURCE")]
    pub(crate) from: Vec<String>,
    /// Set a parameter of the alerts, as in `growth.window=12h`; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// The kind of data source that has the traces, for links to it; compose.yaml has Jaeger
    #[arg(long, value_enum, default_value = "jaeger")]
    pub(crate) traces: Traces,
    /// Overwrite files that this command did not write
    #[arg(long)]
    pub(crate) force: bool,
    /// Write nothing; fail if the files are not as they would be written
    #[arg(long, conflicts_with = "force")]
    pub(crate) check: bool,
}

/// What to do with a project's sources.
#[derive(clap::Args)]
pub(crate) struct Check {
    /// The project's folder, or its Cargo.toml
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Only this package; may be given several times
    #[arg(short, long = "package", value_name = "NAME")]
    pub(crate) packages: Vec<String>,
    /// Write the lines into the files, and show them as a diff
    #[arg(long)]
    pub(crate) write: bool,
    /// Write also into packages of which it is known that they will not compile with tracing on
    #[arg(long, requires = "write")]
    pub(crate) anyway: bool,
    /// Compile the project with tracing off and on (after `--write`), and explain the errors
    #[arg(long)]
    pub(crate) verify: bool,
    /// Print the findings as JSON, for other programs
    #[arg(long)]
    pub(crate) json: bool,
    /// A checkout of maptrace to depend on [default: MAPTRACE_SOURCE, else this program's own, else the registry]
    #[arg(long = "maptrace", value_name = "PATH")]
    pub(crate) source: Option<PathBuf>,
}

/// A cargo subcommand to trace, by its name.
#[derive(Subcommand)]
enum Traced {
    /// As `maptrace run`
    #[command(after_help = TRACE, override_usage = usage("trace run"))]
    Run(TraceArguments),
    /// As `maptrace test`
    #[command(after_help = TRACE, override_usage = usage("trace test"))]
    Test(TraceArguments),
    /// `cargo bench` with every std map of the workspace traced and no edit; experimental
    #[command(after_help = TRACE, override_usage = usage("trace bench"))]
    Bench(TraceArguments),
}

#[derive(clap::Args)]
struct TraceArguments {
    /// A checkout of maptrace to build from [default: MAPTRACE_SOURCE, else this program's own, else the registry]
    #[arg(long = "maptrace", value_name = "PATH")]
    source: Option<PathBuf>,
    /// Build also what is known not to compile with every map traced
    #[arg(long)]
    anyway: bool,
    /// Cargo's own options, as `--release` or `--package NAME`
    #[arg(value_name = "CARGO ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    cargo: Vec<OsString>,
}

/// Reads the arguments, without the program's own name. Ends the process for `--help` and mistakes.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Command {
    let mut ours: Vec<OsString> = arguments.collect();
    // `cargo maptrace run` runs `cargo-maptrace maptrace run`.
    if ours.first().is_some_and(|first| first == "maptrace") {
        ours.remove(0);
    }
    if ours.first().is_some_and(|first| first == "bench") {
        if !is_for_cargo(&ours[1..]) {
            return Command::Bench(ours.split_off(1));
        }
        eprintln!(
            "maptrace: `maptrace bench` measures maps (mapbench); these arguments are cargo's, so this is `maptrace trace \
             bench`, which you should write"
        );
        ours.insert(0, "trace".into());
    }
    let program = match ours.iter().position(|argument| argument == "--") {
        Some(dashes) => ours.split_off(dashes),
        None => Vec::new(),
    };
    let asked = Arguments::parse_from(std::iter::once("maptrace".into()).chain(ours)).command;
    let (subcommand, arguments) = match asked {
        Asked::Check(_) | Asked::Dashboards(_) | Asked::Dump(_) if !program.is_empty() => Arguments::command()
            .error(
                ErrorKind::UnknownArgument,
                "only `run`, `test` and `trace` run a program, for which arguments can stand behind `--`",
            )
            .exit(),
        Asked::Check(check) => return Command::Check(check),
        Asked::Dashboards(dashboards) => return Command::Dashboards(dashboards),
        Asked::Dump(dump) => return Command::Dump(dump),
        Asked::Run(arguments) => ("run", arguments),
        Asked::Test(arguments) => ("test", arguments),
        Asked::Bench { arguments } => return Command::Bench(arguments),
        Asked::Trace(Traced::Run(arguments)) => ("run", arguments),
        Asked::Trace(Traced::Test(arguments)) => ("test", arguments),
        Asked::Trace(Traced::Bench(arguments)) => ("bench", arguments),
    };
    Command::Trace(Trace {
        subcommand,
        source: arguments.source,
        anyway: arguments.anyway,
        cargo: arguments.cargo,
        program,
    })
}

/// Whether arguments after `bench` are meant for `cargo bench`, as they were before there was mapbench: those that cargo has and
/// mapbench has not.
fn is_for_cargo(arguments: &[OsString]) -> bool {
    const CARGOS: [&str; 31] = [
        "--",
        "--all-features",
        "--all-targets",
        "--anyway",
        "--bench",
        "--benches",
        "--bin",
        "--bins",
        "--config",
        "--example",
        "--examples",
        "--exclude",
        "--features",
        "--ignore-rust-version",
        "--jobs",
        "--lib",
        "--locked",
        "--maptrace",
        "--manifest-path",
        "--no-default-features",
        "--no-fail-fast",
        "--no-run",
        "--offline",
        "--package",
        "--profile",
        "--target",
        "--target-dir",
        "--test",
        "--tests",
        "--timings",
        "--workspace",
    ];
    arguments.iter().any(|argument| {
        let argument = argument.to_string_lossy();
        let name = argument.split_once('=').map_or(&*argument, |(name, _)| name);
        CARGOS.contains(&name) || ["-p", "-F", "-j", "-Z"].iter().any(|short| argument.starts_with(short))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Command {
        parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn bench_alone_and_with_its_own_options_is_mapbench() {
        for arguments in [
            &["bench"][..],
            &["bench", "--quick", "--json"],
            &["maptrace", "bench", "--help"],
        ] {
            let Command::Bench(passed) = parsed(arguments) else {
                panic!("{arguments:?}")
            };
            let after = arguments.iter().skip_while(|argument| **argument != "bench").skip(1);
            assert!(passed.iter().eq(after), "{passed:?}");
        }
    }

    #[test]
    fn cargos_bench_is_asked_for_by_trace_or_by_cargos_arguments() {
        for (arguments, cargo, program) in [
            (&["trace", "bench"][..], &[][..], &[][..]),
            (
                &["trace", "bench", "--bench", "b", "--", "x"],
                &["--bench", "b"],
                &["--", "x"],
            ),
            (&["bench", "--bench", "b", "--", "x"], &["--bench", "b"], &["--", "x"]),
            (&["maptrace", "bench", "-pkv"], &["-pkv"], &[]),
            (&["bench", "--features=fast"], &["--features=fast"], &[]),
            (&["bench", "--", "--quick"], &[], &["--", "--quick"]),
        ] {
            let Command::Trace(trace) = parsed(arguments) else {
                panic!("{arguments:?}")
            };
            assert_eq!(trace.subcommand, "bench");
            assert!(
                trace.cargo.iter().eq(cargo) && trace.program.iter().eq(program),
                "{arguments:?}"
            );
        }
    }

    #[test]
    fn run_and_test_need_no_trace_but_may_have_it() {
        for subcommand in ["run", "test"] {
            for arguments in [&[subcommand][..], &["trace", subcommand]] {
                let Command::Trace(trace) = parsed(arguments) else {
                    panic!("{arguments:?}")
                };
                assert_eq!(trace.subcommand, subcommand);
            }
        }
    }
}
