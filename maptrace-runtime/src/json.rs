//! A small JSON writer. Nesting is by closures, so what it writes is well-formed by construction.
//!
//! Strings are written so that the text can also stand inside an HTML `<script>`: `<`, `>`, `&` and the two line
//! separators that JavaScript once refused are escaped. Numbers that JSON does not have (NaN, infinities) become `null`.

use std::fmt::Write as _;

/// A value that JSON has a form for.
pub(crate) trait ToJson {
    /// Appends the value.
    fn write(&self, out: &mut String);
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }
}

impl ToJson for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl ToJson for u64 {
    fn write(&self, out: &mut String) {
        _ = write!(out, "{self}");
    }
}

impl ToJson for u32 {
    fn write(&self, out: &mut String) {
        u64::from(*self).write(out);
    }
}

impl ToJson for f64 {
    fn write(&self, out: &mut String) {
        if self.is_finite() {
            // `{:?}` is the shortest text that reads back as the same number; JSON takes its exponents as they are.
            _ = write!(out, "{self:?}");
        } else {
            out.push_str("null");
        }
    }
}

impl ToJson for str {
    fn write(&self, out: &mut String) {
        out.push('"');
        for c in self.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                // All of them lie in the basic plane, so one `\u` is enough.
                c if c.is_control() || matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') => {
                    _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

/// One JSON object as text.
pub(crate) fn object(fill: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::new();
    Object::wrap(&mut out, fill);
    out
}

/// An object that is being written.
pub(crate) struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl Object<'_> {
    fn wrap(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
        out.push('{');
        fill(&mut Object { out, first: true });
        out.push('}');
    }

    fn key(&mut self, key: &str) {
        separate(self.out, &mut self.first);
        key.write(self.out);
        self.out.push(':');
    }

    /// A member with a plain value.
    pub(crate) fn field(&mut self, key: &str, value: impl ToJson) -> &mut Self {
        self.key(key);
        value.write(self.out);
        self
    }

    /// A member that is an object.
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.key(key);
        Object::wrap(self.out, fill);
        self
    }

    /// A member that is an array.
    pub(crate) fn array(&mut self, key: &str, fill: impl FnOnce(&mut Array<'_>)) -> &mut Self {
        self.key(key);
        self.out.push('[');
        fill(&mut Array {
            out: self.out,
            first: true,
        });
        self.out.push(']');
        self
    }
}

/// An array that is being written.
pub(crate) struct Array<'a> {
    out: &'a mut String,
    first: bool,
}

impl Array<'_> {
    /// A plain value.
    pub(crate) fn item(&mut self, value: impl ToJson) -> &mut Self {
        separate(self.out, &mut self.first);
        value.write(self.out);
        self
    }

    /// An object.
    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        separate(self.out, &mut self.first);
        Object::wrap(self.out, fill);
        self
    }
}

fn separate(out: &mut String, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn parse(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    #[test]
    fn members_and_items_are_separated_at_every_depth() {
        let text = object(|o| {
            o.field("a", 1_u64)
                .field("b", Option::<u64>::None)
                .object("empty", |_| ());
            o.array("list", |a| {
                a.item("x").item(true).object(|o| {
                    o.field("deep", u64::MAX);
                });
            });
            o.array("none", |_| ()).field("last", false);
        });
        assert_eq!(
            text,
            r#"{"a":1,"b":null,"empty":{},"list":["x",true,{"deep":18446744073709551615}],"none":[],"last":false}"#
        );
    }

    #[test]
    fn a_string_cannot_leave_a_script() {
        let hostile = "</script><!--&\u{2028}\u{2029}\u{0}\u{7f}\u{9b}\"\\";
        let text = object(|o| {
            o.field(hostile, hostile);
        });
        assert!(
            !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{0}', '\u{7f}', '\u{9b}']),
            "{text}"
        );
        assert_eq!(parse(&text), json!({ hostile: hostile }));
    }

    proptest! {
        #[test]
        fn serde_json_reads_back_every_string_and_integer(key: String, value: String, n: u64) {
            let text = object(|o| {
                o.array("list", |a| {
                    a.item(&*value).item(n);
                });
                o.object("inner", |o| {
                    o.field(&key, &*value);
                });
            });
            prop_assert_eq!(parse(&text), json!({ "list": [value, n], "inner": { key: value } }));
        }

        #[test]
        fn every_float_is_a_json_number_that_reads_back_exactly(x in proptest::num::f64::ANY) {
            let mut text = String::new();
            x.write(&mut text);
            if x.is_finite() {
                prop_assert!(parse(&text).is_number());
                prop_assert_eq!(text.parse::<f64>(), Ok(x));
            } else {
                prop_assert_eq!(text, "null");
            }
        }
    }
}
