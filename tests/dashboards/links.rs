//! From a span in Jaeger's page to the panels of its map.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::boards;
use crate::process::{clean, run};
use crate::stack::Stack;

/// A link that Jaeger's page would have at a span, taken apart.
#[derive(Debug, Deserialize)]
struct Link {
    text: String,
    path: String,
    query: BTreeMap<String, String>,
}

/// What Jaeger's page does with its configuration, for the attributes of the spans of one name: a pattern is a link if all
/// that it asks for is an attribute of the span or of its process, or a field of the trace.
const PAGE: &str = r#"
    const [config, trace, name] = process.argv.slice(1).map((path, i) => i < 2 ? require("fs").readFileSync(path, "utf8") : path);
    const { spans, processes } = JSON.parse(trace);
    const span = spans.find(span => span.operationName.startsWith(name));
    const ends = spans.map(span => span.startTime + span.duration);
    const known = { "trace.startTime": Math.min(...spans.map(span => span.startTime)), "trace.endTime": Math.max(...ends) };
    for (const tag of [...processes[span.processID].tags, ...span.tags]) known[tag.key] = tag.value;
    const patterns = new Function(config + "; return UIConfig();")().linkPatterns;
    const links = patterns
        .filter(pattern => pattern.type.includes("tags") && span.tags.some(tag => tag.key === pattern.key))
        .filter(pattern => pattern.url.parameters.every(parameter => parameter in known))
        .map(pattern => ({ text: pattern.text, url: new URL(pattern.url.template(known)) }));
    console.log(JSON.stringify(links.map(({ text, url }) =>
        ({ text, path: url.origin + url.pathname, query: Object.fromEntries(url.searchParams) }))));
"#;

/// Each link at a grow opens the dashboard of that map, at that time, and its panels have the grow.
pub(crate) fn spans_lead_to_their_map(stack: &Stack) {
    const NAME: &str = "map.grow keyspace";

    let config = stack.files.path().join("jaeger/ui.js");
    let written = std::fs::read_to_string(&config).expect("it was written");
    let page = stack.page_of_jaeger();
    assert!(page.contains(written.trim()), "not as it was written:\n{page}");

    let trace = stack.trace_with(NAME);
    let spans = trace["spans"].as_array().expect("spans");
    let grow = spans
        .iter()
        .find(|span| {
            span["operationName"]
                .as_str()
                .is_some_and(|name| name.starts_with(NAME))
        })
        .expect("it was asked for");
    let tags = grow["tags"].as_array().expect("tags").iter();
    let tags = tags.chain(
        trace["processes"][grow["processID"].as_str().expect("an id")]["tags"]
            .as_array()
            .expect("tags"),
    );
    let tags: BTreeMap<&str, &Value> = tags
        .filter_map(|tag| Some((tag["key"].as_str()?, &tag["value"])))
        .collect();
    let start = grow["startTime"].as_u64().expect("microseconds") / 1_000;

    let file = stack.files.write("trace.json", &trace.to_string());
    let links = run(clean("node").arg("-e").arg(PAGE).arg(&config).arg(&file).arg(NAME));
    let links: Vec<Link> = serde_json::from_str(&links).unwrap_or_else(|error| panic!("{error}: {links}"));
    assert_eq!(links.len(), 2, "this process, and all: {links:?}");
    for (link, process) in links.iter().zip([tags["service.instance.id"], &Value::from("$__all")]) {
        let Link { text, path, query } = link;
        assert_eq!(path, "http://localhost:3000/d/maptrace-map", "{text}");
        assert_eq!(
            [&query["var-map"], &query["var-type"], &query["var-instance"]],
            [tags["map.name"], tags["map.type"], process],
            "{text}"
        );
        let at = |end: &str| query[end].parse::<u64>().expect("milliseconds");
        assert!((at("from")..at("to")).contains(&start), "{text}: {query:?} {start}");

        let board = boards::board(&stack.files, "maptrace-map");
        assert_eq!(board["uid"], "maptrace-map");
        let variables = board["templating"]["list"].as_array().expect("variables");
        for name in query.keys().filter_map(|name| name.strip_prefix("var-")) {
            assert!(
                variables.iter().any(|variable| variable["name"] == name),
                "{text}: no {name}"
            );
        }
        let grows = boards::with_choices(&boards::first_target(&board, "Grows, rehashes and shrinks"), query);
        stack.prometheus.until(&format!("a grow behind {text}"), |prometheus| {
            let most = prometheus.ask(&format!("max_over_time(({grows})[10m:1s])"))?;
            match &*most {
                [most] if most.value > 0.0 => Ok(()),
                other => Err(format!("{grows}: {other:?}")),
            }
        });
    }
}
