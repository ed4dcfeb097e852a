//! See the library.

fn main() -> std::process::ExitCode {
    maptrace_cli::main()
}
