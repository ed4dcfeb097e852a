//! Pieces of PromQL.

/// The time shown.
pub(super) const SHOWN: &str = "$__range";

/// As long as Grafana thinks right for a point of a graph.
pub(super) const EACH_POINT: &str = "$__rate_interval";

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

    /// The rate of a counter around each point.
    pub(super) fn rate(&self, name: &str) -> String {
        format!("rate({}[{EACH_POINT}])", self.of(name))
    }

    /// By how much a counter rose in the time shown.
    pub(super) fn risen(&self, name: &str) -> String {
        format!("increase({}[{SHOWN}])", self.of(name))
    }

    /// A percentile of what a histogram took up within `window`, in groups by labels, and nothing where it took up nothing.
    ///
    /// Buckets are ten times as wide as the ones before, so of a single value one would read off anything up to ten times
    /// as much. No value is larger than the sum of all, which is known exactly: of a single value, that value.
    pub(super) fn percentile(&self, of: &str, histogram: &str, by: &str, window: &str) -> String {
        let rise = |part: &str| format!("increase({}[{window}])", self.of(&format!("{histogram}_{part}")));
        let (buckets, sum) = (rise("bucket"), rise("sum"));
        let (sum, buckets) = match by {
            "" => (format!("sum({sum})"), format!("sum by (le) ({buckets})")),
            by => (
                format!("sum by ({by}) ({sum})"),
                format!("sum by (le, {by}) ({buckets})"),
            ),
        };
        format!("histogram_quantile({of}, {buckets}) < {sum} or {sum} > 0")
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
    fn a_percentile_is_no_more_than_all_values_together() {
        assert_eq!(
            Scope::chosen().percentile("0.5", "map_pause", "", EACH_POINT),
            "histogram_quantile(0.5, sum by (le) (increase(map_pause_bucket{job=~\"$job\",instance=~\"$instance\"}\
             [$__rate_interval]))) < sum(increase(map_pause_sum{job=~\"$job\",instance=~\"$instance\"}\
             [$__rate_interval])) or sum(increase(map_pause_sum{job=~\"$job\",instance=~\"$instance\"}\
             [$__rate_interval])) > 0"
        );
        let by_map = Scope::chosen().percentile("0.5", "map_pause", "map, type", SHOWN);
        assert!(
            by_map.starts_with("histogram_quantile(0.5, sum by (le, map, type) ("),
            "{by_map}"
        );
        assert!(by_map.contains(") < sum by (map, type) (increase("), "{by_map}");
    }

    #[test]
    fn names_cannot_leave_their_quotes() {
        let hostile = "a\"} or vector(1) #\\\n";
        assert_eq!(
            Scope::chosen().only("map", hostile).of("map_entries"),
            r##"map_entries{job=~"$job",instance=~"$instance",map="a\"} or vector(1) #\\\n"}"##
        );
    }
}
