//! LTTng's tracepoints are C.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "lttng")]
    {
        println!("cargo::rerun-if-changed=lttng");
        cc::Build::new()
            .file("lttng/tracepoints.c")
            .include("lttng")
            .compile("maptrace_peers_tracepoints");
        println!("cargo::rustc-link-lib=lttng-ust");
        // LTTng finds its tracepoints by where their section begins and ends, for which alone lld does not keep a section.
        println!("cargo::rustc-link-arg=-Wl,-z,nostart-stop-gc");
    }
}
