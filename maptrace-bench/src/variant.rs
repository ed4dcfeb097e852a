//! Ways in which a map can be recorded. Each runs in a process of its own, as most are chosen when a process starts.

use std::any::Any;
use std::fmt;

use crate::sink;
use crate::suite::{AGAIN, TRACED};

pub(crate) const COMPILED_IN: bool = maptrace_runtime::COMPILED_IN;

/// The variant that is the plain map again, or a program without tracing.
pub(crate) const OFF: &str = "off";

/// The names of maptrace's own, however this program was built: a report may be another's.
pub(crate) const OURS: [&str; 8] = [
    OFF,
    "disabled",
    "counters",
    "sampled_64",
    "auto",
    "events",
    "exporters",
    "slow",
];

pub(crate) const WITHOUT: &str = "built without tracing: the traced types are the plain ones";

/// What runs beside a variant, for as long as its process lives. Dropped at the end.
pub type Running = Box<dyn Any>;

/// A way in which a map is recorded, or a control.
#[derive(Clone)]
pub struct Variant {
    /// As it is called in options, JSON and budgets.
    pub(crate) name: String,
    /// What it is, in a line.
    pub(crate) about: String,
    /// Which side of the cases it looks at.
    pub(crate) side: &'static str,
    /// Set for its process.
    pub(crate) environment: Vec<(String, String)>,
    /// Called once in its process, before anything is measured.
    pub(crate) start: fn() -> Result<Running, String>,
}

impl fmt::Debug for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Variant({}: {})", self.name, self.side)
    }
}

impl Variant {
    /// A variant that measures the side `side` of each case that has it.
    #[must_use]
    pub fn new(name: &str, side: &'static str, about: &str) -> Self {
        Self {
            name: name.into(),
            about: about.into(),
            side,
            environment: Vec::new(),
            start: || Ok(Box::new(())),
        }
    }

    /// As it is called in options, JSON and budgets.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sets an environment variable for the variant's process. Variables that begin with `MAPTRACE_` or `OTEL_` are not
    /// inherited.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Has `start` called once in the variant's process; what it returns is kept until the end. Threads that it starts run
    /// on other cores than the measured ones, where there are enough.
    #[must_use]
    pub fn start(mut self, start: fn() -> Result<Running, String>) -> Self {
        self.start = start;
        self
    }

    /// maptrace's own: the controls, and each way to record that it has.
    #[must_use]
    pub fn ours() -> Vec<Self> {
        if !COMPILED_IN {
            return vec![Self::new(OFF, TRACED, WITHOUT)];
        }
        let traced = |name, about| Self::new(name, TRACED, about).start(collect);
        vec![
            Self::new(
                OFF,
                AGAIN,
                "the plain map again, as it is without the feature: what differs is noise",
            ),
            traced("disabled", "compiled in, and switched off at run time").environment("MAPTRACE_ENABLED", "0"),
            // There is no switch that leaves out events altogether. At this sample the thread does what it does to count an
            // operation that is no event, and one in a million is one.
            traced("counters", "exact counts; one operation in a million is an event")
                .environment("MAPTRACE_SAMPLE", "1000000"),
            traced("sampled_64", "exact counts; one operation in 64 is an event").environment("MAPTRACE_SAMPLE", "64"),
            traced("auto", "as many events as the collector can take").environment("MAPTRACE_SAMPLE", "auto"),
            traced("events", "every operation is an event: the default"),
            traced(
                "exporters",
                "every operation is an event, and OTLP is sent each second to a server that answers",
            )
            .environment("OTEL_METRIC_EXPORT_INTERVAL", "1000")
            .environment("OTEL_BSP_SCHEDULE_DELAY", "1000")
            .start(export),
            traced("slow", "every operation is an event and timed, to tell of slow ones")
                .environment("MAPTRACE_SLOW", "1ms"),
        ]
    }
}

/// Starts maptrace by what the environment says.
fn collect() -> Result<Running, String> {
    Ok(Box::new(maptrace_runtime::start()))
}

/// Starts maptrace with its exporter, and a server that the exporter can send to.
fn export() -> Result<Running, String> {
    let server = sink::Server::start().map_err(|error| format!("no server for OTLP: {error}"))?;
    let exporter = maptrace_otel::Otlp::builder()
        .endpoint(server.url())
        .service_name("mapbench")
        .build()
        .map_err(|error| format!("no exporter: {error}"))?;
    let guard = maptrace_runtime::builder().sink(exporter).start();
    // The guard first: it sends what is left.
    Ok(Box::new((guard, server)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_are_known_by_their_names() {
        let names: Vec<String> = Variant::ours().into_iter().map(|variant| variant.name).collect();
        assert_eq!(names, &OURS[..if COMPILED_IN { OURS.len() } else { 1 }]);
    }
}
