//! mapbench: what tracing costs a map, beside the plain map, on this machine and with your own types.
//!
//! `maptrace bench` and `mapbench` run it on maps and workloads of its own. [`bench_map!`] makes a benchmark of your own
//! key, value and hasher, with the same workloads, method and output; docs/mapbench.md tells how it measures.
//!
//! ```no_run
//! #[derive(Clone, PartialEq, Eq, Hash)]
//! struct UserId([u8; 12]);
//!
//! #[derive(Clone)]
//! struct Session {
//!     name: String,
//!     visits: u32,
//! }
//!
//! // All of benches/sessions.rs; in Cargo.toml: `[[bench]] name = "sessions"`, `harness = false`.
//! maptrace_bench::bench_map! {
//!     "sessions": HashMap<UserId, Session>, |i| {
//!         let mut id = [0; 12];
//!         id[..8].copy_from_slice(&i.to_le_bytes());
//!         (UserId(id), Session { name: format!("user {i}"), visits: 0 })
//!     };
//! }
//! ```
//!
//! | feature | default | |
//! |---|---|---|
//! | `enable` | on | tracing is compiled in; without it there is nothing to measure but that it is off |
//! | `matrix` | on | the program mapbench, and `matrix`, its cases: they take a minute to compile, which your own do not need |
//!
//! Run it with `cargo bench --bench sessions -- --quick`; `--help` shows what else there is.

mod beside;
mod budget;
mod chart;
mod child;
mod compare;
mod cores;
mod estimate;
mod expect;
mod html;
mod instructions;
mod machine;
mod map;
mod markdown;
mod markup;
#[cfg(feature = "matrix")]
mod matrix;
mod names;
mod options;
mod plan;
mod progress;
mod protocol;
mod report;
mod run;
mod serve;
mod show;
mod sink;
mod stats;
mod suite;
mod table;
mod variant;
mod views;
mod which;
mod workload;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

pub use crate::map::{Again, Map, Plain, Traced};
#[cfg(feature = "matrix")]
pub use crate::matrix::suite as matrix;
pub use crate::sink::Server as OtlpServer;
pub use crate::suite::{AGAIN, Case, CaseOf, PLAIN, Suite, TRACED};
pub use crate::variant::{Running, Variant};
pub use crate::workload::Workload;
/// The traced maps of std, for cases of your own.
pub use maptrace_runtime::collections;

use crate::options::Options;

/// Makes `main` of a benchmark of your own maps: see [the crate's documentation](crate).
///
/// Each entry is a label, a map's type and a function from a number to an entry; different numbers have to have different
/// keys. The map is `HashMap<K, V>`, `HashMap<K, V, S>`, the same of `hashbrown`, `IndexMap<K, V, S>` or `BTreeMap<K, V>`.
///
/// ```no_run
/// maptrace_bench::bench_map! {
///     "routes": BTreeMap<u32, String>, |i| (i as u32, format!("route {i}"));
///     "peers": hashbrown<u64, u64, std::hash::RandomState>, |i| (i * 7, i);
/// }
/// ```
#[macro_export]
macro_rules! bench_map {
    ($($label:literal: $map:ident<$key:ty, $value:ty $(, $hasher:ty)?>, $make:expr);+ $(;)?) => {
        fn main() -> ::std::process::ExitCode {
            let suite = $crate::Suite::new();
            $(let suite = $crate::bench_map!(@case suite, $label, $map, $key, $value, ($($hasher)?), $make);)+
            $crate::main(&suite, &[], ::std::env::args_os().skip(1))
        }
    };
    (@case $suite:ident, $label:literal, BTreeMap, $key:ty, $value:ty, (), $make:expr) => {
        $suite.btree_map::<$key, $value>($label, $make)
    };
    (@case $suite:ident, $label:literal, $map:ident, $key:ty, $value:ty, (), $make:expr) => {
        $crate::bench_map!(@case $suite, $label, $map, $key, $value, (::std::hash::RandomState), $make)
    };
    (@case $suite:ident, $label:literal, HashMap, $key:ty, $value:ty, ($hasher:ty), $make:expr) => {
        $suite.hash_map::<$key, $value, $hasher>($label, $make)
    };
    (@case $suite:ident, $label:literal, hashbrown, $key:ty, $value:ty, ($hasher:ty), $make:expr) => {
        $suite.hashbrown::<$key, $value, $hasher>($label, $make)
    };
    (@case $suite:ident, $label:literal, IndexMap, $key:ty, $value:ty, ($hasher:ty), $make:expr) => {
        $suite.index_map::<$key, $value, $hasher>($label, $make)
    };
    (@case $suite:ident, $label:literal, $map:ident, $key:ty, $value:ty, $hasher:tt, $make:expr) => {
        compile_error!(concat!(
            "mapbench has no map `", stringify!($map), "` with these parameters; there are HashMap, hashbrown, IndexMap \
             (each with or without a hasher) and BTreeMap (without)"
        ))
    };
}

/// The program: runs what the arguments ask for, on the cases of a suite. `before` are arguments that this program has to be
/// given so that it gets here again, for the processes of the variants.
///
/// Ends the process for `--help` and for arguments that are none.
#[must_use]
pub fn main(suite: &Suite, before: &[&str], arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let options = Options::parse_from(std::iter::once("mapbench".into()).chain(arguments));
    if let Some(variant) = &options.serve {
        return match &options.count {
            Some(jobs) => instructions::serve(suite, variant, jobs),
            None => serve::serve(suite, variant, options.serve_threads),
        };
    }
    match show::run_and_show(suite, before, &options) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("mapbench: {error}");
            ExitCode::FAILURE
        }
    }
}
