#!/usr/bin/env bash
# The end-to-end tests: the real programs of this repository among redis-cli, wrk, Prometheus, Jaeger, the
# OpenTelemetry Collector and a browser.
# Installs what they need first. Arguments go to the tests of the folder `end_to_end`, as in `ci/e2e.sh prometheus`,
# and then only those run.
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh
export MAPTRACE_TEST_JAEGER="${MAPTRACE_TEST_JAEGER:-$(ci/setup.sh --jaeger)}"
export MAPTRACE_TEST_COLLECTOR="${MAPTRACE_TEST_COLLECTOR:-$(ci/setup.sh --collector)}"

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
export MAPTRACE_TEST_UNTRACED="$target/release"

# Apart from the others: in one call it would be built with tracing on.
cargo build --quiet --release -p maptrace-examples-untraced
cargo build --quiet --release -p maptrace --examples
ci/at_least_one.sh cargo test --quiet --release -p maptrace --test end_to_end -- --ignored --nocapture "$@"
# A filter is one for the tests above.
[ $# -eq 0 ] || exit 0
ci/at_least_one.sh cargo test --quiet --release -p maptrace-runtime --features listen --test promtool -- --ignored
MAPTRACE_TEST_GO="${MAPTRACE_TEST_GO:-$(ci/setup.sh --go)}" \
    ci/at_least_one.sh cargo test --quiet -p maptrace-cli --test program -- --ignored dump::
ci/at_least_one.sh cargo test --quiet -p maptrace-flight --test recorded -- --ignored
ci/at_least_one.sh cargo test --quiet -p maptrace-otel --all-features --test otlp -- --ignored collector::
# Whether export is felt at all. What it costs exactly takes longer, and a machine that does nothing else: ci/bench_export.sh.
AT_LEAST=0.95 ci/bench_export.sh 7 300000 set
