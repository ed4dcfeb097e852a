//! Prometheus.

use std::net::SocketAddr;

use serde_json::Value;

use crate::http;
use crate::process::{Folder, Running, clean, eventually};

/// Prometheus on a port of its own, which keeps exemplars.
pub(crate) struct Prometheus {
    _process: Running,
    _folder: Folder,
    api: SocketAddr,
}

impl Prometheus {
    /// One that reads a page each second. What the page says of `job` and `instance` stays.
    pub(crate) fn reading(page: SocketAddr) -> Self {
        let folder = Folder::new("prometheus");
        let config = folder.write(
            "prometheus.yml",
            &format!(
                "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n\
                 scrape_configs: [{{job_name: maps, honor_labels: true, static_configs: [{{targets: [\"{page}\"]}}]}}]\n"
            ),
        );
        let mut process = Running::start(
            clean("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
                .arg("--web.listen-address=127.0.0.1:0")
                .arg("--enable-feature=exemplar-storage"),
        );
        let api = process.wait_for("where it listens", |line| {
            // Version 2 writes `msg="Listening on" address=…` and no more, version 3 may put other words around it.
            let (_, after) = line.split_once("Listening on")?.1.split_once("address=")?;
            after.split_whitespace().next()?.trim_matches('"').parse().ok()
        });
        Self {
            _process: process,
            _folder: folder,
            api,
        }
    }

    /// What its API answers. It has none before it is ready.
    pub(crate) fn get(&self, path: &str) -> Result<Value, String> {
        let answer = http::get(self.api, path)?;
        serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))
    }

    /// The values that it has for a question, with their labels.
    pub(crate) fn ask(&self, question: &str) -> Result<Vec<(Value, String)>, String> {
        let mut answer = self.get(&format!("/api/v1/query?query={}", escaped(question)))?;
        let Value::Array(series) = answer["data"]["result"].take() else {
            return Err(answer.to_string());
        };
        let value = |one: Value| Some((one["metric"].clone(), one["value"][1].as_str()?.to_owned()));
        series
            .into_iter()
            .map(|one| value(one.clone()).ok_or_else(|| one.to_string()))
            .collect()
    }

    /// Waits until a question has one answer, and this one.
    #[track_caller]
    pub(crate) fn comes_to(&self, question: &str, value: impl ToString) {
        let value = value.to_string();
        eventually(question, || match &self.ask(question)?[..] {
            [(_, found)] if *found == value => Ok(()),
            found => Err(format!("not {value} but {found:?}")),
        });
    }
}

/// A question as it stands in a URL.
fn escaped(question: &str) -> String {
    question
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
