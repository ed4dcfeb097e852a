use super::*;
use crate::report::fixture::{report, row};

fn with(variant: &str, ratio: f64, change: impl FnOnce(&mut Key)) -> Row {
    let mut one = row(variant, ratio, [ratio - 0.1, ratio + 0.1]);
    change(&mut one.of);
    one
}

fn names(rows: Vec<Row>) -> Vec<&'static str> {
    views(&report(rows)).unwrap().iter().map(|view| view.name).collect()
}

fn chart(report: &Report, name: &str) -> String {
    let views = views(report).unwrap();
    views.iter().find(|view| view.name == name).unwrap().chart(report)
}

#[test]
fn there_is_a_view_for_each_way_in_which_rows_differ() {
    assert_eq!(names(vec![with("events", 1.2, |_| {})]), ["workloads"]);
    for (view, other) in [
        ("sizes", with("events", 1.1, |key| key.size = 100_000)),
        ("threads", with("events", 1.1, |key| key.threads = 8)),
        ("maps", with("events", 1.1, |key| key.map = "BTreeMap".into())),
        ("keys", with("events", 1.1, |key| key.key = "String".into())),
        ("variants", with("off", 1.0, |_| {})),
    ] {
        assert_eq!(names(vec![with("events", 1.2, |_| {}), other]), ["workloads", view]);
    }
    let report = report(vec![row("off", 1.0, [1.0, 1.0])]);
    let error = views(&report).err().unwrap();
    assert!(error.contains("`events`"), "{error}");
}

#[test]
fn a_view_has_its_rows_and_no_other() {
    let report = report(vec![
        with("events", 1.2, |_| {}),
        with("events", 1.4, |key| key.hasher = "fx".into()),
        with("off", 1.0, |_| {}),
        with("events", 1.3, |key| key.size = 100_000),
    ]);
    let workloads = chart(&report, "workloads");
    for part in ["std 1000x1: 1.200", "fx 1000x1: 1.400", ">std</text>", ">fx</text>"] {
        assert!(workloads.contains(part), "{part} in {workloads}");
    }
    assert_eq!(workloads.matches("<title>overwrite").count(), 2);
    // fx was measured at one size only, which is no line.
    let sizes = chart(&report, "sizes");
    assert_eq!(
        (
            sizes.matches("<polyline").count(),
            sizes.matches("<title>overwrite").count()
        ),
        (1, 2)
    );
    assert!(
        sizes.contains(">1,000</text>") && sizes.contains(">100,000</text>"),
        "{sizes}"
    );

    let views = views(&report).unwrap();
    let table = |name: &str| views.iter().find(|view| view.name == name).unwrap().table().to_string();
    let squeezed = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        squeezed(table("workloads")),
        "workload std fx overwrite 10.0 +2.0 x 1.20 10.0 +4.0 x 1.40"
    );
    assert_eq!(
        squeezed(table("sizes")),
        "workload hasher 1,000 100,000 overwrite std 10.0 +2.0 x 1.20 10.0 +3.0 x 1.30"
    );
    assert_eq!(
        squeezed(table("variants")),
        "workload events off overwrite 10.0 +2.0 x 1.20 10.0 +0.0 x 1.00"
    );
}

#[test]
fn a_workload_of_one_map_is_not_among_those_that_compare_maps() {
    let report = report(vec![
        with("events", 1.2, |_| {}),
        with("events", 1.3, |key| key.map = "BTreeMap".into()),
        with("events", 1.4, |key| key.workload = Workload::Grow),
    ]);
    assert!(!chart(&report, "maps").contains(">grow</text>"));
    assert!(chart(&report, "workloads").contains(">grow</text>"));
    let nothing_in_common = self::report(vec![
        with("events", 1.2, |_| {}),
        with("events", 1.3, |key| {
            key.map = "BTreeMap".into();
            key.workload = Workload::Grow;
        }),
    ]);
    assert_eq!(names(nothing_in_common.rows), ["workloads"]);
}

/// Documentation shows it as a picture, which may load nothing and has to be well-formed.
#[test]
fn a_chart_stands_alone() {
    let svg = chart(
        &report(vec![with("events", 1.2, |key| key.hasher = "<&\">".into())]),
        "workloads",
    );
    let without_name = svg.replace("http://www.w3.org/2000/svg", "");
    assert_ne!(svg, without_name);
    for from_elsewhere in ["http", "<script", "<image", "@import", "url("] {
        assert!(!without_name.contains(from_elsewhere), "{from_elsewhere}");
    }
    assert!(svg.contains("&lt;&amp;&quot;&gt;") && !svg.contains("<&"), "{svg}");
    assert!(svg.contains("prefers-color-scheme: dark"), "{svg}");
    for tag in ["svg", "g", "text", "title", "style"] {
        let opened = svg.matches(&format!("<{tag}>")).count() + svg.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, svg.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}
