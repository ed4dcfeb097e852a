#!/usr/bin/env bash
# What the attribute accepts and what it says about everything else, with tracing off and on: the same in both.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=no
cargo test --quiet --no-fail-fast -p maptrace-ui-tests || failed=yes
cargo test --quiet --no-fail-fast -p maptrace-ui-tests --features enable || failed=yes
[ "$failed" = no ]
