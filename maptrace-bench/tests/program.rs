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
        if row["workload"] == "overwrite" && row["variant"] == "events" {
            assert!(more > 1.05, "{row}");
        } else {
            assert!((0.99..1.01).contains(&more), "{row}");
        }
    }
}
