//! maptrace beside its peers: other ways to record each operation of a map, by mapbench's method.
//!
//! ```sh
//! cd benches/peers && cargo run --release
//! ```
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

/// That a peer records at all: one that does not costs nothing. Each installs something once in a process, hence one test.
#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use maptrace_bench::Map as _;

    type Peer<R> = Recorded<Plain<HashMap<u64, u64, RandomState>>, R>;

    static SPANS: Mutex<Vec<String>> = Mutex::new(Vec::new());

    struct Keep;
    impl fastrace::collector::Reporter for Keep {
        fn report(&mut self, spans: Vec<fastrace::collector::SpanRecord>) {
            SPANS
                .lock()
                .unwrap()
                .extend(spans.into_iter().map(|span| span.name.into_owned()));
        }
    }

    fn work<R: recorded::Recorder>() {
        let mut map = Peer::<R>::with_capacity(0);
        for i in 0..1_000 {
            map.insert(i, i);
            map.remove(&i);
        }
    }

    #[test]
    fn counters_and_spans_are_as_many_as_operations() {
        let handle = metrics_exporter_prometheus::PrometheusBuilder::new()
            .install_recorder()
            .unwrap();
        work::<peers::Metrics>();
        work::<peers::MetricsHeld>();
        let page = handle.render();
        for line in [
            "map_assign_total{map=\"sessions\"} 2000",
            "map_delete_total{map=\"sessions\"} 2000",
        ] {
            assert!(page.contains(line), "{page}");
        }

        fastrace::set_reporter(Keep, fastrace::collector::Config::default());
        work::<peers::Fastrace>();
        fastrace::flush();
        let spans = SPANS.lock().unwrap();
        let count = |name: &str| spans.iter().filter(|span| *span == name).count();
        // The last request is not over.
        assert!(
            count("assign") >= 900 && count("delete") >= 900 && count("request") >= 18,
            "{}",
            spans.len()
        );
    }
}
