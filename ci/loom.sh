#!/usr/bin/env bash
# The models of the lock-free parts: every interleaving, and each ordering weakened, which a model has to notice.
set -euo pipefail
cd "$(dirname "$0")/.."
# Its own folder: the flag is one for every crate, and would have all others rebuilt each time.
RUSTFLAGS="--cfg maptrace_loom" ci/at_least_one.sh cargo test --quiet --no-fail-fast --release -p maptrace-runtime --lib \
    --features __loom --target-dir "${CARGO_TARGET_DIR:-target}/loom"
