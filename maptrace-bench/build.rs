//! Tells the program which compiler made it: a benchmark is of that compiler's code. And writes the places of
//! `examples/scale`, which are too many to write by hand.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

/// A site is a place in the source, so ten thousand sites are as many lines.
const PLACES: usize = 10_000;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");
    let said = std::env::var_os("RUSTC").and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let version = said
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .unwrap_or_default();
    println!("cargo::rustc-env=MAPBENCH_RUSTC={}", version.trim());
    println!(
        "cargo::rustc-env=MAPBENCH_OPT_LEVEL={}",
        std::env::var("OPT_LEVEL").unwrap_or_default()
    );
    let arms = (0..PLACES).fold(String::new(), |mut arms, n| {
        let _ = writeln!(arms, "{n} => new(),");
        arms
    });
    let places = format!(
        "/// Makes a map at the place of this number.\nfn at(place: usize) -> Map {{ match place {{\n{arms}_ => new(),\n}} }}\n"
    );
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo says where to write"));
    std::fs::write(folder.join("places.rs"), places).expect("the folder is there");
}
