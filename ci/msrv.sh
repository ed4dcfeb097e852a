#!/usr/bin/env bash
# No dependency asks for a newer Rust than we do. (What our own code uses of std is clippy's to check: ci/clippy.sh.)
set -euo pipefail
cd "$(dirname "$0")/.."

ours=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
[ -n "$ours" ] || { echo "msrv: Cargo.toml has no rust-version" >&2; exit 1; }
newest=$(cargo metadata --quiet --format-version 1 --all-features |
    grep -o '"rust_version":"[0-9.]*"' | cut -d'"' -f4 | sort -V | tail -n 1)
echo "msrv: we ask for Rust $ours, the most that any crate in the graph asks for is $newest"
[ "$(printf '%s\n' "$ours" "$newest" | sort -V | tail -n 1)" = "$ours" ]
