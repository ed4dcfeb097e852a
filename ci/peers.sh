#!/usr/bin/env bash
# maptrace beside its peers: other ways to record each operation of a map, by mapbench's method (docs/mapbench.md).
#
#   ci/peers.sh [MAPBENCH ARGUMENTS]      needs a network for their crates, a C++ compiler for Tracy's, and some minutes
#
# Not one of the checks of ci/all.sh. The crate has a workspace of its own, so that its hundreds of crates are in no lock file
# but its own (which cargo amends when maptrace's dependencies change).
set -euo pipefail
cd "$(dirname "$0")/../benches/peers"
cargo fmt --check
cargo clippy --quiet --release --all-targets -- -D warnings
cargo test --quiet --release
exec cargo run --quiet --release -- "$@"
