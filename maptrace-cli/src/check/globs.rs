//! Globs of crates with aliases of std's maps, as `pub use rustc_hash::*;`: a line above the glob traces what others name by
//! way of it, also in another module or file. Whether anybody does is known when all have been looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use syn::spanned::Spanned as _;
use syn::{Item, ItemUse};

use super::attributes::{Annotated, annotated, start_of};
use super::find::{Finder, insertion, lines};
use super::finding::{ATTRIBUTE, Finding, Verdict};
use super::krate::{Krate, ModuleId};
use super::maps::{Foreign, Kin};
use super::names::{GlobId, Origin, Words, each_leaf};

/// Those that want a line, each with the maps that are named by way of it.
#[derive(Default)]
pub(super) struct Globs(BTreeMap<GlobId, BTreeSet<String>>);

impl Globs {
    pub(super) fn append(&mut self, other: Self) {
        for (glob, mut maps) in other.0 {
            self.0.entry(glob).or_default().append(&mut maps);
        }
    }

    /// The lines above them. One above a module around does not stand for them: by a name that a glob brings, it knows no map.
    pub(super) fn lines(&self, krate: &Krate, texts: &BTreeMap<PathBuf, String>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let modules: BTreeSet<ModuleId> = self.0.keys().map(|(module, _)| *module).collect();
        for id in modules {
            let module = &krate.modules[id];
            for item in &module.items {
                let Item::Use(item) = item else { continue };
                let maps = self.of(id, item);
                if maps.is_empty() || annotated(&item.attrs) != Annotated::No {
                    continue;
                }
                let bare = ItemUse {
                    attrs: Vec::new(),
                    ..item.clone()
                };
                let at = bare.span().start();
                let line = insertion(&lines(texts, &module.file), start_of(&item.attrs, at), ATTRIBUTE);
                findings.push(Finding {
                    file: module.file.clone(),
                    line: at.line,
                    column: at.column + 1,
                    place: "`use`".to_owned(),
                    maps,
                    verdict: Verdict::Add { insert: vec![line] },
                });
            }
        }
        findings
    }

    /// What is named by way of the globs in this import.
    fn of(&self, module: ModuleId, item: &ItemUse) -> BTreeSet<String> {
        let mut maps = BTreeSet::new();
        each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| {
            if leaf.name.is_none() {
                let of_glob = self.0.get(&(module, leaf.path.to_string()));
                maps.extend(of_glob.into_iter().flatten().cloned());
            }
        });
        maps
    }
}

impl Finder<'_> {
    pub(super) fn origin(&self, path: &Words) -> Origin {
        let origin = self.names.origin(self.module, &self.blocks, path);
        if let Origin::Foreign(map) = &origin
            && map.kin == Kin::Alias
        {
            self.named_by_glob(self.names.glob(self.module, &self.blocks, path), map);
        }
        origin
    }

    /// Notes what an import brings by its name. What the user says above it needs no other line.
    pub(super) fn by_glob(&self, item: &ItemUse) {
        if annotated(&item.attrs) != Annotated::No {
            return;
        }
        each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| {
            if leaf.name.is_some()
                && let Origin::Foreign(map) = self.names.imported(self.module, &self.blocks, &leaf.path)
                && map.kin == Kin::Alias
            {
                self.named_by_glob(self.names.imported_by(self.module, &self.blocks, &leaf.path), &map);
            }
        });
    }

    fn named_by_glob(&self, glob: Option<GlobId>, map: &Foreign) {
        if let Some(glob) = glob {
            self.globs
                .borrow_mut()
                .0
                .entry(glob)
                .or_default()
                .insert(map.name.clone());
        }
    }

    /// Whether it is a name of std's map that no `use` brings by that name.
    pub(super) fn is_unnamed(&self, path: &Words, map: &Foreign) -> bool {
        map.std().is_some() && self.names.is_unnamed(self.module, &self.blocks, path)
    }

    /// Whether the attribute refuses to leave that map of another crate plain beside others.
    pub(super) fn is_refused(&self, path: &Words, map: &Foreign) -> bool {
        map.kin == Kin::Alias && !self.names.is_out_of_sight(self.module, &self.blocks, path)
    }

    /// Whether the attribute takes `path` for no map of std's, as the user has said.
    pub(super) fn is_left(&self, path: &Words) -> bool {
        self.names.is_left(self.module, &self.blocks, path)
    }
}
