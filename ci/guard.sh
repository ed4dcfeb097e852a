#!/usr/bin/env bash
# A program with 10,000 maps and 64 threads that panics while it holds locks ends as it does without panic dumps, unwinding or
# aborting, and the dump is complete and valid. So it does where the file system has no room for a dump, which is told.
#
#   ci/guard.sh [RUNS]      (default: 5 of each)
#
# Each dump has each map. Its counts are exact, unless the collector had its books in hand all the while, as where it does not
# get a processor: then the dump says so and how far they may be off, and that they are no further off is looked at.
#
# Printed is the time that maptrace's hook took, and the size of the dump. For the full file system one is mounted, as root or in
# a user namespace.
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
    for ((n = 1; n <= runs; n++)); do
        rm -rf "$WORK/dumps"
        run guarded "MAPTRACE_GUARD=$WORK/dumps"
        cmp "$WORK/plain.out" "$WORK/guarded.out"
        [ "$(ls -A "$WORK/dumps" | wc -l)" = 1 ]
        python3 - "$WORK"/dumps/mapguard-*-0.json <<'PYTHON'
import json, sys
dump = json.load(open(sys.argv[1]))
assert dump["end"] and dump["why"] == "panic", sys.argv[1]
because, off = dump["inexact_because"], dump["off_by_at_most"]
assert (because, dump["exact"], off) == (None, True, 0) or because == "collector" and not dump["exact"] and off > 0, (because, off)
if off:
    print(f"the collector did not stand still: off by {off} operations at most")
columns = dump["map_columns"]
maps = [row for row in dump["maps"] if row[columns.index("map")] is not None]
assert len(maps) == 64 * 157, len(maps)
entries = sum(row[columns.index("entries")] for row in maps)
expected = 64 * sum(100 + i for i in range(157))
assert abs(entries - expected) <= off, (entries, expected, off)
assert len([thread for thread in dump["threads"] if thread["panicking"]]) == 1
assert dump["panic"]["touched"][1:3] == ["delete", "miss"], dump["panic"]
PYTHON
        took=$(sed -n 's/^maptrace.s hook took \([0-9]*\) us$/\1/p' "$WORK/guarded.err")
        size=$(stat -c %s "$WORK"/dumps/mapguard-*-0.json)
        echo "panic = $strategy, run $n: hook $((took / 1000)).$((took % 1000 / 100)) ms, dump $size bytes," \
            "load $(cut -d' ' -f1 /proc/loadavg)"
    done
    # No room: a file system of 64 KiB, of which nobody else knows.
    status=0
    { (cd "$WORK" && ulimit -c 0 && unshare --mount $([ "$(id -u)" = 0 ] || echo --map-root-user) sh -c '
        mkdir -p full && mount -t tmpfs -o size=64k tmpfs full || exit 99
        MAPTRACE_GUARD=./full "$1"
        status=$?
        ls -A full >left
        exit $status' sh "$program" >full.out 2>full.err); } 2>/dev/null || status=$?
    echo "$status" >>"$WORK/full.out"
    cmp "$WORK/plain.out" "$WORK/full.out"
    [ ! -s "$WORK/left" ]
    grep -q 'no dump could be written in .*: there is no room; free some, or choose another folder' "$WORK/full.err"
    grep -q '10,048 live maps' "$WORK/full.err"
    echo "panic = $strategy, no room: told, and the same otherwise"
    without=$(sed -n 's/^maptrace.s hook took \([0-9]*\) us$/\1/p' "$WORK/plain.err")
    echo "panic = $strategy, without dumps: hook $((without / 1000)).$((without % 1000 / 100)) ms, status $(tail -1 "$WORK/plain.out")"
done
