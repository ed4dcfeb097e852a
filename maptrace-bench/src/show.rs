//! From the options to what is printed and written.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use crate::budget::Budget;
use crate::child::Again;
use crate::compare;
use crate::estimate;
use crate::html;
use crate::instructions;
use crate::markdown;
use crate::options::Options;
use crate::plan::{self, Planned, Preset};
use crate::report::{Report, Settings};
use crate::run;
use crate::suite::Suite;
use crate::table;
use crate::views;

/// The exit status for a broken budget, so that a script can tell it from a run that failed.
const BROKEN: u8 = 3;

/// Pairs of a row, unless another number is asked for: nine in each of three processes.
const ROUNDS: usize = 27;

pub(crate) fn run_and_show(suite: &Suite, before: &[&str], options: &Options) -> Result<ExitCode, String> {
    // Mistakes in files are told before the run, not after it.
    let budget = options.budget.as_deref().map(Budget::read).transpose()?;
    let old = options.compare.as_deref().map(read_report).transpose()?;
    let report = match options.from.as_deref() {
        Some(path) => {
            let report = read_report(path)?;
            if let Some(budget) = &budget {
                let counted = report.rows.iter().any(|row| row.instructions_per_op.is_some());
                budget.check(
                    &report.rows.iter().map(|row| row.of.clone()).collect::<Vec<_>>(),
                    counted,
                )?;
            }
            report
        }
        None => match measured(suite, before, options, budget.as_ref())? {
            Some(report) => report,
            None => return Ok(ExitCode::SUCCESS),
        },
    };

    let json = || serde_json::to_string_pretty(&report).map_err(|error| error.to_string());
    match options.json.as_deref() {
        Some(path) if path == Path::new("-") => println!("{}", json()?),
        Some(path) => {
            print!("{}", table::render(&report));
            write(path, &json()?)?;
        }
        None => print!("{}", table::render(&report)),
    }
    // What is not JSON goes elsewhere when JSON is what was asked for.
    let quiet = options.json.as_deref() == Some(Path::new("-"));
    let say = |text: String| if quiet { eprint!("{text}") } else { print!("{text}") };
    if quiet {
        eprint!("{}", table::footer(&report));
    }
    if let Some(old) = &old {
        say(format!("\n{}", compare::compare(old, &report)));
    }
    let verdict = budget.map(|budget| budget.judge(&report));
    if let Some(path) = &options.html {
        write(path, &html::page(&report, old.as_ref(), verdict.as_ref()))?;
    }
    if options.charts.is_some() || options.markdown.is_some() {
        let views = views::views(&report)?;
        if let Some(folder) = &options.charts {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            for view in &views {
                let file = folder.join(view.name).with_extension("svg");
                write(&file, &view.chart(&report))?;
            }
        }
        if let Some(path) = &options.markdown {
            write(path, &markdown::markdown(&report, &views))?;
        }
    }
    if let Some(verdict) = verdict {
        say(format!("\n{verdict}"));
        if !verdict.is_kept() {
            return Ok(ExitCode::from(BROKEN));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs what is asked for; none if the rows were only to be listed.
fn measured(
    suite: &Suite,
    before: &[&str],
    options: &Options,
    budget: Option<&Budget>,
) -> Result<Option<Report>, String> {
    let preset = match options {
        Options { quick: true, .. } => Preset::Quick,
        Options { documented: true, .. } => Preset::Documented,
        Options { full: true, .. } => Preset::Full,
        _ => Preset::Usual,
    };
    let entries = plan::plan(suite, options, &suite.preset(preset))?;
    let settings = settings(options);
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let long = estimate::roughly(run::estimate(&entries, &settings, processors));
    if options.list {
        list(suite, &entries);
        eprintln!("{} rows, about {long}", entries.len());
        return Ok(None);
    }
    if let Some(budget) = budget {
        budget.check(
            &entries.iter().map(|entry| plan::key(suite, entry)).collect::<Vec<_>>(),
            options.instructions,
        )?;
    }
    eprintln!("{} rows, about {long}", entries.len());
    let again =
        Again::new(before, options.off_program.clone()).map_err(|error| format!("this program's own path: {error}"))?;
    let mut report = run::run(suite, &entries, &settings, &again)?;
    if options.instructions {
        instructions::count(suite, &entries, &again, &mut report)?;
    }
    Ok(Some(report))
}

/// How it is measured, as far as the user has a say.
pub(crate) fn settings(options: &Options) -> Settings {
    let rounds = options.rounds.unwrap_or(ROUNDS);
    let operations = options
        .operations
        .unwrap_or(if options.quick { 100_000 } else { 200_000 });
    Settings {
        rounds,
        processes: run::processes(rounds),
        operations: operations as u64,
    }
}

fn list(suite: &Suite, entries: &[Planned]) {
    for entry in entries {
        println!("{}", plan::key(suite, entry).text());
    }
}

fn read_report(path: &Path) -> Result<Report, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    compare::parse(&text).map_err(|error| format!("{shown}: {error}"))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
