#!/usr/bin/env bash
# Takes out one fix at a time and runs the test that has to notice. A test that cannot fail shows nothing.
#
#   ci/mutations.sh             that each fix is still where ci/mutations/ says, and in the table of docs/reliability.md: what
#                               continuous integration asks
#   ci/mutations.sh all         takes out each: half an hour or so
#   ci/mutations.sh NAME...     only these
#
# Each patch in ci/mutations/ says in its head what it breaks, and after `Found by:` either `loom` and a filter, or the
# arguments of `cargo test`. A fix that has been changed needs its patch to be made anew, or to be taken away.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FOLDER=$PWD/ci/mutations
if [ $# -eq 0 ]; then
    broken=() unsaid=()
    for patch in "$FOLDER"/*.patch; do
        grep -q '^Found by: \(loom\|test\) ' "$patch" && git apply --check "$patch" || broken+=("$(basename "$patch")")
        what=$(sed -n '1s/\.$//p' "$patch")
        grep -qF "| $what |" docs/reliability.md || unsaid+=("$(basename "$patch")")
    done
    if [ ${#broken[@]} -gt 0 ]; then
        echo "mutations: what these take out is not there any more: ${broken[*]}" >&2
        exit 1
    fi
    if [ ${#unsaid[@]} -gt 0 ]; then
        echo "mutations: docs/reliability.md has no row with the first line of: ${unsaid[*]}" >&2
        exit 1
    fi
    echo "mutations: each of $(ls "$FOLDER"/*.patch | wc -l) fixes is where it was"
    exit
fi

[ "$1" != all ] || mapfile -t names < <(basename -s .patch "$FOLDER"/*.patch)
[ "$1" = all ] || names=("$@")
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
# A copy of what is committed or about to be, so that nothing here is ever left broken.
git ls-files -z --cached --others --exclude-standard | xargs -0 tar -cf - | tar -xf - -C "$WORK"
cd "$WORK"
export CARGO_TARGET_DIR=$target/mutations CARGO_PROFILE_DEV_DEBUG=line-tables-only

# run HOW ARGUMENTS...: the tests of a mutation.
run() {
    case $1 in
    loom)
        RUSTFLAGS="--cfg maptrace_loom" timeout 900 cargo test --release -p maptrace-runtime --lib --features __loom \
            --target-dir "$CARGO_TARGET_DIR/loom" -- "${@:2}"
        ;;
    test) timeout 900 cargo test "${@:2}" ;;
    esac
}

missed=()
for name in "${names[@]}"; do
    patch=$FOLDER/$name.patch
    read -ra found_by <<<"$(sed -n 's/^Found by: //p' "$patch")"
    git apply "$patch"
    status=0
    run "${found_by[@]}" >out 2>&1 || status=$?
    git apply --reverse "$patch"
    # Not a failure to compile, nor a filter that fits nothing.
    if [ $status -ne 0 ] && { grep -qE '^test .* \.\.\. FAILED|^test result: FAILED' out || [ $status -eq 124 ]; }; then
        echo "$name: found ($(sed -n 1p "$patch"))"
    else
        missed+=("$name")
        tail -40 out
        echo "$name: MISSED ($(sed -n 1p "$patch"))"
    fi
done
if [ ${#missed[@]} -gt 0 ]; then
    echo "mutations: not found: ${missed[*]}" >&2
    exit 1
fi
