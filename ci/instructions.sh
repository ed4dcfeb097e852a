#!/usr/bin/env bash
# The number of instructions of each operation, by callgrind, against ci/instructions.toml: so that the hot path cannot
# creep. The figures do not depend on the load of the machine; they do on the compiler, which is pinned.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "instructions: needs valgrind: ci/setup.sh valgrind" >&2; exit 1; }
cargo run --quiet --release -p maptrace-bench -- --workload insert_reserved,overwrite,churn_fifo,get_hit \
    --variant counters,events --hasher fx --size 1k --rounds 3 --operations 20k --instructions --budget ci/instructions.toml
