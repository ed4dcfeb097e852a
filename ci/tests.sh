#!/usr/bin/env bash
# Unit tests, integration tests and the examples in the documentation, with tracing on and off.
#
# The tests of what the attribute refuses (ci/ui.sh), of what is left with tracing off (ci/off_is_off.sh) and of libraries
# without std (ci/no_std.sh) build programs of their own, and have scripts of their own.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=no
echo "tests: on"
cargo test --quiet --no-fail-fast --workspace --all-features --exclude disabled --exclude maptrace-ui-tests || failed=yes
# All features are one too many for a few tests: with `borrow` the compiler infers less. Those without it, with tracing on.
echo "tests: on, without borrow"
cargo test --quiet --no-fail-fast -p maptrace-runtime -p maptrace-ecosystem-tests \
    --features maptrace-ecosystem-tests/enable --test hash_suite --test hashbrown_suite --test ecosystem || failed=yes
# What is said and left out where a way out was not compiled in, and what all the others do then.
ci/at_least_one.sh cargo test --quiet -p maptrace-runtime --features enable --test ways_out --test law -- \
    a_page_that panic_dumps_that that_no_map_is_watched a_sink_ environment:: host:: || failed=yes
# The example in `IntoInner`'s documentation.
ci/at_least_one.sh cargo test --quiet -p maptrace-runtime --features enable --doc border || failed=yes
# Without the facade and the exporter, whose tests turn tracing on.
echo "tests: off"
cargo test --quiet --no-fail-fast -p maptrace-macros -p maptrace-runtime -p maptrace-lint-tests -p maptrace-std \
    -p maptrace-whole-crate-tests -p maptrace-no-std-tests -p maptrace-edition-2015-tests || failed=yes
# mapbench measures a program without tracing as well.
cargo test --quiet --no-fail-fast -p maptrace-bench --no-default-features --features matrix || failed=yes
# The program without mapbench says what it lacks.
ci/at_least_one.sh cargo test --quiet -p maptrace-cli --no-default-features --test program bench || failed=yes
# By itself, as it turns on every feature but tracing.
cargo test --quiet --no-fail-fast -p maptrace-ecosystem-tests || failed=yes
[ "$failed" = no ]
