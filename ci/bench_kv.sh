#!/usr/bin/env bash
# What tracing costs kv_server: its throughput under redis-benchmark with tracing on and off, in the same minutes.
#
#   ci/bench_kv.sh [ROUNDS] [REQUESTS]      (default: 7 rounds of 1000000 requests)
#
# Prints, for each test, the median of both builds and the median of the rounds' ratios, on / off. In each round both
# servers start afresh and take turns, test by test, and whoever went first goes second in the next round. For a figure
# that means something let nothing else run; the client takes a core of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ROUNDS=${1:-7} REQUESTS=${2:-1000000} KEYS=100000 PIPELINE=16
TARGET=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
WORK=$(mktemp -d)
servers=()

stop_servers() {
    for pid in "${servers[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    servers=()
}
trap 'stop_servers; rm -rf "$WORK"' EXIT

command -v redis-benchmark >/dev/null || { echo "bench_kv: needs redis-benchmark: ci/setup.sh redis" >&2; exit 1; }
# Two calls: in one, both would be built with tracing on.
cargo build --quiet --release --example kv_server
cargo build --quiet --release -p maptrace-examples-untraced
declare -rA BINARY=([on]="$TARGET/release/examples/kv_server" [off]="$TARGET/release/kv_server_untraced")
declare -A port

start() {
    local build=$1 output="$WORK/$1.out"
    : >"$output"
    "${BINARY[$build]}" --port 0 >"$output" &
    servers+=($!)
    # It says so when it can be reached. A pipe that is read instead would have to be read to its end.
    until port[$build]=$(sed -n 's/^kv_server listening on .*:\([0-9]*\)$/\1/p' "$output") && [ -n "${port[$build]}" ]; do
        kill -0 "${servers[-1]}" || { echo "bench_kv: ${BINARY[$build]} did not start" >&2; exit 1; }
        sleep 0.02
    done
}

# measure BUILD TEST: requests per second.
measure() {
    local arguments=(-p "${port[$1]}" -r "$KEYS" -n "$REQUESTS" -P "$PIPELINE" --csv)
    case $2 in
        set | get) redis-benchmark "${arguments[@]}" -t "$2" ;;
        # redis-benchmark has no such test of its own.
        del) redis-benchmark "${arguments[@]}" del key:__rand_int__ ;;
    esac 2>/dev/null | awk -F'","' 'END { print $2 }'
}

order=(on off)
for ((round = 1; round <= ROUNDS; round++)); do
    start on
    start off
    for test in set get del; do
        declare -A rate=()
        for build in "${order[@]}"; do
            rate[$build]=$(measure "$build" "$test")
        done
        echo "$test ${rate[on]} ${rate[off]}" >>"$WORK/rates"
        printf 'round %d  %s  on %10.0f/s  off %10.0f/s\n' "$round" "$test" "${rate[on]}" "${rate[off]}"
    done
    stop_servers
    order=("${order[1]}" "${order[0]}")
done

# median COLUMN-EXPRESSION TEST
median() {
    awk -v test="$2" "\$1 == test { print $1 }" "$WORK/rates" | sort -g |
        awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

printf '\n%-5s %14s %14s %8s\n' test 'on (1/s)' 'off (1/s)' 'ratio'
for test in set get del; do
    # awk's fields, not the shell's.
    # shellcheck disable=SC2016
    printf '%-5s %14.0f %14.0f %8.3f\n' "$test" "$(median '$2' $test)" "$(median '$3' $test)" "$(median '$2 / $3' $test)"
done
