//! Inline modules: one line above such a module is less than several in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::attributes::{Annotated, annotated, start_of};
use super::code::Covered;
use super::find::{insertion, lines};
use super::finding::{ATTRIBUTE, Finding};
use super::krate::{Krate, ModuleId};

/// What is in a module, without the modules in it.
pub(super) struct Inside {
    pub(super) findings: Vec<Finding>,
    /// Names that the attribute above the module would take for std's, and which are not.
    pub(super) mistaken: BTreeSet<String>,
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
        let is_clear = inside
            .iter()
            .all(|other| found[*other].mistaken.is_empty() && (*other == id || krate.modules[*other].inline.is_some()));
        let lines_inside: usize = inside.iter().map(|other| line_count(&found[*other].findings)).sum();
        if lines_inside == 0 || !(has_own || (is_clear && lines_inside > 1)) {
            continue;
        }
        let mut covered = Covered::default();
        for other in inside {
            found[other].findings.drain(..).for_each(|finding| covered.add(finding));
            found[other].findings.append(&mut covered.rest);
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
