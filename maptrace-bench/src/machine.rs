//! The machine and the build, as far as figures depend on them.

use std::fs;
use std::thread;

use serde::{Deserialize, Serialize};

/// Where a report was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cpus: usize,
    /// Whether a hypervisor is known to be below.
    pub(crate) virtual_machine: bool,
    pub(crate) system: String,
    pub(crate) rustc: String,
    pub(crate) target: String,
    /// Whether this program was compiled with optimisations.
    pub(crate) optimized: bool,
    /// Mean number of tasks that wanted to run, over the minute before the run and before its end.
    pub(crate) load_before: Option<f64>,
    pub(crate) load_after: Option<f64>,
}

impl Machine {
    /// This one, before the run.
    pub(crate) fn here() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |name: &str| {
            let line = cpuinfo.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            cpu: field("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cpus: thread::available_parallelism().map_or(1, usize::from),
            virtual_machine: field("flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
            system: format!("{} {}", std::env::consts::OS, kernel.trim()).trim().to_owned(),
            rustc: env!("MAPBENCH_RUSTC").to_owned(),
            target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            optimized: optimized(),
            load_before: load(),
            load_after: None,
        }
    }

    /// What a reader should know before he believes the figures.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.optimized {
            warnings.push("built without optimisations: run it with --release, these figures mean nothing".to_owned());
        }
        if let Some(load) = self.load_before.filter(|load| *load > 0.5) {
            warnings.push(format!(
                "the machine was busy before the run (load {load:.1}): ratios bear it, nanoseconds do not"
            ));
        }
        warnings
    }

    pub(crate) fn line(&self) -> String {
        let Self {
            cpu,
            cpus,
            system,
            rustc,
            ..
        } = self;
        let load = |load: Option<f64>| load.map_or("?".to_owned(), |load| format!("{load:.1}"));
        format!(
            "{cpu}, {cpus} CPUs{}, {system}, {rustc}, load {} to {}",
            if self.virtual_machine {
                " of a virtual machine"
            } else {
                ""
            },
            load(self.load_before),
            load(self.load_after),
        )
    }
}

/// Whether this program was compiled with optimisations.
pub(crate) fn optimized() -> bool {
    env!("MAPBENCH_OPT_LEVEL") != "0"
}

/// The load of the last minute.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg")
        .ok()?
        .split(' ')
        .next()?
        .parse()
        .ok()
}
