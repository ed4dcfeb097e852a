//! Pieces of PromQL.

/// The labels of a chosen set of series, to stand within braces.
#[derive(Clone)]
pub(super) struct Scope {
    matchers: String,
}

impl Scope {
    /// What was chosen at the top of a dashboard.
    pub(super) fn chosen() -> Self {
        Self {
            matchers: r#"job=~"$job",instance=~"$instance""#.to_owned(),
        }
    }

    /// Of that, what also matches.
    pub(super) fn and(&self, matcher: &str) -> Self {
        Self {
            matchers: format!("{},{matcher}", self.matchers),
        }
    }

    /// Of that, one value of a label.
    pub(super) fn only(&self, label: &str, value: &str) -> Self {
        self.and(&format!("{label}={}", quoted(value)))
    }

    pub(super) fn of(&self, name: &str) -> String {
        format!("{name}{{{}}}", self.matchers)
    }

    /// The rate of a counter, over as long as Grafana thinks right.
    pub(super) fn rate(&self, name: &str) -> String {
        format!("rate({}[$__rate_interval])", self.of(name))
    }

    /// By how much a counter rose in the time shown.
    pub(super) fn risen(&self, name: &str) -> String {
        format!("increase({}[$__range])", self.of(name))
    }
}

/// A string of PromQL.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text as part of a URL's query.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_quotes() {
        let hostile = "a\"} or vector(1) #\\\n";
        assert_eq!(
            Scope::chosen().only("map", hostile).of("map_entries"),
            r##"map_entries{job=~"$job",instance=~"$instance",map="a\"} or vector(1) #\\\n"}"##
        );
    }
}
