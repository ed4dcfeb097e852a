#!/usr/bin/env bash
# Runs the fuzz targets of fuzz/, each for so many seconds, after everything in its corpus.
#
#   ci/fuzz.sh                    each for a minute
#   ci/fuzz.sh 5                  each for five seconds
#   ci/fuzz.sh 300 request spool  only these
#
# What fails is left in fuzz/artifacts/TARGET; `target/fuzz/x86_64-unknown-linux-gnu/release/TARGET FILE` shows it again. What was
# found that is new stays in target/fuzz/corpus/TARGET for the next run; `FUZZ_MERGE=1` takes the shortest of it into fuzz/corpus.
#
# libFuzzer's hooks and AddressSanitizer are flags of nightly compilers. The pinned stable knows them as well, if it is told
# that it may; so there is one compiler for everything. A C++ compiler builds libFuzzer.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly ROOT=$PWD

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
mapfile -t all < <(sed -n 's/^name = "\(.*\)"$/\1/p' fuzz/Cargo.toml | grep -vx maptrace-fuzz)
[ $# -gt 0 ] || set -- "${all[@]}"
host=$(rustc -vV | sed -n 's/^host: //p')
readonly TARGET_DIR="${CARGO_TARGET_DIR:-$ROOT/target}/fuzz"

# Those of cargo-fuzz. With --target they are for what is fuzzed alone, and not for what builds it.
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
-Zsanitizer=address -Ccodegen-units=1 --cfg fuzzing"
cargo build --quiet --locked --release --manifest-path fuzz/Cargo.toml --target "$host" --target-dir "$TARGET_DIR" --bins

# fuzz NAME: runs one.
fuzz() {
    local name=$1 found="$TARGET_DIR/corpus/$1" log="$TARGET_DIR/$1.log" words=() length=4096
    mkdir -p "$found" "fuzz/artifacts/$name"
    [ ! -f "fuzz/dictionaries/$name" ] || words=(-dict="fuzz/dictionaries/$name")
    case $name in
        # A file of the flight recorder has a page for its head alone; a body may be 64 KiB.
        flight) length=65536 ;;
        response) length=80000 ;;
    esac
    # No target takes a second or 2 GiB for an input: one that does is told as well.
    if ! "$TARGET_DIR/$host/release/$name" "$found" "fuzz/corpus/$name" "${words[@]}" -max_len="$length" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="fuzz/artifacts/$name/" >"$log" 2>&1; then
        echo "fuzz: $name FAILED:" >&2
        grep -v '^#' "$log" | tail -n 60 >&2
        return 1
    fi
    sed -n 's/^stat::number_of_executed_units: */fuzz: '"$name"': good, runs: /p' "$log"
    if [ "${FUZZ_MERGE:-0}" = 1 ]; then
        "$TARGET_DIR/$host/release/$name" -merge=1 "fuzz/corpus/$name" "$found" -max_len="$length" >>"$log" 2>&1
    fi
}

failed=()
for name in "$@"; do
    [ -d "fuzz/corpus/$name" ] || { echo "fuzz: there is no corpus of a target '$name' (there are: ${all[*]})" >&2; exit 2; }
    fuzz "$name" || failed+=("$name")
done
[ ${#failed[@]} -eq 0 ] || { echo "fuzz: failed: ${failed[*]}" >&2; exit 1; }
