//! `type` aliases that stay plain: the attribute refuses to leave a map plain without a word, also behind an alias.

use std::collections::BTreeSet;

use proc_macro2::LineColumn;
use syn::ItemType;

use super::attributes::{Annotated, annotated, start_of};
use super::find::Finder;
use super::finding::{Finding, SKIP_ITEM, Verdict};
use super::krate::Krate;
use super::look::Found;
use super::maps::Kin;
use super::names::{ItemId, Words, word};

/// What the modules of a crate have of them.
#[derive(Default)]
pub(super) struct Aliases {
    /// Those with a map that no line above them traces, each with what is to be written if an item names it.
    plain: Vec<(ItemId, Finding)>,
    /// Those that items of the same file name: no other does the attribute see.
    named: BTreeSet<ItemId>,
}

impl Aliases {
    pub(super) fn append(&mut self, mut other: Self) {
        self.plain.append(&mut other.plain);
        self.named.append(&mut other.named);
    }

    pub(super) fn is_named(&mut self, krate: &Krate, by: &std::path::Path, item: ItemId) {
        if krate.modules[item.0].file == by {
            self.named.insert(item);
        }
    }

    /// The lines that leave them plain, in files with annotated items.
    pub(super) fn left_plain(self, findings: &[Finding]) -> Vec<Finding> {
        let is_annotated = |file: &std::path::Path| {
            let mut of_file = findings.iter().filter(|finding| finding.file == file);
            of_file.any(|finding| matches!(finding.verdict, Verdict::Add { .. } | Verdict::Present))
        };
        let Self { plain, named } = self;
        let needed = plain.into_iter().filter(|(alias, _)| named.contains(alias));
        let findings = needed.map(|(_, finding)| finding);
        findings.filter(|finding| is_annotated(&finding.file)).collect()
    }
}

impl Finder<'_> {
    /// Notes the alias if it stays plain, as no line is asked for above it.
    pub(super) fn plain_alias(&mut self, item: &ItemType, at: LineColumn, found: &Found) {
        let is_known = |kin: Kin| matches!(kin, Kin::Alias | Kin::OtherVersion);
        let foreign = found.foreign.iter().filter(|(_, map, _)| is_known(map.kin));
        let mut maps: BTreeSet<String> = foreign.map(|(path, ..)| path.through_type()).collect();
        maps.extend(found.refused.iter().map(Words::through_type));
        if !found.is_clear() {
            maps.extend(found.in_full.iter().cloned());
        }
        if maps.is_empty() || !self.blocks.is_empty() || annotated(&item.attrs) != Annotated::No {
            return;
        }
        let insert = vec![self.insertion(start_of(&item.attrs, at), SKIP_ITEM)];
        let finding = Finding {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column + 1,
            place: format!("`type {}`, which stays plain", item.ident),
            // By their own names, as they take no feature of maptrace's.
            maps: maps
                .iter()
                .filter_map(|map| map.rsplit("::").next().map(str::to_owned))
                .collect(),
            verdict: Verdict::Add { insert },
        };
        self.aliases
            .borrow_mut()
            .plain
            .push(((self.module, word(&item.ident)), finding));
    }

    /// Notes that an item in here names what may be an alias.
    pub(super) fn names_item(&self, words: &Words) {
        if let Some(item) = self.names.item(self.module, &self.blocks, words) {
            self.aliases.borrow_mut().is_named(self.krate, self.file, item);
        }
    }
}
