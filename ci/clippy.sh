#!/usr/bin/env bash
# No warning of clippy or the compiler, in any set of features. `incompatible_msrv` is one of the lints: it refuses what
# std did not have in the `rust-version` of Cargo.toml.
set -euo pipefail
cd "$(dirname "$0")/.."

lint() {
    echo "clippy: $*"
    cargo clippy --quiet "$@" -- -D warnings
}

# On: everything there is.
lint --workspace --all-targets --all-features
# On, without the extras.
lint --workspace --lib --features enable
# On, with each of the exporter's features alone, read from its manifest so that none can be forgotten, and with none.
features=$(sed -n '/^\[features\]/,/^\[dependencies\]/s/^\([a-z0-9_]*\) = .*/\1/p' maptrace-otel/Cargo.toml |
    grep -vx default)
for feature in '' $features; do
    lint -p maptrace-otel --lib --no-default-features --features "maptrace-runtime/enable${feature:+,$feature}"
done
# Each way out is a feature (docs/adr/0027): with none, each alone and all, on and off, as none may need another.
readonly WAYS=(flight guard listen notices race)
for feature in '' "${WAYS[@]}" "$(IFS=, && echo "${WAYS[*]}")"; do
    lint -p maptrace-runtime --lib --features "$feature"
    lint -p maptrace-runtime --lib --features "enable${feature:+,$feature}"
done
# On, with `Borrow` and no other extra; what is on without `borrow` in ci/tests.sh.
lint -p maptrace --lib --features enable,borrow
lint -p maptrace-runtime -p maptrace-ecosystem-tests --all-targets --features maptrace-ecosystem-tests/enable
# Off, the default. Tests of the facade and of the exporter turn tracing on, so only what is built without tests is off
# here. mapbench, and the program that has it, turn tracing on; both can do without.
lint --workspace --lib --bins --exclude maptrace-bench --exclude maptrace-cli
lint -p maptrace-bench --all-targets --no-default-features --features matrix
lint -p maptrace-cli --all-targets --no-default-features
lint -p maptrace-macros -p maptrace-runtime -p maptrace-std -p maptrace-whole-crate-tests \
    -p maptrace-no-std-tests -p maptrace-edition-2015-tests --all-targets
# Off, and without std: the facade as such a library has it.
lint -p maptrace -p maptrace-no-std-tests --lib --no-default-features
# Off, with the traits of every other crate.
lint -p maptrace-ecosystem-tests --all-targets
lint -p disabled --all-targets --features attribute
# Off by `release_off`, which has to be a release build.
lint -p maptrace --lib --release --all-features
# The models of the ring, which see hardly anything else of the runtime.
RUSTFLAGS="--cfg maptrace_loom" lint -p maptrace-runtime --lib --features __loom --profile test \
    --target-dir "${CARGO_TARGET_DIR:-target}/loom"
