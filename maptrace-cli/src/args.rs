//! What the user asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// What is to be done.
pub(crate) enum Command {
    Trace(Trace),
    Check(Check),
}

/// A cargo subcommand to run with every map of the project traced.
pub(crate) struct Trace {
    /// Cargo's: `run`, `test` or `bench`.
    pub(crate) subcommand: &'static str,
    /// Where a checkout of maptrace is.
    pub(crate) source: Option<PathBuf>,
    /// For cargo, up to `--`.
    pub(crate) cargo: Vec<OsString>,
    /// For the program: `--` and what follows.
    pub(crate) program: Vec<OsString>,
}

#[derive(Parser)]
#[command(name = "maptrace", version, about = "See every map of a Rust program")]
struct Arguments {
    #[command(subcommand)]
    command: Asked,
}

#[derive(Subcommand)]
enum Asked {
    /// Experimental: `cargo run` with every std map of the workspace traced, and no edit
    Run(TraceArguments),
    /// Experimental: `cargo test` with every std map of the workspace traced, and no edit
    Test(TraceArguments),
    /// Experimental: `cargo bench` with every std map of the workspace traced, and no edit
    Bench(TraceArguments),
    /// Say which attribute lines trace the maps of a project, and which maps need more than a line
    Check(Check),
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
    /// Compile the project with tracing off and on, and explain the errors
    #[arg(long)]
    pub(crate) verify: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// A checkout of maptrace for the dependency; else as with `run`
    #[arg(long = "maptrace", value_name = "PATH")]
    pub(crate) source: Option<PathBuf>,
}

#[derive(clap::Args)]
struct TraceArguments {
    /// A checkout of maptrace to build from; else the variable MAPTRACE_SOURCE, the checkout that this program was
    /// built from, or the registry
    #[arg(long = "maptrace", value_name = "PATH")]
    source: Option<PathBuf>,
    /// Everything else goes to cargo
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
    let program = match ours.iter().position(|argument| argument == "--") {
        Some(dashes) => ours.split_off(dashes),
        None => Vec::new(),
    };
    let asked = Arguments::parse_from(std::iter::once("maptrace".into()).chain(ours)).command;
    let (subcommand, arguments) = match asked {
        Asked::Check(check) => return Command::Check(check),
        Asked::Run(arguments) => ("run", arguments),
        Asked::Test(arguments) => ("test", arguments),
        Asked::Bench(arguments) => ("bench", arguments),
    };
    Command::Trace(Trace {
        subcommand,
        source: arguments.source,
        cargo: arguments.cargo,
        program,
    })
}
