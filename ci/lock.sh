#!/usr/bin/env bash
# A program that uses maptrace gets into its Cargo.lock what maptrace is built of, and nothing else.
#
# cargo locks more than it builds: the dependencies of targets and cfgs that are not this one's, and those of each
# `crate?/feature`, whether the crate is there or not. Whoever audits a lock file has all of them to read. Here an empty
# program with maptrace is locked, in the versions of this workspace's own lock file.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly ROOT=$PWD

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
: >"$folder/src/lib.rs"

failed=no
# holds FEATURE PACKAGE...: with the feature, or none if that is empty, there are these packages besides those of every
# program with maptrace.
holds() {
    local feature=$1
    shift
    cat >"$folder/Cargo.toml" <<MANIFEST
[package]
name = "asks"
version = "0.0.0"
edition = "2024"

[dependencies]
maptrace = { path = "$ROOT", features = [${feature:+"\"$feature\""}] }

[workspace]
MANIFEST
    cp Cargo.lock "$folder/Cargo.lock"
    cargo update --quiet --workspace --manifest-path "$folder/Cargo.toml"
    local has
    has=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$folder/Cargo.lock")
    if diff <(printf '%s\n' "${EVERY[@]}" "$@" | sort) <(sort <<<"$has") >"$folder/differs"; then
        echo "lock: ${feature:-no feature}: $(wc -l <<<"$has") packages"
    else
        echo "lock: ${feature:-no feature}: not as expected (<), but (>):" >&2
        grep '^[<>]' "$folder/differs" >&2
        failed=yes
    fi
}

readonly EVERY=(asks maptrace maptrace-macros maptrace-runtime proc-macro2 quote syn unicode-ident)
readonly HASHBROWN=(allocator-api2 equivalent foldhash hashbrown)
holds ''
holds enable inventory libc rustversion
holds hashbrown "${HASHBROWN[@]}"
holds indexmap equivalent hashbrown indexmap
# With tracing off the maps of hashbrown and indexmap are the plain ones, whose traits of serde are `crate?/feature`.
holds serde "${HASHBROWN[@]}" indexmap serde serde_core serde_derive
[ "$failed" = no ]
