use std::process::Command;

use super::of_this_thread;

#[test]
fn a_thread_has_the_system_s_name() {
    let named = std::thread::Builder::new().name("a thread of ours".to_owned());
    let name = named.spawn(of_this_thread).expect("a thread").join().expect("a name");
    assert_eq!(&name, b"a thread of our\0", "as much as the system keeps");
}

/// glibc has it since 2.30 only: a program that asks for it by name does not start where std's do. std itself takes it where
/// it is there (a weak symbol, `w`).
#[test]
fn nothing_asks_for_gettid_by_name() {
    let program = std::env::current_exe().expect("a path");
    let symbols = Command::new("nm").args(["--dynamic", "--undefined-only"]).arg(program).output();
    let symbols = symbols.expect("nm, which comes with the linker (Debian: binutils)");
    let symbols = String::from_utf8_lossy(&symbols.stdout).into_owned();
    let undefined = |symbol: &str| {
        let found = symbols.lines().map(str::trim).filter_map(|line| line.strip_prefix("U "));
        found.map(|name| name.split('@').next().unwrap_or(name)).any(|name| name == symbol)
    };
    assert!(undefined("prctl"), "this is asked for, and so there are symbols: {symbols}");
    assert!(!undefined("gettid"), "{symbols}");
}
