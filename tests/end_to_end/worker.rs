//! `worker` at work, which counts for itself what it does.

use std::fmt;
use std::process::Command;

use serde_json::Value;

use crate::process::{Running, eventually, example};

pub(crate) struct Worker {
    process: Running,
    asked: usize,
}

/// What it says.
#[derive(Clone)]
pub(crate) struct Account(Value);

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Worker {
    /// The maps that it has.
    pub(crate) const MAPS: [&str; 3] = ["done", "owners", "results"];

    /// Starts it with what `more` adds to its command line. It sends to `url`, soon and often.
    pub(crate) fn start(url: &str, more: impl FnOnce(&mut Command)) -> Self {
        let mut command = example("worker");
        command.args(["--otlp", url]);
        command.env("OTEL_BSP_SCHEDULE_DELAY", "50");
        command.env("OTEL_METRIC_EXPORT_INTERVAL", "500");
        command.env("MAPTRACE_INTERVAL", "200ms");
        more(&mut command);
        Self {
            process: Running::start_to_listen(&mut command),
            asked: 0,
        }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Lets it do so many rounds, and returns what it says then.
    pub(crate) fn work(&mut self, rounds: u32) -> Account {
        self.begin(rounds);
        self.account()
    }

    /// Lets it do so many rounds; its [account](Self::account) is there when they are done.
    pub(crate) fn begin(&mut self, rounds: u32) {
        self.asked += 1;
        self.process.tell(&rounds.to_string());
    }

    /// What it says after the rounds that it was told to do last.
    pub(crate) fn account(&mut self) -> Account {
        let asked = self.asked;
        eventually("the worker's account", || {
            if let Some(words) = self.process.has_ended() {
                panic!("{words}");
            }
            let lines: Vec<_> = self
                .process
                .said()
                .iter()
                .filter_map(|line| Account::read(line))
                .collect();
            lines
                .into_iter()
                .nth(asked - 1)
                .ok_or_else(|| format!("no line {asked} yet"))
        })
    }

    /// Lets it end, and returns its last words.
    pub(crate) fn end(self) -> Account {
        let said = self.process.end();
        let last = said.lines().filter_map(Account::read).next_back();
        last.unwrap_or_else(|| panic!("no account in:\n{said}"))
    }
}

impl Account {
    fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok().map(Self)
    }

    /// A number of what it did to its maps of a name.
    pub(crate) fn of(&self, map: &str, what: &str) -> u64 {
        let number = &self.0["totals"][map][what];
        number
            .as_u64()
            .unwrap_or_else(|| panic!("no {what} of {map} in {}", self.0))
    }

    /// A number of what became of episodes.
    pub(crate) fn exporter(&self, what: &str) -> u64 {
        let number = &self.0["exporter"][what];
        number.as_u64().unwrap_or_else(|| panic!("no {what} in {}", self.0))
    }

    /// What it counts, by map, as instruments of OpenTelemetry with the `result` have it.
    pub(crate) fn instruments(&self) -> impl Iterator<Item = (&'static str, &'static str, Option<&'static str>, u64)> {
        const ALL: [(&str, Option<&str>, &str); 8] = [
            ("map.assign", Some("new"), "new"),
            ("map.assign", Some("replaced"), "replaced"),
            ("map.delete", Some("hit"), "hit"),
            ("map.delete", Some("miss"), "miss"),
            ("map.cleared.entries", None, "cleared"),
            ("map.batch", None, "batches"),
            ("map.created", None, "created"),
            ("map.freed", None, "freed"),
        ];
        let counts = Worker::MAPS
            .into_iter()
            .flat_map(move |map| ALL.map(|(name, result, what)| (map, name, result, self.of(map, what))));
        // Of the others it cannot tell.
        counts.chain(["done", "results"].map(|map| (map, "map.grow", None, self.of(map, "grows"))))
    }
}

/// The same counter in Prometheus.
pub(crate) fn question(map: &str, instrument: &str, result: Option<&str>) -> String {
    let name = instrument.replace('.', "_");
    let result = result
        .map(|result| format!(r#",result="{result}""#))
        .unwrap_or_default();
    format!(r#"{name}_total{{map="{map}"{result}}}"#)
}
