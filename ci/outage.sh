#!/usr/bin/env bash
# A service at work with a spool, whose OTLP endpoint is away for an hour and comes back: all that it counted has to arrive,
# to the unit. Prints what it cost: CPU time, memory, disk, time to catch up, and what came twice.
#
#   ci/outage.sh            an hour
#   ci/outage.sh SECONDS    so long
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
cargo build --quiet --release -p maptrace --example worker
tests=$(cargo test --quiet --release -p maptrace --test end_to_end --no-run --message-format json |
    sed -n 's/.*"executable":"\([^"]*end_to_end[^"]*\)".*/\1/p')

# Copies: what is built meanwhile is of no concern to them.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/deps" "$folder/examples"
cp "$tests" "$folder/deps/end_to_end"
cp "$target/release/examples/worker" "$folder/examples"
MAPTRACE_OUTAGE_SECONDS="${1:-3600}" "$folder/deps/end_to_end" --ignored --nocapture outage::
