#!/usr/bin/env bash
# The runtime's tests under AddressSanitizer, which has LeakSanitizer with it, and under ThreadSanitizer. No report is suppressed.
#
#   ci/sanitizers.sh                                 address, then thread: unit tests, `law` and `guard`, but for those named below
#   ci/sanitizers.sh address                         one of the two
#   ci/sanitizers.sh thread --test law -- gaps::     only what cargo is told here
#
# They are flags of nightly compilers. The pinned stable knows them as well, if it is told that it may. AddressSanitizer takes the std
# that comes with it: what is compiled into std is not checked, but for what it allocates. ThreadSanitizer would take std's locks and
# channels for none, and so has a std of its own, built from the component `rust-src`. Properties are tried with fewer cases than usual.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly LEFT_OUT=(
    # Looks at what the program asks the system for by name: the sanitizer's own.
    nothing_asks_for_gettid_by_name
    # The kernel refuses the sanitizer's calls as well.
    quiet:: a_thread_for_the_collector
    # Hold the memory of the process against a figure: most of it is the sanitizer's.
    ten_thousand_short_threads a_thousand_dawdle forks_while_eight_threads_emit
)
readonly ADDRESS=(
    # Leaks a table, as whoever forgets a `Drain` of std's does.
    tables_that_go_or_stay_unseen
    # Forget a map on purpose, each in a process of its own: a leak as well.
    environment::
)
readonly THREAD=(
    # A handler of a signal runs when its thread next calls ThreadSanitizer, which one that hangs does not.
    a_process_that_hangs
)

sanitizers=(address thread)
case ${1:-} in
    address | thread)
        sanitizers=("$1")
        shift
        ;;
esac
host=$(rustc -vV | sed -n 's/^host: //p')
export RUSTC_BOOTSTRAP=1 PROPTEST_CASES=${PROPTEST_CASES:-16}
# No test exits with this status, so that a report in a process that a test has started fails it. A child that was forked beside other
# threads makes threads of its own, which ThreadSanitizer would else end it for.
export ASAN_OPTIONS=exitcode=97:detect_stack_use_after_return=1 LSAN_OPTIONS=exitcode=97 TSAN_OPTIONS=exitcode=97:die_after_fork=0

failed=()
for sanitizer in "${sanitizers[@]}"; do
    std=()
    left_out=("${LEFT_OUT[@]}" "${ADDRESS[@]}")
    if [ "$sanitizer" = thread ]; then
        std=(-Zbuild-std)
        left_out=("${LEFT_OUT[@]}" "${THREAD[@]}")
        if [ ! -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ]; then
            echo "sanitizers: ThreadSanitizer needs the sources of std: rustup component add rust-src" >&2
            exit 2
        fi
    fi
    what=("$@")
    [ $# -gt 0 ] || what=(--lib --test law --test guard -- "${left_out[@]/#/--skip=}")
    echo "sanitizers: $sanitizer"
    # With --target the flag is for what is tested alone, and not for what builds it.
    RUSTFLAGS=-Zsanitizer=$sanitizer cargo test --no-fail-fast "${std[@]}" --target "$host" \
        --target-dir "${CARGO_TARGET_DIR:-$PWD/target}/sanitizers/$sanitizer" \
        -p maptrace-runtime --features enable,flight,guard,hashbrown,indexmap,listen,notices,race "${what[@]}" || failed+=("$sanitizer")
done
[ ${#failed[@]} -eq 0 ] || { echo "sanitizers: failed: ${failed[*]}" >&2; exit 1; }
