//! Leaves the attribute itself out of its sources, and puts what the fuzz target calls in.

fn main() {
    println!("cargo::rustc-cfg=maptrace_fuzz");
    println!("cargo::rerun-if-changed=build.rs");
}
