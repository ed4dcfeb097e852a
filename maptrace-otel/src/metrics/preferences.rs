//! What a backend would like to get.

/// Whether points are totals or what came since the last one, as `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`
/// says.
///
/// Gauges, and sums that fall as well as rise, such as `map.entries`, are always what they are at that moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Temporality {
    /// Totals since the process began to trace: what Prometheus wants, and the only one that loses nothing when a push is
    /// lost for good.
    #[default]
    Cumulative,
    /// Counters and histograms are what came since the server last confirmed a point of that series; a series without a
    /// change is not sent. What is not confirmed is sent again, in the same words if the server may have it already.
    Delta,
    /// As OpenTelemetry has it for counters that are read, not counted along: histograms are as with
    /// [`Delta`](Self::Delta), counters are totals.
    LowMemory,
}

impl Temporality {
    pub(crate) const ACCEPTED: &str = "`cumulative`, `delta` or `lowmemory`";

    /// The value of the variable, whose case does not matter.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let all = [
            ("cumulative", Self::Cumulative),
            ("delta", Self::Delta),
            ("lowmemory", Self::LowMemory),
        ];
        of(value, all)
    }

    /// Our counters are read off a snapshot: asynchronous ones, in OpenTelemetry's words.
    pub(super) fn counters_are_deltas(self) -> bool {
        matches!(self, Self::Delta)
    }

    /// Histograms are synchronous in any case.
    pub(super) fn histograms_are_deltas(self) -> bool {
        matches!(self, Self::Delta | Self::LowMemory)
    }
}

/// In which form histograms are sent, as `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistogramForm {
    /// Both, under two names: the ladder as `map.grow.duration`, the exponential one as `map.grow.duration.exponential`.
    #[default]
    Both,
    /// With the bounds that `/metrics` has too (`explicit_bucket_histogram`).
    Explicit,
    /// Base-2 exponential, of at most 160 buckets (`base2_exponential_bucket_histogram`), under the plain name.
    Exponential,
}

impl HistogramForm {
    pub(crate) const ACCEPTED: &str = "`explicit_bucket_histogram` or `base2_exponential_bucket_histogram`";

    /// The value of the variable, whose case does not matter.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let all = [
            ("explicit_bucket_histogram", Self::Explicit),
            ("base2_exponential_bucket_histogram", Self::Exponential),
        ];
        of(value, all)
    }
}

fn of<T, const N: usize>(value: &str, all: [(&str, T); N]) -> Option<T> {
    let mut all = all.into_iter();
    all.find(|(name, _)| name.eq_ignore_ascii_case(value)).map(|(_, is)| is)
}
