//! The program, from its arguments to what it prints. No figure is looked at for its size: the machine may be busy.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn mapbench(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mapbench"));
    // They would be the tests' own, and no variant is to see them.
    command.env("MAPTRACE_SAMPLE", "7").env("OTEL_SERVICE_NAME", "tests");
    command.arg("bench").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}: {}", output.status, text(&output.stderr));
    text(&output.stdout)
}

/// A run that takes a moment.
const TINY: [&str; 8] = [
    "--rounds",
    "2",
    "--operations",
    "1000",
    "--size",
    "100",
    "--workload",
    "overwrite,get_hit",
];

/// The one that all else is about, or the only one that there is.
const VARIANT: &str = if cfg!(feature = "enable") { "events" } else { "off" };

fn tiny<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&TINY[..], more].concat()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&good(output)).unwrap()
}

#[test]
fn json_has_a_row_of_every_variant_with_its_figures() {
    let report = json(&mapbench(&tiny(&["--json"])));
    let rows = report["rows"].as_array().unwrap();
    let variants: Vec<&str> = report["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["name"].as_str().unwrap())
        .collect();
    if cfg!(feature = "enable") {
        let all = [
            "off",
            "disabled",
            "counters",
            "sampled_64",
            "auto",
            "events",
            "exporters",
            "slow",
        ];
        assert_eq!(variants, all);
    } else {
        assert_eq!(variants, ["off"]);
    }
    assert_eq!(rows.len(), 2 * variants.len());
    for row in rows {
        for (field, value) in [("map", "HashMap"), ("key", "u64"), ("hasher", "std")] {
            assert_eq!(row[field], value, "{row}");
        }
        assert_eq!(
            (&row["size"], &row["threads"], &row["rounds"]),
            (&100.into(), &1.into(), &2.into()),
            "{row}"
        );
        assert_eq!(row["operations"], 2_000, "{row}");
        for field in ["ns_per_op", "plain_ns_per_op", "ratio"] {
            assert!(row[field].as_f64().unwrap() > 0.0, "{field} of {row}");
        }
        assert!(row["added_ns"].is_f64(), "{row}");
        let spread = row["ratio_spread"].as_array().unwrap();
        assert!(spread.len() == 2 && spread[0].as_f64() <= spread[1].as_f64(), "{row}");
    }
    assert_eq!(report["settings"]["rounds"], 2);
    for field in ["cpu", "rustc", "system"] {
        assert_ne!(report["machine"][field], "", "{field}");
    }
}

/// What the variants are: had one no effect, its events would be those of another.
#[test]
#[cfg(feature = "enable")]
fn each_variant_records_what_it_says() {
    let report = json(&mapbench(&tiny(&["--json"])));
    let events = |variant: &str, workload: &str, field: &str| {
        let rows = report["rows"].as_array().unwrap();
        let row = rows
            .iter()
            .find(|row| row["variant"] == variant && row["workload"] == workload)
            .unwrap();
        row["events"][field].as_u64().unwrap()
    };
    for variant in ["events", "exporters", "slow"] {
        assert_eq!(events(variant, "overwrite", "emitted"), 2_000, "{variant}");
        assert_eq!(events(variant, "overwrite", "sampled_out"), 0, "{variant}");
    }
    for variant in ["counters", "sampled_64"] {
        assert_eq!(events(variant, "overwrite", "emitted"), 2_000, "{variant}");
        assert!(events(variant, "overwrite", "sampled_out") > 1_000, "{variant}");
    }
    assert_eq!(events("disabled", "overwrite", "emitted"), 0);
    for variant in ["disabled", "counters", "events"] {
        assert_eq!(
            events(variant, "get_hit", "emitted"),
            0,
            "reads are not recorded: {variant}"
        );
    }
    assert!(report["noise"]["ratio"].as_f64().unwrap() > 0.0);
}

#[test]
fn the_table_has_all_rows_and_what_holds_for_them() {
    let shown = good(&mapbench(&tiny(&["--variant", "off", "--threads", "2"])));
    for part in [
        "HashMap, key u64, hasher std, 100 entries, 2 threads",
        "overwrite",
        "get_hit",
        "ratio",
        "2 rows of 2 rounds",
    ] {
        assert!(shown.contains(part), "{shown} lacks {part}");
    }
}

#[test]
fn runs_are_compared_with_earlier_ones_and_held_to_budgets() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (old, page) = (path("old.json"), path("page.html"));
    good(&mapbench(&tiny(&[
        "--variant",
        "off",
        &format!("--json={old}"),
        "--html",
        &page,
    ])));
    assert!(fs::read_to_string(&page).unwrap().contains("</html>"));

    let budget = path("bench.toml");
    fs::write(&budget, "[[limit]]\nworkload = 'get_hit'\nratio = 1e9\n").unwrap();
    let shown = good(&mapbench(&tiny(&[
        "--variant",
        "off",
        "--compare",
        &old,
        "--budget",
        &budget,
    ])));
    assert!(
        shown.contains("2 rows in both runs") && shown.contains("budget: kept, 1 figures"),
        "{shown}"
    );

    fs::write(&budget, "[[limit]]\nworkload = 'get_hit'\nratio = 1e-9\n").unwrap();
    let output = mapbench(&["--from", &old, "--budget", &budget, "--json"]);
    assert_eq!(output.status.code(), Some(3), "an earlier run is judged as a new one");
    let (again, first) = (text(&output.stdout), fs::read_to_string(&old).unwrap());
    assert_eq!(
        serde_json::from_str::<Value>(&again).unwrap(),
        serde_json::from_str::<Value>(&first).unwrap()
    );
    let output = mapbench(&tiny(&["--variant", "off", "--budget", &budget]));
    assert_eq!(output.status.code(), Some(3));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("BROKEN") && shown.contains("get_hit off HashMap u64 std 100x1"),
        "{shown}"
    );
}

#[test]
fn mistakes_are_told_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let typo = file("typo.toml", "[[limit]]\nvariant = 'evnts'\nratio = 1\n");
    let unknown = file("unknown.toml", "[[limit]]\nratoi = 1\n");
    let no_report = file("no_report.json", "{}");
    let missing = Path::new(&typo)
        .with_file_name("missing.toml")
        .to_str()
        .unwrap()
        .to_owned();
    for (arguments, said) in [
        (&["--variant", "evnts"][..], "there is no variant `evnts`"),
        (&["--hasher", "md5"], "there is no hasher `md5`"),
        (&["--filter", "nothing like it"], "no row is left"),
        (&["--budget", &typo], "of no row of this run"),
        (&["--budget", &unknown], "unknown field `ratoi`"),
        (&["--budget", &missing], "missing.toml"),
        (&["--compare", &no_report], "no report of mapbench"),
        (&["--from", &no_report], "no report of mapbench"),
        (&["--workload", "sleep"], "sleep"),
        (&["--rounds", "0"], "from 1"),
    ] {
        let output = mapbench(arguments);
        let error = text(&output.stderr);
        assert!(
            !output.status.success() && error.contains(said),
            "{arguments:?}: {error}"
        );
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
    }
}

#[test]
fn presets_are_parts_of_each_other() {
    let list = |arguments: &[&str]| {
        let shown = good(&mapbench(&[arguments, &["--list"]].concat()));
        shown
            .lines()
            .map(str::to_owned)
            .collect::<std::collections::BTreeSet<_>>()
    };
    let (quick, usual, full) = (list(&["--quick"]), list(&[]), list(&["--full"]));
    assert!(quick.len() > 20 && quick.len() < usual.len() && usual.len() < full.len());
    assert_eq!(
        (quick.difference(&usual).next(), usual.difference(&full).next()),
        (None, None)
    );
    let filtered = list(&["--full", "--filter", "short_lived", "--filter", " fx "]);
    assert!(!filtered.is_empty() && filtered.is_subset(&full));
    assert!(
        filtered
            .iter()
            .all(|row| row.starts_with("short_lived ") && row.contains(" fx 3x")),
        "{filtered:?}"
    );
}

/// Where valgrind is missing, that is said; where it is there, the plain map runs as many instructions as itself, and the
/// traced one more.
#[test]
fn instructions_are_counted_where_valgrind_is_there() {
    let variants = if cfg!(feature = "enable") { "off,events" } else { "off" };
    let arguments = tiny(&["--variant", variants, "--hasher", "fx", "--instructions", "--json"]);
    let output = mapbench(&arguments);
    if Command::new("valgrind").arg("--version").output().is_err() {
        let error = text(&output.stderr);
        assert!(!output.status.success() && error.contains("needs valgrind"), "{error}");
        return;
    }
    let report = json(&output);
    for row in report["rows"].as_array().unwrap() {
        let [plain, counted] =
            ["plain_instructions_per_op", "instructions_per_op"].map(|field| row[field].as_f64().unwrap());
        assert!(plain > 1.0, "{row}");
        let more = counted / plain;
        if row["variant"] == "events" {
            match row["workload"].as_str().unwrap() {
                "overwrite" => assert!(more > 1.05, "{row}"),
                // It asks who else is in the map if the feature `race` is compiled in, which all features together do, by calls
                // that are not inlined here; and does nothing else but what the plain map does.
                "get_hit" => assert!((0.99..1.2).contains(&more), "{row}"),
                other => panic!("{other}: {row}"),
            }
        } else {
            assert!((0.99..1.01).contains(&more), "{row}");
        }
    }
}

/// This program has tracing or has not, by how the tests were built; either is told apart.
#[test]
fn off_can_be_a_program_without_tracing_and_no_other() {
    let program = env!("CARGO_BIN_EXE_mapbench");
    let output = mapbench(&tiny(&["--variant", "off", "--off-program", program, "--json"]));
    if cfg!(feature = "enable") {
        let error = text(&output.stderr);
        assert!(
            !output.status.success() && error.contains("was built with tracing"),
            "{error}"
        );
    } else {
        let report = json(&output);
        assert_eq!(report["rows"].as_array().unwrap().len(), 2);
        assert!(
            report["variants"][0]["about"]
                .as_str()
                .unwrap()
                .contains("built without tracing"),
            "{report}"
        );
    }
}

#[test]
fn a_run_is_shown_as_charts_and_as_tables_for_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (run, charts, page) = (path("run.json"), path("charts"), path("page.md"));
    let rows = [
        "--hasher",
        "std,fx",
        "--threads",
        "1,2",
        "--variant",
        VARIANT,
        "--size",
        "10,20",
    ];
    let arguments = [
        &["--rounds", "1", "--operations", "10", "--workload", "overwrite"][..],
        &rows,
    ]
    .concat();
    good(&mapbench(&[&arguments[..], &[&format!("--json={run}")]].concat()));
    let from = mapbench(&["--from", &run, "--charts", &charts, "--markdown", &page]);
    if !cfg!(feature = "enable") {
        let error = text(&from.stderr);
        assert!(!from.status.success() && error.contains("`events`"), "{error}");
        return;
    }
    good(&from);
    let mut names: Vec<String> = fs::read_dir(&charts)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["sizes.svg", "threads.svg", "workloads.svg"]);
    let workloads = fs::read_to_string(Path::new(&charts).join("workloads.svg")).unwrap();
    for row in [
        "overwrite events HashMap u64 std 10x1",
        "overwrite events HashMap u64 fx 10x1",
    ] {
        assert!(workloads.contains(row), "{workloads}");
    }
    let page = fs::read_to_string(&page).unwrap();
    for line in [
        "| workload | hasher | 10 | 20 |",
        "| workload | hasher | 1 | 2 |",
        "| workload | std | fx |",
    ] {
        assert!(page.lines().any(|found| found == line), "{page}");
    }
}

/// The parts of the matrix, all of which have to work: one round of a handful of operations.
#[test]
fn every_map_with_every_key_and_hasher_can_do_every_workload() {
    let all = [
        ("--map", "HashMap,hashbrown,IndexMap,BTreeMap"),
        ("--key", "u64,String,[u8;32]"),
        ("--hasher", "std,foldhash,fx"),
        ("--variant", VARIANT),
        ("--size", "20"),
    ];
    // Of a tree there is no hasher, and no room made before.
    assert_eq!(measured(&all), 3 * 3 * 3 * 16 + 3 * 14);
}

#[test]
fn every_workload_is_done_in_every_variant_by_more_threads_than_processors() {
    let variants = if cfg!(feature = "enable") { 8 } else { 1 };
    assert_eq!(measured(&[("--threads", "32"), ("--size", "40")]), 16 * variants);
}

/// Runs rows once, and returns how many there are.
fn measured(rows: &[(&str, &str)]) -> usize {
    let rows = rows.iter().flat_map(|(option, values)| [*option, *values]);
    let arguments: Vec<&str> = ["--rounds", "1", "--operations", "1", "--json"]
        .into_iter()
        .chain(rows)
        .collect();
    let report = json(&mapbench(&arguments));
    let rows = report["rows"].as_array().unwrap();
    for row in rows {
        assert!(
            row["operations"].as_u64().unwrap() > 0 && row["ratio"].as_f64().unwrap() > 0.0,
            "{row}"
        );
    }
    rows.len()
}
