#!/usr/bin/env bash
# With tracing off, and without its default features, maptrace brings no std into a library without std.
#
# tests/no_std is such a library. Here it is built as all that a program without std consists of, with a panic handler
# and an allocator of its own: with std anywhere below it the compiler finds a second panic handler (error E0152). That
# it does, the last build shows. What the same library does with tracing on is tested in tests/no_std/tests.
set -euo pipefail
cd "$(dirname "$0")/.."

build() {
    cargo rustc --quiet -p maptrace-no-std-tests --lib --crate-type staticlib "$@" -- \
        --cfg maptrace_freestanding -C panic=abort
}

echo "no_std: off"
build
# All of the facade's but what turns std on, read from its manifest so that none can be forgotten.
features=$(sed -n '/^\[features\]/,/^\[dependencies\]/s/^\([a-z0-9_]*\) = .*/\1/p' Cargo.toml |
    grep -vxE 'default|std|enable' | sed 's,^,maptrace/,' | paste -sd,)
echo "no_std: off, with $features"
build --features "$features"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for feature in maptrace/std maptrace/enable; do
    echo "no_std: with $feature it has to fail"
    if build --features "$feature" 2>"$log"; then
        echo "no_std: std came with $feature, and nothing has noticed" >&2
        exit 1
    fi
    if ! grep -q 'error\[E0152\]: found duplicate lang item `panic_impl`' "$log"; then
        cat "$log" >&2
        echo "no_std: with $feature it failed for another reason" >&2
        exit 1
    fi
done
