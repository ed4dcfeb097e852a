//! maptrace beside its peers: other ways to record each operation of a map, by mapbench's method.
//!
//! ```sh
//! ci/peers.sh
//! ```
//!
//! Each peer's test (`tests`) counts what its exporter or registry got: one that records nothing costs nothing.
//!
//! Not all of them do the same. The counters count and keep no event; spans have a time for each operation, where maptrace's
//! events have a coarse one. `tracing_otlp`'s batch processor drops what it has no room for.

mod peers;
mod recorded;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::process::ExitCode;

use maptrace_bench::{AGAIN, Again, Case, PLAIN, Plain, Suite, TRACED, Traced, Variant};

use recorded::Recorded;

/// Spreads consecutive numbers.
fn number(i: u64) -> (u64, u64) {
    (i.wrapping_mul(0x9E37_79B9_7F4A_7C15), i)
}

fn case<S: BuildHasher + Default + 'static>(hasher: &str) -> Case {
    type Peer<S, R> = Recorded<Plain<HashMap<u64, u64, S>>, R>;
    let case = Case::new("HashMap", "u64", hasher, number)
        .side::<Plain<HashMap<u64, u64, S>>>(PLAIN)
        .side::<Again<HashMap<u64, u64, S>>>(AGAIN)
        .side::<Traced<maptrace_bench::collections::HashMap<u64, u64, S>>>(TRACED)
        .side::<Peer<S, peers::Tracing>>("tracing")
        .side::<Peer<S, peers::Fastrace>>("fastrace")
        .side::<Peer<S, peers::Metrics>>("metrics")
        .side::<Peer<S, peers::MetricsHeld>>("metrics_held")
        .side::<Peer<S, peers::OpenTelemetry>>("opentelemetry")
        .side::<Peer<S, peers::Hotpath>>("hotpath");
    #[cfg(feature = "tracy")]
    let case = case.side::<Peer<S, peers::Tracy>>("tracy");
    #[cfg(feature = "lttng")]
    let case = case.side::<Peer<S, peers::lttng::Lttng>>("lttng");
    #[cfg(feature = "usdt")]
    let case = case.side::<Peer<S, peers::usdt::Usdt>>("usdt");
    case.into()
}

fn variants() -> Vec<Variant> {
    let ours = ["off", "counters", "events", "exporters"];
    let mut variants: Vec<Variant> = Variant::ours()
        .into_iter()
        .filter(|variant| ours.contains(&variant.name()))
        .collect();
    variants.extend([
        Variant::new(
            "metrics_held",
            "metrics_held",
            "metrics: a counter that is kept, Prometheus exporter",
        )
        .start(peers::prometheus),
        Variant::new(
            "metrics",
            "metrics",
            "metrics: counter! with a label, Prometheus exporter",
        )
        .start(peers::prometheus),
        Variant::new(
            "opentelemetry",
            "opentelemetry",
            "OpenTelemetry: a counter with an attribute",
        )
        .start(peers::opentelemetry),
        Variant::new("hotpath", "hotpath", "hotpath: measure_block!").start(peers::hotpath),
        Variant::new("tracing", "tracing", "tracing: a span, a registry and nobody who looks")
            .start(peers::tracing_registry),
        Variant::new("fastrace", "fastrace", "fastrace: a local span, a hundred in a request").start(peers::fastrace),
        Variant::new("tracing_otlp", "tracing", "tracing: a span, sent over OTLP in batches")
            .start(peers::tracing_otlp),
    ]);
    #[cfg(feature = "tracy")]
    variants.push(Variant::new("tracy", "tracy", "Tracy: a zone, no profiler connected").start(peers::tracy));
    #[cfg(feature = "lttng")]
    variants.push(
        Variant::new(
            "lttng",
            "lttng",
            "LTTng-UST: a tracepoint, recorded into its ring buffers by a session",
        )
        .start(peers::lttng::recording),
    );
    #[cfg(feature = "usdt")]
    variants.extend([
        Variant::new("usdt_off", "usdt", "USDT: a static probe, nobody attached"),
        Variant::new("usdt", "usdt", "USDT: a static probe, a counter of perf's attached").start(peers::usdt::attached),
    ]);
    variants
}

fn main() -> ExitCode {
    let suite = Suite::with_variants(variants())
        .case(case::<RandomState>("std"))
        .case(case::<foldhash::fast::RandomState>("foldhash"));
    // tracing + OTLP takes microseconds an operation, and hotpath and Tracy keep all in memory: a short run says enough.
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let short = ["--quick", "--operations", "20k"].map(Into::into);
    let arguments = if arguments.is_empty() {
        short.to_vec()
    } else {
        arguments
    };
    maptrace_bench::main(&suite, &[], arguments.into_iter())
}

#[cfg(test)]
mod tests;
