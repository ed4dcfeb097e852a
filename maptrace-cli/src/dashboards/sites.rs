//! The maps that are known beforehand, from a program's page or report.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// As long as a page on this machine or the next may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page of 2,000 maps is about 2 MB.
const LONGEST: u64 = 64 << 20;

/// A map that has labels of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) type_label: String,
    pub(super) kind: String,
    /// Of key and value, for people.
    pub(super) type_name: String,
    /// `file:line` of its declaration; of the first one, if several share the labels.
    pub(super) place: String,
}

impl Site {
    /// Whether its maps are hash tables.
    pub(super) fn has_table(&self) -> bool {
        !self.kind.starts_with("BTree")
    }
}

/// What is read of the document that `/maps.json` and `MAPTRACE_REPORT=json` are.
#[derive(Deserialize)]
struct Document {
    maps: Vec<Map>,
}

#[derive(Deserialize)]
struct Map {
    name: String,
    #[serde(rename = "type")]
    type_label: String,
    kind: String,
    type_name: String,
    file: String,
    line: u32,
    declared: bool,
}

/// The declared maps of all `sources`, each once, in the order of their names.
pub(super) fn read(sources: &[String]) -> Result<Vec<Site>> {
    let mut sites = BTreeMap::new();
    for source in sources {
        let text = text_of(source).with_context(|| format!("--from {source}"))?;
        let found = declared(&text).with_context(|| format!("--from {source}"))?;
        for site in found {
            sites
                .entry((site.name.clone(), site.type_label.clone()))
                .or_insert(site);
        }
    }
    Ok(sites.into_values().collect())
}

fn text_of(source: &str) -> Result<String> {
    let mut text = String::new();
    if source == "-" {
        std::io::stdin()
            .take(LONGEST)
            .read_to_string(&mut text)
            .context("reading standard input")?;
    } else if source.starts_with("http://") {
        text = fetched(source)?;
    } else if source.contains("://") {
        bail!("only http:// is spoken; fetch it with another program and give the file, or `-` for standard input");
    } else {
        fs::File::open(source)
            .and_then(|file| file.take(LONGEST).read_to_string(&mut text))
            .context(
                "reading the file; MAPTRACE_REPORT=maps.json makes one when a program ends, unless tracing is off, and a \
                 running program is given by its page, as in http://127.0.0.1:9102/maps.json",
            )?;
    }
    Ok(text)
}

fn fetched(url: &str) -> Result<String> {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .build();
    let mut answer = ureq::Agent::from(config)
        .get(url)
        .call()
        .context(
            "asking the program for its maps; its page is on with maptrace's feature `listen` and MAPTRACE_LISTEN=127.0.0.1:9102, \
             and there is none if tracing is off: it takes a build with the feature `enable`, and no MAPTRACE_ENABLED=0",
        )?;
    answer
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_string()
        .context("reading the answer")
}

/// The declared maps of a document. Those that were merely found, by their caller, come and go with the code's lines.
fn declared(text: &str) -> Result<Vec<Site>> {
    // On standard error other lines stand before and behind the report.
    let lines = text.lines().filter(|line| line.starts_with('{'));
    let mut whole = std::iter::once(text).chain(lines);
    let Some(document) = whole.find_map(|text| serde_json::from_str::<Document>(text).ok()) else {
        bail!(
            "this is no report of maptrace as JSON; take a running program's page /maps.json, or the file that \
             MAPTRACE_REPORT=maps.json made"
        );
    };
    if document.maps.is_empty() {
        bail!(
            "there is no map in it: tracing may be off in the program, which takes a build with maptrace's feature `enable` \
             and no MAPTRACE_ENABLED=0; or it has changed none yet"
        );
    }
    let declared = document.maps.into_iter().filter(|map| map.declared);
    let sites: Vec<Site> = declared
        .map(|map| Site {
            name: map.name,
            type_label: map.type_label,
            kind: map.kind,
            type_name: map.type_name,
            place: format!("{}:{}", map.file, map.line),
        })
        .collect();
    if sites.is_empty() {
        bail!("the program declares no map with #[maptrace]; without --from the dashboards find what there is");
    }
    Ok(sites)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"program":"shop","maps":[
        {"id":1,"name":"carts","kind":"BTreeMap","type":"int_vec","type_name":"","file":"src/a.rs","line":7,"declared":true},
        {"id":2,"name":"src/b.rs:1","kind":"HashMap","type":"int_int","type_name":"u8 -> u8","file":"src/b.rs","line":1,"declared":false}
    ],"health":{}}"#;

    #[test]
    fn declared_maps_of_a_report_used_or_not() {
        let one_line = REPORT.replace('\n', "");
        for text in [REPORT, &format!("starting\n{one_line}\nbye\n")] {
            let sites = declared(text).expect("a report");
            let [site] = &sites[..] else { panic!("{sites:?}") };
            assert_eq!(
                (&*site.name, &*site.type_label, &*site.place),
                ("carts", "int_vec", "src/a.rs:7")
            );
        }
    }

    #[test]
    fn what_is_no_report_is_refused_with_the_cure() {
        for (text, said) in [
            ("# HELP map_entries", "/maps.json"),
            (r#"{"maps":[]}"#, "tracing may be off"),
            (&REPORT.replace("true", "false"), "declares no map"),
            (r#"{"spans":[]}"#, "no report of maptrace"),
        ] {
            let error = declared(text).expect_err(text).to_string();
            assert!(error.contains(said), "{error}");
        }
        let error = format!(
            "{:#}",
            read(&["https://host/maps.json".to_owned()]).expect_err("no TLS")
        );
        assert!(error.contains("--from https://host/maps.json: only http://"), "{error}");
        let error = format!("{:#}", read(&["no such file".to_owned()]).expect_err("no file"));
        assert!(error.contains("--from no such file"), "{error}");
        assert!(error.contains("unless tracing is off"), "{error}");
        // Nobody listens there any more.
        let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let url = format!("http://{}/maps.json", gone.expect("an address"));
        let error = format!("{:#}", read(&[url]).expect_err("no page"));
        assert!(error.contains("there is none if tracing is off"), "{error}");
    }
}
