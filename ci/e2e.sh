#!/usr/bin/env bash
# The end-to-end tests: the real programs of this repository among redis-cli, Prometheus, Jaeger and a browser.
# Installs what they need first. Arguments go to the tests, as in `ci/e2e.sh prometheus`.
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh
export MAPTRACE_TEST_JAEGER="${MAPTRACE_TEST_JAEGER:-${XDG_CACHE_HOME:-$HOME/.cache}/maptrace/bin/jaeger}"

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
export MAPTRACE_TEST_UNTRACED="$target/release"

# Apart from the others: in one call it would be built with tracing on.
cargo build --quiet --release -p maptrace-examples-untraced
cargo build --quiet --release -p maptrace --examples
cargo test --quiet --release -p maptrace --test end_to_end -- --ignored --nocapture "$@"
cargo test --quiet --release -p maptrace-otel --test jaeger -- --ignored "$@"
