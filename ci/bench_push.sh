#!/usr/bin/env bash
# What a push of metrics costs the exporter's thread, by the way it takes: plain HTTP, packed, over gRPC, with a spool and
# into it. To an OpenTelemetry Collector (ci/setup.sh collector), which throws it away; a minute. See
# maptrace-otel/benches/push.rs.
set -euo pipefail
cd "$(dirname "$0")/.."
collector=$(ci/setup.sh --collector)
[ -x "$collector" ] || { echo "bench_push: needs the Collector: ci/setup.sh collector" >&2; exit 1; }
cargo bench --quiet -p maptrace-otel --bench push --features gzip,grpc,spool --no-run

work=$(mktemp -d)
trap '[ -z "${peer:-}" ] || kill "$peer"; rm -rf "$work"' EXIT
# The Collector does not say which ports it has got: it is given two that were free a moment ago.
read -r http grpc < <(python3 -c '
import socket
probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(probe.getsockname()[1] for probe in probes))')
cat >"$work/collector.yaml" <<END
receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:$http"}, grpc: {endpoint: "127.0.0.1:$grpc", max_recv_msg_size_mib: 16}}}
exporters: {debug: {verbosity: basic, sampling_initial: 1, sampling_thereafter: 1000000}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {metrics: {receivers: [otlp], exporters: [debug]}}
END
"$collector" --config="file:$work/collector.yaml" >"$work/log" 2>&1 &
peer=$!
until grep -q 'Everything is ready' "$work/log"; do
    kill -0 "$peer" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.05
done
echo "$(rustc --version); $(nproc) CPUs; load $(cut -d' ' -f1 /proc/loadavg); $(date -u '+%Y-%m-%d %H:%M UTC')"
cargo bench --quiet -p maptrace-otel --bench push --features gzip,grpc,spool -- "http://127.0.0.1:$http" "http://127.0.0.1:$grpc"
