#!/usr/bin/env bash
# Copies the published source of a crate, with its tests, out of the registry into a new folder.
#
#   ci/published.sh NAME VERSION FOLDER
#
# Its Cargo.lock is left out: the newest dependencies are what a user of today gets, and an old lock may not compile.
set -euo pipefail
[ $# = 3 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
readonly NAME=$1 VERSION=$2 FOLDER=$3
[ ! -e "$FOLDER" ] || { echo "published: $FOLDER is there already" >&2; exit 1; }

asks=$(mktemp -d)
trap 'rm -rf "$asks"' EXIT
mkdir "$asks/src"
: >"$asks/src/lib.rs"
printf '[package]\nname = "asks"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n' "$NAME" "$VERSION" \
    >"$asks/Cargo.toml"
# Without them the version is not there, or cargo has said what else is amiss.
metadata=$(cargo metadata --quiet --format-version 1 --manifest-path "$asks/Cargo.toml") || metadata=
manifest=$(awk -v RS='"' -v end="/$NAME-$VERSION/Cargo.toml" \
    'substr($0, length($0) - length(end) + 1) == end { print; exit }' <<<"$metadata")
[ -n "$manifest" ] || { echo "published: there is no $NAME $VERSION in the registry" >&2; exit 1; }
cp -r "${manifest%/Cargo.toml}" "$FOLDER"
chmod -R u+w "$FOLDER"
rm -f "$FOLDER/Cargo.lock"
