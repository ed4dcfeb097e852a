//! A Collector, Jaeger, Prometheus and Grafana that know each other, for docker compose.
//!
//! Their configurations are written out as text: their comments are for whoever changes them. What several of them have
//! to agree on is here once.

use super::MARKER;
use super::boards::{DATA_SOURCE, DATA_SOURCE_LABEL, ONE_MAP, OVERVIEW};
use super::parameters::Parameters;

const COLLECTOR: &str = "otel/opentelemetry-collector:0.159.0";
const JAEGER: &str = "jaegertracing/jaeger:2.13.0";
const PROMETHEUS: &str = "prom/prometheus:v3.13.3";
const GRAFANA: &str = "grafana/grafana:13.2.3";

const PROMETHEUS_UID: &str = "maptrace-prometheus";
const JAEGER_UID: &str = "maptrace-jaeger";

/// Where the Collector shows metrics to Prometheus.
const METRICS_PORT: u16 = 8889;

/// The files and what is in them.
pub(super) fn files(parameters: &Parameters) -> [(&'static str, String); 8] {
    [
        ("README.md", readme()),
        ("compose.yaml", compose()),
        ("collector/config.yaml", collector()),
        ("jaeger/ui.js", jaeger_page(&parameters.grafana_url)),
        ("prometheus/prometheus.yml", prometheus()),
        ("prometheus/targets/pages.yml", pages()),
        ("grafana/provisioning/datasources/maptrace.yaml", data_sources()),
        ("grafana/provisioning/dashboards/maptrace.yaml", provider()),
    ]
}

fn readme() -> String {
    format!(
        r#"# Dashboards and alerts for maps

<!-- {MARKER} -->

| | |
|---|---|
| `grafana/dashboards/` | three dashboards: all maps, one map in depth, maptrace's own health |
| `prometheus/rules/maptrace.yml` | recording rules and alerts |
| `runbook.md` | what each alert means, and what to do |
| `compose.yaml` and the rest | OpenTelemetry Collector, Jaeger, Prometheus and Grafana, to try them: `docker compose up` |

Services send OTLP to `http://localhost:4318`; Grafana is at <http://localhost:3000>.

## In a Grafana and a Prometheus of your own

1. **Metrics.** Prometheus reads the services' pages (the feature `listen`, `MAPTRACE_LISTEN`), or the Collector's, to which they push:
   `prometheus/prometheus.yml` has both. For what leads from a slow pause to its trace it is started with
   `--enable-feature=exemplar-storage`.
2. **Dashboards.** In Grafana *Dashboards*, *New*, *Import*, *Upload dashboard JSON file*, once for each file of
   `grafana/dashboards/`; or copy `grafana/provisioning/dashboards/maptrace.yaml` and set its `path`. Nothing is asked: a
   dashboard takes Grafana's default Prometheus, and the variable *{DATA_SOURCE_LABEL}* (`{DATA_SOURCE}`) at its top chooses
   another. To begin with another one, put its uid into the link: `/d/{home}?var-{DATA_SOURCE}=UID`.
   They find each other by their uids, so keep those.
3. **Rules.** Name the file in `prometheus.yml` and reload Prometheus; the alerts go wherever its Alertmanager sends them.

   ```yaml
   rule_files:
     - /etc/prometheus/rules/maptrace.yml
   ```

   The dashboards need no rule.
4. **Traces.** `grafana/provisioning/datasources/maptrace.yaml` shows the two settings that lead from an exemplar to its
   trace and from a span to its map: `exemplarTraceIdDestinations` of Prometheus, `tracesToMetrics` of the traces.

To change something change the arguments of `maptrace dashboards`, which `maptrace dashboards --help` explains, and run it
again.
"#,
        home = OVERVIEW
    )
}

fn compose() -> String {
    format!(
        r#"# {MARKER}
#
#   docker compose up
#
# Services send OTLP to http://localhost:4318 (or localhost:4317 for gRPC). Grafana is at http://localhost:3000, Jaeger
# at http://localhost:16686, Prometheus at http://localhost:9090. All ports are of this machine only. Grafana asks for no
# password, and nothing is kept when the containers are removed: this is for looking, not for production.

name: maptrace

services:
  collector:
    image: {COLLECTOR}
    command: ["--config=/etc/maptrace/config.yaml"]
    environment:
      JAEGER_ADDRESS: jaeger:4317
    volumes:
      - ./collector:/etc/maptrace:ro
    ports:
      - "127.0.0.1:4317:4317"
      - "127.0.0.1:4318:4318"
    depends_on: [jaeger]
    restart: unless-stopped

  # Everything in one, traces in memory.
  jaeger:
    image: {JAEGER}
    command:
      # What leads from a span of a map to the map.
      - --set=extensions.jaeger_query.ui.config_file=/etc/maptrace/ui.js
    volumes:
      - ./jaeger:/etc/maptrace:ro
    ports:
      - "127.0.0.1:16686:16686"
    restart: unless-stopped

  prometheus:
    image: {PROMETHEUS}
    command:
      - --config.file=/etc/maptrace/prometheus.yml
      - --storage.tsdb.path=/prometheus
      # What leads from a slow pause to the request that waited.
      - --enable-feature=exemplar-storage
    volumes:
      - ./prometheus:/etc/maptrace:ro
    extra_hosts:
      # So that pages of services on this machine can be scraped: prometheus/targets/pages.yml.
      - "host.docker.internal:host-gateway"
    ports:
      - "127.0.0.1:9090:9090"
    restart: unless-stopped

  grafana:
    image: {GRAFANA}
    environment:
      GF_AUTH_ANONYMOUS_ENABLED: "true"
      GF_AUTH_ANONYMOUS_ORG_ROLE: Admin
      GF_AUTH_DISABLE_LOGIN_FORM: "true"
      GF_ANALYTICS_REPORTING_ENABLED: "false"
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false"
      GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: /etc/maptrace/dashboards/{home}.json
    volumes:
      - ./grafana/provisioning:/etc/grafana/provisioning:ro
      - ./grafana/dashboards:/etc/maptrace/dashboards:ro
    ports:
      - "127.0.0.1:3000:3000"
    depends_on: [prometheus, jaeger]
    restart: unless-stopped
"#,
        home = OVERVIEW
    )
}

fn collector() -> String {
    format!(
        r#"# {MARKER}
#
# Takes OTLP, passes spans on to Jaeger, shows metrics to Prometheus, and writes notices to its own log:
# `docker compose logs collector`. Addresses may be set in the environment.

receivers:
  otlp:
    protocols:
      grpc:
        endpoint: ${{env:OTLP_GRPC_ADDRESS:-0.0.0.0:4317}}
      http:
        endpoint: ${{env:OTLP_HTTP_ADDRESS:-0.0.0.0:4318}}

processors:
  # Refuses data before there is no memory for it; the exporters in the services then wait and try again.
  memory_limiter:
    check_interval: 1s
    limit_mib: 512
    spike_limit_mib: 128
  batch: {{}}

exporters:
  otlp_grpc/jaeger:
    endpoint: ${{env:JAEGER_ADDRESS:-localhost:4317}}
    tls:
      insecure: true
  prometheus:
    endpoint: ${{env:METRICS_ADDRESS:-0.0.0.0:{METRICS_PORT}}}
    # The only format with exemplars.
    enable_open_metrics: true
    # A process that is gone is no longer shown after so long: two pushes and a little, at the default of 60 s.
    metric_expiration: 150s
  # There is no place for logs here, but without one they are refused, and services count them as lost.
  debug:
    verbosity: normal

service:
  telemetry:
    metrics:
      level: none
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp_grpc/jaeger]
    metrics:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [prometheus]
    logs:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
"#
    )
}

/// What Jaeger puts into its page. It takes times of a trace only in microseconds, so Grafana's are made by a program, not by
/// a pattern; and the name of the service it does not give at all.
fn jaeger_page(grafana: &str) -> String {
    format!(
        r#"// {MARKER}
//
// For Jaeger's page (`ui.config_file` of its `jaeger_query`): from the span of a map to what the map did around
// that time, in Grafana. There must be no dollar sign in this file: Jaeger takes it for a group of a pattern.

function UIConfig() {{
  var margin = 15 * 60 * 1000;

  function link(text, instance) {{
    var parameters = ["map.name", "map.type", "trace.startTime", "trace.endTime"].concat(instance);
    function url(span) {{
      return [
        {board},
        // A span does not say here which service it is of. All of them have what this one has.
        "?var-job=%24__all",
        "&var-instance=" + (instance.length ? encodeURIComponent(span[instance[0]]) : "%24__all"),
        "&var-map=" + encodeURIComponent(span["map.name"]),
        "&var-type=" + encodeURIComponent(span["map.type"]),
        "&from=" + (Math.floor(span["trace.startTime"] / 1000) - margin),
        "&to=" + (Math.ceil(span["trace.endTime"] / 1000) + margin),
      ].join("");
    }}
    // Newer ones say `attributes`.
    return {{ type: ["tags", "attributes"], key: "map.name", url: {{ parameters: parameters, template: url }}, text: text }};
  }}

  return {{
    linkPatterns: [
      // Where services push: of one that is scraped, `instance` is its address.
      link("This map in Grafana, in this process", ["service.instance.id"]),
      link("This map in Grafana, in all processes", []),
    ],
  }};
}}
"#,
        board = script_string(&format!("{grafana}/d/{ONE_MAP}")),
    )
}

/// A string of JavaScript that may stand in a page, and has no dollar sign.
fn script_string(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.replace('$', "\\u0024").replace('<', "\\u003c")
}

fn prometheus() -> String {
    format!(
        r#"# {MARKER}

global:
  scrape_interval: 15s
  evaluation_interval: 15s

rule_files:
  - rules/*.yml

scrape_configs:
  # What services push over OTLP. `job` and `instance` are theirs (`service.name`, `service.instance.id`), not the
  # Collector's.
  - job_name: collector
    honor_labels: true
    static_configs:
      - targets: ["collector:{METRICS_PORT}"]

  # Pages of services (MAPTRACE_LISTEN). A service that pushes must not be scraped as well, or it counts twice.
  - job_name: maptrace
    file_sd_configs:
      - files: [targets/*.yml]
"#
    )
}

fn pages() -> String {
    format!(
        r#"# {MARKER}
#
# Services whose page Prometheus reads. For one on this machine that was started with MAPTRACE_LISTEN=0.0.0.0:9102 and
# MAPTRACE_ALLOW_HOST=host.docker.internal, add another file beside this one:
#
# - targets: ["host.docker.internal:9102"]
#   labels:
#     job: shop

[]
"#
    )
}

fn data_sources() -> String {
    // `$$` is a dollar sign: Grafana puts variables of the environment into these files.
    format!(
        r#"# {MARKER}

apiVersion: 1

datasources:
  - name: Prometheus
    uid: {PROMETHEUS_UID}
    type: prometheus
    access: proxy
    url: http://prometheus:9090
    isDefault: true
    jsonData:
      httpMethod: POST
      # How often data comes; Grafana takes rates over at least four times that.
      timeInterval: 60s
      # From an exemplar to its trace.
      exemplarTraceIdDestinations:
        - name: trace_id
          datasourceUid: {JAEGER_UID}

  - name: Jaeger
    uid: {JAEGER_UID}
    type: jaeger
    access: proxy
    url: http://jaeger:16686
    jsonData:
      # From a span of a map to what the map did then.
      tracesToMetrics:
        datasourceUid: {PROMETHEUS_UID}
        spanStartTimeShift: "-30m"
        spanEndTimeShift: "30m"
        # The span's attribute on the left is the metric's label on the right.
        tags:
          - key: map.name
            value: map
          - key: map.type
            value: type
        queries:
          - name: Entries and capacity
            query: 'sum by (map, type) (map_entries{{$$__tags}}) or sum by (map, type) (map_capacity{{$$__tags}})'
          - name: Assigns
            query: 'sum by (map, type, result) (rate(map_assign_total{{$$__tags}}[5m]))'
          - name: Deletes
            query: 'sum by (map, type, result) (rate(map_delete_total{{$$__tags}}[5m]))'
          - name: Tombstones
            query: 'sum by (map, type) (map_tombstones{{$$__tags}})'
          - name: Memory held
            query: 'sum by (map, type) (map_memory_held_bytes{{$$__tags}})'
          - name: Time that callers waited
            query: 'sum by (map, type) (rate(map_grow_duration_seconds_sum{{$$__tags}}[5m]))'
"#
    )
}

fn provider() -> String {
    format!(
        r#"# {MARKER}

apiVersion: 1

providers:
  - name: maptrace
    folder: maptrace
    type: file
    allowUiUpdates: false
    options:
      path: /etc/maptrace/dashboards
"#
    )
}
