#!/usr/bin/env bash
# The fuzz targets, each for five seconds: long enough for its corpus and some hundred thousand inputs that are new.
set -euo pipefail
exec "$(dirname "$0")/fuzz.sh" 5
