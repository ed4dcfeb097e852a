#!/usr/bin/env bash
# A program with maptrace that loads and unloads libraries, each with a copy of maptrace of its own, some while its collector
# sleeps, one of them of another version; and a program that is linked with two versions. Nothing crashes, and each counts its own
# maps. Row 29 of docs/reliability.md.
#
# The other version is a copy of these sources with a number that is incompatible, as there is no other yet.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
into=$target/two-copies
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
readonly NEXT=99.0.0
cargo build --quiet --release -p maptrace-runtime --lib --features enable,guard --target-dir "$into"
build() {
    rustc --edition 2024 -O "$@" --extern "maptrace_runtime=$into/release/libmaptrace_runtime.rlib" \
        -L "dependency=$into/release/deps"
}
build --crate-type cdylib ci/two_copies/plugin.rs -o "$into/plugin-a.so"
# Another copy for the loader.
cp "$into/plugin-a.so" "$into/plugin-b.so"
build ci/two_copies/host.rs -o "$into/host"

# The other version, and who has it.
rm -rf "$into/next" "$into/programs"
mkdir -p "$into/next" "$into/programs"
git ls-files -z | tar --null --files-from - --create | tar --extract --directory "$into/next"
sed -i "s/^version = \"$version\"/version = \"$NEXT\"/; s/version = \"=$version\"/version = \"=$NEXT\"/" "$into/next/Cargo.toml"
# package NAME TABLES: a package of the programs' workspace.
package() {
    mkdir "$into/programs/$1"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n%b\n' "$1" "$2" >"$into/programs/$1/Cargo.toml"
}
features='features = ["enable", "guard"]'
package older "[lib]\npath = \"$PWD/ci/two_copies/library.rs\"\n[dependencies]\nmaptrace = { path = \"$PWD\", $features }"
package newer "[lib]\npath = \"$PWD/ci/two_copies/library.rs\"\n[dependencies]\nmaptrace = { path = \"$into/next\", $features }"
package both "[[bin]]\nname = \"both\"\npath = \"$PWD/ci/two_copies/both.rs\"\n[dependencies]\nolder = { path = \"../older\" }\nnewer = { path = \"../newer\" }"
package plugin "[lib]\npath = \"$PWD/ci/two_copies/plugin.rs\"\ncrate-type = [\"cdylib\"]\n[dependencies]\nmaptrace-runtime = { path = \"$into/next/maptrace-runtime\", $features }"
echo '[workspace]
resolver = "3"
members = ["older", "newer", "both", "plugin"]' >"$into/programs/Cargo.toml"
cp Cargo.lock "$into/programs"
(cd "$into/programs" && cargo build --quiet --target-dir "$into/programs/target")
built=$into/programs/target/debug
[ "$(grep -c '^name = "maptrace-runtime"' "$into/programs/Cargo.lock")" = 2 ]

timeout 300 "$into/host" "$into/plugin-a.so" "$into/plugin-b.so" "$built/libplugin.so"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
# Once alone, and once with all that both can do from the environment.
for variables in MAPTRACE_ENABLED=1 MAPTRACE_REPORT=text; do
    status=0
    (cd "$WORK" && env "$variables" timeout 300 "$built/both" "$WORK/older" "$WORK/newer") >"$WORK/out" 2>"$WORK/err" || status=$?
    if [ $status != 101 ] || ! grep -q 'each counts its own' "$WORK/out" || ! grep -q 'on purpose' "$WORK/err"; then
        cat "$WORK/out" "$WORK/err"
        echo "two_copies: the program with two versions ended with status $status" >&2
        exit 1
    fi
    cat "$WORK/out"
    for which in older newer; do
        [ "$(ls "$WORK/$which" | wc -l)" = 1 ] || { echo "two_copies: the $which version wrote no dump" >&2; exit 1; }
        grep -q '"Seen"' "$WORK/$which"/mapguard-*.json
        rm -r "${WORK:?}/$which"
    done
done
