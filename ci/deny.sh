#!/usr/bin/env bash
# Licences, double versions, sources and known vulnerabilities of everything that is locked, by deny.toml.
#
# Advisories are in a repository on GitHub. Where that cannot be reached they are not checked, and this says so; a clone of it
# elsewhere can be named, `DENY_ADVISORIES=file:///path/to/advisory-db`. `DENY_ADVISORIES=needed` makes it a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly DATABASE=https://github.com/RustSec/advisory-db
deny=$(ci/setup.sh --deny)
command -v "$deny" >/dev/null || { echo "deny: there is no cargo-deny; run ci/setup.sh deny" >&2; exit 1; }

checks=(licenses bans sources)
export GIT_TERMINAL_PROMPT=0
case ${DENY_ADVISORIES:-} in
    '' | needed) from=$DATABASE ;;
    *)
        from=$DENY_ADVISORIES
        export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="url.$from.insteadOf" GIT_CONFIG_VALUE_0=$DATABASE
        ;;
esac
if timeout 60 git ls-remote --quiet "$from" HEAD >/dev/null 2>&1; then
    checks+=(advisories)
elif [ -n "${DENY_ADVISORIES:-}" ]; then
    echo "deny: no advisories at $from" >&2
    exit 1
else
    echo "deny: advisories are NOT checked: $from cannot be reached from here"
fi

failed=no
# benches/peers and fuzz are workspaces of their own.
for manifest in Cargo.toml benches/peers/Cargo.toml fuzz/Cargo.toml; do
    echo "deny: $manifest: ${checks[*]}"
    # Paths in it are of this folder.
    "$deny" --log-level error --manifest-path "$manifest" --workspace --locked --config "$PWD/deny.toml" \
        check --hide-inclusion-graph "${checks[@]}" || failed=yes
done
[ "$failed" = no ]
