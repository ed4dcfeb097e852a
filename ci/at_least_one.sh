#!/usr/bin/env bash
# Runs a command that runs tests, and fails if it fails or if not one test has passed: a filter that fits nothing, or a
# flag that compiles all tests away, is no success.
#
#   ci/at_least_one.sh cargo test ...
set -euo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" 2>&1 | tee "$log"
if ! grep -qE '^test result: .* [1-9][0-9]* passed;' "$log"; then
    echo "at_least_one: no test has passed in: $*" >&2
    exit 1
fi
