//! What `maptrace dashboards` writes, at work: its rules and its configurations in a real Prometheus and a real Collector,
//! real programs that give cause to each alert, and every expression of the dashboards asked for data.
//!
//! Ignored by default, as it needs those programs; `ci/dashboards.sh` installs and builds them and runs it. A program that
//! is missing is a failure, not a pass.

#[path = "../end_to_end/http.rs"]
mod http;
#[expect(dead_code, reason = "shared with the end-to-end tests")]
#[path = "../end_to_end/kv.rs"]
mod kv;
#[expect(dead_code, reason = "shared with the end-to-end tests")]
#[path = "../end_to_end/process.rs"]
mod process;

mod boards;
mod links;
mod provoke;
mod stack;

use std::collections::{BTreeMap, BTreeSet};

use boards::Expression;
use process::{Folder, run};
use provoke::Provoker;
use serde_json::json;
use stack::{ABSENT, Stack};

/// What is to fire for a service, or one of its maps, and what may: no other alert.
struct Expected {
    job: &'static str,
    map: &'static str,
    must: &'static [&'static str],
    may: &'static [&'static str],
}

const fn expected(job: &'static str, map: &'static str, must: &'static [&'static str]) -> Expected {
    Expected {
        job,
        map,
        must,
        may: &[],
    }
}

const ALERTS: [Expected; 7] = [
    expected("provoker", "leak", &["MapGrowthWithoutBound"]),
    Expected {
        // It begins with many deletes where there were none, and rehashes come of tombstones.
        may: &["MapDeleteStorm", "MapTombstones"],
        ..expected("provoker", "churn", &["MapRehashStorm"])
    },
    expected(
        "provoker",
        "storm",
        &["MapDeleteStorm", "MapMemoryWasted", "MapTombstones"],
    ),
    expected("provoker", "steady", &[]),
    expected("provoker", "", &["MaptraceEventsLost"]),
    expected("failing", "", &["MaptraceExporterFailing"]),
    expected("gone", "", &["MaptraceSilent"]),
];

#[test]
#[ignore = "needs prometheus and the Collector; ci/dashboards.sh runs it"]
fn alerts_fire_when_provoked_and_every_panel_has_data() {
    let provoker = Provoker::start();
    let stack = Stack::start(&provoker);

    stack.prometheus.until("every service to be heard of", |prometheus| {
        let heard = prometheus.ask("count by (job) (maptrace_rings)")?;
        let heard: BTreeSet<&str> = heard.iter().filter_map(|one| one.metric["job"].as_str()).collect();
        let missing: Vec<_> = ["provoker", "failing", "gone", "kv_server"]
            .into_iter()
            .filter(|job| !heard.contains(job))
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(format!("{missing:?} missing"))
        }
    });
    // What is a storm of deletes is told by what was usual before.
    stack.prometheus.until("a past to compare with", |prometheus| {
        let past =
            "avg_over_time({__name__=~\"job_instance_map_type:map_delete_hits:.+\",map=\"storm\"}[30s] offset 5s)";
        if prometheus.ask(past)?.is_empty() {
            Err("none yet".to_owned())
        } else {
            Ok(())
        }
    });
    // The maps are there, full and still: nothing of what follows was so from the beginning.
    let before = stack
        .prometheus
        .ask(r#"ALERTS{alertname=~"Map[A-Z].+"}"#)
        .expect("an answer");
    assert!(before.is_empty(), "{before:?}");

    let work = provoker.provoke(&stack);
    alerts_fire(&stack);
    panels_have_data(&stack);
    rules_have_data(&stack);
    links_have_exemplars(&stack);
    links::spans_lead_to_their_map(&stack);
    declared_maps_have_rows(&stack);
    both_ways_have_the_same_names(&stack);
    drop(work);
}

/// Of buckets that are ten times as wide as the ones before, one pause of 0.2 s could as well be one of 0.99 s.
#[test]
#[ignore = "needs prometheus; ci/dashboards.sh runs it"]
fn a_percentile_of_one_pause_is_that_pause_and_of_many_is_in_its_bucket() {
    let files = Folder::new("percentiles");
    run(stack::program().args(["dashboards", "--out"]).arg(files.path()));
    let board = boards::board(&files, "maptrace-map");
    // The other panel has it of the time shown, the table of each map.
    let expr = boards::filled_in(&boards::first_target(&board, "p99 pause")).replace("[2m]", "[10m]");
    let labels = r#"job="a",instance="b",map="storm",type="c""#;
    let test = |seconds: &str, to_a_tenth: &str, to_one: &str, value: f64| {
        let series = [
            ("_bucket", r#",le="0.1""#, to_a_tenth),
            ("_bucket", r#",le="1""#, to_one),
            ("_bucket", r#",le="+Inf""#, to_one),
            ("_sum", "", seconds),
        ];
        let series = series.map(|(part, le, values)| {
            json!({"series": format!("map_grow_duration_seconds{part}{{{labels}{le}}}"), "values": values})
        });
        json!({"interval": "1m", "input_series": series, "promql_expr_test": [{
            "expr": format!("round({expr}, 0.001)"), "eval_time": "10m",
            "exp_samples": [{"labels": "{}", "value": value}],
        }]})
    };
    let tests = json!({"evaluation_interval": "1m", "tests": [
        test("0+0x4 0.2+0x6", "0+0x10", "0+0x4 1+0x6", 0.2),
        // A hundred of 0.2 s: all that is known of them is their bucket.
        test("0+0x4 20+0x6", "0+0x10", "0+0x4 100+0x6", 0.991),
    ]});
    // JSON is YAML.
    let file = files.write("percentiles.yml", &tests.to_string());
    run(process::clean("promtool").args(["test", "rules"]).arg(file));
}

/// Each alert for what gives cause to it, and for nothing else.
fn alerts_fire(stack: &Stack) {
    for Expected { job, map, must, .. } in ALERTS {
        for alert in must {
            let of_map = if map.is_empty() {
                String::new()
            } else {
                format!(",map=\"{map}\"")
            };
            // It may be over by the time it is looked for.
            let question = format!(
                "max_over_time(ALERTS{{alertname=\"{alert}\",alertstate=\"firing\",job=\"{job}\"{of_map}}}[10m])"
            );
            stack
                .prometheus
                .until(&format!("{alert} for {job} {map}"), |prometheus| {
                    match prometheus.ask(&question)?.len() {
                        1.. => Ok(()),
                        _ => Err(prometheus.state_of_alerts()),
                    }
                });
        }
    }
    let fired = stack
        .prometheus
        .ask(r#"max_over_time(ALERTS{alertstate="firing"}[10m])"#)
        .expect("an answer");
    for one in fired {
        let label = |name: &str| one.metric[name].as_str().unwrap_or_default().to_owned();
        let (job, map, alert) = (label("job"), label("map"), label("alertname"));
        let known = ALERTS.iter().find(|known| known.job == job && known.map == map);
        if let Some(Expected { must, may, .. }) = known {
            let expected = must.contains(&&*alert) || may.contains(&&*alert);
            assert!(expected, "{alert} for {job} {map}: {}", one.metric);
        }
    }
}

/// No panel without data, nor a variable without a value.
fn panels_have_data(stack: &Stack) {
    let mut empty = Vec::new();
    let expressions = boards::expressions(&stack.files);
    assert!(expressions.len() > 100, "only {} expressions found", expressions.len());
    for Expression { place, promql } in &expressions {
        // Of which there is nothing to show, but its row.
        if promql.contains(ABSENT) {
            continue;
        }
        if let Err(why) = stack.prometheus.eventually_has_data(promql) {
            empty.push(format!("{place}: {promql}\n    {why}"));
        }
    }
    for (place, series, label) in boards::variables(&stack.files) {
        let values = stack.prometheus.values_of(&label, &series).expect("an answer");
        if values.is_empty() {
            empty.push(format!("{place}: no value of {label} in {series}"));
        }
    }
    assert!(empty.is_empty(), "without data:\n{}", empty.join("\n"));
}

/// Every recording rule records something; what the alerts ask was shown by their firing.
fn rules_have_data(stack: &Stack) {
    let rules = stack.prometheus.get("/api/v1/rules").expect("an answer");
    let groups = rules["data"]["groups"].as_array().expect("groups");
    let mut recorded = 0;
    for rule in groups
        .iter()
        .flat_map(|group| group["rules"].as_array().expect("rules"))
    {
        assert_eq!(rule["health"], "ok", "{rule}");
        if rule["type"] == "recording" {
            let name = rule["name"].as_str().expect("a name");
            stack
                .prometheus
                .eventually_has_data(name)
                .unwrap_or_else(|why| panic!("{name}: {why}"));
            recorded += 1;
        }
    }
    assert!(recorded > 8, "{recorded} recording rules, with those of declared maps");
}

/// From a pause to the trace of the request that waited.
fn links_have_exemplars(stack: &Stack) {
    for query in boards::with_exemplars(&stack.files) {
        stack.prometheus.until(&format!("exemplars of {query}"), |prometheus| {
            let traces = prometheus.exemplars(&query)?;
            if traces.is_empty() {
                Err("none".to_owned())
            } else {
                Ok(())
            }
        });
    }
    // By the way that the stack has for it: pushed through the Collector, found in Jaeger.
    stack.trace_with("map.grow keyspace");
}

/// A map that is declared and was never used has its row in the table, whether a process reports it or not, and a row of
/// panels of its own.
fn declared_maps_have_rows(stack: &Stack) {
    let table = boards::first_column_of_the_table(&stack.files);
    let rows = stack.prometheus.ask(&table).expect("an answer");
    let of_steady = rows.iter().filter(|row| row.metric["map"] == "steady").count();
    assert_eq!(
        of_steady, 1,
        "one row for a map that is declared and reported: {rows:?}"
    );
    for unused in ["never used", ABSENT] {
        let row = rows.iter().find(|row| row.metric["map"] == unused);
        let row = row.unwrap_or_else(|| panic!("{unused} has no row in {rows:?}"));
        assert_eq!(row.value, 0.0, "{unused}");
        let titles = boards::titles_of_rows(&stack.files);
        assert!(titles.iter().any(|title| title.starts_with(unused)), "{titles:?}");
    }
}

/// A dashboard need not know which way the data came: what is scraped and what is pushed are named alike.
fn both_ways_have_the_same_names(stack: &Stack) {
    let names = |matcher: &str| -> BTreeMap<String, BTreeSet<String>> {
        let series = stack
            .prometheus
            .ask(&format!("{{__name__=~\"map.+\",{matcher}}}"))
            .expect("an answer");
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for one in series {
            let labels = one.metric.as_object().expect("labels");
            let name = labels["__name__"].as_str().expect("a name").to_owned();
            // What the Collector adds to say which library counted.
            let labels = labels
                .keys()
                .filter(|label| !label.starts_with("otel_scope_") && *label != "__name__");
            names.entry(name).or_default().extend(labels.cloned());
        }
        // Recorded series have a colon.
        names.retain(|name, _| !name.contains(':'));
        names
    };
    let (scraped, pushed) = (names(r#"job="provoker""#), names(r#"job="kv_server""#));
    let only = |one: &BTreeMap<String, BTreeSet<String>>, other: &BTreeMap<String, BTreeSet<String>>| {
        let only = one.iter().filter(|(name, labels)| other.get(*name) != Some(labels));
        only.map(|(name, labels)| (name.clone(), labels.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    let only_scraped = only(&scraped, &pushed);
    let only_pushed = only(&pushed, &scraped);
    let known = |name: &str, known: &[&str]| known.iter().any(|known| name.starts_with(known));
    // docs/dashboards.md has this list. Of batches there is something only where there were any: not in kv_server.
    const ONLY_SCRAPED: [&str; 3] = ["map_grow_duration_max_seconds", "maptrace_sites", "map_batch_"];
    const ONLY_PUSHED: [&str; 2] = ["maptrace_export_", "map_grow_duration_exponential_"];
    let unknown_scraped: Vec<_> = only_scraped
        .iter()
        .filter(|(name, _)| !known(name, &ONLY_SCRAPED))
        .collect();
    let unknown_pushed: Vec<_> = only_pushed
        .iter()
        .filter(|(name, _)| !known(name, &ONLY_PUSHED))
        .collect();
    assert!(unknown_scraped.is_empty(), "only where scraped: {unknown_scraped:?}");
    assert!(unknown_pushed.is_empty(), "only where pushed: {unknown_pushed:?}");
    assert!(pushed.len() > 40, "{pushed:?}");
}
