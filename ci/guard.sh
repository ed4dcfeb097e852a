#!/usr/bin/env bash
# A program with 10,000 maps and 64 threads that panics while it holds locks ends as it does without panic dumps, unwinding or
# aborting, and the dump is complete and valid.
#
#   ci/guard.sh [RUNS]      (default: 5 of each)
#
# The collector's thread makes the room that a dump needs for each map. If the program panics before it came by, the dump says
# that it is not exact: such a run is told, and made again, at most as often as there are runs.
#
# Printed is the time that maptrace's hook took, and the size of the dump.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-5}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

for strategy in unwind abort; do
    # By hand, as cargo would build for an example all that the tests need.
    into=$target/guard-$strategy
    cargo build --quiet --release -p maptrace-runtime --lib --features enable,guard --target-dir "$into" \
        --config "profile.release.panic=\"$strategy\""
    program=$into/panic_dump
    rustc --edition 2024 -O -C "panic=$strategy" maptrace-runtime/examples/panic_dump.rs -o "$program" \
        --extern "maptrace_runtime=$into/release/libmaptrace_runtime.rlib" -L "dependency=$into/release/deps"
    # run NAME [VARIABLES...]: its standard output, its status, and what the system did.
    run() {
        local status=0
        # The shell's word about a process that aborts is of no interest.
        { (cd "$WORK" && ulimit -c 0 && env "${@:2}" "$program" >"$WORK/$1.out" 2>"$WORK/$1.err"); } 2>/dev/null || status=$?
        echo "$status" >>"$WORK/$1.out"
    }
    run plain MAPTRACE_ENABLED=1
    inexact=0
    for ((n = 1; n <= runs; n++)); do
        rm -rf "$WORK/dumps"
        run guarded "MAPTRACE_GUARD=$WORK/dumps"
        cmp "$WORK/plain.out" "$WORK/guarded.out"
        [ "$(ls -A "$WORK/dumps" | wc -l)" = 1 ]
        if grep -q '"exact":false' "$WORK"/dumps/mapguard-*-0.json && [ "$inexact" -lt "$runs" ]; then
            inexact=$((inexact + 1))
            n=$((n - 1))
            echo "panic = $strategy: not exact, once more"
            continue
        fi
        python3 - "$WORK"/dumps/mapguard-*-0.json <<'PYTHON'
import json, sys
dump = json.load(open(sys.argv[1]))
assert dump["end"] and dump["exact"] and dump["why"] == "panic", sys.argv[1]
columns = dump["map_columns"]
maps = [row for row in dump["maps"] if row[columns.index("map")] is not None]
assert len(maps) == 64 * 157, len(maps)
entries = sum(row[columns.index("entries")] for row in maps)
assert entries == 64 * sum(100 + i for i in range(157)), entries
assert len([thread for thread in dump["threads"] if thread["panicking"]]) == 1
assert dump["panic"]["touched"][1:3] == ["delete", "miss"], dump["panic"]
PYTHON
        took=$(sed -n 's/^maptrace.s hook took \([0-9]*\) us$/\1/p' "$WORK/guarded.err")
        size=$(stat -c %s "$WORK"/dumps/mapguard-*-0.json)
        echo "panic = $strategy, run $n: hook $((took / 1000)).$((took % 1000 / 100)) ms, dump $size bytes," \
            "load $(cut -d' ' -f1 /proc/loadavg)"
    done
    without=$(sed -n 's/^maptrace.s hook took \([0-9]*\) us$/\1/p' "$WORK/plain.err")
    echo "panic = $strategy, without dumps: hook $((without / 1000)).$((without % 1000 / 100)) ms, status $(tail -1 "$WORK/plain.out")"
done
