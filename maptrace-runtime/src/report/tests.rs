use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::fixture::{HOSTILE, service, site};
use crate::snapshot::Kind;
use text::is_unsafe;

fn render(snapshot: Snapshot, columns: usize) -> String {
    Report::new(Arc::new(snapshot)).width(columns).to_string()
}

fn line<'a>(report: &'a str, start: &str) -> &'a str {
    report
        .lines()
        .find(|line| line.starts_with(start))
        .unwrap_or_else(|| panic!("no line {start:?} in\n{report}"))
}

#[test]
fn a_wide_report_has_every_figure() {
    let report = render(service(), 200);
    let words: Vec<_> = line(&report, "map ").split_whitespace().collect();
    assert_eq!(
        words.join(" "),
        "map type live entries capacity tombstones held needed assigns deletes hit rate grows pause worst"
    );
    let words: Vec<_> = line(&report, "sessions").split_whitespace().collect();
    assert_eq!(
        words.join(" "),
        "sessions HashMap String -> Session 1 199,730 229,376 12,000 14.9 MB 14.9 MB 1.8M 1M 99.9 % 14 31.4 ms 17.3 ms"
    );
    let words: Vec<_> = line(&report, "Router.routes").split_whitespace().collect();
    assert!(
        words.join(" ").ends_with("1 212 – – – 8.48 kB 212 0 – 0 0 0"),
        "{report}"
    );
    assert!(
        report.starts_with("maptrace: kv_server, pid 4242, up 1 h 2 min, 2026-11-21 05:12:05 UTC\n"),
        "{report}"
    );
    assert!(
        report.contains("\n44 live maps, 200,097 entries, 586 MB held in hash tables, 14.9 MB needed, "),
        "{report}"
    );
}

#[test]
fn rows_are_sorted_by_what_they_hold() {
    let report = render(service(), 200);
    let names = ["index.by_user", "sessions", "tags", "Router.routes", "a\"b"];
    let at = names.map(|name| {
        report
            .find(&format!("\n{name}"))
            .unwrap_or_else(|| panic!("{name} in {report}"))
    });
    assert!(at.is_sorted(), "{at:?}");
}

#[test]
fn hints_name_the_map_and_its_place() {
    let report = render(service(), 200);
    line(
        &report,
        "! sessions (src/state.rs:1): grew 14 times: with_capacity(200000) would have saved 31.4 ms",
    );
    line(
        &report,
        "! index.by_user_and_region (src/state.rs:2): holds 570 MB for 100 entries: shrink_to_fit",
    );
    line(&report, "! tags (src/state.rs:3): 87 % tombstones");
}

#[test]
fn maps_that_are_gone_say_where_they_were_made_and_those_of_no_place_how_to_give_them_one() {
    let place = |file: &str, name: &str, live| {
        let mut map = site(7, name, Kind::HashMap, "int_int", "u64 -> u64");
        file.clone_into(&mut Arc::get_mut(&mut map.site).expect("the only one").file);
        (map.created, map.live) = (3, live);
        (map.totals.assigns_new, map.totals.deletes_hit) = (5, 5);
        map
    };
    let mut snapshot = Snapshot::new("server");
    let told = |snapshot: &Snapshot| render(snapshot.clone(), 200);
    snapshot.maps = vec![place("src/a.rs", "here", 1), place("src/b.rs", "src/b.rs:7", 0)];
    assert!(!told(&snapshot).contains("freed by now"), "its name has it");
    snapshot.maps.push(place("src/c.rs", "results", 0));
    line(&told(&snapshot), "freed by now: results (src/c.rs:7)");
    assert!(!told(&snapshot).contains("`collect()`"));
    snapshot.maps.push(place("", "HashMap<u64, u64>", 1));
    let report = told(&snapshot);
    line(&report, "freed by now: results (src/c.rs:7)");
    let lost = line(&report, "made where the compiler does not tell, as in `collect()`");
    assert!(lost.ends_with("names them: HashMap<u64, u64>"), "{lost}");
    for number in 0..20 {
        snapshot.maps.push(place("src/d.rs", &format!("more{number}"), 0));
    }
    let report = told(&snapshot);
    assert!(
        line(&report, "freed by now: ").contains("more6 (src/d.rs:7), and 13 more"),
        "{report}"
    );
}

#[test]
fn narrow_reports_say_what_they_leave_out() {
    let report = render(service(), 80);
    let titles = line(&report, "map ").to_owned();
    assert!(
        titles.contains("entries") && titles.contains("held") && !titles.contains("needed"),
        "{report}"
    );
    assert!(line(&report, "not shown at this width: ").contains("needed"));
    assert!(!render(service(), 200).contains("not shown"));
}

#[test]
fn losses_are_told_by_cause() {
    let report = render(service(), 200);
    line(
        &report,
        "events lost: 2 (counts above stay exact), full 2, 1 gap, \
         fewer with a larger MAPTRACE_RING_BYTES or MAPTRACE_SAMPLE=auto",
    );
    let mut forked = service();
    forked.health.dropped = [0; Cause::ALL.len()];
    forked.health.dropped[Cause::Fork as usize] = 2;
    assert!(!render(forked, 200).contains("MAPTRACE_RING_BYTES"), "no setting helps");
    let mut healthy = service();
    healthy.health.dropped = [0; Cause::ALL.len()];
    healthy.health.gaps = 0;
    assert!(!render(healthy, 200).contains("events lost"));
}

#[test]
fn few_losses_are_no_alarm() {
    let told = |lost, restarts| {
        let mut snapshot = service();
        snapshot.health.dropped = [0; Cause::ALL.len()];
        snapshot.health.dropped[Cause::Full as usize] = lost;
        (snapshot.health.emitted, snapshot.health.restarts) = (10_000, restarts);
        snapshot.health.instances_past_cap = 0;
        Report::new(Arc::new(snapshot)).color(true).to_string()
    };
    line(&told(99, 0), "\x1b[33mevents lost: 99 ");
    line(&told(100, 0), "\x1b[1;31mevents lost: 100 ");
    let restarted = told(99, 1);
    line(&restarted, "\x1b[33mevents lost: 99 ");
    line(&restarted, "\x1b[1;31m1 collector restart");
}

#[test]
fn maps_without_a_record_are_no_loss_and_have_their_own_cure() {
    let mut snapshot = service();
    snapshot.health.instances_past_cap = 7;
    line(
        &render(snapshot, 200),
        "7 maps without a record, counted by site alone, \
         fewer with a larger MAPTRACE_INSTANCES or MAPTRACE_MEMORY",
    );
    assert!(!render(service(), 200).contains("without a record"));
}

#[test]
fn held_is_added_up_only_where_it_is_known() {
    let mut snapshot = service();
    snapshot.maps.retain(|map| map.held_bytes.is_none());
    assert!(!snapshot.maps.is_empty());
    let header = render(snapshot, 200);
    assert!(!header.lines().nth(1).expect("totals").contains("held"), "{header}");
    let mut snapshot = service();
    snapshot.maps.retain(|map| map.held_bytes.is_some());
    assert!(render(snapshot, 200).contains(" MB held, "));
}

#[test]
fn one_of_a_kind_is_no_plural() {
    let mut snapshot = Snapshot::new("server");
    let mut map = site(1, "sessions", Kind::HashMap, "", "");
    (map.created, map.live, map.entries) = (1, 1, 1);
    snapshot.maps.push(map);
    assert!(render(snapshot, 200).contains("\n1 live map, 1 entry, "));
}

#[test]
fn numbers_are_shortened_before_names() {
    let name = "a_name_as_long_as_a_name_can_be_in_rows_";
    let mut snapshot = service();
    snapshot.maps[0].site = site(0, name, Kind::HashMap, "", "HashMap<String, a::b::QuiteALongSession>").site;
    line(&render(snapshot.clone(), 160), name);
    assert!(!render(snapshot.clone(), 160).contains("not shown"));
    assert!(!render(snapshot, 80).contains(&format!("\n{name}")));
}

#[test]
fn unused_sites_take_one_line() {
    assert_eq!(
        line(&render(service(), 80), "1 declared map"),
        "1 declared map not used yet: quarantine"
    );
    let mut snapshot = service();
    for id in 10..300 {
        snapshot
            .maps
            .push(site(id, &format!("spare_{id}"), Kind::HashMap, "", ""));
    }
    let report = render(snapshot, 60);
    let unused: Vec<_> = report.lines().filter(|line| line.contains("not used yet")).collect();
    assert_eq!(unused, ["291 declared maps not used yet: quarantine, and 290 more"]);
}

#[test]
fn an_empty_report_helps() {
    assert!(render(Snapshot::new("server"), 80).contains("Put #[maptrace] on"));
    // Of no process: what is missing is the feature, or the variable says no.
    let of_none = render(Snapshot::empty(), 200);
    assert_eq!(of_none.contains("MAPTRACE_ENABLED"), COMPILED_IN, "{of_none}");
    assert_eq!(of_none.contains("feature `enable`"), !COMPILED_IN, "{of_none}");
    let mut declared = Snapshot::new("server");
    declared.maps.push(site(1, "sessions", Kind::HashMap, "u8_u8", ""));
    let report = render(declared, 80);
    assert!(report.contains("No traced map was changed yet"), "{report}");
    assert!(report.contains("1 declared map not used yet: sessions"), "{report}");
}

#[test]
fn many_sites_are_cut_off_and_counted() {
    let mut snapshot = Snapshot::new("server");
    for id in 0..102 {
        let mut map = site(id, &format!("map_{id}"), Kind::HashMap, "", "");
        (map.created, map.live) = (1, 1);
        snapshot.maps.push(map);
    }
    let report = render(snapshot, 120);
    assert_eq!(report.lines().filter(|line| line.starts_with("map_")).count(), MAX_ROWS);
    line(&report, "and 2 smaller sites");
}

#[test]
fn hostile_names_are_spelt_out() {
    let report = render(service(), 200);
    assert!(!report.chars().any(|c| c != '\n' && is_unsafe(c)), "{report:?}");
    assert!(report.contains("a\"b\\c\\nd\\0e"), "{report}");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = render(service(), 120);
    let colored = Report::new(Arc::new(service())).width(120).color(true).to_string();
    assert!(!plain.contains('\x1b'));
    let mut stripped = String::new();
    for (i, part) in colored.split("\x1b[").enumerate() {
        stripped.push_str(if i == 0 {
            part
        } else {
            part.split_once('m').expect("an ANSI style").1
        });
    }
    let trimmed = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(trimmed(&stripped), trimmed(&plain));
    assert!(colored.contains("\x1b[33m"), "a map with a hint stands out");
}

#[test]
fn json_has_every_site_and_every_cause() {
    let json: Value = serde_json::from_str(&Report::new(Arc::new(service())).to_json()).expect("JSON");
    let maps = json["maps"].as_array().expect("maps");
    assert_eq!(maps.len(), 6);
    assert_eq!(maps[0]["name"], "sessions");
    assert_eq!(maps[0]["assigns_replaced"], 600_001);
    assert_eq!(maps[0]["pause_total_ns"], 31_400_000);
    assert_eq!(maps[0]["hints"][0]["kind"], "presize");
    assert_eq!(maps[3]["capacity"], Value::Null);
    assert_eq!(maps[5]["name"], HOSTILE);
    assert_eq!(json["uptime_ns"], 3_725_000_000_000_u64);
    let dropped = json["health"]["dropped"].as_object().expect("dropped");
    assert_eq!(dropped.len(), Cause::ALL.len());
    assert_eq!(dropped["full"], 2);
}

#[test]
fn a_huge_name_stays_small_everywhere() {
    let mut snapshot = service();
    let mut huge = site(9, &"x\n".repeat(1 << 20), Kind::HashMap, "", "");
    huge.created = 1;
    snapshot.maps.push(huge);
    let report = Report::new(Arc::new(snapshot)).width(100);
    assert!(report.to_string().len() < 10_000);
    assert!(report.to_json().len() < 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the names and the numbers are, no line is wider than asked for.
    #[test]
    fn every_line_fits(
        rows in proptest::collection::vec((any::<String>(), "\\PC{0,30}", any::<[u64; 6]>(), any::<bool>()), 0..6),
        columns in 0_usize..260,
    ) {
        let mut snapshot = service();
        for (i, (name, type_name, n, table)) in rows.iter().enumerate() {
            let kind = if *table { Kind::HashSet } else { Kind::BTreeMap };
            let mut map = site(u32::try_from(i).unwrap(), name, kind, "", type_name);
            (map.live, map.created, map.entries, map.largest) = (n[0], n[1], n[2], n[2]);
            (map.totals.assigns_new, map.totals.deletes_hit, map.totals.deletes_miss) = (n[3], n[4], n[5]);
            (map.grows, map.rehashes, map.needed_bytes) = (n[0], n[1], n[2]);
            if *table {
                (map.capacity, map.tombstones, map.held_bytes) = (Some(n[3]), Some(n[4]), Some(n[5]));
            }
            (map.pause_total, map.pause_max) = (Duration::from_nanos(n[0]), Duration::from_nanos(n[1]));
            snapshot.maps.push(map);
        }
        let report = render(snapshot, columns);
        for line in report.lines() {
            prop_assert!(width(line) <= columns.max(MIN_WIDTH), "{} > {columns}: {line:?}", width(line));
        }
    }
}
