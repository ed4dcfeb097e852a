#!/usr/bin/env bash
# Whether real crates pass their own tests with their maps traced: attribute lines alone, no other edit.
#
#   ci/drop_in.sh [CRATE@VERSION...]      (default: the list below)
#
# For each crate: its published source, with its tests, is taken from the registry; `maptrace check --write` puts the
# attribute lines in; its tests run untouched, and then traced with a report. The same number has to pass, and some map
# has to be in a report (lru's is not: its default feature takes hashbrown's). Needs the registry, and a few minutes a
# crate, so it is not part of ci/all.sh. Prints one line a crate: attribute lines, tests passed before and after, and the
# sites with maps in the reports of all its test programs.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ROOT=$PWD
[ $# -gt 0 ] || set -- mini-redis@0.4.1 bimap@0.6.3 cookie_store@0.22.1
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cargo build --quiet -p maptrace-cli --bin maptrace
MAPTRACE=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/maptrace
# One folder for all, apart from ours: their dependencies have other versions.
export CARGO_TARGET_DIR=${DROP_IN_TARGET:-$WORK/target}

# source NAME VERSION: copies the published source to $WORK/NAME.
source_of() {
    local manifest
    mkdir -p "$WORK/fetch-$1/src"
    : >"$WORK/fetch-$1/src/lib.rs"
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n' "$1" "$2" \
        >"$WORK/fetch-$1/Cargo.toml"
    manifest=$(cargo metadata --quiet --format-version 1 --manifest-path "$WORK/fetch-$1/Cargo.toml" |
        grep -o "\"manifest_path\":\"[^\"]*/$1-$2/Cargo.toml\"" | head -1 | cut -d'"' -f4)
    [ -n "$manifest" ] || { echo "drop_in: there is no $1 $2 in the registry" >&2; return 1; }
    cp -r "$(dirname "$manifest")" "$WORK/$1"
    chmod -R u+w "$WORK/$1"
}

# passed LOG: the sum of all test results in it.
passed() {
    awk '/^test result: / { for (i = 2; i <= NF; i++) if ($i == "passed;") sum += $(i - 1) } END { print sum + 0 }' "$1"
}

failed=no
printf '%-16s %-9s %5s %7s %7s  %s\n' crate version lines before after 'sites in the reports'
for crate in "$@"; do
    name=${crate%@*} version=${crate#*@}
    source_of "$name" "$version"
    cd "$WORK/$name"
    cargo test --quiet --no-fail-fast >"$WORK/before.log" 2>&1 || true
    "$MAPTRACE" check --write --maptrace "$ROOT" >"$WORK/diff" 2>"$WORK/check.log" || { cat "$WORK/check.log" >&2; failed=yes; }
    lines=$(grep -c '^+[^+].*maptrace::maptrace' "$WORK/diff" || true)
    feature=$(grep -o '^+\?[a-z-]* = \["maptrace/enable"\]' "$WORK/$name/Cargo.toml" | head -1 | cut -d' ' -f1 || true)
    MAPTRACE_REPORT=json cargo test --quiet --no-fail-fast ${feature:+--features "$feature"} \
        >"$WORK/after.log" 2>&1 || true
    maps=$({ grep -o '"created":[1-9]' "$WORK/after.log" || true; } | wc -l)
    printf '%-16s %-9s %5s %7s %7s  %s\n' "$name" "$version" "$lines" "$(passed "$WORK/before.log")" \
        "$(passed "$WORK/after.log")" "$maps"
    if [ "$maps" = 0 ]; then
        failed=yes
        echo "drop_in: $name: no map was recorded" >&2
    fi
    if [ "$(passed "$WORK/before.log")" != "$(passed "$WORK/after.log")" ]; then
        failed=yes
        grep -E '^error|panicked' "$WORK/after.log" | head -5 >&2
    fi
    cd "$ROOT"
done
[ "$failed" = no ]
