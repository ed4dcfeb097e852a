#!/usr/bin/env bash
# The rows of docs/reliability.md that are worth more than a moment: as large as continuous integration has time for, or as
# large as the table says.
#
#   ci/promises.sh                    the sizes of continuous integration
#   ci/promises.sh large [ROW...]     the large ones, of these rows or of all: an hour or so
#
# MAPTRACE_TEST_SCALE, if it is set, is how many times as large instead of what is said below, and PROFILE the profile that is
# built, instead of `release`.
#
# Tests say what they have measured in lines that begin with `measured:`. With `large` each is printed as a line for the
# table: row, result, date, machine.
set -euo pipefail
cd "$(dirname "$0")/.."

# row, times as large in CI (`-`: not at all), times as large by `large`, test binary, filter
readonly ROWS="
1  80 8000 law flood::
2  10 100  law churn::ten_thousand_short_threads
5  -  30   otlp outage::memory
5  -  30   otlp outage::throughput
6  1  20   law goodbyes::
7  1  100  law quiet::
8  4  160  sequences of_
10 3  100  law stages::
11 2  34   law fork::forks_while_eight_threads_emit
12 10 50   law teardown::locals_older_and_younger_than_maptrace_s
13 5  50   law privacy::
16 -  10   law crowd::
17 -  100  lib site::tests::past_the_last_site
18 -  100  law soak::
18 1  50   nothing_kept of_maps
20 4  200  law signals::
23 -  100  law seeds::
24 1  20   law clients::
26 25 500  law churn::made_here_used_there_dropped_elsewhere
27 1  50   law exits::
28 1  10   starved memory_for_rings_and_records
28 1  50   scarce each_
"
size=ci
if [ "${1:-}" = large ]; then
    size=large
    shift
fi
wanted=" $* "

# executables MESSAGES NAME: the path of a test binary.
executable() {
    sed -n 's/.*"executable":"\([^"]*\/'"$2"'-[0-9a-f]*\)".*/\1/p' "$1" | tail -1
}

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
# The rows that are run: row, times as large, test binary, filter.
rows=()
while read -r row in_ci in_large binary filter; do
    [ -n "$row" ] || continue
    [ $# -eq 0 ] || [[ $wanted == *" $row "* ]] || continue
    scale=$in_ci
    [ $size = ci ] || scale=$in_large
    [ "$scale" != - ] || continue
    rows+=("$row ${MAPTRACE_TEST_SCALE:-$scale} $binary $filter")
done <<<"$ROWS"
[ ${#rows[@]} -gt 0 ] || { echo "promises: no such row in this size:$wanted" >&2; exit 1; }
needed=" $(printf '%s\n' "${rows[@]}" | cut -d' ' -f3 | sort -u | tr '\n' ' ')"

# build PACKAGE BINARY... -- ARGUMENTS...: those of these test binaries that are needed. Copies: what is built meanwhile is of
# no concern to them.
build() {
    local package=$1 binary targets=() binaries=()
    while shift && [ "$1" != -- ]; do
        [[ $needed == *" $1 "* ]] || continue
        binaries+=("$1")
        [ "$1" = lib ] && targets+=(--lib) || targets+=("--test=$1")
    done
    shift
    [ ${#binaries[@]} -gt 0 ] || return 0
    cargo test --quiet --profile "${PROFILE:-release}" -p "$package" "$@" "${targets[@]}" --no-run \
        --message-format json >"$WORK/messages"
    for binary in "${binaries[@]}"; do
        local name=$binary
        [ "$binary" != lib ] || name=${package//-/_}
        cp "$(executable "$WORK/messages" "$name")" "$WORK/$binary"
    done
}
build maptrace-runtime lib law sequences starved scarce nothing_kept -- \
    --features enable,flight,guard,hashbrown,indexmap,listen,notices
build maptrace-otel otlp --

machine="$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), Linux $(uname -r)"
failed=()
while read -r row scale binary filter; do
    began=$SECONDS
    # In the package's folder, as cargo runs it.
    package=maptrace-runtime
    [ "$binary" != otlp ] || package=maptrace-otel
    if (cd $package && MAPTRACE_TEST_SCALE=$scale "$WORK/$binary" --include-ignored --nocapture "$filter") >"$WORK/out" 2>"$WORK/err" &&
        grep -qE '^test result: .* [1-9][0-9]* passed;' "$WORK/out"; then
        sed -n 's/.*measured: //p' "$WORK/out" |
            while read -r line; do echo "row $row: $line"; done
        echo "row $row: good, $(((SECONDS - began))) s, $(date -u +%F), $machine"
    else
        failed+=("$row")
        cat "$WORK/out" "$WORK/err"
        echo "row $row: FAILED"
    fi
    # For ci/all.sh, which adds them up.
    grep -E '^test result: ' "$WORK/out" || true
done < <(printf '%s\n' "${rows[@]}")
[ ${#failed[@]} -eq 0 ] || { echo "promises: failed: ${failed[*]}" >&2; exit 1; }
