#!/usr/bin/env bash
# What tracing, or the export of it, costs kv_server: its throughput under redis-benchmark, and the CPU time of its process,
# with tracing on and off, in the same minutes.
#
#   ci/bench_kv.sh [--export] [ROUNDS] [REQUESTS] [TEST...]      (default: 9 rounds of 600000 requests of set, get, del)
#
# With `--export` (ci/bench_export.sh) both are traced, and `on` and `off` are the exporters: OTLP spans, metrics and log
# records to an OpenTelemetry Collector, metrics each second, and a scrape of /metrics each second, both of which are sixty
# and fifteen times as often as usual. The Collector and the scraper are on the client's core.
#
# Both servers work at the same time, on one core, with a client each: the kernel changes between them every few
# milliseconds, so that a machine whose speed wanders from one second to the next (another one's work, on a shared host)
# wanders for both. What counts then is the CPU time of a command, all threads of the process taken together, its collector
# among them: a server that has one core serves as many commands as fit into its time. That they share a core, and with it its
# caches, makes commands of both more expensive.
#
# In each round both start afresh, as copies of their programs: with one copy for all rounds the ratio stayed a tenth and
# more off for many rounds in a row, perhaps by where its pages lay. For the same reason they ask for huge pages (glibc's
# `malloc` does, for all it takes). Prints for each test the median of the rounds for both builds, and the median and
# quartiles of the rounds' ratios, on / off: above 1 is good for throughput and bad for CPU time. In brackets behind it is
# where the median itself lies, with 95 % confidence (by the ranks of the rounds, so whatever their distribution). For
# figures that mean something let nothing else run.
#
# AT_LEAST=0.95 makes it end with 1 if the throughput of one test is, with that confidence, less of the other's than that.
set -euo pipefail
cd "$(dirname "$0")/.."

MODE=tracing
if [ "${1:-}" = --export ]; then
    MODE=export
    shift
fi
readonly MODE ROUNDS=${1:-9} REQUESTS=${2:-600000} KEYS=100000 PIPELINE=16
TESTS=("${@:3}")
[ ${#TESTS[@]} -gt 0 ] || TESTS=(set get del)
TARGET=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
WORK=$(mktemp -d)
servers=()
others=()

stop_servers() {
    for pid in "${servers[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    servers=()
}
end() {
    stop_servers
    for pid in "${others[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$WORK"
}
trap end EXIT

command -v redis-benchmark >/dev/null || { echo "bench_kv: needs redis-benchmark: ci/setup.sh redis" >&2; exit 1; }
cargo build --quiet --release --example kv_server
declare -A BINARY=([on]="$TARGET/release/examples/kv_server" [off]="$TARGET/release/examples/kv_server") FLAGS=([on]="" [off]="")
if [ "$MODE" = tracing ]; then
    # Two calls: in one, both would be built with tracing on.
    cargo build --quiet --release -p maptrace-examples-untraced
    BINARY[off]="$TARGET/release/kv_server_untraced"
fi
declare -A port pid page
# The server has one core for all it does, the collector included, and the client the other: left to the scheduler, who
# wakes whom on which core decides more than what is measured.
ON_ITS_CORE=(taskset -c 0)
ON_THE_OTHER=(taskset -c 1)
[ "$(nproc)" -ge 2 ] || { echo "bench_kv: needs two cores" >&2; exit 1; }

# Starts the Collector, on a port that was free a moment ago.
start_collector() {
    local program otlp metrics
    program=$(ci/setup.sh --collector)
    [ -x "$program" ] || { echo "bench_kv: needs the Collector: ci/setup.sh collector" >&2; exit 1; }
    read -r otlp metrics < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(2)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))')
    cat >"$WORK/collector.yaml" <<CONFIG
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:$otlp"}}}}
processors: {batch: {}}
exporters: {debug: {verbosity: basic}, prometheus: {endpoint: "127.0.0.1:$metrics"}}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], processors: [batch], exporters: [debug]}
    logs: {receivers: [otlp], processors: [batch], exporters: [debug]}
    metrics: {receivers: [otlp], processors: [batch], exporters: [prometheus]}
CONFIG
    : >"$WORK/collector.log"
    "${ON_THE_OTHER[@]}" "$program" "--config=file:$WORK/collector.yaml" >>"$WORK/collector.log" 2>&1 &
    others+=($!)
    until grep -q 'Everything is ready' "$WORK/collector.log"; do
        kill -0 "${others[-1]}" || { cat "$WORK/collector.log" >&2; exit 1; }
        sleep 0.02
    done
    export OTEL_METRIC_EXPORT_INTERVAL=1000 OTEL_BSP_SCHEDULE_DELAY=1000
    FLAGS[on]="--listen 127.0.0.1:0 --maps-otlp http://127.0.0.1:$otlp"
}
[ "$MODE" = tracing ] || start_collector

# scrape PAGE: reads the page each second, for ever.
scrape() {
    while sleep 1; do
        "${ON_THE_OTHER[@]}" curl --silent --output /dev/null "http://$1/metrics"
    done
}

start() {
    local build=$1 output="$WORK/$1.out" program="$WORK/$1.program"
    : >"$output"
    rm -f "$program"
    cp "${BINARY[$build]}" "$program"
    # shellcheck disable=SC2086  # the flags are several words
    "${ON_ITS_CORE[@]}" env TOKIO_WORKER_THREADS=1 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 "$program" --port 0 ${FLAGS[$build]} >"$output" 2>&1 &
    pid[$build]=$!
    servers+=($!)
    # It says so when it can be reached. A pipe that is read instead would have to be read to its end.
    until port[$build]=$(sed -n 's/^kv_server listening on .*:\([0-9]*\)$/\1/p' "$output") && [ -n "${port[$build]}" ]; do
        kill -0 "${servers[-1]}" || { echo "bench_kv: ${BINARY[$build]} did not start" >&2; exit 1; }
        sleep 0.02
    done
    page[$build]=$(sed -n 's@^maptrace: maps are shown at http://\(.*\)/$@\1@p' "$output")
}

# Clock ticks of CPU time that a server has used: user and system, all its threads, the collector's among them.
cpu_ticks() {
    # The process's name, in brackets, may hold spaces.
    sed 's/.*) //' "/proc/${pid[$1]}/stat" | awk '{ print $12 + $13 }'
}

# ask BUILD TEST: runs the requests and prints seconds of wall time and of the server's CPU time.
ask() {
    local arguments=(-p "${port[$1]}" -r "$KEYS" -n "$REQUESTS" -P "$PIPELINE" --csv) before rate
    local scraper=
    if [ -n "${page[$1]}" ]; then
        scrape "${page[$1]}" >/dev/null &
        scraper=$!
    fi
    before=$(cpu_ticks "$1")
    rate=$(case $2 in
        set | get) "${ON_THE_OTHER[@]}" redis-benchmark "${arguments[@]}" -t "$2" ;;
        # redis-benchmark has no such test of its own.
        del) "${ON_THE_OTHER[@]}" redis-benchmark "${arguments[@]}" del key:__rand_int__ ;;
        *) echo "bench_kv: no test $2; there are set, get and del" >&2; exit 1 ;;
    esac 2>/dev/null | awk -F'","' 'END { print $2 }')
    awk -v rate="$rate" -v n="$REQUESTS" -v ticks="$(($(cpu_ticks "$1") - before))" -v hz="$(getconf CLK_TCK)" \
        'BEGIN { print n / rate, ticks / hz }'
    if [ -n "$scraper" ]; then
        kill "$scraper"
        wait "$scraper" 2>/dev/null || true
    fi
}

# both TEST: prints what `ask` says of each build, asked at the same time.
both() {
    local asked=()
    for build in on off; do
        echo "$build $(ask "$build" "$1")" >"$WORK/$build.asked" &
        asked+=($!)
    done
    wait "${asked[@]}"
    cat "$WORK/on.asked" "$WORK/off.asked"
}

for ((round = 1; round <= ROUNDS; round++)); do
    start on
    start off
    # The same keys in both, as far as a random choice goes.
    for build in on off; do
        "${ON_THE_OTHER[@]}" redis-benchmark -p "${port[$build]}" -r "$KEYS" -n "$((KEYS * 3))" -P "$PIPELINE" -q -t set >/dev/null
    done
    for test in "${TESTS[@]}"; do
        both "$test" | awk -v test="$test" -v n="$REQUESTS" '
            { wall[$1] += $2; cpu[$1] += $3 }
            END {
                if (!cpu["off"]) { print "bench_kv: too few requests to measure CPU time" > "/dev/stderr"; exit 1 }
                print test, n / wall["on"], n / wall["off"], cpu["on"] / n * 1e6, cpu["off"] / n * 1e6
            }' | tee -a "$WORK/rounds" |
            awk -v round="$round" '{ printf "round %d  %s  on %8.0f/s %.2f us  off %8.0f/s %.2f us\n", round, $1, $2, $4, $3, $5 }'
    done
    stop_servers
done

# quantile Q COLUMN-EXPRESSION TEST, of the rounds; the nearest rank.
quantile() {
    awk -v test="$3" "\$1 == test { print $2 }" "$WORK/rounds" | sort -g |
        awk -v q="$(awk "BEGIN { print $1 }")" '{ v[NR] = $1 } END { print v[1 + int((NR - 1) * q + 0.5)] }'
}

# How far from the middle the ranks lie between which the median of all possible rounds is with 95 % confidence.
off_middle() {
    awk -v n="$ROUNDS" 'BEGIN { off = 0.98 / sqrt(n); print (off > 0.5 ? 0.5 : off) }'
}

# row TEST WHAT ON-COLUMN OFF-COLUMN FORMAT
row() {
    local off
    off=$(off_middle)
    printf "%-5s %-22s $5 $5 %7.3f  [%.3f, %.3f]  [%.3f, %.3f]\n" "$1" "$2" \
        "$(quantile 0.5 "\$$3" "$1")" "$(quantile 0.5 "\$$4" "$1")" "$(quantile 0.5 "\$$3 / \$$4" "$1")" \
        "$(quantile 0.25 "\$$3 / \$$4" "$1")" "$(quantile 0.75 "\$$3 / \$$4" "$1")" \
        "$(quantile "0.5 - $off" "\$$3 / \$$4" "$1")" "$(quantile "0.5 + $off" "\$$3 / \$$4" "$1")"
}

failed=no
printf '\n%-28s %10s %10s %7s  %-16s  %s\n' 'median of rounds' on off ratio quartiles '95 % confidence'

for test in "${TESTS[@]}"; do
    row "$test" 'commands a second' 2 3 %10.0f
    row "$test" 'CPU us a command' 4 5 %10.3f
    best=$(quantile "0.5 + $(off_middle)" '$2 / $3' "$test")
    if awk -v best="$best" -v least="${AT_LEAST:-0}" 'BEGIN { exit best >= least }'; then
        echo "bench_kv: at most $best of the throughput is left in $test; at least $AT_LEAST is asked for" >&2
        failed=yes
    fi
done
[ "$failed" = no ]
