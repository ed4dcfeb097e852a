//! `maptrace dashboards`: what it writes, and what it leaves alone. What the files are worth is ci/dashboards.sh's.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use serde_json::Value;

use crate::support::{Project, assert_good, assert_says, stderr, stdout};

/// Every file below a folder, by its path there.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn collect(folder: &Path, root: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, root, found);
            } else {
                let name = path.strip_prefix(root).expect("below it").display().to_string();
                found.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Every panel, those in closed rows as well.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let panels = dashboard["panels"].as_array().expect("panels");
    let nested = panels.iter().filter_map(|row| row["panels"].as_array()).flatten();
    panels.iter().chain(nested).collect()
}

#[test]
fn the_same_files_each_time_and_those_that_are_checked_in() {
    let project = Project::new(&[]);
    for folder in ["one", "two"] {
        assert_good(&project.maptrace(".", &["dashboards", "--out", folder]));
    }
    let (one, two) = (files(&project.path("one")), files(&project.path("two")));
    assert_eq!(one, two);
    let checked_in = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../dashboards"));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        checked_in.keys().collect::<Vec<_>>(),
        "cargo run -p maptrace-cli -- dashboards --out dashboards"
    );
    for (name, text) in one {
        assert_eq!(
            text, checked_in[&name],
            "{name} is stale: cargo run -p maptrace-cli -- dashboards --out dashboards"
        );
    }
}

#[test]
fn panels_are_numbered_explained_and_do_not_overlap() {
    let project = Project::new(&[]);
    assert_good(&project.maptrace(".", &["dashboards", "--out", "."]));
    for name in ["overview", "map", "health"] {
        let dashboard = json(&project.read(&format!("grafana/dashboards/maptrace-{name}.json")));
        assert_eq!(dashboard["uid"], format!("maptrace-{name}"));
        let mut ids = Vec::new();
        let mut taken = Vec::new();
        for panel in panels(&dashboard) {
            ids.push(panel["id"].as_u64().expect("a number"));
            if panel["type"] == "row" {
                continue;
            }
            let title = panel["title"].as_str().expect("a title");
            let about = panel["description"].as_str().expect("a description");
            assert!(
                about.ends_with('.') && about.len() > title.len(),
                "{name}, {title}: {about}"
            );
            let side = |side: &str| panel["gridPos"][side].as_u64().expect("a place");
            let (x, y, w, h) = (side("x"), side("y"), side("w"), side("h"));
            assert!(x + w <= 24, "{name}, {title} is too far to the right");
            // Panels of closed rows are laid out when their row is opened.
            if dashboard["panels"].as_array().expect("panels").contains(panel) {
                for (other, ox, oy, ow, oh) in &taken {
                    let apart = x + w <= *ox || ox + ow <= x || y + h <= *oy || oy + oh <= y;
                    assert!(apart, "{name}: {title} lies on {other}");
                }
                taken.push((title.to_owned(), x, y, w, h));
            }
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}: a number twice");
    }
}

#[test]
fn the_readme_says_how_to_use_them_elsewhere() {
    let project = Project::new(&[]);
    assert_good(&project.maptrace(".", &["dashboards", "--out", "."]));
    let readme = project.read("README.md");
    for part in [
        "*Import*",
        "rule_files:",
        "the variable *Metrics* (`datasource`)",
        "/d/maptrace-overview?var-datasource=UID",
    ] {
        assert_says(&readme, part);
    }
    // Which they have.
    let overview = json(&project.read("grafana/dashboards/maptrace-overview.json"));
    let variables = overview["templating"]["list"].as_array().expect("variables");
    let source = variables.iter().find(|variable| variable["type"] == "datasource");
    let source = source.expect("a data source");
    assert_eq!(
        (&source["name"], &source["label"]),
        (&"datasource".into(), &"Metrics".into())
    );
    assert_eq!(overview["uid"], "maptrace-overview");
}

#[test]
fn files_of_others_are_left_alone_until_they_are_given_up() {
    let project = Project::new(&[("out/compose.yaml", "mine\n"), ("out/runbook.md", "mine too\n")]);
    let refused = project.maptrace(".", &["dashboards", "--out", "out"]);
    assert!(!refused.status.success());
    let said = stderr(&refused);
    assert_says(&said, "did not write: compose.yaml, runbook.md");
    assert_says(&said, "--force");
    assert_eq!(files(&project.path("out")).len(), 2, "nothing was written");
    assert_eq!(project.read("out/compose.yaml"), "mine\n");

    assert_good(&project.maptrace(".", &["dashboards", "--out", "out", "--force"]));
    assert_says(&project.read("out/compose.yaml"), "services:");
    // Ours from now on, changed or not; and whatever else is there stays.
    project.write("out/notes.txt", "mine");
    project.write("out/runbook.md", &(project.read("out/runbook.md") + "changed\n"));
    assert_good(&project.maptrace(".", &["dashboards", "--out", "out"]));
    assert!(!project.read("out/runbook.md").contains("changed"));
    assert_eq!(project.read("out/notes.txt"), "mine");
}

/// Wherever a link leads, nothing is written there.
#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let project = Project::new(&[]);
    for folder in ["elsewhere", "out", "out/prometheus"] {
        fs::create_dir(project.path(folder)).expect("a folder");
    }
    std::os::unix::fs::symlink(project.path("elsewhere/new.md"), project.path("out/README.md")).expect("a link");
    std::os::unix::fs::symlink(project.path("elsewhere"), project.path("out/prometheus/rules")).expect("a link");
    for arguments in [
        &["dashboards", "--out", "out"][..],
        &["dashboards", "--out", "out", "--force"],
    ] {
        let output = project.maptrace(".", arguments);
        assert!(!output.status.success());
        assert_says(
            &stderr(&output),
            "README.md, prometheus/rules/maptrace.yml; remove the links",
        );
    }
    assert_eq!(files(&project.path("elsewhere")).len(), 0);
    assert!(!project.path("out/compose.yaml").exists(), "all or nothing");

    std::os::unix::fs::symlink(project.path("elsewhere"), project.path("named")).expect("a link");
    assert_good(&project.maptrace(".", &["dashboards", "--out", "named"]));
}

#[test]
fn a_stale_folder_is_told_and_not_changed() {
    let project = Project::new(&[]);
    let check = &["dashboards", "--check", "--out", "out"];
    let missing = project.maptrace(".", check);
    assert!(!missing.status.success());
    assert_says(&stderr(&missing), "compose.yaml: missing");

    assert_good(&project.maptrace(".", &["dashboards", "--out", "out"]));
    assert_good(&project.maptrace(".", check));
    let rules = "out/prometheus/rules/maptrace.yml";
    let changed = project.read(rules).replace("10m", "11m");
    project.write(rules, &changed);
    let stale = project.maptrace(".", check);
    assert!(!stale.status.success());
    assert_eq!(
        stderr(&stale).lines().collect::<Vec<_>>(),
        [
            "prometheus/rules/maptrace.yml: stale",
            "maptrace: out is stale; the same command without --check writes it"
        ]
    );
    assert_eq!(project.read(rules), changed);
}

#[test]
fn parameters_are_in_rules_and_runbook_and_a_bad_one_writes_nothing() {
    let project = Project::new(&[]);
    let set = [
        "dashboards",
        "--out",
        "out",
        "--set",
        "growth.window=90m",
        "--set",
        "runbook.url=https://wiki.example/maps",
    ];
    assert_good(&project.maptrace(".", &set));
    let rules = project.read("out/prometheus/rules/maptrace.yml");
    for part in [
        "[90m] offset 90m",
        "offset 180m",
        "https://wiki.example/maps#mapgrowthwithoutbound",
    ] {
        assert_says(&rules, part);
    }
    assert_says(&project.read("out/runbook.md"), "the last 90m (`growth.window`)");

    let bad = project.maptrace(".", &["dashboards", "--out", "other", "--set", "growth.windows=1h"]);
    assert!(!bad.status.success());
    assert_says(&stderr(&bad), "there is no parameter `growth.windows`");
    assert!(!project.path("other").exists());
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn the_stack_fits_together() {
    let project = Project::new(&[]);
    assert_good(&project.maptrace(".", &["dashboards", "--out", "."]));
    let compose = yaml(&project.read("compose.yaml"));
    let services = compose["services"].as_object().expect("services");
    assert_eq!(
        services.keys().collect::<Vec<_>>(),
        ["collector", "grafana", "jaeger", "prometheus"]
    );
    for (name, service) in services {
        let image = service["image"].as_str().expect("an image");
        let (_, version) = image.split_once(':').expect("a version");
        assert!(
            version
                .trim_start_matches('v')
                .starts_with(|c: char| c.is_ascii_digit()),
            "{image}"
        );
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let (here, _) = volume.as_str().expect("a volume").split_once(':').expect("two places");
            assert!(project.path(here).is_dir(), "{name}: {here} was not written");
        }
        for port in service["ports"].as_array().into_iter().flatten() {
            assert!(
                port.as_str().expect("a port").starts_with("127.0.0.1:"),
                "{name} is open to others: {port}"
            );
        }
        for other in service["depends_on"].as_array().into_iter().flatten() {
            assert!(
                services.contains_key(other.as_str().expect("a name")),
                "{name} waits for {other}"
            );
        }
    }

    // Where the one sends, the other listens.
    let collector = yaml(&project.read("collector/config.yaml"));
    // What a service sends if nobody says otherwise.
    let pipelines = collector["service"]["pipelines"].as_object().expect("pipelines");
    assert_eq!(pipelines.keys().collect::<Vec<_>>(), ["logs", "metrics", "traces"]);
    let page = collector["exporters"]["prometheus"]["endpoint"]
        .as_str()
        .expect("an address");
    let prometheus = project.read("prometheus/prometheus.yml");
    let scraped = yaml(&prometheus)["scrape_configs"][0]["static_configs"][0]["targets"][0].to_string();
    let port = |address: &str| {
        address
            .trim_end_matches(['"', '}'])
            .rsplit(':')
            .next()
            .map(str::to_owned)
    };
    assert_eq!(port(page), port(&scraped));
    assert_eq!(services["collector"]["environment"]["JAEGER_ADDRESS"], "jaeger:4317");
    assert_says(
        collector["exporters"]["otlp_grpc/jaeger"]["endpoint"]
            .as_str()
            .expect("an address"),
        "${env:JAEGER_ADDRESS:-",
    );

    // From an exemplar to its trace, and from a span to its map.
    let sources = yaml(&project.read("grafana/provisioning/datasources/maptrace.yaml"));
    let (prometheus, jaeger) = (&sources["datasources"][0], &sources["datasources"][1]);
    assert_eq!(
        (&prometheus["type"], &jaeger["type"]),
        (&"prometheus".into(), &"jaeger".into())
    );
    let exemplars = &prometheus["jsonData"]["exemplarTraceIdDestinations"][0];
    assert_eq!(
        (&exemplars["name"], &exemplars["datasourceUid"]),
        (&"trace_id".into(), &jaeger["uid"])
    );
    let metrics = &jaeger["jsonData"]["tracesToMetrics"];
    assert_eq!(metrics["datasourceUid"], prometheus["uid"]);
    assert_eq!(
        metrics["tags"][0],
        serde_json::json!({"key": "map.name", "value": "map"})
    );
    for query in metrics["queries"].as_array().expect("queries") {
        assert_says(query["query"].as_str().expect("a query"), "{$$__tags}");
    }
    // And from a span in Jaeger's own page.
    assert_eq!(
        services["jaeger"]["command"][0],
        "--set=extensions.jaeger_query.ui.config_file=/etc/maptrace/ui.js"
    );
    assert_eq!(services["jaeger"]["volumes"][0], "./jaeger:/etc/maptrace:ro");
    let provider = yaml(&project.read("grafana/provisioning/dashboards/maptrace.yaml"));
    let path = provider["providers"][0]["options"]["path"].as_str().expect("a folder");
    assert_says(
        &services["grafana"]["volumes"].to_string(),
        &format!("./grafana/dashboards:{path}:ro"),
    );
}

/// What is in it is run by ci/dashboards.sh, within what Jaeger makes of it.
#[test]
fn jaegers_page_leads_to_the_map_in_the_grafana_that_was_named() {
    let project = Project::new(&[]);
    let grafana = "grafana.url=https://grafana.example/$a</script>";
    assert_good(&project.maptrace(".", &["dashboards", "--out", ".", "--set", grafana]));
    let page = project.read("jaeger/ui.js");
    assert_says(&page, "function UIConfig() {");
    assert_says(
        &page,
        r#""https://grafana.example/\u0024a\u003c/script>/d/maptrace-map","#,
    );
    // Jaeger replaces by a regular expression, for which it begins the name of a group.
    assert!(!page.contains('$'), "{page}");

    let map = json(&project.read("grafana/dashboards/maptrace-map.json"));
    assert_eq!(map["uid"], "maptrace-map");
    let variables = map["templating"]["list"].as_array().expect("variables");
    let named = |name: &str| variables.iter().find(|variable| variable["name"] == name);
    let (mut asked, mut rest) = (0, &*page);
    while let Some((_, after)) = rest.split_once("var-") {
        let (name, after) = after.split_once('=').expect("a value");
        let variable = named(name).unwrap_or_else(|| panic!("no variable {name}"));
        if after.starts_with("%24__all") {
            assert_eq!(variable["includeAll"], true, "{name} cannot be all");
        }
        (asked, rest) = (asked + 1, after);
    }
    assert_eq!(asked, 4, "service, process, map and type");
}

const REPORT: &str = r#"{"program":"shop","maps":[
    {"id":1,"name":"ses\"sions $x","kind":"HashMap","type":"string_int","type_name":"String -> u64","file":"src/a.rs","line":7,"declared":true},
    {"id":2,"name":"tree","kind":"BTreeMap","type":"int_int","type_name":"u8 -> u8","file":"src/b.rs","line":9,"declared":true},
    {"id":3,"name":"src/b.rs:1","kind":"HashMap","type":"int_int","type_name":"","file":"src/b.rs","line":1,"declared":false}
]}"#;

#[test]
fn each_declared_map_has_a_row_and_a_series() {
    let project = Project::new(&[("maps.json", REPORT)]);
    let output = project.maptrace(".", &["dashboards", "--out", "out", "--from", "maps.json"]);
    assert_good(&output);
    assert_says(&stdout(&output), "files in out");
    let overview = json(&project.read("out/grafana/dashboards/maptrace-overview.json"));
    let rows = overview["panels"].as_array().expect("panels").iter();
    let rows: Vec<&Value> = rows.filter(|panel| panel["collapsed"] == true).collect();
    let titles: Vec<&str> = rows.iter().map(|row| row["title"].as_str().expect("a title")).collect();
    // A dollar sign would be a variable of Grafana's.
    assert_eq!(
        titles,
        [
            "ses\"sions ＄x · HashMap String -> u64 · src/a.rs:7",
            "tree · BTreeMap u8 -> u8 · src/b.rs:9"
        ]
    );
    let expr = rows[0]["panels"][0]["targets"][0]["expr"]
        .as_str()
        .expect("an expression");
    assert_says(expr, r#"map="ses\"sions $x",type="string_int""#);
    // Nobody knows what a B-tree holds, so nothing is asked that has no answer.
    let tree = rows[1]["panels"].to_string();
    assert!(
        !tree.contains("held") && !tree.contains("capacity") && !tree.contains("duration"),
        "{tree}"
    );
    // Without a repeated row nobody has to choose.
    assert!(!overview["templating"].to_string().contains("Rows for"));

    let rules = project.read("out/prometheus/rules/maptrace.yml");
    assert_eq!(rules.matches("record: maptrace:site:info").count(), 2, "{rules}");
}

#[test]
fn maps_of_a_running_program_are_asked_for() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a request");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a head");
            request.push(byte[0]);
        }
        let length = REPORT.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{REPORT}"
        )
        .expect("an answer");
        String::from_utf8(request).expect("text")
    });
    let project = Project::new(&[]);
    let url = format!("http://{address}/maps.json");
    assert_good(&project.maptrace(".", &["dashboards", "--out", "out", "--from", &url]));
    assert_says(&server.join().expect("it answered"), "GET /maps.json HTTP/1.1");
    assert_says(
        &project.read("out/grafana/dashboards/maptrace-overview.json"),
        "tree · BTreeMap",
    );

    // Nobody listens there any more.
    let refused = project.maptrace(".", &["dashboards", "--out", "out", "--from", &url]);
    assert!(!refused.status.success());
    assert_says(
        &stderr(&refused),
        &format!("--from {url}: asking the program for its maps"),
    );
}

#[test]
fn links_are_for_the_chosen_kind_of_traces() {
    let project = Project::new(&[]);
    for (traces, query) in [("jaeger", "search"), ("tempo", "traceql")] {
        assert_good(&project.maptrace(".", &["dashboards", "--out", traces, "--traces", traces]));
        let map = json(&project.read(&format!("{traces}/grafana/dashboards/maptrace-map.json")));
        let links = map["links"].as_array().expect("links");
        let link = links
            .iter()
            .find(|link| link["title"] == "Traces of this map")
            .expect("a link");
        let url = link["url"].as_str().expect("a URL");
        // JSON within a URL, but for what Grafana puts in.
        let panes = url
            .split("panes=")
            .nth(1)
            .and_then(|rest| rest.split('&').next())
            .expect("panes");
        let panes = json(&percent_decoded(panes));
        let asked = &panes["maptrace"]["queries"][0];
        assert_eq!(
            (&asked["queryType"], &asked["datasource"]["type"]),
            (&query.into(), &traces.into())
        );
        assert_says(&asked.to_string(), "map.name");
        assert_says(&asked.to_string(), "${map:percentencode}");
    }
}

fn percent_decoded(text: &str) -> String {
    let (mut bytes, mut out) = (text.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits: Vec<u8> = bytes.by_ref().take(2).collect();
            let digits = std::str::from_utf8(&digits).expect("ASCII");
            out.push(u8::from_str_radix(digits, 16).expect("two digits"));
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).expect("text")
}
