#!/usr/bin/env bash
# The files of `maptrace dashboards`: those that are checked in are as the program writes them; the dashboards are what
# Grafana's published types allow, and its own model in Go, to the last field; compose.yaml is what Docker Compose takes;
# promtool accepts the rules, and their unit tests pass; and at work, in a real Prometheus
# behind a real Collector, each alert fires when it is given cause and each panel has data.
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh prometheus collector jaeger node go
export MAPTRACE_TEST_COLLECTOR="${MAPTRACE_TEST_COLLECTOR:-$(ci/setup.sh --collector)}"
export MAPTRACE_TEST_JAEGER="${MAPTRACE_TEST_JAEGER:-$(ci/setup.sh --jaeger)}"
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

echo "dashboards: as written"
cargo build --quiet --release -p maptrace-cli --no-default-features --bin maptrace
"$target/release/maptrace" dashboards --check --out dashboards ||
    { echo "dashboards: write them anew: cargo run -p maptrace-cli --no-default-features -- dashboards --out dashboards" >&2; exit 1; }

echo "dashboards: Grafana's types"
# Those that are checked in, and those of a program whose maps are known.
folder="$target/dashboards"
mkdir -p "$folder"
cp ci/dashboards/{package.json,package-lock.json,tsconfig.json,schema.ts,bad.ts} "$folder"
report="$folder/maps.json"
cargo build --quiet --release -p maptrace --example find_a_leak
MAPTRACE_REPORT="$report" "$target/release/examples/find_a_leak" >/dev/null
"$target/release/maptrace" dashboards --out "$folder/with-maps" --from "$report" --traces tempo
{
    echo 'import type { Dashboard } from "./schema.js";'
    number=0
    for board in dashboards/grafana/dashboards/*.json "$folder"/with-maps/grafana/dashboards/*.json; do
        number=$((number + 1))
        printf 'export const board%d: Dashboard = ' "$number"
        cat "$board"
        echo ';'
    done
    [ "$number" -eq 6 ] || { echo "dashboards: $number dashboards found, not 6" >&2; exit 1; }
} >"$folder/boards.ts"
npm ci --prefix "$folder" --silent --ignore-scripts --no-audit --no-fund
"$folder/node_modules/.bin/tsc" --project "$folder"

echo "dashboards: Grafana's and Docker Compose's models"
# First that it refuses what is not right. The newer Go that the modules may ask for comes by itself.
export GOTOOLCHAIN=auto GOFLAGS=-mod=readonly
go=$(ci/setup.sh --go)
"$go" test -C ci/dashboards/model ./...
"$go" build -C ci/dashboards/model -o "$folder/model" .
"$folder/model" {dashboards,"$folder/with-maps"}/{compose.yaml,grafana/dashboards/*.json}

echo "dashboards: promtool"
for folder_of in dashboards "$folder/with-maps"; do
    promtool check config "$folder_of/prometheus/prometheus.yml"
done
promtool test rules ci/dashboards/alerts.yml

echo "dashboards: at work"
cargo build --quiet --release -p maptrace --example kv_server
ci/at_least_one.sh cargo test --quiet --release -p maptrace --test dashboards -- --ignored --nocapture
