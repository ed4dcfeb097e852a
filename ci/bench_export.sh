#!/usr/bin/env bash
# What all exporters together cost kv_server: see ci/bench_kv.sh, whose arguments it takes.
exec "$(dirname "$0")/bench_kv.sh" --export "$@"
