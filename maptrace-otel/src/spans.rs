//! Episodes as spans.

use std::time::Duration;

use maptrace_runtime::context::SpanContext;
use maptrace_runtime::{Episode, EpisodeKind, Operation, SiteInfo};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, SpanFlags};

use crate::ids::{self, NoRandomness};
use crate::proto::{SAMPLED, bounded, integer, nanos, scope, text, whole_nanos};

mod name;

/// A map that lived longer was not made for the one request that dropped it, so that request's sampling says nothing
/// about it.
const LONG_LIVED: Duration = Duration::from_secs(1);

/// A grow, shrink or rehash that took so long, or longer, is shown however few entries it moved: it held somebody up, whether it
/// was the moving, a slow hasher or a page fault that took the time. [`Otlp::min_entries`](crate::Otlp::min_entries) names it.
const LONG_PAUSE: Duration = Duration::from_micros(50);

/// What becomes of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It becomes a span.
    Span,
    /// Its trace is not sampled.
    Unsampled,
    /// It is too small to be worth a line in a trace.
    Small,
}

/// Decides about an episode; see [`Otlp::min_entries`](crate::Otlp::min_entries).
pub(crate) fn fate(episode: &Episode, min_entries: u64) -> Fate {
    let outlived = is_lifetime(episode) && episode.duration > Some(LONG_LIVED);
    let unsampled = match episode.context {
        Some(context) => !context.sampled,
        // Part of no request's trace, but linked to requests: what holds for these holds for it.
        None => !episode.links.is_empty() && !episode.links.iter().any(|link| link.sampled),
    };
    if unsampled && !outlived {
        return Fate::Unsampled;
    }
    let (entries, always) = match &episode.kind {
        EpisodeKind::Grow { entries, .. }
        | EpisodeKind::RehashInPlace { entries, .. }
        | EpisodeKind::Shrink { entries, .. } => (*entries, episode.duration >= Some(LONG_PAUSE)),
        EpisodeKind::Clear { entries } => (*entries, false),
        EpisodeKind::Batch { offered, removed, .. } => (offered.saturating_add(*removed), false),
        EpisodeKind::Lifetime { totals, .. } => (totals.assigns_new, false),
        // A kind that this version does not know is shown by its name alone.
        _ => (0, true),
    };
    if always || entries >= min_entries {
        Fate::Span
    } else {
        Fate::Small
    }
}

/// The span that an episode is part of.
///
/// A lifetime is part of none: the map was there long before the request that happens to drop it, and a span of six
/// hours inside one of two milliseconds would be a lie. It is a trace of its own that links to the request.
fn parent(episode: &Episode) -> Option<SpanContext> {
    episode.context.filter(|_| !is_lifetime(episode))
}

fn is_lifetime(episode: &Episode) -> bool {
    matches!(episode.kind, EpisodeKind::Lifetime { .. })
}

/// A request with a span for each of the episodes; for `sizes_in_names` see
/// [`Otlp::sizes_in_names`](crate::Otlp::sizes_in_names).
pub(crate) fn request(
    episodes: &[Episode],
    resource: &Resource,
    sizes_in_names: bool,
) -> Result<ExportTraceServiceRequest, NoRandomness> {
    Ok(ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource.clone()),
            scope_spans: vec![ScopeSpans {
                scope: Some(scope()),
                spans: episodes
                    .iter()
                    .map(|episode| span(episode, sizes_in_names))
                    .collect::<Result<_, _>>()?,
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    })
}

/// What a span of an episode says, whoever makes it.
pub(crate) struct Described {
    pub(crate) name: String,
    /// The span that it is a part of, if of any.
    pub(crate) parent: Option<SpanContext>,
    /// Sampled spans that it has to do with.
    pub(crate) links: Vec<SpanContext>,
    /// How many more there were.
    pub(crate) links_dropped: u64,
    pub(crate) attributes: Vec<KeyValue>,
}

pub(crate) fn described(episode: &Episode, sizes_in_names: bool) -> Described {
    let map = bounded(&episode.site.name);
    let (verb, mut attributes) = what(&episode.kind);
    attributes.extend([
        // What to group and to search by, as names may have sizes in them.
        text("map.episode", verb.trim_start_matches("map.")),
        text("map.name", map),
        text("map.type", bounded(&episode.site.type_label)),
        text("map.kind", episode.site.kind.as_str()),
        integer("thread.id", u64::from(episode.thread)),
    ]);
    attributes.extend(code(&episode.site));
    attributes.extend(episode.instance.map(|instance| integer("map.instance", instance)));
    attributes.extend(episode.thread_name.as_deref().map(|name| text("thread.name", name)));
    let parent = parent(episode);
    Described {
        name: name::name(verb, map, &episode.kind, sizes_in_names),
        parent,
        links: episode
            .context
            .filter(|_| is_lifetime(episode))
            .into_iter()
            .chain(episode.links.iter().copied().filter(|link| Some(*link) != parent))
            // A trace that is not sampled is nowhere to be found.
            .filter(|context| context.sampled)
            .collect(),
        links_dropped: episode.links_dropped,
        attributes,
    }
}

/// Where the maps of a site are made, as far as it is known: a map that was collected somewhere is known by its type alone.
pub(crate) fn code(site: &SiteInfo) -> impl Iterator<Item = KeyValue> + use<'_> {
    let place = (!site.file.is_empty()).then(|| {
        [
            text("code.file.path", bounded(&site.file)),
            integer("code.line.number", u64::from(site.line)),
        ]
    });
    let function = site
        .function
        .as_deref()
        .map(|name| text("code.function.name", bounded(name)));
    place.into_iter().flatten().chain(function)
}

/// The span of an episode. An episode that was not timed begins and ends at the same moment.
fn span(episode: &Episode, sizes_in_names: bool) -> Result<Span, NoRandomness> {
    let Described {
        name,
        parent,
        links,
        links_dropped,
        attributes,
    } = described(episode, sizes_in_names);
    let (trace_id, parent_span_id) = match parent {
        Some(context) => (context.trace_id.to_vec(), context.span_id.to_vec()),
        None => (ids::trace_id()?.to_vec(), Vec::new()),
    };
    let start = nanos(episode.start);
    Ok(Span {
        trace_id,
        span_id: ids::span_id()?.to_vec(),
        parent_span_id,
        // The parent is in this process, and we know it.
        flags: SAMPLED | SpanFlags::ContextHasIsRemoteMask as u32,
        name,
        kind: SpanKind::Internal as i32,
        start_time_unix_nano: start,
        end_time_unix_nano: start.saturating_add(whole_nanos(episode.duration.unwrap_or_default())),
        attributes,
        links: links.into_iter().map(link).collect(),
        dropped_links_count: u32::try_from(links_dropped).unwrap_or(u32::MAX),
        ..Span::default()
    })
}

/// A link to a sampled span of this process.
fn link(context: SpanContext) -> Link {
    Link {
        trace_id: context.trace_id.to_vec(),
        span_id: context.span_id.to_vec(),
        flags: SAMPLED | SpanFlags::ContextHasIsRemoteMask as u32,
        ..Link::default()
    }
}

/// What happened: the first word of the span's name, and the numbers.
fn what(kind: &EpisodeKind) -> (&'static str, Vec<KeyValue>) {
    match *kind {
        EpisodeKind::Grow {
            old_capacity,
            new_capacity,
            entries,
            old_bytes,
            new_bytes,
            peak_bytes,
            tombstones,
        } => {
            let mut attributes = resized(
                [old_capacity, new_capacity],
                entries,
                [old_bytes, new_bytes],
                tombstones,
            );
            attributes.push(integer("map.bytes.peak", peak_bytes));
            ("map.grow", attributes)
        }
        EpisodeKind::Shrink {
            old_capacity,
            new_capacity,
            entries,
            old_bytes,
            new_bytes,
            tombstones,
        } => (
            "map.shrink",
            resized(
                [old_capacity, new_capacity],
                entries,
                [old_bytes, new_bytes],
                tombstones,
            ),
        ),
        EpisodeKind::RehashInPlace {
            capacity,
            entries,
            bytes,
            tombstones,
        } => (
            "map.rehash",
            integers([
                ("map.capacity", capacity),
                ("map.entries", entries),
                ("map.bytes", bytes),
                ("map.tombstones", tombstones),
            ]),
        ),
        EpisodeKind::Clear { entries } => ("map.clear", integers([("map.entries", entries)])),
        EpisodeKind::Batch {
            door,
            offered,
            new,
            replaced,
            removed,
            grows_avoided,
        } => {
            let mut attributes = integers([
                ("map.batch.offered", offered),
                ("map.batch.new", new),
                ("map.batch.replaced", replaced),
                ("map.batch.removed", removed),
                ("map.batch.grows_avoided", grows_avoided),
            ]);
            attributes.push(text("map.batch.door", door.as_str()));
            ("map.batch", attributes)
        }
        EpisodeKind::SlowOperation { operation, entries } => {
            let mut attributes = integers([("map.entries", entries)]);
            attributes.push(text("map.operation", operation.as_str()));
            let verb = match operation {
                Operation::Assign => "map.slow_assign",
                Operation::Delete => "map.slow_delete",
                Operation::Entry => "map.slow_entry",
                _ => "map.slow_operation",
            };
            (verb, attributes)
        }
        EpisodeKind::Lifetime {
            entries,
            capacity,
            totals,
            grows,
        } => (
            "map.lifetime",
            integers([
                ("map.entries", entries),
                ("map.capacity", capacity),
                ("map.assigns.new", totals.assigns_new),
                ("map.assigns.replaced", totals.assigns_replaced),
                ("map.deletes.hit", totals.deletes_hit),
                ("map.deletes.miss", totals.deletes_miss),
                ("map.cleared.entries", totals.cleared),
                ("map.grows", grows),
            ]),
        ),
        _ => ("map.episode", Vec::new()),
    }
}

/// A table gave way to one of another size.
fn resized(
    [old_capacity, new_capacity]: [u64; 2],
    entries: u64,
    [old_bytes, new_bytes]: [u64; 2],
    tombstones: u64,
) -> Vec<KeyValue> {
    integers([
        ("map.capacity.old", old_capacity),
        ("map.capacity.new", new_capacity),
        ("map.entries", entries),
        ("map.bytes.old", old_bytes),
        ("map.bytes.new", new_bytes),
        ("map.tombstones", tombstones),
    ])
}

fn integers<const N: usize>(pairs: [(&'static str, u64); N]) -> Vec<KeyValue> {
    pairs.map(|(name, value)| integer(name, value)).into()
}
