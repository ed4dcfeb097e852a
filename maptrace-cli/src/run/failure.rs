//! Why a crate did not compile.

use std::process::Stdio;

use super::arguments::CargoArguments;

/// Says whether it is the tracing, and then what is left. Quiet if the project does not compile by itself either: then
/// the compiler has said all there is.
pub(super) fn explain(subcommand: &str, arguments: &CargoArguments) {
    let mut check = super::cargo();
    check
        .args(["check", "--quiet"])
        .args(arguments.only(&[
            "--manifest-path",
            "-p",
            "--package",
            "--workspace",
            "--all",
            "--exclude",
            "--lib",
            "--bin",
            "--bins",
            "--example",
            "--examples",
            "--test",
            "--tests",
            "--bench",
            "--benches",
            "--all-targets",
            "-F",
            "--features",
            "--all-features",
            "--no-default-features",
            "--release",
            "-r",
            "--profile",
            "--target",
            "--target-dir",
            "--config",
            "--locked",
            "--offline",
            "--frozen",
            "-Z",
            "--ignore-rust-version",
        ]))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match subcommand {
        "test" => _ = check.arg("--tests"),
        "bench" => _ = check.arg("--benches"),
        _ => {}
    }
    if check.status().is_ok_and(|status| status.success()) {
        eprintln!(
            "maptrace: this project compiles without tracing, so the error above is tracing's: somewhere a map goes by \
             value or as `&mut` to code that is not compiled here and asks for std's own, or a trait is there \
             for std's map alone.\n\
             maptrace: what is left is to trace all maps but those, with attribute lines: `maptrace check` says which lines, \
             and docs/adopting.md what each error means."
        );
    }
}
