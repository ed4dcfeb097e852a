//! A snapshot as a page for Prometheus.
//!
//! Two forms of one page: OpenMetrics 1.0, for a scraper that asks for it (Prometheus does), and the older text format
//! 0.0.4, which every tool, `promtool check metrics` and a browser read. They differ in how counters are declared;
//! series and values are the same, so a change of form is no change of data.
//!
//! Labels are `map` and `type`, and `result` or `cause` where one applies; never a key, an address or a thread. Sites
//! with the same `map` and `type` are one series. The page never exceeds [`PAGE_LIMIT`]: sites past
//! [`SITE_LIMIT`], or past what fits, are summed up as `map="(other)"`, so totals over all series stay exact. The
//! order of sites decides who is shown, so a series once shown stays. The one exception is a page whose numbers are so
//! much longer than usual that it has to be made again with fewer series: the last ones move to `(other)`.

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
    loop {
        let groups = Groups::new(snapshot, shown);
        let mut page = Page::new(format);
        families::write(&mut page, snapshot, &groups);
        let page = page.finish();
        // The groups were chosen for numbers of usual length; only absurdly long ones come here twice.
        if page.len() <= PAGE_LIMIT || groups.shown() == 0 {
            return page;
        }
        shown = groups.shown() * 3 / 4;
    }
}

#[cfg(test)]
mod tests;
