#!/usr/bin/env bash
# The fuzz targets, each for three seconds: its corpus, which has an input for each thing that was ever found, and some thousand
# inputs that are new. The rest of the two minutes is the building of them.
set -euo pipefail
exec "$(dirname "$0")/fuzz.sh" 3
