//! Inline modules: one line above such a module is less than several in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::attributes::{Annotated, annotated, start_of};
use super::code::Covered;
use super::find::{insertion, lines};
use super::finding::{ATTRIBUTE, Finding, Reason, SKIP, Verdict};
use super::krate::{Krate, ModuleId};

/// What is in a module, without the modules in it.
pub(super) struct Inside {
    pub(super) findings: Vec<Finding>,
    /// Names that the attribute above the module would take for std's, and which are not.
    pub(super) mistaken: BTreeSet<String>,
    /// What its imports want if a line stands above it.
    pub(super) wanted: Vec<Finding>,
}

/// Puts one line in the place of several. `found` is of each module, in their order.
pub(super) fn gather(krate: &Krate, texts: &BTreeMap<PathBuf, String>, found: &mut [Inside]) {
    // What is further in comes later in the order.
    for id in (0..krate.modules.len()).rev() {
        let module = &krate.modules[id];
        let Some(inline) = &module.inline else { continue };
        let has_own = annotated(&inline.attributes) != Annotated::No;
        let inside: Vec<ModuleId> = (id..krate.modules.len())
            .filter(|other| krate.is_in(*other, id))
            .collect();
        // To a line around it, a name that the module itself brings is no map, and there is nothing to leave out.
        let is_clear = inside.iter().all(|other| {
            let Inside { findings, mistaken, .. } = &found[*other];
            let is_inline = *other == id || krate.modules[*other].inline.is_some();
            is_inline && mistaken.is_empty() && !findings.iter().any(is_beside_another)
        });
        let lines_inside: usize = inside.iter().map(|other| line_count(&found[*other].findings)).sum();
        if lines_inside == 0 || !(has_own || (is_clear && lines_inside > 1)) {
            continue;
        }
        let mut covered = Covered::default();
        for other in inside {
            found[other].findings.drain(..).for_each(|finding| covered.add(finding));
            found[other].findings.append(&mut covered.rest);
            let mut wanted = std::mem::take(&mut found[other].wanted);
            found[other].findings.append(&mut wanted);
        }
        let line = (!has_own).then(|| {
            let start = start_of(&inline.attributes, inline.start);
            insertion(&lines(texts, &module.file), start, ATTRIBUTE)
        });
        let maps = std::mem::take(&mut covered.maps);
        found[id].findings.push(Finding {
            file: module.file.clone(),
            line: inline.start.line,
            column: inline.start.column + 1,
            place: format!("`mod {}`", inline.name),
            maps,
            verdict: covered.verdict(line),
        });
    }
}

/// How many lines the findings ask for that one above the module would stand for.
fn line_count(findings: &[Finding]) -> usize {
    let mut covered = Covered::default();
    findings.iter().cloned().for_each(|finding| covered.add(finding));
    covered.lines
}

/// Whether it is a place with a map beside another of the same name that is not traced.
fn is_beside_another(finding: &Finding) -> bool {
    match &finding.verdict {
        Verdict::Add { insert } => insert.iter().any(|insertion| insertion.text == SKIP),
        Verdict::Cannot { reason, .. } => *reason == Reason::SameName,
        _ => false,
    }
}
