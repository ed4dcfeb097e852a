#!/usr/bin/env bash
# What all exporters together cost kv_server, by figures that do not wobble as throughput does (ci/bench_export.sh).
#
#   ci/count_export.sh        needs valgrind, redis-benchmark and the Collector (ci/setup.sh redis collector), 3 minutes
#
# Two parts, each with the exporters off and on: OTLP spans, metrics and log records to an OpenTelemetry Collector, metrics
# each second, and a scrape of /metrics each second, which are sixty and fifteen times as often as usual.
#
# 1. Instructions that the thread which serves the clients runs for a command, by callgrind: what 120,000 commands more
#    take, so that start and end do not count. This is what an application's own threads pay.
# 2. CPU time of each of the other threads, by the kernel's account, in a run without callgrind of some 20 s under load, as
#    a share of the process's. This is what exporting takes beside them.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in valgrind redis-benchmark python3; do
    command -v "$tool" >/dev/null || { echo "count_export: needs $tool" >&2; exit 1; }
done
COLLECTOR=$(ci/setup.sh --collector)
[ -x "$COLLECTOR" ] || { echo "count_export: needs the Collector: ci/setup.sh collector" >&2; exit 1; }
cargo build --quiet --release -p maptrace --example kv_server
TARGET=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
echo "$(rustc --version); $(nproc) CPUs; load $(cut -d' ' -f1 /proc/loadavg); $(date -u '+%Y-%m-%d %H:%M UTC')"

exec python3 - "$TARGET/release/examples/kv_server" "$COLLECTOR" <<'PROGRAM'
import collections, os, re, socket, subprocess, sys, tempfile, threading, time, urllib.request

server, collector = sys.argv[1:]
work = tempfile.TemporaryDirectory()
path = lambda name: os.path.join(work.name, name)


def wait_for(pattern, log, process):
    while True:
        found = re.search(pattern, open(log).read())
        if found:
            return found
        if process.poll() is not None:
            sys.exit(f"count_export: {process.args[0]} ended: {open(log).read()}")
        time.sleep(0.05)


def start(arguments, log, **environment):
    out = open(log, "w")
    return subprocess.Popen(arguments, stdout=out, stderr=out, env={**os.environ, **environment})


def benchmark(port, count, test, clients):
    subprocess.run(
        ["redis-benchmark", "-p", port, "-r", "20000", "-c", clients, "-n", str(count), "-P", "16", "-q", "-t", test],
        stdout=subprocess.DEVNULL, check=True)


def serve(before, flags):
    process = start(before + [server, "--port", "0"] + flags, path("server.log"), TOKIO_WORKER_THREADS="1",
                    OTEL_METRIC_EXPORT_INTERVAL="1000", OTEL_BSP_SCHEDULE_DELAY="1000")
    return process, wait_for(r"listening on .*:(\d+)", path("server.log"), process).group(1)


def instructions(flags, count, test):
    """Of the thread that runs most of them, which is the one that serves."""
    process, port = serve(["valgrind", "--tool=callgrind", "--separate-threads=yes",
                           f"--callgrind-out-file={path('callgrind')}"], flags)
    benchmark(port, count, test, "1")
    process.terminate()
    process.wait()
    most = 0
    for name in os.listdir(work.name):
        # One file for each thread, with its number.
        if name.startswith("callgrind-"):
            most = max(most, int(re.search(r"^(?:summary|totals): (\d+)", open(path(name)).read(), re.M).group(1)))
            os.remove(path(name))
    return most


def cpu_by_thread(flags):
    process, port = serve([], flags)
    page = re.search(r"shown at (http://\S+/)", open(path("server.log")).read())
    done = threading.Event()

    def scrape():
        while not done.wait(1):
            urllib.request.urlopen(page.group(1) + "metrics").read()

    scraper = threading.Thread(target=scrape)
    if page:
        scraper.start()
    until, count = time.monotonic() + 20, 0
    while time.monotonic() < until:
        benchmark(port, 1_000_000, "set", "50")
        count += 1_000_000
    done.set()
    if page:
        scraper.join()
    seconds = collections.Counter()
    for thread in os.listdir(f"/proc/{process.pid}/task"):
        folder = f"/proc/{process.pid}/task/{thread}"
        seconds[open(f"{folder}/comm").read().strip()] += int(open(f"{folder}/schedstat").read().split()[0]) / 1e9
    process.terminate()
    process.wait()
    return count, seconds


probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
otlp, metrics = (probe.getsockname()[1] for probe in probes)
for probe in probes:
    probe.close()
open(path("collector.yaml"), "w").write(f"""
receivers: {{otlp: {{protocols: {{http: {{endpoint: "127.0.0.1:{otlp}"}}}}}}}}
processors: {{batch: {{}}}}
exporters: {{debug: {{verbosity: basic}}, prometheus: {{endpoint: "127.0.0.1:{metrics}"}}}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp], processors: [batch], exporters: [debug]}}
    logs: {{receivers: [otlp], processors: [batch], exporters: [debug]}}
    metrics: {{receivers: [otlp], processors: [batch], exporters: [prometheus]}}
""")
peer = start([collector, f"--config=file:{path('collector.yaml')}"], path("collector.log"))
try:
    wait_for("Everything is ready", path("collector.log"), peer)
    variants = {"off": [], "on": ["--listen", "127.0.0.1:0", "--maps-otlp", f"http://127.0.0.1:{otlp}"]}
    for test in ("set", "get"):
        slope = {name: (instructions(flags, 180_000, test) - instructions(flags, 60_000, test)) / 120_000
                 for name, flags in variants.items()}
        print(f"{test}: instructions a command of the serving thread: off {slope['off']:.1f}, on {slope['on']:.1f}, "
              f"on / off {slope['on'] / slope['off']:.4f}", flush=True)
    for name, flags in variants.items():
        count, seconds = cpu_by_thread(flags)
        whole = sum(seconds.values())
        shares = ", ".join(f"{thread} {1e3 * used:.1f} ms ({used / whole:.2%})" for thread, used in seconds.most_common())
        print(f"exporters {name}: {count:,} commands, {whole:.2f} s of CPU: {shares}", flush=True)
finally:
    peer.terminate()
    peer.wait()
PROGRAM
