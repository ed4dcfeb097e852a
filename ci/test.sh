#!/usr/bin/env bash
# Everything, on a fresh machine with Rust: installs what the end-to-end tests talk to, then runs every check.
set -euo pipefail
cd "$(dirname "$0")/.."
ci/setup.sh
exec ci/all.sh
