#!/usr/bin/env bash
# The figures of mapbench in docs/performance.md, all of them: JSON, charts in SVG and tables in Markdown. When all is built,
# 25 minutes by estimate on two cores, with nothing else at work on the machine.
#
#   ci/performance.sh [FOLDER]      (default: target/performance)
#
# run.*           every workload, granularity, hasher, size, map, key and number of threads, beside the plain map; the row
#                 `off` is by a program that was built without tracing
# peers.*         maptrace beside other ways to record each operation (ci/peers.sh)
# instructions.*  instructions an operation, by callgrind (ci/instructions.sh), if valgrind is there
#
# Then the charts are copied by hand: cp FOLDER/charts/*.svg docs/charts/
set -euo pipefail
folder=$(realpath -m "${1:-target/performance}")
cd "$(dirname "$0")/.."
mkdir -p "$folder"
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

# All that is built is built first, so that the machine is at rest afterwards.
cargo build --quiet --release -p maptrace-bench --no-default-features --features matrix
cp "$target/release/mapbench" "$folder/mapbench-off"
cargo build --quiet --release -p maptrace-bench
ci/peers.sh --list >/dev/null
began=$SECONDS

"$target/release/mapbench" --documented --off-program "$folder/mapbench-off" --json="$folder/run.json" \
    --html "$folder/run.html" --charts "$folder/charts" --markdown "$folder/run.md" >"$folder/run.txt"
echo "performance: run: $((SECONDS - began)) s"
ci/peers.sh --untested --workload insert_reserved,overwrite,churn_fifo,delete_all,word_count --hasher std,foldhash --size 1k \
    --rounds 15 --operations 20k --json="$folder/peers.json" --markdown "$folder/peers.md" >"$folder/peers.txt"
echo "performance: peers: $((SECONDS - began)) s"
if command -v valgrind >/dev/null; then
    ci/instructions.sh --json="$folder/instructions.json" >"$folder/instructions.txt"
else
    echo "performance: without instructions, for want of valgrind" >&2
fi
echo "performance: $folder: $((SECONDS - began)) s"
