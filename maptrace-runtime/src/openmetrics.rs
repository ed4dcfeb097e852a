//! A snapshot as a page for Prometheus.
//!
//! Two forms of one page: OpenMetrics 1.0, for a scraper that asks for it (Prometheus does), and the older text format
//! 0.0.4, which every tool, `promtool check metrics` and a browser read. They differ in how counters are declared, and
//! OpenMetrics has exemplars; series and values are the same, so a change of form is no change of data.
//!
//! An exemplar, `# {trace_id="...",span_id="..."}` at a bucket of a histogram, names the sampled span in which the latest
//! value of the bucket was seen: it leads from a slow grow to the request that paid for it. Prometheus keeps them if it
//! runs with `--enable-feature=exemplar-storage`.
//!
//! Labels are `map` and `type`, and `result` or `cause` where one applies; never a key, an address or a thread. Sites
//! with the same `map` and `type` are one series. The page never exceeds [`PAGE_LIMIT`]: sites past
//! [`SITE_LIMIT`], or past what fits, are summed up as `map="(other)"`, so totals over all series stay exact. The
//! order of sites decides who is shown, so a series once shown stays. There are two exceptions. A page whose numbers are
//! so much longer than usual that it has to be made again with fewer series: the last ones move to `(other)`. And the
//! histograms of batches, which only sites with batches have, and which share the room that is left: a fifth of the page
//! or more. Exemplars have what is left then.

mod families;
mod groups;
mod page;

use crate::snapshot::Snapshot;
use groups::Groups;
use page::Page;

pub use page::Format;

/// Sites with series of their own, at most; the others are one.
pub const SITE_LIMIT: usize = 2_000;

/// Bytes of a page, at most.
pub const PAGE_LIMIT: usize = 1 << 20;

/// The OpenMetrics page of `snapshot`, ending in `# EOF`.
///
/// Costs about 2 microseconds per site that has series of its own (`cargo bench --bench snapshot`), and allocates the
/// page.
///
/// # Examples
///
/// ```
/// use maptrace_runtime::{Snapshot, openmetrics};
///
/// let page = openmetrics::render(&Snapshot::new("server"));
/// assert!(page.contains("# TYPE maptrace_events_emitted counter\nmaptrace_events_emitted_total 0\n"));
/// assert!(page.ends_with("# EOF\n"));
/// ```
#[must_use]
pub fn render(snapshot: &Snapshot) -> String {
    render_as(snapshot, Format::OpenMetrics)
}

/// The page of `snapshot` in the form `format`, at the same cost as [`render`].
#[must_use]
pub fn render_as(snapshot: &Snapshot, format: Format) -> String {
    let mut shown = SITE_LIMIT;
    let mut exemplars = usize::MAX;
    loop {
        let groups = Groups::new(snapshot, shown);
        let mut page = Page::new(format, exemplars);
        families::write(&mut page, snapshot, &groups);
        let (page, spent) = page.finish();
        let over = page.len().saturating_sub(PAGE_LIMIT);
        if over == 0 || groups.shown() + spent == 0 {
            return page;
        }
        if spent > 0 {
            exemplars = spent.saturating_sub(over);
        } else {
            // The groups were chosen for numbers of usual length; only absurdly long ones come here.
            shown = groups.shown() * 3 / 4;
        }
    }
}

#[cfg(test)]
mod tests;
