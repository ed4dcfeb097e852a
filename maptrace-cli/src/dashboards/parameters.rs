//! What `--set NAME=VALUE` changes: the thresholds of the alerts, and where links lead.

use anyhow::{Result, bail};

/// One parameter.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) default: &'static str,
    kind: Kind,
    pub(super) help: &'static str,
}

#[derive(Clone, Copy)]
enum Kind {
    /// As Prometheus writes it.
    Duration,
    Number,
    /// Beginning of a URL.
    Url,
}

impl Kind {
    const fn expected(self) -> &'static str {
        match self {
            Self::Duration => "a duration as Prometheus writes it, such as 90s, 10m or 4h",
            Self::Number => "a number above 0",
            Self::Url => "a URL that begins with http:// or https://",
        }
    }

    fn accepts(self, value: &str) -> bool {
        match self {
            Self::Duration => is_duration(value),
            // A plain decimal: what PromQL and Rust read alike.
            Self::Number => {
                value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                    && value.parse::<f64>().is_ok_and(|number| number > 0.0)
            }
            Self::Url => {
                let quoted = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\\' | '{' | '}');
                ["http://", "https://"].iter().any(|scheme| value.starts_with(scheme)) && !value.contains(quoted)
            }
        }
    }
}

/// A number and a unit, several of them from the largest unit on.
fn is_duration(value: &str) -> bool {
    let (mut rest, mut largest) = (value, usize::MAX);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        // `ms` before `m`.
        let units = ["ms", "s", "m", "h", "d", "w", "y"];
        let Some(unit) = units.iter().position(|unit| after.starts_with(unit)) else {
            return false;
        };
        // Nobody needs more, and twice as much has to be a duration as well.
        if number.is_empty() || number.len() > 9 || number.bytes().all(|byte| byte == b'0') || unit >= largest {
            return false;
        }
        (rest, largest) = (&after[units[unit].len()..], unit);
    }
    !value.is_empty()
}

/// Two times a duration, for Prometheus does not calculate with them: `1h30m` becomes `2h60m`.
pub(super) fn twice(duration: &str) -> String {
    let mut out = String::new();
    let mut rest = duration;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let unit = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let number: u128 = number.parse().expect("it was accepted as a duration");
        out.push_str(&format!("{}{}", number * 2, &after[..unit]));
        rest = &after[unit..];
    }
    out
}

macro_rules! parameters {
    ($($field:ident $name:literal $kind:ident $default:literal $help:literal)*) => {
        /// All of them, in the order of the runbook.
        pub(super) const PARAMETERS: &[Parameter] = &[
            $(Parameter { name: $name, default: $default, kind: Kind::$kind, help: $help },)*
        ];

        /// Their values, as they stand in the files.
        pub(super) struct Parameters {
            $(pub(super) $field: String,)*
        }

        impl Default for Parameters {
            fn default() -> Self {
                Self { $($field: $default.to_owned(),)* }
            }
        }

        impl Parameters {
            fn get_mut(&mut self, name: &str) -> Option<&mut String> {
                match name {
                    $($name => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

parameters! {
    window "window" Duration "5m"
        "What rates are taken over; at least four times the interval at which Prometheus gets data"
    growth_window "growth.window" Duration "6h"
        "A map grows without bound if for two such windows it never came back to where the one before had been"
    growth_rise "growth.rise" Number "0.1"
        "By how much it has to have grown meanwhile: 0.1 is 10 %"
    growth_entries "growth.entries" Number "10000"
        "Maps with fewer entries are left alone"
    rehash_rate "rehash.rate" Number "0.1"
        "Rehashes in place a second that are a storm"
    rehash_paused "rehash.paused" Number "0.005"
        "Seconds a second that callers waited for tables; less is not worth an alert"
    rehash_for "rehash.for" Duration "10m"
        "For how long"
    deletes_rate "deletes.rate" Number "100"
        "Deletes a second below which nothing is a storm"
    deletes_factor "deletes.factor" Number "10"
        "How many times as many as the map usually has"
    deletes_history "deletes.history" Duration "1h"
        "What is usual is the mean of this long"
    deletes_for "deletes.for" Duration "1m"
        "For how long"
    waste_factor "waste.factor" Number "4"
        "Bytes held for each byte needed; a table that just grew has up to 2.3"
    waste_bytes "waste.bytes" Number "67108864"
        "Bytes that would be got back, at least"
    waste_for "waste.for" Duration "30m"
        "For how long"
    tombstones_share "tombstones.share" Number "0.5"
        "Tombstones for each entry that the table can hold"
    tombstones_slots "tombstones.slots" Number "10000"
        "Tombstones, at least"
    tombstones_for "tombstones.for" Duration "30m"
        "For how long"
    lost_share "lost.share" Number "0.001"
        "Share of the events that are lost"
    lost_for "lost.for" Duration "10m"
        "For how long"
    failing_for "failing.for" Duration "10m"
        "For how long the exporter fails to deliver"
    silent_history "silent.history" Duration "1h"
        "A service is silent if it sent data within this time and sends none now"
    silent_for "silent.for" Duration "10m"
        "For how long"
    runbook_url "runbook.url" Url "https://github.com/maptrace/maptrace/blob/main/dashboards/runbook.md"
        "Where you keep runbook.md, for the links in alerts"
    grafana_url "grafana.url" Url "http://localhost:3000"
        "Your Grafana, for the links in alerts and in Jaeger"
}

impl Parameters {
    /// The defaults but for `settings`, each `NAME=VALUE`.
    pub(super) fn with(settings: &[String]) -> Result<Self> {
        let mut parameters = Self::default();
        for setting in settings {
            let Some((name, value)) = setting.split_once('=') else {
                bail!("--set {setting}: expected NAME=VALUE, as in --set growth.window=12h");
            };
            let Some(known) = PARAMETERS.iter().find(|known| known.name == name) else {
                let names: Vec<&str> = PARAMETERS.iter().map(|known| known.name).collect();
                bail!(
                    "--set {setting}: there is no parameter `{name}` (there are: {})",
                    names.join(", ")
                );
            };
            if !known.kind.accepts(value) {
                bail!("--set {setting}: {name} takes {}", known.kind.expected());
            }
            let value = match known.kind {
                Kind::Url => value.trim_end_matches('/'),
                Kind::Duration | Kind::Number => value,
            };
            value.clone_into(parameters.get_mut(name).expect("it is in the list"));
        }
        Ok(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(settings: &[&str]) -> Result<Parameters> {
        let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
        Parameters::with(&settings)
    }

    #[test]
    fn the_last_one_counts_and_the_others_stay() {
        let set = with(&["window=10s", "window=1m30s", "grafana.url=https://grafana.example/"]).expect("all good");
        assert_eq!((&*set.window, &*set.growth_window), ("1m30s", "6h"));
        assert_eq!(
            set.grafana_url, "https://grafana.example",
            "without the slash that links begin with"
        );
    }

    #[test]
    fn twice_a_duration_is_a_duration() {
        for (once, two) in [
            ("6h", "12h"),
            ("1h30m", "2h60m"),
            ("500ms", "1000ms"),
            ("999999999s", "1999999998s"),
        ] {
            assert_eq!(twice(once), two);
            assert!(Kind::Duration.accepts(once));
        }
        assert!(!Kind::Duration.accepts("9999999999s"));
    }

    #[test]
    fn every_default_is_acceptable() {
        for parameter in PARAMETERS {
            assert!(parameter.kind.accepts(parameter.default), "{}", parameter.name);
        }
    }

    #[test]
    fn a_mistake_is_named_with_the_cure() {
        for (setting, said) in [
            ("window", "expected NAME=VALUE"),
            (
                "windows=1m",
                "there is no parameter `windows` (there are: window, growth.window,",
            ),
            ("window=", "window takes a duration"),
            ("window=5", "window takes a duration"),
            ("window=5 m", "window takes a duration"),
            ("window=0m", "window takes a duration"),
            ("window=5m1h", "window takes a duration"),
            ("window=5m]) or vector(1", "window takes a duration"),
            ("growth.rise=ten", "growth.rise takes a number"),
            ("growth.rise=-1", "growth.rise takes a number"),
            ("growth.rise=1e3", "growth.rise takes a number"),
            ("growth.rise=nan", "growth.rise takes a number"),
            ("growth.rise=0", "growth.rise takes a number"),
            ("grafana.url=localhost:3000", "grafana.url takes a URL"),
            ("runbook.url=http://a/{{ x }}", "runbook.url takes a URL"),
        ] {
            let error = with(&[setting]).err().unwrap_or_else(|| panic!("{setting} was taken"));
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
