#!/usr/bin/env bash
# Whether real crates pass their own tests with their maps traced, by attribute lines alone, and are counted exactly.
#
#   ci/drop_in.sh [NAME | NAME@VERSION | FOLDER]...      (default: all of ci/drop_in.list)
#
# For each: its published source, with its tests, is taken from the registry, or the folder is copied; its tests run as
# they are, twice, and what differs between the two is flaky and set aside; `maptrace check --write` puts the lines in;
# the tests run with tracing off, and with tracing on and everything recorded. The same tests have to pass, by name, in
# all of them. Then what was counted: each report has to add up, and the counts of every site have to be the same on
# five routes, from all events delivered to none (tests/drop_in/src/routes.rs).
#
# Prints a table, of which docs/drop_in.md has a real one. Needs the registry and some minutes a crate, so it is not part
# of ci/all.sh. DROP_IN_TARGET=FOLDER keeps what was built for the next time.
set -euo pipefail
asked=()
for one in "$@"; do
    # Folders are seen from where this was called.
    if [ -d "$one" ]; then one=$(realpath "$one"); fi
    asked+=("$one")
done
cd "$(dirname "$0")/.."
cargo build --quiet -p maptrace-cli -p drop-in --no-default-features --bin maptrace --bin drop-in
built=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug
if [ -z "${DROP_IN_TARGET:-}" ]; then
    DROP_IN_TARGET=$(mktemp -d)
    trap 'rm -rf "$DROP_IN_TARGET"' EXIT
fi
# One folder for all, apart from ours: their dependencies have other versions.
CARGO_TARGET_DIR=$DROP_IN_TARGET "$built/drop-in" "$PWD" "$built/maptrace" "${asked[@]}"
