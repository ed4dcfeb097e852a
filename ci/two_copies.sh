#!/usr/bin/env bash
# A program with maptrace that loads and unloads libraries, each with a copy of maptrace of its own, some while its collector
# sleeps: nothing crashes, and each copy counts its own maps. Row 29 of docs/reliability.md.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
into=$target/two-copies
cargo build --quiet --release -p maptrace-runtime --lib --features enable,guard --target-dir "$into"
build() {
    rustc --edition 2024 -O "$@" --extern "maptrace_runtime=$into/release/libmaptrace_runtime.rlib" \
        -L "dependency=$into/release/deps"
}
build --crate-type cdylib ci/two_copies/plugin.rs -o "$into/plugin-a.so"
# Another copy for the loader, as another version would be.
cp "$into/plugin-a.so" "$into/plugin-b.so"
build ci/two_copies/host.rs -o "$into/host"
timeout 300 "$into/host" "$into/plugin-a.so" "$into/plugin-b.so"
