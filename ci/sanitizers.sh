#!/usr/bin/env bash
# Tests under AddressSanitizer, which has LeakSanitizer with it, and under ThreadSanitizer. No report is suppressed.
#
#   ci/sanitizers.sh                      address, then thread
#   ci/sanitizers.sh address              one (of: address, leak, thread)
#   ci/sanitizers.sh thread --test law    of its tests only those that cargo is told here, of the runtime
#
# These are flags of nightly compilers, which the pinned stable knows if it is told that it may. std is not built with them: the
# component rust-src is not everywhere. So ThreadSanitizer sees what threads do in maptrace's code, and in what of std is generic or
# inlined there, which all atomics are, but not the locks and queues that are compiled into std: docs/reliability.md says what that
# leaves.
set -euo pipefail
cd "$(dirname "$0")/.."

only=()
case ${1:-} in
    '') sanitizers=(address thread) ;;
    address | leak | thread)
        sanitizers=("$1")
        shift
        only=("$@")
        ;;
    *) echo "sanitizers: there is no '$1' (of: address, leak, thread)" >&2; exit 2 ;;
esac
host=$(rustc -vV | sed -n 's/^host: //p')

failed=()
for sanitizer in "${sanitizers[@]}"; do
    export RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=$sanitizer -Cunsafe-allow-abi-mismatch=sanitizer" RUSTDOCFLAGS=
    # The exit status that each has for a report is one that no test has.
    export ASAN_OPTIONS="exitcode=97 detect_stack_use_after_return=1" LSAN_OPTIONS="exitcode=97" TSAN_OPTIONS="exitcode=97 halt_on_error=1"
    build() {
        cargo test --quiet --no-fail-fast --target "$host" --target-dir "${CARGO_TARGET_DIR:-target}/sanitizers" "$@" ||
            failed+=("$sanitizer: $*")
    }
    echo "sanitizers: $sanitizer"
    readonly RUNTIME=(-p maptrace-runtime --features enable,flight,guard,listen,notices)
    if [ ${#only[@]} -gt 0 ]; then
        build "${RUNTIME[@]}" "${only[@]}"
        continue
    fi
    build "${RUNTIME[@]}" --lib --test law --test guard --test context --test sites --test process
    build -p maptrace-flight
    build -p maptrace-otel --all-features --lib --test otlp
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'sanitizers: failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
