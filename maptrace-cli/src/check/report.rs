//! The report for people.

use std::collections::BTreeSet;

use cargo_metadata::Metadata;

use super::finding::{Finding, Insertion, Verdict};
use super::verify::{Error, Outcome};
use super::write::shown;
use super::{PackageReport, Report};

pub(super) fn print(report: &Report, metadata: &Metadata) {
    print!("{}", text(report, metadata));
}

fn text(report: &Report, metadata: &Metadata) -> String {
    let root = metadata.workspace_root.as_std_path();
    let mut out = String::new();
    for package in &report.packages {
        out += &of_package(package, root, report.diff.is_some() && !package.held_back);
    }
    if let Some(diff) = &report.diff {
        out += if diff.is_empty() { "nothing to write\n\n" } else { diff };
        if !diff.is_empty() {
            out += "\n";
        }
    }
    if let Some(outcome) = &report.verified {
        out += &of_outcome(outcome);
    }
    out += "Not looked at:\n";
    for what in report.not_looked_at {
        out += &format!("- {what}\n");
    }
    out
}

fn of_package(package: &PackageReport, root: &std::path::Path, written: bool) -> String {
    let mut out = format!("{} ({})\n", package.name, shown(&package.manifest, root));
    let findings = |wanted: fn(&Verdict) -> bool| -> Vec<&Finding> {
        package
            .findings
            .iter()
            .filter(|finding| wanted(&finding.verdict))
            .collect()
    };
    let add = findings(|verdict| matches!(verdict, Verdict::Add { .. }));
    let present = findings(|verdict| matches!(verdict, Verdict::Present));
    let border = findings(|verdict| matches!(verdict, Verdict::Border { .. }));
    let cannot = findings(|verdict| matches!(verdict, Verdict::Cannot { .. }));
    out += &format!(
        "{}: {} to annotate, {} annotated, {} that need more than a line\n\n",
        counted(
            package.findings.len() - border.len(),
            "place with maps",
            "places with maps"
        ),
        add.len(),
        present.len(),
        cannot.len()
    );
    if package.held_back {
        let breaking = package.findings.iter().filter(|finding| finding.breaks()).count();
        out += &format!(
            "nothing written here: with these lines {} known not to compile with tracing on, marked with `!` below. Make the \
             edits named there and run this again, or write all the same: `--write --anyway`\n\n",
            counted(breaking, "place is", "places are")
        );
    }
    if let Some(told) = older_rust(package) {
        out += &format!("{told}\n\n");
    }
    if !package.manifest_lines.is_empty() {
        out += if written {
            "written to Cargo.toml:\n"
        } else {
            "add to Cargo.toml:\n"
        };
        for line in &package.manifest_lines {
            out += &format!("  [{}] {} = {}\n", line.table, line.key, line.value.trim());
        }
        if package.manifest_lines.iter().any(|line| line.table == "features") {
            out += "  and, for the live page, \"maptrace/listen\" beside \"maptrace/enable\"\n";
        }
        out.push('\n');
    }
    if !add.is_empty() {
        out += if written { "written:\n" } else { "add these lines:\n" };
        for finding in add {
            out += &format!("  {}\n", headline(finding, root));
            if let Verdict::Add { insert } = &finding.verdict {
                for line in insert {
                    out += &format!("      {}\n", insertion(line));
                }
            }
        }
        out.push('\n');
    }
    let mut explained = |title: &str, findings: &[&Finding]| {
        if findings.is_empty() {
            return;
        }
        out += &format!("{title}:\n");
        for finding in findings {
            let mark = if finding.breaks() { "! " } else { "  " };
            out += &format!("{mark}{}\n", headline(finding, root));
            if let Verdict::Cannot { why, edit, .. } | Verdict::Border { why, edit, .. } = &finding.verdict {
                out += &format!("      {why}\n      least edit: {edit}\n");
            }
        }
        out.push('\n');
    };
    explained("these need more than a line", &cannot);
    explained("traced by the lines, but of concern to others", &border);
    if !package.unread.is_empty() {
        out += "not read:\n";
        for file in &package.unread {
            out += &format!("  {file}\n");
        }
        out.push('\n');
    }
    if !package.left_out.is_empty() {
        out += &format!(
            "left out, as the compiler runs them: {}\n\n",
            package.left_out.join(", ")
        );
    }
    out
}

/// What the lines do to a package that says it compiles with an older Rust than maptrace does.
pub(super) fn older_rust(package: &PackageReport) -> Option<String> {
    let (older, needed) = (package.older_rust.as_ref()?, env!("CARGO_PKG_RUST_VERSION"));
    Some(format!(
        "`{}` has `rust-version` {older}, and maptrace needs Rust {needed}: with these lines no older one builds it any more, \
         with tracing off either. Raise `rust-version` to {needed}; or make the dependency optional and write \
         `#[cfg_attr(feature = \"trace-maps\", maptrace::maptrace)]`; or trace it without lines: `cargo maptrace run`",
        package.name
    ))
}

fn headline(finding: &Finding, root: &std::path::Path) -> String {
    format!(
        "{}:{}:{} {}: {}",
        shown(&finding.file, root),
        finding.line,
        finding.column,
        finding.place,
        list(&finding.maps)
    )
}

fn insertion(insertion: &Insertion) -> String {
    match insertion.column {
        None => format!("above line {}: {}", insertion.line, insertion.text),
        Some(column) => format!(
            "in line {}, before column {}: {}",
            insertion.line,
            column + 1,
            insertion.text
        ),
    }
}

fn of_outcome(outcome: &Outcome) -> String {
    let mut out = String::new();
    let mut of = |state: &str, errors: &[Error]| {
        if errors.is_empty() {
            out += &format!("verified: it compiles with tracing {state}\n");
            return;
        }
        out += &format!("with tracing {state}: {}\n", counted(errors.len(), "error", "errors"));
        for error in errors {
            let code = error.code.as_ref().map(|code| format!("[{code}]")).unwrap_or_default();
            let place = error.place.as_deref().unwrap_or("cargo");
            out += &format!("  {place}: error{code}: {}\n", error.message);
            match error.meaning {
                Some(meaning) => out += &format!("      {meaning}\n"),
                None => out += "      not one that maptrace knows; `cargo check` shows it in full\n",
            }
        }
    };
    of("off", &outcome.off);
    match &outcome.on {
        Some(errors) => of("on", errors),
        None => {
            out += "tracing was not turned on: no package has a feature with `maptrace/enable`; `--write` adds it\n"
        }
    }
    out.push('\n');
    out
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
