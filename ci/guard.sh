#!/usr/bin/env bash
# A program with 10,000 maps and 64 threads that panics while it holds locks ends as it does without panic dumps, unwinding or
# aborting, and the dump is complete and valid.
#
#   ci/guard.sh [RUNS]      (default: 5 of each)
#
# Printed is the time that the panic's hooks took, maptrace's and the printing one, and the size of the dump.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-5}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

for strategy in unwind abort; do
    cargo build --quiet --release -p maptrace-runtime --features enable,guard --example panic_dump --config "profile.release.panic=\"$strategy\"" \
        --target-dir "$target/guard-$strategy"
    program=$target/guard-$strategy/release/examples/panic_dump
    # run NAME [VARIABLES...]: its standard output, its status, and what the system did.
    run() {
        local status=0
        (cd "$WORK" && ulimit -c 0 && env "${@:2}" "$program" >"$WORK/$1.out" 2>"$WORK/$1.err") || status=$?
        echo "$status" >>"$WORK/$1.out"
    }
    run plain MAPTRACE_ENABLED=1
    for ((n = 1; n <= runs; n++)); do
        rm -rf "$WORK/dumps"
        run guarded "MAPTRACE_GUARD=$WORK/dumps"
        cmp "$WORK/plain.out" "$WORK/guarded.out"
        [ "$(ls -A "$WORK/dumps" | wc -l)" = 1 ]
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
        took=$(sed -n 's/^hooks: \([0-9]*\) us$/\1/p' "$WORK/guarded.err")
        size=$(stat -c %s "$WORK"/dumps/mapguard-*-0.json)
        echo "panic = $strategy, run $n: hooks $((took / 1000)).$((took % 1000 / 100)) ms, dump $size bytes," \
            "load $(cut -d' ' -f1 /proc/loadavg)"
    done
    without=$(sed -n 's/^hooks: \([0-9]*\) us$/\1/p' "$WORK/plain.err")
    echo "panic = $strategy, without dumps: hooks $((without / 1000)).$((without % 1000 / 100)) ms, status $(tail -1 "$WORK/plain.out")"
done
