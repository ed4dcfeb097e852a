#!/usr/bin/env bash
# The runtime's tests under AddressSanitizer, which has LeakSanitizer with it. No report is suppressed.
#
#   ci/sanitizers.sh                          unit tests, `law` and `guard`, but for those named below
#   ci/sanitizers.sh --test law -- gaps::     only what cargo is told here
#
# It is a flag of nightly compilers. The pinned stable knows it as well, if it is told that it may; std is the one that comes with
# it, so that what is compiled into std is not checked, but for what it allocates. Properties are tried with fewer cases than usual.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly LEFT_OUT=(
    # Leaks a table, as whoever forgets a `Drain` of std's does.
    tables_that_go_or_stay_unseen
    # Forget a map on purpose, each in a process of its own: a leak as well.
    environment::
    # Looks at what the program asks the system for by name: the sanitizer's own.
    nothing_asks_for_gettid_by_name
    # The kernel refuses the sanitizer's calls as well.
    quiet::
    # Hold the memory of the process against a figure: most of it is the sanitizer's.
    ten_thousand_short_threads a_thousand_dawdle forks_while_eight_threads_emit
)
[ $# -gt 0 ] || set -- --lib --test law --test guard -- "${LEFT_OUT[@]/#/--skip=}"
host=$(rustc -vV | sed -n 's/^host: //p')

export RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address PROPTEST_CASES=${PROPTEST_CASES:-16}
# No test exits with this status, so that a report in a process that a test has started fails it.
export ASAN_OPTIONS=exitcode=97:detect_stack_use_after_return=1 LSAN_OPTIONS=exitcode=97
# With --target the flag is for what is tested alone, and not for what builds it.
cargo test --no-fail-fast --target "$host" --target-dir "${CARGO_TARGET_DIR:-$PWD/target}/sanitizers" \
    -p maptrace-runtime --features enable,flight,guard,hashbrown,indexmap,listen,notices "$@"
