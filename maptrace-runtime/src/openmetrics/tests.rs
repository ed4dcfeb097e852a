use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use crate::context::SpanContext;
use crate::fixture::{HOSTILE, service, site};
use crate::histogram::{Histogram, HistogramUnit};
use crate::snapshot::{Kind, MapSnapshot};

const FORMATS: [Format; 2] = [Format::OpenMetrics, Format::Text];

/// Every sample of a page by its name and labels, without exemplars. Fails on a line that is neither a sample nor a
/// comment, and on a sample that is there twice.
fn samples(page: &str) -> BTreeMap<String, f64> {
    let mut samples = BTreeMap::new();
    for line in page.lines().filter(|line| !line.starts_with("# ")) {
        let line = line.split_once(" # {").map_or(line, |(sample, _)| sample);
        let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value in {line:?}"));
        let value = value.parse().unwrap_or_else(|_| panic!("no number in {line:?}"));
        let before = samples.insert(series.to_owned(), value);
        assert!(before.is_none(), "twice: {line:?}");
    }
    samples
}

/// The sum of all samples whose series starts so.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small whole numbers in tests"
)]
fn sum(samples: &BTreeMap<String, f64>, start: &str) -> u64 {
    samples
        .range(start.to_owned()..)
        .take_while(|(series, _)| series.starts_with(start))
        .map(|(_, n)| *n)
        .sum::<f64>() as u64
}

fn crowd(sites: u32) -> Snapshot {
    let mut snapshot = Snapshot::new("server");
    for id in 0..sites {
        let mut map = site(
            id,
            &format!("tenant_{id}"),
            Kind::HashMap,
            "string_u64",
            "String -> u64",
        );
        (
            map.totals.assigns_new,
            map.entries,
            map.held_bytes,
            map.created,
            map.live,
        ) = (3, 2, Some(100), 1, 1);
        (map.pause_buckets[1], map.pause_total) = (1, Duration::from_micros(2));
        snapshot.maps.push(map);
    }
    snapshot
}

#[test]
fn counts_are_exact_and_by_result() {
    let mut service = service();
    (service.health.damaged, service.health.clock_steps) = (9, 8);
    let page = render(&service);
    for line in [
        r#"map_assign_total{map="sessions",type="string_session",result="new"} 1200000"#,
        r#"map_assign_total{map="sessions",type="string_session",result="replaced"} 600001"#,
        r#"map_delete_total{map="sessions",type="string_session",result="hit"} 1000270"#,
        r#"map_delete_total{map="sessions",type="string_session",result="miss"} 30"#,
        r#"map_cleared_entries_total{map="tags",type="string"} 9900"#,
        r#"map_clear_total{map="tags",type="string"} 12"#,
        r#"map_grow_total{map="sessions",type="string_session"} 14"#,
        r#"map_rehash_total{map="tags",type="string"} 3"#,
        r#"map_entries{map="sessions",type="string_session"} 199730"#,
        r#"map_entries_largest{map="tags",type="string"} 9000"#,
        r#"map_capacity{map="sessions",type="string_session"} 229376"#,
        r#"map_memory_held_bytes{map="index.by_user_and_region",type="u64_vec_u64"} 570425360"#,
        r#"map_memory_needed_bytes{map="Router.routes",type="string_handler"} 8480"#,
        r#"map_assign_total{map="quarantine",type="u32_string",result="new"} 0"#,
        r#"maptrace_events_dropped_total{cause="full"} 2"#,
        r#"maptrace_events_dropped_total{cause="disabled"} 0"#,
        "maptrace_damaged_words_total 9",
        "maptrace_clock_steps_total 8",
        "maptrace_collector_busy_seconds_total 14.9",
        "maptrace_sites_folded 0",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
    }
    assert!(
        !page.contains(r#"map_capacity{map="Router.routes""#),
        "a B-tree has no capacity"
    );
}

#[test]
fn the_histogram_is_cumulative_and_in_seconds() {
    let page = render(&service());
    let labels = r#"map="sessions",type="string_session""#;
    let of_sessions = page
        .lines()
        .filter(|line| line.starts_with("map_grow_duration_seconds") && line.contains(labels));
    let found: Vec<_> = of_sessions.map(|line| line.replace(labels, "")).collect();
    let span = r#"# {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"}"#;
    assert_eq!(
        found,
        [
            r#"map_grow_duration_seconds_bucket{,le="1e-06"} 0"#,
            r#"map_grow_duration_seconds_bucket{,le="1e-05"} 2"#,
            r#"map_grow_duration_seconds_bucket{,le="0.0001"} 6"#,
            r#"map_grow_duration_seconds_bucket{,le="0.001"} 8"#,
            &format!(r#"map_grow_duration_seconds_bucket{{,le="0.01"}} 9 {span} 0.00475 1795237000.25"#),
            &format!(r#"map_grow_duration_seconds_bucket{{,le="0.1"}} 10 {span} 0.01725 1795237000.25"#),
            r#"map_grow_duration_seconds_bucket{,le="1.0"} 10"#,
            r#"map_grow_duration_seconds_bucket{,le="10.0"} 10"#,
            r#"map_grow_duration_seconds_bucket{,le="+Inf"} 10"#,
            "map_grow_duration_seconds_sum{} 0.0314",
            "map_grow_duration_seconds_count{} 10",
        ]
    );
}

#[test]
fn batches_are_histograms_where_there_are_any() {
    let page = render_as(&service(), Format::Text);
    let found: Vec<_> = page.lines().filter(|line| line.starts_with("map_batch_")).collect();
    let labels = r#"map="sessions",type="string_session""#;
    let mut expected = vec![];
    for group in samples(&page)
        .keys()
        .filter(|series| series.starts_with("map_batch_total"))
    {
        let count = if group.contains("sessions") {
            3
        } else {
            u64::from(group.contains("index"))
        };
        expected.push(format!("{group} {count}"));
    }
    for (family, bounds, counts, sum) in [
        (
            "map_batch_duration_seconds",
            [
                "1e-06", "1e-05", "0.0001", "0.001", "0.01", "0.1", "1.0", "10.0", "+Inf",
            ],
            [0, 1, 1, 1, 2, 2, 2, 2, 2],
            "0.0094021",
        ),
        (
            "map_batch_size",
            [
                "1.0", "10.0", "100.0", "1000.0", "10000.0", "100000.0", "1e+06", "1e+07", "+Inf",
            ],
            [1, 1, 2, 2, 2, 3, 3, 3, 3],
            "100051",
        ),
    ] {
        for (bound, count) in bounds.iter().zip(counts) {
            expected.push(format!("{family}_bucket{{{labels},le=\"{bound}\"}} {count}"));
        }
        expected.push(format!("{family}_sum{{{labels}}} {sum}"));
        expected.push(format!("{family}_count{{{labels}}} {}", counts[8]));
    }
    expected.sort();
    let mut found: Vec<_> = found.into_iter().map(str::to_owned).collect();
    found.sort();
    assert_eq!(found, expected);
}

/// An exemplar in each bucket of each histogram.
fn traced(map: &mut MapSnapshot) {
    let context = SpanContext {
        trace_id: [0xab; 16],
        span_id: [0xcd; 8],
        sampled: true,
    };
    for histogram in [&mut map.pauses, &mut map.batch_durations, &mut map.batch_sizes] {
        let bounds = histogram.unit().bounds();
        for value in bounds.iter().copied().chain([u64::MAX]) {
            histogram.record_in(value, UNIX_EPOCH + Duration::from_nanos(u64::MAX), Some(context));
        }
    }
    map.pause_buckets = map.pauses.ladder();
}

#[test]
fn exemplars_are_of_openmetrics_and_keep_within_its_limit() {
    let mut snapshot = crowd(1);
    traced(&mut snapshot.maps[0]);
    let [open, text] = FORMATS.map(|format| render_as(&snapshot, format));
    assert!(!text.contains(" # {"), "{text}");
    assert_eq!(samples(&open), samples(&text));
    let exemplars: Vec<_> = open
        .lines()
        .filter_map(|line| Some((line, line.split_once(" # {")?.1)))
        .collect();
    assert_eq!(exemplars.len(), 3 * 9);
    for (line, exemplar) in exemplars {
        assert!(line.contains("_bucket{"), "{line}");
        let (labels, value) = exemplar.split_once("} ").expect("labels");
        let (value, time) = value.split_once(' ').expect("a time");
        // Names and values, without what is between them.
        assert!(labels.replace(['"', '=', ','], "").len() <= 128);
        assert_eq!(
            labels,
            r#"trace_id="abababababababababababababababab",span_id="cdcdcdcdcdcdcdcd""#
        );
        assert_eq!(time, "18446744073.709551615");
        let le = line
            .split_once("le=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .expect("a bound")
            .0;
        let [le, value]: [f64; 2] = [le, value].map(|n| n.parse().expect("a number"));
        assert!(value <= le, "{line}");
    }
}

#[test]
fn exemplars_take_room_that_nobody_else_needs() {
    let mut snapshot = crowd(3_000);
    let plain = samples(&render(&snapshot));
    for map in &mut snapshot.maps {
        traced(map);
        // They only come with the spans.
        map.batch_durations = Histogram::new(HistogramUnit::Seconds);
        map.batch_sizes = Histogram::new(HistogramUnit::Entries);
    }
    let page = render(&snapshot);
    assert!(page.len() <= PAGE_LIMIT, "{} bytes", page.len());
    assert!(page.matches(" # {").count() > 100);
    assert_eq!(
        samples(&page).keys().collect::<Vec<_>>(),
        plain.keys().collect::<Vec<_>>()
    );
}

#[test]
fn batches_past_the_page_are_summed_up_and_change_nobody_else() {
    let sites = 1_000;
    let mut snapshot = crowd(sites);
    let without = samples(&render(&snapshot));
    for map in &mut snapshot.maps {
        traced(map);
    }
    for format in FORMATS {
        let page = render_as(&snapshot, format);
        assert!(page.len() <= PAGE_LIMIT, "{} bytes", page.len());
        let mut samples = samples(&page);
        assert_eq!(sum(&samples, "map_batch_size_count{"), 9 * u64::from(sites));
        assert_eq!(sum(&samples, "map_batch_duration_seconds_count{"), 9 * u64::from(sites));
        let of =
            |map: &str| samples.contains_key(&format!("map_batch_size_count{{map=\"{map}\",type=\"string_u64\"}}"));
        assert!(of("tenant_0") && of("tenant_50") && !of("tenant_200"));
        samples.retain(|series, _| !series.starts_with("map_batch_size") && !series.starts_with("map_batch_duration"));
        assert_eq!(samples.keys().collect::<Vec<_>>(), without.keys().collect::<Vec<_>>());
    }
}

#[test]
fn each_format_declares_its_families_its_own_way() {
    let [open, text] = FORMATS.map(|format| render_as(&service(), format));
    assert!(open.contains("# TYPE map_assign counter\n") && !open.contains("# TYPE map_assign_total"));
    assert!(text.contains("# TYPE map_assign_total counter\n") && !text.contains("# UNIT"));
    assert!(open.contains("# UNIT map_memory_held_bytes bytes\n# TYPE map_memory_held_bytes gauge\n"));
    assert_eq!(samples(&open), samples(&text), "a change of form is no change of data");
    for page in [open, text] {
        assert!(page.ends_with("\n# EOF\n"));
        assert_eq!(page.matches("# EOF").count(), 1);
    }
}

#[test]
fn sites_with_the_same_labels_are_one_series() {
    let mut snapshot = service();
    let twin = snapshot.maps[0].clone();
    let mut tree = site(77, "sessions", Kind::BTreeMap, "string_session", "");
    tree.entries = 5;
    snapshot.maps.extend([twin, tree]);
    let samples = samples(&render(&snapshot));
    let labels = r#"{map="sessions",type="string_session"}"#;
    assert_eq!(sum(&samples, &format!("map_entries{labels}")), 2 * 199_730 + 5);
    assert_eq!(sum(&samples, &format!("map_capacity{labels}")), 2 * 229_376);
    assert_eq!(sum(&samples, &format!("map_entries_largest{labels}")), 199_730);
}

#[test]
fn totals_are_kept_when_there_are_too_many_sites() {
    let sites = 10_000;
    for format in FORMATS {
        let page = render_as(&crowd(sites), format);
        assert!(page.len() <= PAGE_LIMIT, "{} bytes", page.len());
        assert!(page.len() > PAGE_LIMIT / 2, "{} bytes: far more would fit", page.len());
        let samples = samples(&page);
        assert_eq!(sum(&samples, "map_assign_total{"), 3 * u64::from(sites));
        assert_eq!(sum(&samples, "map_entries{"), 2 * u64::from(sites));
        assert_eq!(sum(&samples, "map_memory_held_bytes{"), 100 * u64::from(sites));
        assert_eq!(sum(&samples, "map_grow_duration_seconds_count{"), u64::from(sites));
        let shown = samples
            .keys()
            .filter(|series| series.starts_with("map_instances{"))
            .count() as u64;
        assert!(shown <= SITE_LIMIT as u64 + 1);
        assert_eq!(sum(&samples, "maptrace_sites_folded"), u64::from(sites) - (shown - 1));
        assert!(sum(&samples, r#"map_entries{map="(other)",type="(other)"}"#) > 0);
    }
}

#[test]
fn a_series_once_shown_stays_whatever_comes_later() {
    let names = |page: &str| -> Vec<String> {
        samples(page)
            .into_keys()
            .filter(|series| series.starts_with("map_entries{"))
            .collect()
    };
    let few = names(&render(&crowd(300)));
    let mut grown = crowd(5_000);
    for map in &mut grown.maps {
        map.entries = 1_000_000_000;
    }
    let many = names(&render(&grown));
    assert_eq!(few.len(), 300);
    assert!(few.iter().all(|name| many.contains(name)));
}

#[test]
fn a_page_of_absurd_numbers_and_names_stays_small() {
    let mut snapshot = crowd(3_000);
    for (i, map) in snapshot.maps.iter_mut().enumerate() {
        (map.created, map.freed, map.live, map.entries, map.largest) =
            (u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX);
        (map.held_bytes, map.capacity, map.tombstones) = (Some(u64::MAX), Some(u64::MAX), Some(u64::MAX));
        (map.needed_bytes, map.peak_bytes, map.grows) = (u64::MAX, u64::MAX, u64::MAX);
        map.pause_buckets.fill(u64::MAX);
        map.pause_total = Duration::MAX;
        if i % 100 == 0 {
            let mut site = (*map.site).clone();
            site.name = format!("{i}{}", "\\\"\n".repeat(1 << 16));
            map.site = site.into();
        }
    }
    let page = render(&snapshot);
    assert!(page.len() <= PAGE_LIMIT, "{} bytes", page.len());
    assert!(page.contains("map=\"(other)\""));
    assert!(!samples(&page).is_empty());
}

#[test]
fn a_map_named_like_the_others_is_among_them() {
    let mut snapshot = Snapshot::new("server");
    let mut map = site(0, groups::OTHER, Kind::HashMap, groups::OTHER, "");
    map.entries = 7;
    snapshot.maps.push(map);
    let samples = samples(&render(&snapshot));
    assert_eq!(sum(&samples, r#"map_entries{map="(other)",type="(other)"}"#), 7);
    assert_eq!(sum(&samples, "maptrace_sites_folded"), 1);
}

#[test]
fn an_empty_snapshot_is_still_a_page() {
    let page = render(&Snapshot::new("server"));
    assert!(page.contains("\nmaptrace_sites 0\n"), "{page}");
    assert!(!page.contains("map_entries"));
}

/// Reads a label value back as a scraper does.
fn unescape(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(c @ ('\\' | '"')) => out.push(c),
                other => panic!("\\{other:?} in {value:?}"),
            },
            '"' => panic!("a bare quote in {value:?}"),
            c => out.push(c),
        }
    }
    out
}

#[test]
fn a_hostile_name_is_escaped_exactly() {
    let page = render(&service());
    let line = page
        .lines()
        .find(|line| line.starts_with("map_entries{map=\"a"))
        .expect("the hostile map's line");
    let value = line
        .strip_prefix("map_entries{map=\"")
        .and_then(|rest| rest.split_once("\",type="))
        .expect("labels")
        .0;
    let spelt_out = HOSTILE
        .replace('\0', "\\0")
        .replace('\u{1b}', "\\u{1b}")
        .replace('\u{2028}', "\\u{2028}")
        .replace('\u{202e}', "\\u{202e}");
    assert_eq!(unescape(value), spelt_out);
}

proptest! {
    #[test]
    fn names_come_back_from_their_labels(name in "[ -~\n\\\\\"é名]{0,100}") {
        let label = page::label("map", &name);
        let value = label.strip_prefix("map=\"").and_then(|rest| rest.strip_suffix('"')).expect("a label");
        prop_assert!(!value.contains('\n'));
        prop_assert_eq!(unescape(value), name);
    }
}

#[test]
fn the_reader_gets_the_form_it_can_read() {
    let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                      text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    for (accept, format) in [
        (prometheus, Format::OpenMetrics),
        ("application/openmetrics-text", Format::OpenMetrics),
        ("Application/OpenMetrics-Text ; Q = 0.5", Format::OpenMetrics),
        ("application/openmetrics-text;q=0.3, text/plain", Format::Text),
        ("application/openmetrics-text;q=0", Format::Text),
        ("application/openmetrics-text;q=nonsense", Format::Text),
        // Version 3 of Prometheus asks for what there is not, too.
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;\
             version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            Format::OpenMetrics,
        ),
        (
            "application/openmetrics-text;version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Format::Text,
        ),
        (
            "application/openmetrics-text; version=\"1.0.0\"; q=0.5, text/plain; q=0.4",
            Format::OpenMetrics,
        ),
        ("application/openmetrics-text;version=2.0.0", Format::Text),
        // What is more specific counts, wherever it stands.
        ("*/*, application/openmetrics-text;q=0.5", Format::Text),
        (
            "text/*;q=0.9, text/plain;q=0.1, application/openmetrics-text;q=0.5",
            Format::OpenMetrics,
        ),
        ("application/openmetrics-text;q=0.5, text/*;q=0.9", Format::Text),
        (
            "application/openmetrics-text;q=0.001, text/plain;q=0",
            Format::OpenMetrics,
        ),
        ("application/*", Format::Text),
        (
            "application/openmetrics-text;q=2, application/openmetrics-text;q=nan, text/plain;q=0.1",
            Format::Text,
        ),
        (browser, Format::Text),
        ("*/*", Format::Text),
        ("", Format::Text),
    ] {
        assert_eq!(Format::accepted(accept), format, "{accept:?}");
    }
}
