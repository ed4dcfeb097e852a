//! The `MAPTRACE_` variables.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::{Config, GuardSignal, OnRace, ReportTo, SAMPLE_AUTO};
use crate::lean::{cut, join};

/// One variable: its name, and what it accepts in words.
struct Variable {
    name: &'static str,
    accepts: &'static str,
}

/// Variables that `maptrace-otel` reads itself. They mean nothing here, and are no slip of the pen either.
const OF_OTEL: [&str; 2] = ["MAPTRACE_SPOOL", "MAPTRACE_SPOOL_BYTES"];

/// Likewise of the program `maptrace`, which hands its environment on to what it runs.
const OF_THE_PROGRAM: &str = "MAPTRACE_SOURCE";

const VARIABLES: [Variable; 14] = [
    Variable {
        name: "MAPTRACE_ENABLED",
        accepts: "1, true, on, 0, false or off",
    },
    Variable {
        name: "MAPTRACE_SAMPLE",
        accepts: "a whole number from 1 (every operation) to 1000000, or auto",
    },
    Variable {
        name: "MAPTRACE_RING_BYTES",
        accepts: "a size from 1k to 64m, such as 65536 or 64k",
    },
    Variable {
        name: "MAPTRACE_MEMORY",
        accepts: "a size from 1m up, such as 64m or 1g",
    },
    Variable {
        name: "MAPTRACE_INSTANCES",
        accepts: "a whole number from 0 to 4000000",
    },
    Variable {
        name: "MAPTRACE_LISTEN",
        accepts: "an address and port, such as 127.0.0.1:9102, localhost:9102 or :9102 (loopback both), or off",
    },
    Variable {
        name: "MAPTRACE_ALLOW_HOST",
        accepts: "names without a port, with commas between them, such as metrics.example,box.local",
    },
    Variable {
        name: "MAPTRACE_REPORT",
        accepts: "text, json, off, or a file's path with a / or a dot in it",
    },
    Variable {
        name: "MAPTRACE_INTERVAL",
        accepts: "a time from 10ms to 1h, such as 500ms, 1s or 1m",
    },
    Variable {
        name: "MAPTRACE_SLOW",
        accepts: "a time from 1us to 1h, such as 500us, 5ms or 1s, or off",
    },
    Variable {
        name: "MAPTRACE_GUARD",
        accepts: "a folder's path with a / or a dot in it, or off",
    },
    Variable {
        name: "MAPTRACE_FLIGHT",
        accepts: "a folder's path with a / or a dot in it, or off",
    },
    Variable {
        name: "MAPTRACE_GUARD_SIGNAL",
        accepts: "usr1, usr2 or off",
    },
    Variable {
        name: "MAPTRACE_RACE",
        accepts: "report, abort or off",
    },
];

/// Changes the settings as a variable says; `None` if what it says is not understood. One function for all of them, as each of
/// fourteen would be three times as much to compile.
fn apply(config: &mut Config, name: &str, text: &str) -> Option<()> {
    let word = text.to_ascii_lowercase();
    let word = word.as_str();
    let (on, off) = (matches!(word, "1" | "on" | "true"), matches!(word, "0" | "off" | "false"));
    match name {
        "MAPTRACE_ENABLED" => {
            config.enabled = match word {
                "yes" => true,
                "no" => false,
                _ if on || off => on,
                _ => return None,
            };
        }
        "MAPTRACE_SAMPLE" => config.sample = if word == "auto" { SAMPLE_AUTO } else { number(text, 1, 1_000_000)? },
        "MAPTRACE_RING_BYTES" => config.ring_bytes = usize::try_from(size(word, 1 << 10, 64 << 20)?).ok()?,
        "MAPTRACE_MEMORY" => config.memory = size(word, 1 << 20, u64::MAX)?,
        "MAPTRACE_INSTANCES" => config.instances = number(text, 0, 4_000_000)?,
        "MAPTRACE_LISTEN" => config.listen = if word == "off" { None } else { Some(address(word)?) },
        "MAPTRACE_ALLOW_HOST" => {
            // All or nothing: half of a list would be a riddle to whoever wrote the other half.
            let (mut hosts, mut rest) = (Vec::new(), text);
            while let Some((name, more)) = cut(rest, b',') {
                hosts.push(host_name(name)?);
                rest = more;
            }
            hosts.push(host_name(rest)?);
            config.allow_hosts = hosts;
        }
        "MAPTRACE_REPORT" => {
            config.report = match word {
                "text" => ReportTo::Text,
                "json" => ReportTo::Json,
                _ if on => ReportTo::Text,
                _ if off => ReportTo::Off,
                _ => ReportTo::File(path(text)?),
            };
        }
        "MAPTRACE_INTERVAL" => config.interval = time(text, Duration::from_millis(10), Duration::from_secs(3600))?,
        "MAPTRACE_SLOW" => {
            config.slow = match word {
                "off" => None,
                _ => Some(time(text, Duration::from_micros(1), Duration::from_secs(3600))?),
            };
        }
        "MAPTRACE_GUARD" => config.guard = if off { None } else { Some(path(text)?) },
        "MAPTRACE_FLIGHT" => config.flight = if off { None } else { Some(path(text)?) },
        "MAPTRACE_GUARD_SIGNAL" => {
            config.guard_signal = match word {
                _ if off => None,
                "usr1" | "sigusr1" => Some(GuardSignal::Usr1),
                "usr2" | "sigusr2" => Some(GuardSignal::Usr2),
                _ => return None,
            };
        }
        "MAPTRACE_RACE" => config.race = OnRace::parse(text)?,
        _ => return None,
    }
    Some(())
}

impl OnRace {
    /// What a value of `MAPTRACE_RACE` says; `None` if it is not understood.
    pub(crate) fn parse(text: &str) -> Option<Option<Self>> {
        match text.to_ascii_lowercase().as_str() {
            "report" | "1" | "on" | "true" => Some(Some(Self::Report)),
            "abort" => Some(Some(Self::Abort)),
            "off" | "0" | "false" => Some(None),
            _ => None,
        }
    }
}

impl Config {
    /// Applies what the environment says of panic dumps. A value that is not understood is told of when the rest is applied.
    #[cfg(feature = "guard")]
    pub(crate) fn apply_guard_environment(&mut self) {
        for variable in VARIABLES.iter().filter(|variable| variable.name.starts_with("MAPTRACE_GUARD")) {
            if let Some(text) = std::env::var_os(variable.name).filter(|text| !text.is_empty()) {
                let _ = apply(self, variable.name, text.to_string_lossy().trim_ascii());
            }
        }
    }

    /// Applies the environment, as `lookup` knows it; an empty value is as none, because a compose file that passes a
    /// variable through sets it to nothing where its host has none. Returns a warning for each value that is not understood, and
    /// for each unknown variable of ours among `names`.
    pub(crate) fn apply_environment(
        &mut self,
        lookup: &dyn Fn(&str) -> Option<String>,
        names: Vec<String>,
    ) -> Vec<String> {
        let mut warnings = Vec::new();
        for variable in &VARIABLES {
            let Some(text) = lookup(variable.name) else { continue };
            let said = text.trim_ascii();
            if !said.is_empty() && apply(self, variable.name, said).is_none() {
                warnings.push(format!(
                    "{}={:?} is not understood and the default is used; accepted: {}",
                    variable.name, text, variable.accepts
                ));
            }
        }
        for name in &names {
            // Variables of the test harness are not settings.
            if !name.starts_with("MAPTRACE_")
                || name.starts_with("MAPTRACE_TEST_")
                || VARIABLES.iter().any(|variable| variable.name == name)
                || OF_OTEL.contains(&name.as_str())
                || name == OF_THE_PROGRAM
            {
                continue;
            }
            let mut known = Vec::with_capacity(VARIABLES.len());
            for variable in &VARIABLES {
                known.push(variable.name);
            }
            let (known, of_otel) = (join(&known, ", "), join(&OF_OTEL, ", "));
            // Whoever sets it may not be who reads this in a terminal.
            let name = name.escape_debug();
            warnings.push(format!(
                "{name} is not a variable of maptrace; known are {known}, and of maptrace-otel {of_otel}"
            ));
        }
        warnings
    }
}

/// A whole number from `least` to `most`.
fn number(text: &str, least: u32, most: u32) -> Option<u32> {
    let number = text.parse::<u64>().ok()?;
    if number < u64::from(least) || number > u64::from(most) { None } else { u32::try_from(number).ok() }
}

/// An address and port. Without a host, or with `localhost`, it is IPv4's loopback: no name is looked up, and nothing
/// is opened to the network by leaving something out. In lower case.
fn address(word: &str) -> Option<SocketAddr> {
    match cut(word, b':') {
        Some(("" | "localhost", port)) => format!("127.0.0.1:{port}").parse().ok(),
        _ => word.parse().ok(),
    }
}

/// A name as it can stand in a `Host` header, without its port.
fn host_name(text: &str) -> Option<String> {
    let text = text.trim_ascii();
    for byte in text.as_bytes() {
        if !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.' | b'_') {
            return None;
        }
    }
    if text.is_empty() { None } else { Some(text.to_owned()) }
}

/// A path, which anything with a `/` or a `.` in it is.
fn path(text: &str) -> Option<PathBuf> {
    for byte in text.as_bytes() {
        if matches!(byte, b'/' | b'.') {
            return Some(PathBuf::from(text));
        }
    }
    None
}

/// The text without the unit at its end.
fn without_unit(text: &str) -> &str {
    let (bytes, mut end) = (text.as_bytes(), text.len());
    while end > 0 && (bytes[end - 1].is_ascii_alphabetic() || bytes[end - 1] == b' ') {
        end -= 1;
    }
    &text[..end]
}

/// Bytes from `least` to `most`: a number with an optional `k`, `m` or `g` (binary), `b`, `kb`, `kib` and so on, in lower case.
fn size(word: &str, least: u64, most: u64) -> Option<u64> {
    let digits = without_unit(word);
    let shift = match word[digits.len()..].trim_ascii() {
        "" | "b" => 0,
        "k" | "ki" | "kb" | "kib" => 10,
        "m" | "mi" | "mb" | "mib" => 20,
        "g" | "gi" | "gb" | "gib" => 30,
        _ => return None,
    };
    let bytes = digits.parse::<u64>().ok()?.checked_mul(1 << shift)?;
    if bytes < least || bytes > most { None } else { Some(bytes) }
}

/// A time from `least` to `most`: a number with `us`, `ms`, `s`, `m` or `h`; seconds if there is no unit.
fn time(text: &str, least: Duration, most: Duration) -> Option<Duration> {
    let digits = without_unit(text);
    let number: u64 = digits.parse().ok()?;
    let time = match text[digits.len()..].trim_ascii() {
        "us" => Duration::from_micros(number),
        "ms" => Duration::from_millis(number),
        "" | "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        "h" => Duration::from_secs(number.checked_mul(3600)?),
        _ => return None,
    };
    if time < least || time > most { None } else { Some(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> (Config, Vec<String>) {
        let mut config = Config::default();
        let lookup = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let warnings = config.apply_environment(&lookup, pairs.iter().map(|(name, _)| (*name).to_owned()).collect());
        (config, warnings)
    }

    #[test]
    fn good_values_are_taken() {
        let (config, warnings) = with(&[
            ("MAPTRACE_ENABLED", "off"),
            ("MAPTRACE_SAMPLE", " 64 "),
            ("MAPTRACE_RING_BYTES", "128 KiB"),
            ("MAPTRACE_MEMORY", "1g"),
            ("MAPTRACE_INSTANCES", "0"),
            ("MAPTRACE_LISTEN", "127.0.0.1:9102"),
            ("MAPTRACE_ALLOW_HOST", "metrics.example, box_1.local"),
            ("MAPTRACE_REPORT", "out/maps.json"),
            ("MAPTRACE_INTERVAL", "250ms"),
            ("MAPTRACE_SLOW", "500us"),
            ("MAPTRACE_GUARD", "/var/dumps"),
            ("MAPTRACE_GUARD_SIGNAL", "SIGUSR2"),
            ("MAPTRACE_FLIGHT", "/dev/shm/maps"),
            ("MAPTRACE_RACE", "Abort"),
        ]);
        assert_eq!(warnings, Vec::<String>::new());
        let expected = Config {
            enabled: false,
            sample: 64,
            ring_bytes: 128 << 10,
            memory: 1 << 30,
            instances: 0,
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 9102))),
            allow_hosts: vec!["metrics.example".to_owned(), "box_1.local".to_owned()],
            report: ReportTo::File(PathBuf::from("out/maps.json")),
            interval: Duration::from_millis(250),
            slow: Some(Duration::from_micros(500)),
            nursery: true,
            guard: Some(PathBuf::from("/var/dumps")),
            guard_signal: Some(GuardSignal::Usr2),
            race: Some(OnRace::Abort),
            flight: Some(PathBuf::from("/dev/shm/maps")),
        };
        assert_eq!(config, expected);
        assert_eq!(with(&[("MAPTRACE_SAMPLE", "auto")]).0.sample, SAMPLE_AUTO);
    }

    #[test]
    fn each_bad_value_is_one_warning_that_names_it_and_keeps_the_default() {
        for variable in &VARIABLES {
            let (config, warnings) = with(&[(variable.name, "~nonsense~")]);
            assert_eq!(config, Config::default());
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            for part in [variable.name, "~nonsense~", variable.accepts] {
                assert!(warnings[0].contains(part), "{warnings:?} lacks {part}");
            }
        }
        for (name, value) in [
            ("MAPTRACE_SAMPLE", "0"),
            ("MAPTRACE_RING_BYTES", "1023"),
            ("MAPTRACE_RING_BYTES", "65m"),
            ("MAPTRACE_MEMORY", "18446744073709551615k"),
            ("MAPTRACE_LISTEN", "localhost"),
            ("MAPTRACE_LISTEN", "localhost:"),
            ("MAPTRACE_LISTEN", ":+80"),
            ("MAPTRACE_LISTEN", ":65536"),
            ("MAPTRACE_LISTEN", "9102"),
            ("MAPTRACE_LISTEN", "metrics.example:9102"),
            ("MAPTRACE_ALLOW_HOST", ","),
            ("MAPTRACE_ALLOW_HOST", "metrics.example,"),
            ("MAPTRACE_ALLOW_HOST", "metrics.example:9102"),
            ("MAPTRACE_ALLOW_HOST", "http://metrics.example"),
            ("MAPTRACE_ALLOW_HOST", "*"),
            ("MAPTRACE_INTERVAL", "9ms"),
            ("MAPTRACE_SLOW", "0us"),
            ("MAPTRACE_SLOW", "2h"),
            ("MAPTRACE_GUARD", "1"),
            ("MAPTRACE_GUARD_SIGNAL", "hup"),
            ("MAPTRACE_RACE", "panic"),
        ] {
            assert_eq!(with(&[(name, value)]).1.len(), 1, "{name}={value}");
        }
    }

    #[test]
    fn an_address_without_a_host_is_loopback() {
        for text in ["127.0.0.1:9102", "localhost:9102", "LocalHost:9102", ":9102", " :9102 "] {
            let (config, warnings) = with(&[("MAPTRACE_LISTEN", text)]);
            assert_eq!(warnings, [] as [&str; 0], "{text:?}");
            assert_eq!(config.listen, Some(SocketAddr::from(([127, 0, 0, 1], 9102))), "{text:?}");
        }
        let (config, _) = with(&[("MAPTRACE_LISTEN", "[::1]:0")]);
        assert_eq!(config.listen, "[::1]:0".parse().ok());
    }

    #[test]
    fn the_page_of_the_builder_can_be_switched_off() {
        for text in ["off", "OFF"] {
            let mut config = Config {
                listen: Some(SocketAddr::from(([127, 0, 0, 1], 9102))),
                ..Config::default()
            };
            let environment = |name: &str| (name == "MAPTRACE_LISTEN").then(|| text.to_owned());
            assert_eq!(
                config.apply_environment(&environment, Vec::new()),
                [] as [&str; 0]
            );
            assert_eq!(config.listen, None, "{text:?}");
        }
    }

    #[test]
    fn slow_operations_of_the_builder_can_be_switched_off() {
        let mut config = Config {
            slow: Some(Duration::from_millis(5)),
            ..Config::default()
        };
        let environment = |name: &str| (name == "MAPTRACE_SLOW").then(|| "off".to_owned());
        assert_eq!(config.apply_environment(&environment, Vec::new()), [] as [&str; 0]);
        assert_eq!(config.slow, None);
    }

    #[test]
    fn an_empty_value_is_as_none() {
        let builder = Config {
            enabled: false,
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 9102))),
            allow_hosts: vec!["builder.example".to_owned()],
            report: ReportTo::Json,
            ..Config::default()
        };
        for text in ["", " \t"] {
            let mut config = builder.clone();
            let warnings = config.apply_environment(&|_| Some(text.to_owned()), Vec::new());
            assert_eq!(warnings, [] as [&str; 0], "{text:?}");
            assert_eq!(config, builder, "{text:?}");
        }
    }

    #[test]
    fn allowed_hosts_of_the_environment_win_over_the_builders() {
        let mut config = Config::default();
        config.allow_hosts.push("builder.example".to_owned());
        let environment = |name: &str| (name == "MAPTRACE_ALLOW_HOST").then(|| "metrics.example".to_owned());
        assert_eq!(
            config.apply_environment(&environment, Vec::new()),
            [] as [&str; 0]
        );
        assert_eq!(config.allow_hosts, ["metrics.example"]);
    }

    #[test]
    fn an_unknown_variable_is_named() {
        let (_, warnings) = with(&[("MAPTRACE_LISTN", "127.0.0.1:1")]);
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("MAPTRACE_LISTN") && warnings[0].contains("MAPTRACE_LISTEN"));
        assert!(with(&[("MAPTRACE_TEST_X", "1")]).1.is_empty());
        let (_, warnings) = with(&[("MAPTRACE_\u{1b}[2J\n", "1")]);
        assert!(warnings[0].starts_with(r"MAPTRACE_\u{1b}[2J\n is"), "{warnings:?}");
    }

    #[test]
    fn the_variables_of_the_exporter_and_of_the_program_are_known() {
        let variables = [
            ("MAPTRACE_SPOOL", "/var/spool/shop"),
            ("MAPTRACE_SPOOL_BYTES", "1048576"),
            ("MAPTRACE_SOURCE", "../maptrace"),
        ];
        assert_eq!(with(&variables), (Config::default(), Vec::new()));
        let (_, warnings) = with(&[("MAPTRACE_SPOOL_BYTE", "1048576")]);
        assert!(warnings.len() == 1 && warnings[0].contains("MAPTRACE_SPOOL_BYTES"), "{warnings:?}");
    }
}
