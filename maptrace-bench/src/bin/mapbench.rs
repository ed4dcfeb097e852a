//! See the library.

fn main() -> std::process::ExitCode {
    // `mapbench bench`, as `maptrace bench`, is what there is to do anyway.
    let mut arguments = std::env::args_os().skip(1).peekable();
    arguments.next_if(|first| first == "bench");
    maptrace_bench::main(&maptrace_bench::matrix(), &[], arguments)
}
