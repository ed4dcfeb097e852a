//! What spans and metrics have in common on the wire.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::ids::{self, NoRandomness};

/// A name longer than this is cut: names come from the application, and one of a megabyte must not cost a megabyte in
/// each point.
const TEXT_LIMIT: usize = 512;

/// W3C Trace Context's `sampled`.
pub(crate) const SAMPLED: u32 = 1;

/// The text, cut at the last character that fits.
pub(crate) fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_LIMIT)]
}

pub(crate) fn text(key: &'static str, value: impl Into<String>) -> KeyValue {
    pair(key.to_owned(), any_value::Value::StringValue(value.into()))
}

pub(crate) fn integer(key: &'static str, value: u64) -> KeyValue {
    pair(key.to_owned(), any_value::Value::IntValue(signed(value)))
}

pub(crate) fn boolean(key: &'static str, value: bool) -> KeyValue {
    pair(key.to_owned(), any_value::Value::BoolValue(value))
}

pub(crate) fn number(key: &'static str, value: f64) -> KeyValue {
    pair(key.to_owned(), any_value::Value::DoubleValue(value))
}

fn pair(key: String, value: any_value::Value) -> KeyValue {
    KeyValue {
        key,
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// Lower-case hexadecimal, as ids are written.
#[cfg(feature = "tracing")]
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .flatten()
        .collect()
}

/// OTLP's integers are signed; a count past 2^63 stays there.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Nanoseconds since 1970; a clock outside 1970 to 2554 stays at the nearer end.
pub(crate) fn nanos(time: SystemTime) -> u64 {
    whole_nanos(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

pub(crate) fn whole_nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

pub(crate) fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "maptrace".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    }
}

/// The resource of every request: what the settings say, and what tells this process from a thousand of its kind.
pub(crate) fn resource(settings: &BTreeMap<String, String>, pid: u32) -> Result<Resource, NoRandomness> {
    let mut attributes: BTreeMap<Cow<'_, str>, KeyValue> = BTreeMap::new();
    for (key, value) in settings {
        let value = any_value::Value::StringValue(value.clone());
        attributes.insert(Cow::Borrowed(key), pair(key.clone(), value));
    }
    let instance = "service.instance.id";
    if !settings.contains_key(instance) {
        attributes.insert(Cow::Borrowed(instance), text(instance, ids::uuid()?));
    }
    for ours in [
        integer("process.pid", u64::from(pid)),
        text("telemetry.sdk.name", "maptrace"),
        text("telemetry.sdk.language", "rust"),
        text("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
    ] {
        attributes.insert(Cow::Owned(ours.key.clone()), ours);
    }
    Ok(Resource {
        attributes: attributes.into_values().collect(),
        ..Resource::default()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Resource, bounded, nanos, resource, signed};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(bounded("short"), "short");
        let long = "\u{e9}".repeat(400);
        assert_eq!(bounded(&long), "\u{e9}".repeat(256));
        let odd = format!("x{long}");
        assert_eq!(bounded(&odd).len(), 511);
    }

    /// The value of `service.instance.id`.
    fn instance(resource: &Resource) -> String {
        let mut found = resource
            .attributes
            .iter()
            .filter(|attribute| attribute.key == "service.instance.id");
        let (Some(one), None) = (found.next(), found.next()) else {
            panic!("{resource:?}")
        };
        format!("{:?}", one.value)
    }

    #[test]
    fn a_thousand_processes_can_be_told_apart() {
        let settings = BTreeMap::from([("service.name".to_owned(), "shop".to_owned())]);
        // Of the same program, and in containers that all have the process 1.
        let instances: BTreeSet<_> = (0..1_000)
            .map(|_| instance(&resource(&settings, 1).expect("randomness")))
            .collect();
        assert_eq!(instances.len(), 1_000);
        // Whoever knows better says so.
        let settings = BTreeMap::from([("service.instance.id".to_owned(), "pod-7".to_owned())]);
        assert!(instance(&resource(&settings, 1).expect("randomness")).contains("pod-7"));
    }

    #[test]
    fn times_and_counts_out_of_range_stay_at_the_end() {
        assert_eq!(nanos(UNIX_EPOCH - Duration::from_secs(1)), 0);
        assert_eq!(nanos(UNIX_EPOCH + Duration::from_nanos(7)), 7);
        assert_eq!(nanos(UNIX_EPOCH + Duration::from_secs(1 << 40)), u64::MAX);
        assert_eq!(signed(u64::MAX), i64::MAX);
    }
}
