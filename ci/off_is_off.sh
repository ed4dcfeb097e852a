#!/usr/bin/env bash
# The proof that nothing is left with the feature `enable` off.
#
# Compiles the same functions with plain maps and with `#[maptrace]`, compares their machine code and data byte by byte,
# looks for symbols and text of maptrace in the programs, and shows a table: `same` in the columns `attribute` (no
# feature) and `release_off`, and, so that one sees that the comparison can tell, `differs` under `enable`.
#
# tests/disabled/tests/machine_code/main.rs says how. It builds what it compares itself, in release mode.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=no
# By itself: in one build with other packages, cargo would turn on the features that those ask for.
cargo test --quiet -p disabled --features attribute --test machine_code -- --nocapture || failed=yes
cargo test --quiet -p disabled --features attribute --test plain_thing || failed=yes
[ "$failed" = no ]
