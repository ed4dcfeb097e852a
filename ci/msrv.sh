#!/usr/bin/env bash
# No dependency asks for a newer Rust than we do, and, where rustup has the toolchain of that version, all of it compiles
# with it. (Without that toolchain, what our own code uses of std is clippy's to check: ci/clippy.sh.)
set -euo pipefail
cd "$(dirname "$0")/.."

# `1.91` and `1.91.0` are one version.
three_numbers() {
    awk -F. '{ printf "%d.%d.%d\n", $1, $2, $3 }'
}

ours=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml | three_numbers)
[ -n "$ours" ] || { echo "msrv: Cargo.toml has no rust-version" >&2; exit 1; }
newest=$(cargo metadata --quiet --format-version 1 --all-features |
    grep -o '"rust_version":"[0-9.]*"' | cut -d'"' -f4 | three_numbers | sort -V | tail -n 1)
echo "msrv: we ask for Rust $ours, the most that any crate in the graph asks for is $newest"
[ "$(printf '%s\n' "$ours" "$newest" | sort -V | tail -n 1)" = "$ours" ]

toolchain=$(rustup toolchain list 2>/dev/null | grep -oE "^(${ours}|${ours%.0})-[^ ]+" | head -n 1) || toolchain=
if [ -n "$toolchain" ]; then
    echo "msrv: compiling with $toolchain"
    cargo "+$toolchain" check --quiet --locked --workspace --exclude disabled --all-features \
        --target-dir "${CARGO_TARGET_DIR:-target}/msrv"
else
    echo "msrv: no toolchain of Rust $ours here (rustup toolchain install $ours): not compiled with it, only clippy has looked"
fi
