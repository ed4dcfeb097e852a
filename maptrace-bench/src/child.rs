//! The program's end of a variant's process.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::protocol::{Answer, Hello, Job, Outcome};
use crate::variant::{OFF, Variant};

/// How this program is started again.
#[derive(Clone, Debug)]
pub(crate) struct Again {
    pub(crate) program: PathBuf,
    /// What stands before mapbench's own arguments.
    pub(crate) arguments: Vec<OsString>,
    /// The same program built without tracing, for the variant `off`.
    pub(crate) off: Option<PathBuf>,
}

impl Again {
    pub(crate) fn new(arguments: &[&str], off: Option<PathBuf>) -> io::Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
            arguments: arguments.iter().map(OsString::from).collect(),
            off,
        })
    }

    /// The program that is a variant's process.
    pub(crate) fn program_of(&self, variant: &Variant) -> &Path {
        let off = self.off.as_deref().filter(|_| variant.name == OFF);
        off.unwrap_or(&self.program)
    }

    /// Prepares a process that has nothing but this variant's settings.
    pub(crate) fn command(&self, program: Command, variant: &Variant) -> Command {
        let mut command = program;
        command.args(&self.arguments);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("MAPTRACE_") || text.starts_with("OTEL_") {
                command.env_remove(&name);
            }
        }
        // What a map frees stays in the process, as in a service that has run for a while. Else it is a matter of luck
        // whether a pass pays for the kernel's pages, and that hides what is to be measured. Other allocators than glibc's
        // do not look at these.
        command
            .env("MALLOC_TRIM_THRESHOLD_", "1000000000")
            .env("MALLOC_MMAP_THRESHOLD_", "1000000000");
        command.envs(variant.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A running process of a variant.
pub(crate) struct Process {
    name: String,
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    pub(crate) hello: Hello,
}

impl Process {
    pub(crate) fn start(again: &Again, variant: &Variant, threads: usize) -> Result<Self, String> {
        let name = variant.name.clone();
        let failed = |what: &str| format!("the process of {name} {what}");
        let mut command = again.command(Command::new(again.program_of(variant)), variant);
        command.args(["--serve", &variant.name, "--serve-threads", &threads.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| failed(&format!("did not start: {error}")))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("has no pipes"));
        };
        let mut from = BufReader::new(from);
        let line = match read(&mut from) {
            Ok(line) => line,
            Err(error) => {
                let status = child.wait().map(|status| status.to_string()).unwrap_or_default();
                return Err(failed(&format!("said nothing: {error} ({status})")));
            }
        };
        let hello: Hello =
            serde_json::from_str(&line).map_err(|_| failed(&format!("said what it should not: {line}")))?;
        if let Some(off) = again
            .off
            .as_deref()
            .filter(|_| variant.name == OFF && hello.compiled_in)
        {
            return Err(format!(
                "{} was built with tracing; --off-program is this program built without it: cargo build --release -p \
                 maptrace-bench --no-default-features --features matrix",
                off.display()
            ));
        }
        Ok(Self {
            name,
            child,
            to: Some(to),
            from,
            hello,
        })
    }

    /// Has it measure, and waits for what comes out.
    pub(crate) fn measure(&mut self, job: Job) -> Result<Outcome, String> {
        let said = self.ask(job);
        said.map_err(|error| {
            let status = self
                .child
                .try_wait()
                .ok()
                .flatten()
                .map(|status| format!(" ({status})"));
            format!("the process of {}{}: {error}", self.name, status.unwrap_or_default())
        })
    }

    fn ask(&mut self, job: Job) -> Result<Outcome, String> {
        let line = serde_json::to_string(&job).map_err(|error| error.to_string())?;
        let to = self.to.as_mut().ok_or("has ended")?;
        writeln!(to, "{line}")
            .and_then(|()| to.flush())
            .map_err(|error| error.to_string())?;
        let line = read(&mut self.from).map_err(|error| error.to_string())?;
        let answer: Answer = serde_json::from_str(&line).map_err(|error| format!("{line}: {error}"))?;
        answer
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends with its standard input.
        self.to = None;
        _ = self.child.wait();
    }
}

fn read(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it has ended"));
    }
    Ok(line)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::workload::Workload;

    /// A process that runs this in place of mapbench.
    fn shell(script: &str) -> Result<Process, String> {
        let again = Again {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            off: None,
        };
        Process::start(&again, &Variant::new("mine", "plain", ""), 1)
    }

    fn job() -> Job {
        Job {
            case: 0,
            workload: Workload::Grow,
            size: 1,
            threads: 1,
            operations: 1,
            pairs: 1,
            other_first: false,
        }
    }

    #[test]
    fn a_process_that_does_not_begin_is_told_with_its_status() {
        let error = shell("exit 7").err().unwrap();
        assert!(error.contains("process of mine") && error.contains('7'), "{error}");
        let error = shell("echo hello").err().unwrap();
        assert!(error.contains("said what it should not: hello"), "{error}");
    }

    #[test]
    fn a_process_that_dies_or_refuses_is_told() {
        let mut process = shell(r#"echo '{"placement":"free"}'; read job; exit 101"#).unwrap();
        let error = process.measure(job()).unwrap_err();
        assert!(error.contains("process of mine") && error.contains("ended"), "{error}");
        let mut process = shell(r#"echo '{"placement":"free"}'; read job; echo '{"Err":"no such case"}'"#).unwrap();
        assert!(process.measure(job()).unwrap_err().contains("no such case"));
    }

    #[test]
    fn settings_of_whoever_starts_it_are_not_the_variants() {
        let again = Again::new(&[], None).unwrap();
        let variant = Variant::new("mine", "plain", "").environment("MAPTRACE_SAMPLE", "7");
        let command = again.command(Command::new("true"), &variant);
        let set: Vec<_> = command
            .get_envs()
            .filter(|(name, _)| name.to_str().unwrap().starts_with("MAPTRACE_"))
            .collect();
        assert!(
            set.contains(&("MAPTRACE_SAMPLE".as_ref(), Some("7".as_ref()))),
            "{set:?}"
        );
    }
}
