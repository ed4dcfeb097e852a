use std::ffi::{OsStr, OsString};
use std::time::Duration;

use super::{Settings, Target, program, resolve};
#[cfg(not(feature = "tls"))]
use crate::BuildError;
use crate::Otlp;
use crate::endpoint::Endpoint;
use crate::{HistogramForm, Temporality};

fn with(builder: Otlp, variables: &[(&str, &str)]) -> (Settings, Vec<String>) {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| OsString::from(value))
    };
    resolve(builder, &lookup).expect("settings")
}

fn urls(settings: &Settings) -> (String, String) {
    let url = |endpoint: &Endpoint| format!("{}{}", endpoint.authority, endpoint.path);
    (url(&settings.traces.endpoint), url(&settings.metrics.endpoint))
}

/// What both signals have in common.
fn both<T: PartialEq + std::fmt::Debug>(settings: &Settings, read: impl Fn(&Target) -> T) -> T {
    let (traces, metrics) = (read(&settings.traces), read(&settings.metrics));
    assert_eq!(traces, metrics);
    traces
}

#[test]
fn defaults_are_those_of_the_specification() {
    let (settings, warnings) = with(Otlp::builder(), &[]);
    assert_eq!(warnings, [""; 0]);
    assert_eq!(
        urls(&settings),
        ("localhost:4318/v1/traces".into(), "localhost:4318/v1/metrics".into())
    );
    assert_eq!(both(&settings, |target| target.timeout), Duration::from_secs(10));
    assert_eq!(settings.interval, Duration::from_secs(60));
    assert_eq!(settings.span_delay, Duration::from_secs(5));
    assert_eq!((settings.queue, settings.batch, settings.min_entries), (2048, 512, 100));
    assert_eq!(both(&settings, |target| target.headers.clone()), "");
    assert!(settings.resource.contains_key("service.name"));
}

#[test]
fn preferences_of_metrics_are_read_as_the_specification_has_them() {
    let temporality = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    let aggregation = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    let of = |builder, variables: &[_]| {
        let (settings, warnings) = with(builder, variables);
        let preferences = settings.preferences;
        (preferences.temporality, preferences.form, warnings)
    };
    let nothing = Vec::<String>::new;
    assert_eq!(
        of(Otlp::builder(), &[]),
        (Temporality::Cumulative, HistogramForm::Both, nothing())
    );
    let builder = || {
        Otlp::builder()
            .temporality(Temporality::Delta)
            .histograms(HistogramForm::Exponential)
    };
    assert_eq!(
        of(builder(), &[]),
        (Temporality::Delta, HistogramForm::Exponential, nothing())
    );
    // Case does not matter.
    for (value, expected) in [
        ("cumulative", Temporality::Cumulative),
        ("Delta", Temporality::Delta),
        ("LowMemory", Temporality::LowMemory),
        ("LOWMEMORY", Temporality::LowMemory),
    ] {
        assert_eq!(
            of(builder(), &[(temporality, value)]),
            (expected, HistogramForm::Exponential, nothing())
        );
    }
    for (value, expected) in [
        ("explicit_bucket_histogram", HistogramForm::Explicit),
        ("BASE2_EXPONENTIAL_BUCKET_HISTOGRAM", HistogramForm::Exponential),
    ] {
        assert_eq!(
            of(builder(), &[(aggregation, value)]),
            (Temporality::Delta, expected, nothing())
        );
    }
    // What is set in code stays.
    let (found, form, warnings) = of(builder(), &[(temporality, "deltas"), (aggregation, "both")]);
    assert_eq!((found, form), (Temporality::Delta, HistogramForm::Exponential));
    assert_eq!(
        warnings,
        [
            format!(
                "maptrace: {temporality} is \"deltas\"; accepted is `cumulative`, `delta` or `lowmemory`; going on without it"
            ),
            format!(
                "maptrace: {aggregation} is \"both\"; accepted is `explicit_bucket_histogram` or \
                 `base2_exponential_bucket_histogram`; going on without it"
            ),
        ]
    );
    let lookup = |_: &str| None;
    let error = resolve(Otlp::builder().stale_after(Duration::ZERO), &lookup).expect_err("no time");
    assert!(error.to_string().contains("stale_after"), "{error}");
}

#[test]
fn the_environment_wins_over_code_and_code_over_defaults() {
    let builder = || {
        Otlp::builder()
            .endpoint("http://code:1/base")
            .metrics_endpoint("http://code:2/m")
            .timeout(Duration::from_secs(1))
            .metric_interval(Duration::from_secs(2))
            .span_delay(Duration::from_secs(3))
            .queue_size(7)
            .service_name("code")
            .header("x-a", "code")
            .header("x-b", "code")
    };
    let (settings, _) = with(builder(), &[]);
    assert_eq!(urls(&settings), ("code:1/base/v1/traces".into(), "code:2/m".into()));
    assert_eq!((settings.queue, settings.batch), (7, 7));
    assert_eq!(settings.resource["service.name"], "code");
    assert_eq!(
        both(&settings, |target| target.headers.clone()),
        "x-a: code\r\nx-b: code\r\n"
    );

    let (settings, warnings) = with(
        builder(),
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://env:3/"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://env:4/as/it/is"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "X-A=env%20value, x-c=1"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "250"),
            ("OTEL_BSP_SCHEDULE_DELAY", "10"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "20"),
            ("OTEL_SERVICE_NAME", "env"),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=loses,deployment.environment.name=a%2Cb",
            ),
        ],
    );
    assert_eq!(warnings, [""; 0]);
    assert_eq!(urls(&settings), ("env:4/as/it/is".into(), "env:3/v1/metrics".into()));
    assert_eq!(both(&settings, |target| target.timeout), Duration::from_millis(1500));
    assert_eq!(settings.interval, Duration::from_millis(250));
    assert_eq!(settings.span_delay, Duration::from_millis(10));
    assert_eq!((settings.queue, settings.batch), (100, 20));
    assert_eq!(
        both(&settings, |target| target.headers.clone()),
        "x-a: env value\r\nx-b: code\r\nx-c: 1\r\n"
    );
    assert_eq!(settings.resource["service.name"], "env");
    assert_eq!(settings.resource["deployment.environment.name"], "a,b");
}

#[test]
fn a_signal_s_own_variable_wins_over_the_one_for_all() {
    let builder = || {
        Otlp::builder()
            .timeout(Duration::from_secs(1))
            .header("x-a", "code")
            .header("x-b", "code")
    };
    for signal in ["TRACES", "METRICS", "LOGS"] {
        let name = |option: &str| format!("OTEL_EXPORTER_OTLP_{signal}_{option}");
        let (headers, timeout, protocol) = (name("HEADERS"), name("TIMEOUT"), name("PROTOCOL"));
        let general = [
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-a=all,x-c=all"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ];
        let owned = |(headers_value, timeout_value, protocol_value)| {
            let own = [
                (headers.as_str(), headers_value),
                (timeout.as_str(), timeout_value),
                (protocol.as_str(), protocol_value),
            ];
            let (settings, warnings) = with(builder(), &[&own[..], &general[..]].concat());
            let mut others = vec![
                ("TRACES", settings.traces),
                ("METRICS", settings.metrics),
                ("LOGS", settings.logs),
            ];
            let index = others
                .iter()
                .position(|(name, _)| *name == signal)
                .expect("one of them");
            let (_, own) = others.remove(index);
            for (_, other) in others {
                assert_eq!(other.timeout, Duration::from_millis(1500));
                assert_eq!(other.headers, "x-a: all\r\nx-b: code\r\nx-c: all\r\n");
            }
            (own.headers, own.timeout, warnings)
        };
        assert_eq!(
            owned(("x-a=own", "20", "http/protobuf")),
            (
                "x-a: own\r\nx-b: code\r\n".to_owned(),
                Duration::from_millis(20),
                Vec::new()
            )
        );
        // A bad one is as good as none, and said.
        let (bad_headers, bad_timeout, warnings) = owned(("secret", "0", "http/json"));
        assert_eq!(bad_headers, "x-a: all\r\nx-b: code\r\nx-c: all\r\n");
        assert_eq!(bad_timeout, Duration::from_millis(1500));
        assert_eq!(warnings.len(), 3, "{warnings:?}");
        for name in [&headers, &timeout, &protocol] {
            assert!(warnings.iter().any(|warning| warning.contains(name)), "{warnings:?}");
        }
        assert!(!warnings.concat().contains("secret"), "{warnings:?}");
    }
}

#[test]
fn one_mistake_for_all_signals_is_one_warning() {
    let (_, warnings) = with(
        Otlp::builder(),
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "nonsense too"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ],
    );
    assert_eq!(warnings.len(), 4, "{warnings:?}");
}

#[test]
fn signals_can_be_switched_off() {
    let off = |variables: &[(&str, &str)]| {
        let (settings, warnings) = with(Otlp::builder(), variables);
        assert_eq!(warnings, [""; 0]);
        [
            !settings.traces.enabled,
            !settings.metrics.enabled,
            !settings.logs.enabled,
        ]
    };
    assert_eq!(off(&[("OTEL_SDK_DISABLED", "TRUE")]), [true, true, true]);
    assert_eq!(off(&[("OTEL_SDK_DISABLED", "false")]), [false, false, false]);
    assert_eq!(off(&[("OTEL_TRACES_EXPORTER", "none")]), [true, false, false]);
    assert_eq!(off(&[("OTEL_METRICS_EXPORTER", "none")]), [false, true, false]);
    assert_eq!(off(&[("OTEL_LOGS_EXPORTER", "none")]), [false, false, true]);
    assert_eq!(
        off(&[("OTEL_METRICS_EXPORTER", "console, otlp")]),
        [false, false, false]
    );
    let (settings, _) = with(Otlp::builder().traces(false).metrics(false).logs(false), &[]);
    assert!(!settings.traces.enabled && !settings.metrics.enabled && !settings.logs.enabled);
}

#[test]
fn each_bad_variable_is_one_warning_and_the_default_is_used() {
    for (name, value, accepted) in [
        ("OTEL_SDK_DISABLED", "1", "`true` or `false`"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "`http/protobuf`"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "`none`"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "GZIP", "`none`"),
        ("OTEL_TRACES_EXPORTER", "jaeger", "`otlp` or `none`"),
        ("OTEL_METRICS_EXPORTER", "prometheus", "`otlp` or `none`"),
        ("OTEL_LOGS_EXPORTER", "console", "`otlp` or `none`"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "h:4318", "http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "http://localhost:4318"),
        #[cfg(not(feature = "tls"))]
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "https://h:4318",
            "turn on the feature `tls` of maptrace-otel",
        ),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://h", "http://localhost:4318"),
        (
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "http://h:0",
            "http://localhost:4318",
        ),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0", "milliseconds"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "-5", "milliseconds"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1s", "milliseconds"),
        ("OTEL_BSP_SCHEDULE_DELAY", "x", "milliseconds"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "1 to 1000000"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1000001", "1 to 1000000"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a", "name=value"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz", "name=value"),
    ] {
        let (settings, warnings) = with(Otlp::builder(), &[(name, value)]);
        let [warning] = &warnings[..] else {
            panic!("{name}={value}: {warnings:?}")
        };
        for part in [name, &format!("{value:?}"), accepted] {
            assert!(warning.contains(part), "{warning:?} lacks {part:?}");
        }
        let (default, _) = with(Otlp::builder(), &[]);
        assert_eq!(format!("{settings:?}"), format!("{default:?}"), "{name}={value}");
    }
}

#[test]
fn a_bad_own_endpoint_falls_back_on_the_general_one() {
    let (settings, warnings) = with(
        Otlp::builder(),
        &[
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "nonsense"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://env:3"),
        ],
    );
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].ends_with("; used instead: http://env:3/v1/traces"),
        "{warnings:?}"
    );
    assert_eq!(urls(&settings).0, "env:3/v1/traces");
}

#[test]
fn what_is_used_instead_of_a_bad_endpoint_is_said_of_each_signal_that_is_sent() {
    let bad = ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense");
    let builder = || {
        Otlp::builder()
            .endpoint("http://code:1")
            .metrics_endpoint("http://code:2/m?key=secret")
    };
    let (_, warnings) = with(builder().logs(false), &[bad]);
    let [warning] = &warnings[..] else {
        panic!("{warnings:?}")
    };
    assert!(
        warning.ends_with("; used instead: http://code:1/v1/traces, http://code:2/m?***"),
        "{warning}"
    );
    let (_, warnings) = with(builder(), &[bad, ("OTEL_SDK_DISABLED", "true")]);
    assert!(warnings.len() == 1 && !warnings[0].contains("instead"), "{warnings:?}");
}

#[test]
fn secrets_are_never_shown() {
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=secret\n"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "host=secret"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=%0d%0asecret"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@h"),
    ] {
        let (settings, warnings) = with(Otlp::builder(), &[(name, value)]);
        if value.ends_with('\n') {
            // The line break at the end is trimmed, so this one is good.
            assert_eq!(
                (settings.traces.headers.as_str(), warnings.len()),
                ("authorization: secret\r\n", 0)
            );
            continue;
        }
        assert_eq!(both(&settings, |target| target.headers.clone()), "");
        assert_eq!(warnings.len(), 1, "{name}={value:?}");
        assert!(
            warnings[0].contains(name) && !warnings[0].contains("secret"),
            "{}",
            warnings[0]
        );
    }
}

#[test]
fn empty_variables_are_unset_ones() {
    let (settings, warnings) = with(
        Otlp::builder(),
        &[("OTEL_EXPORTER_OTLP_TIMEOUT", ""), ("OTEL_SERVICE_NAME", " ")],
    );
    assert_eq!(warnings, [""; 0]);
    assert_eq!(both(&settings, |target| target.timeout), Duration::from_secs(10));
    assert_ne!(settings.resource["service.name"].trim(), "");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_a_warning() {
    use std::os::unix::ffi::OsStringExt;
    let lookup = |name: &str| (name == "OTEL_SERVICE_NAME").then(|| OsString::from_vec(vec![0xff]));
    let (_, warnings) = resolve(Otlp::builder(), &lookup).expect("settings");
    assert!(
        warnings.len() == 1 && warnings[0].contains("OTEL_SERVICE_NAME"),
        "{warnings:?}"
    );
}

#[test]
fn mistakes_in_code_are_errors_that_name_the_cure() {
    let error = |builder: Otlp| resolve(builder, &|_| None).expect_err("an error");
    for (builder, words) in [
        (
            Otlp::builder().endpoint("nonsense"),
            "`endpoint(\"nonsense\")` does not begin with `http://`",
        ),
        (Otlp::builder().traces_endpoint("http://"), "`traces_endpoint"),
        (Otlp::builder().metrics_endpoint("http://u:pw@h"), "http://***@h"),
        #[cfg(not(feature = "tls"))]
        (Otlp::builder().endpoint("https://h"), "feature `tls`"),
        (Otlp::builder().header("a b", "c"), "letters, digits"),
        (Otlp::builder().header("Content-Length", "1"), "set by the exporter"),
        (Otlp::builder().header("grpc-timeout", "1"), "set by the exporter"),
        (Otlp::builder().header("a", "b\r\nc: d"), "visible ASCII"),
        (Otlp::builder().timeout(Duration::ZERO), "`timeout` is out of range"),
        (Otlp::builder().metric_interval(Duration::ZERO), "`metric_interval`"),
        (Otlp::builder().span_delay(Duration::ZERO), "`span_delay`"),
        (Otlp::builder().queue_size(0), "1 to 1,000,000"),
        (Otlp::builder().queue_size(1_000_001), "`queue_size`"),
    ] {
        let text = error(builder).to_string();
        assert!(text.contains(words), "{text:?} lacks {words:?}");
    }
    #[cfg(not(feature = "tls"))]
    assert!(matches!(
        error(Otlp::builder().endpoint("https://h")),
        BuildError::Tls { option: "endpoint", .. }
    ));
}

#[test]
fn the_program_names_the_service_if_nobody_else_does() {
    assert_eq!(program(Some(OsStr::new("bin/kv_server"))), "kv_server");
    assert_eq!(program(Some(OsStr::new(""))), "unknown_service");
    assert_eq!(program(None), "unknown_service");
}

#[test]
fn gzip_is_a_feature() {
    let (settings, warnings) = with(Otlp::builder(), &[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")]);
    assert_eq!(both(&settings, |target| target.gzip), cfg!(feature = "gzip"));
    if cfg!(feature = "gzip") {
        assert_eq!(warnings, [""; 0]);
    } else {
        let [warning] = &warnings[..] else {
            panic!("{warnings:?}")
        };
        for part in ["turn on the feature `gzip` of maptrace-otel", "unset it"] {
            assert!(warning.contains(part), "{warning}");
        }
    }
}

#[test]
fn grpc_is_a_feature() {
    let (settings, warnings) = with(Otlp::builder(), &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]);
    if cfg!(feature = "grpc") {
        assert_eq!(warnings, [""; 0]);
        assert_eq!(urls(&settings), ("localhost:4317/".into(), "localhost:4317/".into()));
    } else {
        let [warning] = &warnings[..] else {
            panic!("{warnings:?}")
        };
        for part in [
            "turn on the feature `grpc` of maptrace-otel",
            "set it to `http/protobuf`",
        ] {
            assert!(warning.contains(part), "{warning}");
        }
        assert_eq!(urls(&settings).0, "localhost:4318/v1/traces");
    }
}

#[test]
fn no_feature_has_json() {
    let (_, warnings) = with(Otlp::builder(), &[("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]);
    let [warning] = &warnings[..] else {
        panic!("{warnings:?}")
    };
    assert!(
        warning.contains("`http/protobuf`") && !warning.contains("turn on"),
        "{warning}"
    );
}

#[cfg(not(feature = "spool"))]
#[test]
fn a_spool_is_a_feature() {
    let (settings, warnings) = with(Otlp::builder(), &[("MAPTRACE_SPOOL", "/var/spool/shop")]);
    assert!(settings.spool.is_none());
    let [warning] = &warnings[..] else {
        panic!("{warnings:?}")
    };
    assert!(
        warning.contains("turn on the feature `spool` of maptrace-otel, or unset it"),
        "{warning}"
    );
    assert!(!warning.contains("accepted is"), "{warning}");
}

#[cfg(feature = "grpc")]
#[test]
fn each_signal_has_its_protocol_and_an_endpoint_for_it() {
    use super::Protocol;
    const ALL: (&str, &str) = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    let protocols = |settings: &Settings| (settings.traces.protocol, settings.metrics.protocol);
    let base = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:7");
    let (settings, _) = with(Otlp::builder(), &[("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"), base]);
    assert_eq!(protocols(&settings), (Protocol::Grpc, Protocol::Http));
    assert_eq!(urls(&settings), ("h:7/".into(), "h:7/v1/metrics".into()));
    // The program's word, and over it the environment's.
    let (settings, _) = with(Otlp::builder().grpc(true).endpoint("http://h:8/"), &[]);
    assert_eq!(protocols(&settings), (Protocol::Grpc, Protocol::Grpc));
    assert_eq!(urls(&settings).0, "h:8/");
    let (settings, _) = with(Otlp::builder().grpc(true), &[ALL]);
    assert_eq!(protocols(&settings), (Protocol::Http, Protocol::Http));
    assert_eq!(urls(&settings).0, "localhost:4318/v1/traces");
    // The way to the service is gRPC's own.
    let (settings, warnings) = with(
        Otlp::builder().grpc(true),
        &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://h:9/v1/traces")],
    );
    assert_eq!(urls(&settings).0, "localhost:4317/");
    assert!(
        warnings[0].contains("gRPC has its own") && warnings[0].contains("4317"),
        "{warnings:?}"
    );
    let error = Otlp::builder()
        .grpc(true)
        .endpoint("http://h/x")
        .build()
        .expect_err("a path");
    assert!(error.to_string().contains("gRPC has its own"), "{error}");
}
