#!/usr/bin/env bash
# The documentation builds without a warning, such as a link that leads nowhere, with tracing on and off.
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTDOCFLAGS="-D warnings"
readonly CRATES=(-p maptrace -p maptrace-macros -p maptrace-runtime -p maptrace-otel -p maptrace-std)
# They turn tracing on.
readonly PROGRAMS=(-p maptrace-cli -p maptrace-bench)
cargo doc --quiet --no-deps "${CRATES[@]}"
cargo doc --quiet --no-deps "${CRATES[@]}" "${PROGRAMS[@]}" --all-features
