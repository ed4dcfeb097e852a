#!/usr/bin/env bash
# The proof that nothing is left with the feature `enable` off.
#
# Compiles the same functions with plain maps and with `#[maptrace]`, compares their machine code and data byte by byte,
# looks for symbols and text of maptrace in the programs, and shows a table: `same` in the columns `attribute` (no
# feature) and `release_off`, and, so that one sees that the comparison can tell, `differs` under `enable`.
#
# tests/disabled/tests/machine_code/main.rs says how. It builds what it compares itself, in release mode. The other
# tests of that package look at what else a program may call.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=no
# Each by itself, so that none may pass by running nothing: a whole file goes away when tracing is on after all.
for file in tests/disabled/tests/*.rs tests/disabled/tests/*/main.rs; do
    name=${file#tests/disabled/tests/}
    name=${name%/main.rs}
    # This package alone: in one build with others, cargo would turn on the features that those ask for.
    ci/at_least_one.sh cargo test --quiet -p disabled --features attribute --test "${name%.rs}" -- --nocapture ||
        failed=yes
done
[ "$failed" = no ]
