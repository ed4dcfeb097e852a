#!/usr/bin/env bash
# The number of instructions of each operation, by callgrind, against ci/instructions.toml: so that the hot path cannot
# creep. The figures do not depend on the load of the machine; they do on the compiler, which is pinned.
#
#   ci/instructions.sh [MAPBENCH ARGUMENTS]
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "instructions: needs valgrind: ci/setup.sh valgrind" >&2; exit 1; }
# Hardly any rounds, as time is not what is asked for. Of a tree `grow` stands for the insert.
cargo run --quiet --release -p maptrace-bench -- --map HashMap,hashbrown,IndexMap,BTreeMap --hasher fx --size 1k \
    --workload grow,insert_reserved,overwrite,churn_fifo,get_hit,short_lived --variant counters,events \
    --rounds 1 --operations 1k --instructions --budget ci/instructions.toml "$@"
