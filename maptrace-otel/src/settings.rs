//! What an exporter is to do, decided once: environment over builder over defaults.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::builder::Otlp;
use crate::endpoint::{Endpoint, redacted};
use crate::error::BuildError;
use crate::metrics::{HistogramForm, Preferences, Temporality};
use crate::tls::Tls;

mod protocol;
#[cfg(feature = "tls")]
mod tls;

pub(crate) use protocol::Protocol;

const TRACES_PATH: &str = "/v1/traces";
const METRICS_PATH: &str = "/v1/metrics";
const LOGS_PATH: &str = "/v1/logs";
/// A cap on what the queue can be told to hold, so that a slip of the finger is not a leak.
pub(crate) const MAX_QUEUE: usize = 1_000_000;
const DEFAULT_QUEUE: usize = 2_048;
const DEFAULT_BATCH: usize = 512;
const DEFAULT_SPAN_DELAY: Duration = Duration::from_secs(5);
const DEFAULT_INTERVAL: Duration = Duration::from_secs(60);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
pub(crate) const DEFAULT_MIN_ENTRIES: u64 = 100;
#[cfg(feature = "spool")]
const DEFAULT_SPOOL: u64 = 64 * 1024 * 1024;
const PROTOCOLS: &str = if cfg!(feature = "grpc") {
    "`http/protobuf` or `grpc`"
} else {
    "`http/protobuf` or, with the feature `grpc` of maptrace-otel, `grpc`"
};
const COMPRESSIONS: &str = if cfg!(feature = "gzip") {
    "`none` or `gzip`"
} else {
    "`none` or, with the feature `gzip` of maptrace-otel, `gzip`"
};
const MILLISECONDS: &str = "a whole number of milliseconds above 0";

/// Everything decided.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) traces: Target,
    pub(crate) metrics: Target,
    pub(crate) logs: Target,
    pub(crate) interval: Duration,
    pub(crate) span_delay: Duration,
    pub(crate) queue: usize,
    pub(crate) batch: usize,
    pub(crate) min_entries: u64,
    pub(crate) sizes_in_names: bool,
    pub(crate) spool: Option<SpoolSettings>,
    pub(crate) preferences: Preferences,
    /// Attributes of the resource; `service.name` is always among them.
    pub(crate) resource: BTreeMap<String, String>,
}

/// Where requests wait on disk.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "spool"), expect(dead_code, reason = "nothing makes one"))]
pub(crate) struct SpoolSettings {
    pub(crate) dir: PathBuf,
    pub(crate) max_bytes: u64,
    /// Whether the folder comes from the environment, so that a bad one is no error.
    pub(crate) from_env: bool,
}

/// Where one signal goes, and how.
#[derive(Debug)]
pub(crate) struct Target {
    /// Whether the signal is sent at all.
    pub(crate) enabled: bool,
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: Endpoint,
    /// Header lines for each request, each with its line break.
    pub(crate) headers: String,
    pub(crate) timeout: Duration,
    /// Whether requests are packed.
    pub(crate) gzip: bool,
    /// For an `https://` endpoint.
    pub(crate) tls: Option<Tls>,
}

/// Looks a variable up; a closure, so that tests need not touch the process's environment.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Decides, and collects a warning for each bad variable.
pub(crate) fn resolve(builder: Otlp, lookup: Lookup<'_>) -> Result<(Settings, Vec<String>), BuildError> {
    let mut env = Env {
        lookup,
        warnings: Vec::new(),
        bad_urls: Vec::new(),
    };
    let disabled = env
        .get("OTEL_SDK_DISABLED", "`true` or `false`", boolean)
        .unwrap_or(false);
    let traces = builder.traces.unwrap_or(true) && !disabled && env.wants("OTEL_TRACES_EXPORTER");
    let metrics = builder.metrics.unwrap_or(true) && !disabled && env.wants("OTEL_METRICS_EXPORTER");
    let logs = builder.logs.unwrap_or(true) && !disabled && env.wants("OTEL_LOGS_EXPORTER");

    let timeout = positive("timeout", builder.timeout)?.unwrap_or(DEFAULT_TIMEOUT);
    let interval = positive("metric_interval", builder.interval)?.unwrap_or(DEFAULT_INTERVAL);
    let span_delay = positive("span_delay", builder.span_delay)?.unwrap_or(DEFAULT_SPAN_DELAY);
    let queue = builder.queue.unwrap_or(DEFAULT_QUEUE);
    if queue == 0 || queue > MAX_QUEUE {
        return Err(BuildError::Range {
            option: "queue_size",
            accepted: "1 to 1,000,000",
        });
    }
    let queue = env
        .get("OTEL_BSP_MAX_QUEUE_SIZE", "1 to 1000000", count)
        .unwrap_or(queue);
    let batch = env
        .get("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1 to 1000000", count)
        .unwrap_or(DEFAULT_BATCH);

    let spool = env.spool(builder.spool.as_ref())?;
    let headers = headers(&builder)?;
    let gzip = builder.gzip.unwrap_or(false);
    let mut target = |signal, path, enabled, url: &Option<String>, option| -> Result<Target, BuildError> {
        let protocol = env.protocol(signal).unwrap_or(Protocol::of(&builder));
        let endpoint = protocol.endpoint(&builder, url.as_deref(), option, path)?;
        let endpoint = env.endpoint(signal, protocol, path, endpoint, enabled);
        Ok(Target {
            enabled,
            protocol,
            tls: if endpoint.tls {
                env.tls(signal, protocol, &builder)?
            } else {
                None
            },
            endpoint,
            headers: env.headers(signal, headers.clone()),
            timeout: env
                .either(signal, "TIMEOUT", |text| {
                    milliseconds(text).ok_or(Wrong::Value(MILLISECONDS))
                })
                .unwrap_or(timeout),
            gzip: env.gzip(signal).unwrap_or(gzip),
        })
    };
    let traces = target(
        "TRACES",
        TRACES_PATH,
        traces,
        &builder.traces_endpoint,
        "traces_endpoint",
    )?;
    let metrics = target(
        "METRICS",
        METRICS_PATH,
        metrics,
        &builder.metrics_endpoint,
        "metrics_endpoint",
    )?;
    let logs = target("LOGS", LOGS_PATH, logs, &builder.logs_endpoint, "logs_endpoint")?;

    let settings = Settings {
        traces,
        metrics,
        logs,
        interval: env
            .get("OTEL_METRIC_EXPORT_INTERVAL", MILLISECONDS, milliseconds)
            .unwrap_or(interval),
        span_delay: env
            .get("OTEL_BSP_SCHEDULE_DELAY", MILLISECONDS, milliseconds)
            .unwrap_or(span_delay),
        queue,
        batch: batch.min(queue),
        min_entries: builder.min_entries.unwrap_or(DEFAULT_MIN_ENTRIES),
        spool,
        sizes_in_names: builder.sizes_in_names.unwrap_or(true),
        preferences: preferences(&builder, &mut env)?,
        resource: resource(builder, &mut env),
    };
    Ok((settings, env.finish()))
}

/// How metrics are sent.
fn preferences(builder: &Otlp, env: &mut Env<'_>) -> Result<Preferences, BuildError> {
    let default = Preferences::default();
    Ok(Preferences {
        temporality: env
            .get(
                &own("METRICS", "TEMPORALITY_PREFERENCE"),
                Temporality::ACCEPTED,
                Temporality::parse,
            )
            .or(builder.temporality)
            .unwrap_or(default.temporality),
        form: env
            .get(
                &own("METRICS", "DEFAULT_HISTOGRAM_AGGREGATION"),
                HistogramForm::ACCEPTED,
                HistogramForm::parse,
            )
            .or(builder.histograms)
            .unwrap_or(default.form),
        stale_after: positive("stale_after", builder.stale_after)?.unwrap_or(default.stale_after),
    })
}

/// Why a value is not taken.
enum Wrong {
    /// What is accepted.
    Value(&'static str),
    /// The feature that it takes, and what else can be done.
    Feature { feature: &'static str, or: &'static str },
}

/// The environment, and what is wrong in it.
struct Env<'a> {
    lookup: Lookup<'a>,
    warnings: Vec<String>,
    /// What is wrong with a variable's URL, and the URLs that are used instead.
    bad_urls: Vec<(String, Vec<String>)>,
}

impl Env<'_> {
    /// All that is wrong. One bad URL may be that of three signals, which go to different ones instead.
    fn finish(self) -> Vec<String> {
        let mut warnings = self.warnings;
        for (what, instead) in self.bad_urls {
            warnings.push(match &instead[..] {
                [] => what,
                urls => format!("{what}; used instead: {}", urls.join(", ")),
            });
        }
        warnings
    }

    /// The variable's text. An empty variable is an unset one, as the OpenTelemetry specification has it.
    fn text(&mut self, name: &str) -> Option<String> {
        let value = (self.lookup)(name).filter(|value| !value.is_empty())?;
        match value.into_string() {
            Ok(value) => Some(value.trim().to_owned()).filter(|value| !value.is_empty()),
            Err(_) => {
                self.warn(name, "is not UTF-8", "text");
                None
            }
        }
    }

    fn get<T>(&mut self, name: &str, accepted: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.text(name)?;
        let parsed = parse(&value);
        if parsed.is_none() {
            self.warn(name, &format!("is {value:?}"), accepted);
        }
        parsed
    }

    fn wants(&mut self, name: &str) -> bool {
        self.get(name, "`otlp` or `none`", |value| {
            let mut names = value.split(',').map(str::trim);
            if value == "none" {
                Some(false)
            } else {
                names.any(|name| name == "otlp").then_some(true)
            }
        })
        .unwrap_or(true)
    }

    /// One option of the exporter: the signal's own variable, else the one for all signals.
    fn either<T>(&mut self, signal: &str, option: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        for name in [own(signal, option), general(option)] {
            let Some(value) = self.text(&name) else { continue };
            let what = format!("is {value:?}");
            match parse(&value) {
                Ok(parsed) => return Some(parsed),
                Err(Wrong::Value(accepted)) => self.warn(&name, &what, accepted),
                Err(Wrong::Feature { feature, or }) => self.warn_feature(&name, &what, feature, or),
            }
        }
        None
    }

    fn protocol(&mut self, signal: &str) -> Option<Protocol> {
        self.either(signal, "PROTOCOL", |value| match value {
            "http/protobuf" => Ok(Protocol::Http),
            #[cfg(feature = "grpc")]
            "grpc" => Ok(Protocol::Grpc),
            #[cfg(not(feature = "grpc"))]
            "grpc" => Err(Wrong::Feature {
                feature: "grpc",
                or: "set it to `http/protobuf`",
            }),
            // No feature has it, and servers that take it take protobuf as well.
            _ => Err(Wrong::Value(PROTOCOLS)),
        })
    }

    #[cfg(feature = "spool")]
    fn spool(&mut self, code: Option<&(PathBuf, u64)>) -> Result<Option<SpoolSettings>, BuildError> {
        use crate::spool::MIN_BYTES;
        if code.is_some_and(|(_, bytes)| *bytes < MIN_BYTES) {
            return Err(BuildError::Range {
                option: "spool",
                accepted: "256 KiB (262,144) and more",
            });
        }
        let dir = (self.lookup)("MAPTRACE_SPOOL")
            .filter(|dir| !dir.is_empty())
            .map(PathBuf::from);
        let max_bytes = self.get("MAPTRACE_SPOOL_BYTES", "262144 and more", |value| {
            value.parse().ok().filter(|&bytes: &u64| bytes >= MIN_BYTES)
        });
        let from_env = dir.is_some();
        let Some(dir) = dir.or_else(|| code.map(|(dir, _)| dir.clone())) else {
            return Ok(None);
        };
        Ok(Some(SpoolSettings {
            dir,
            max_bytes: max_bytes.or(code.map(|&(_, bytes)| bytes)).unwrap_or(DEFAULT_SPOOL),
            from_env,
        }))
    }

    #[cfg(not(feature = "spool"))]
    fn spool(&mut self, _: Option<&(PathBuf, u64)>) -> Result<Option<SpoolSettings>, BuildError> {
        if (self.lookup)("MAPTRACE_SPOOL").is_some_and(|dir| !dir.is_empty()) {
            self.warn_feature("MAPTRACE_SPOOL", "is set", "spool", "unset it");
        }
        Ok(None)
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the same interface")]
    fn tls(&mut self, _: &str, _: Protocol, _: &Otlp) -> Result<Option<Tls>, BuildError> {
        Ok(None)
    }

    fn gzip(&mut self, signal: &str) -> Option<bool> {
        self.either(signal, "COMPRESSION", |value| match value {
            "gzip" if cfg!(feature = "gzip") => Ok(true),
            "gzip" => Err(Wrong::Feature {
                feature: "gzip",
                or: "unset it",
            }),
            "none" => Ok(false),
            _ => Err(Wrong::Value(COMPRESSIONS)),
        })
    }

    /// `default` is what the program has. What is used instead of a bad one is told of a signal that is sent.
    fn endpoint(&mut self, signal: &str, protocol: Protocol, path: &str, default: Endpoint, enabled: bool) -> Endpoint {
        let (own, general) = (own(signal, "ENDPOINT"), general("ENDPOINT"));
        let (own, general) = (own.as_str(), general.as_str());
        let (mut found, mut bad) = (None, Vec::new());
        for (name, parsed) in [
            (own, self.text(own).map(|url| (protocol.parse(&url), url))),
            (
                general,
                self.text(general).map(|url| (protocol.parse_base(&url, path), url)),
            ),
        ] {
            match parsed {
                Some((Ok(endpoint), _)) => {
                    found = Some(endpoint);
                    break;
                }
                Some((Err(fault), url)) => bad.push(format!(
                    "maptrace: {name} is {:?}, which {}; accepted is a URL such as `{}`",
                    redacted(&url),
                    fault.reason(),
                    protocol.default_endpoint()
                )),
                None => {}
            }
        }
        let endpoint = found.unwrap_or(default);
        for what in bad {
            let known = self.bad_urls.iter().position(|(known, _)| *known == what);
            let index = known.unwrap_or_else(|| {
                self.bad_urls.push((what, Vec::new()));
                self.bad_urls.len() - 1
            });
            if enabled {
                self.bad_urls[index].1.push(endpoint.shown());
            }
        }
        endpoint
    }

    /// The header lines of each request: `lines`, and over them those of the environment.
    fn headers(&mut self, signal: &str, mut lines: BTreeMap<String, String>) -> String {
        let found = self
            .header_list(&own(signal, "HEADERS"))
            .or_else(|| self.header_list(&general("HEADERS")));
        for (name, value) in found.unwrap_or_default() {
            lines.insert(name.to_ascii_lowercase(), value);
        }
        lines
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect()
    }

    fn header_list(&mut self, name: &str) -> Option<Vec<(String, String)>> {
        let list = self.text(name)?;
        let pairs = pairs(&list).filter(|pairs| pairs.iter().all(|(name, value)| header_fault(name, value).is_none()));
        if pairs.is_none() {
            // Header values are secrets: the variable's value is not shown.
            self.warn(name, "is malformed", "`name=value,name=value`, percent-encoded");
        }
        pairs
    }

    fn warn(&mut self, name: &str, what: &str, accepted: &str) {
        self.note(format!(
            "maptrace: {name} {what}; accepted is {accepted}; going on without it"
        ));
    }

    /// A value that only a feature gives a meaning.
    fn warn_feature(&mut self, name: &str, what: &str, feature: &str, or: &str) {
        self.note(format!(
            "maptrace: {name} {what}, but maptrace-otel is built without its feature `{feature}`: turn on the feature \
             `{feature}` of maptrace-otel, or {or}; going on without it"
        ));
    }

    /// Once for each mistake: what is for all signals is looked at for each of them.
    fn note(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// The variable with an option for one signal.
fn own(signal: &str, option: &str) -> String {
    format!("OTEL_EXPORTER_OTLP_{signal}_{option}")
}

/// The variable with an option for all signals.
fn general(option: &str) -> String {
    format!("OTEL_EXPORTER_OTLP_{option}")
}

fn boolean(value: &str) -> Option<bool> {
    if value.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        value.eq_ignore_ascii_case("false").then_some(false)
    }
}

fn count(value: &str) -> Option<usize> {
    value.parse().ok().filter(|count| (1..=MAX_QUEUE).contains(count))
}

fn milliseconds(value: &str) -> Option<Duration> {
    value.parse().ok().filter(|&value| value > 0).map(Duration::from_millis)
}

fn positive(option: &'static str, value: Option<Duration>) -> Result<Option<Duration>, BuildError> {
    match value {
        Some(Duration::ZERO) => Err(BuildError::Range {
            option,
            accepted: "any duration above 0",
        }),
        value => Ok(value),
    }
}

/// The headers that the program set, by their names in lower case.
fn headers(builder: &Otlp) -> Result<BTreeMap<String, String>, BuildError> {
    let mut lines = BTreeMap::new();
    for (name, value) in &builder.headers {
        if let Some(reason) = header_fault(name, value) {
            return Err(BuildError::Header {
                name: name.clone(),
                reason,
            });
        }
        lines.insert(name.to_ascii_lowercase(), value.clone());
    }
    Ok(lines)
}

fn header_fault(name: &str, value: &str) -> Option<&'static str> {
    const OURS: [&str; 9] = [
        "host",
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "accept-encoding",
        "user-agent",
        "te",
    ];
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        Some("has a name that HTTP does not allow")
    } else if OURS.iter().any(|ours| name.eq_ignore_ascii_case(ours))
        || name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("grpc-"))
    {
        Some("is set by the exporter itself")
    } else if !value
        .bytes()
        .all(|byte| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t')
    {
        Some("has a value that is not visible ASCII")
    } else {
        None
    }
}

/// `a=b,c=d` with percent-encoded values, as W3C Baggage has it. `None` if any pair is malformed.
fn pairs(list: &str) -> Option<Vec<(String, String)>> {
    list.split(',')
        .filter(|pair| !pair.trim().is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let name = percent_decoded(name.trim())?;
            (!name.is_empty()).then_some((name, percent_decoded(value.trim())?))
        })
        .collect()
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(decoded).ok()
}

/// What identifies the service, as the program and its environment say.
fn resource(builder: Otlp, env: &mut Env<'_>) -> BTreeMap<String, String> {
    let mut resource: BTreeMap<_, _> = builder.resource.into_iter().collect();
    if let Some(name) = builder.service_name {
        resource.insert("service.name".to_owned(), name);
    }
    let accepted = "`name=value,name=value`, percent-encoded";
    resource.extend(env.get("OTEL_RESOURCE_ATTRIBUTES", accepted, pairs).unwrap_or_default());
    if let Some(name) = env.text("OTEL_SERVICE_NAME") {
        resource.insert("service.name".to_owned(), name);
    }
    resource
        .entry("service.name".to_owned())
        .or_insert_with(|| program(std::env::args_os().next().as_deref()));
    resource
}

/// The program's file name, the default of `service.name`.
fn program(first_argument: Option<&OsStr>) -> String {
    first_argument.and_then(|path| Path::new(path).file_name()).map_or_else(
        || "unknown_service".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests;
