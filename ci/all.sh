#!/usr/bin/env bash
# Runs every check, each a script of its own that can be run alone, and says at the end which have failed.
#
#   ci/all.sh                every check
#   ci/all.sh fmt clippy     only these
#
# The last line sums up all tests: `N passed, N failed`. The exit status is 0 only if every check was good.
set -euo pipefail
cd "$(dirname "$0")/.."

# Quick ones first; then those that share what they build.
readonly ALL=(fmt mutations clippy docs msrv lock deny tests ui off_is_off no_std loom promises two_copies guard flight_cost e2e dashboards
    fuzz_briefly instructions)
[ $# -gt 0 ] || set -- "${ALL[@]}"
for step in "$@"; do
    [ -x "ci/$step.sh" ] || { echo "all: there is no check '$step' (there are: ${ALL[*]})" >&2; exit 2; }
done

# The results are read below, and nothing built here is built upon by hand.
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
# Enough for backtraces with lines; the rest of the debug information is half of the time and of the disk.
export CARGO_PROFILE_DEV_DEBUG=line-tables-only

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=()
for step in "$@"; do
    printf '\n======== %s ========\n' "$step"
    began=$SECONDS
    if "ci/$step.sh" 2>&1 | tee -a "$log"; then
        printf -- '-------- %s: good, %d s\n' "$step" $((SECONDS - began))
    else
        printf -- '-------- %s: FAILED, %d s\n' "$step" $((SECONDS - began))
        failed+=("$step")
    fi
done

echo
if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}"
fi
awk '/^test result: / {
    for (field = 2; field <= NF; field++) {
        if ($field == "passed;") passed += $(field - 1)
        if ($field == "failed;") failed += $(field - 1)
    }
} END { printf "%d passed, %d failed\n", passed, failed }' "$log"
[ ${#failed[@]} -eq 0 ]
