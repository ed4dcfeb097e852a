//! Attributes as OpenTelemetry's interface has them, out of those on the wire: they are made in one place only.

use opentelemetry::logs::AnyValue;
use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_proto::tonic::common::v1::{KeyValue as Wire, any_value};

pub(super) fn attributes(attributes: Vec<Wire>) -> Vec<KeyValue> {
    attributes.into_iter().filter_map(attribute).collect()
}

pub(super) fn log_attributes(attributes: Vec<Wire>) -> impl Iterator<Item = (Key, AnyValue)> {
    attributes.into_iter().filter_map(attribute).map(|pair| {
        let value = match pair.value {
            Value::Bool(bool) => bool.into(),
            Value::I64(number) => number.into(),
            Value::F64(number) => number.into(),
            // There are no arrays among them.
            value => AnyValue::String(value.as_str().into_owned().into()),
        };
        (pair.key, value)
    })
}

/// Of those that are made here none is missing: they have no lists, maps or bytes.
fn attribute(wire: Wire) -> Option<KeyValue> {
    let value: Value = match wire.value?.value? {
        any_value::Value::StringValue(text) => text.into(),
        any_value::Value::IntValue(number) => number.into(),
        any_value::Value::DoubleValue(number) => number.into(),
        any_value::Value::BoolValue(bool) => bool.into(),
        _ => return None,
    };
    Some(KeyValue::new(wire.key, value))
}
