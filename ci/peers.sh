#!/usr/bin/env bash
# maptrace beside its peers: other ways to record each operation of a map, by mapbench's method (docs/mapbench.md). Its last
# table has what each adds to a recorded operation, and how many times what maptrace adds.
#
#   ci/peers.sh [MAPBENCH ARGUMENTS]      needs a network for their crates, a C++ compiler for Tracy's, and some minutes
#   ci/peers.sh --test                    only tests that each of them records
#   ci/peers.sh --untested [ARGUMENTS]    without these
#
# LTTng-UST is among them where Debian's liblttng-ust-dev, lttng-tools and babeltrace2 are, and a USDT with a counter attached
# where the kernel has uprobes and lets us: what is left out is said.
#
# Not one of the checks of ci/all.sh. The crate has a workspace of its own, so that its hundreds of crates are in no lock file
# but its own (which cargo amends when maptrace's dependencies change).
set -euo pipefail
cd "$(dirname "$0")/../benches/peers"

features=tracy
lacks=
for program in lttng lttng-sessiond babeltrace2; do
    command -v "$program" >/dev/null || lacks+=" $program"
done
echo '#include <lttng/tracepoint.h>' | cc -E -x c - >/dev/null 2>&1 || lacks+=" lttng/tracepoint.h"
if [ -z "$lacks" ]; then
    features+=,lttng
else
    echo "peers: without LTTng-UST, for want of$lacks (apt-get install liblttng-ust-dev lttng-tools babeltrace2)" >&2
fi
if [ ! -e /sys/bus/event_source/devices/uprobe ]; then
    echo "peers: without USDT: this kernel has no uprobes" >&2
elif [ "$(id -u)" -ne 0 ] && [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -ge 0 ]; then
    echo "peers: without USDT: attaching to one needs root, or kernel.perf_event_paranoid=-1" >&2
else
    features+=,usdt
fi
build=(--quiet --release --no-default-features --features "$features")

if [ "${1:-}" = --untested ]; then
    shift
else
    cargo fmt --check
    cargo clippy "${build[@]}" --all-targets -- -D warnings
    cargo test "${build[@]}" >&2
    [ "${1:-}" != --test ] || exit 0
fi
exec cargo run "${build[@]}" -- "$@"
