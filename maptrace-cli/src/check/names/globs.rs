//! What globs bring, and what the user says above them.

use super::scope::{Glob, Meaning};
use super::{DEPTH, GlobId, InCrate, ModuleId, Names, Place, ROOT, Scope, Words};
use crate::check::maps::{self, Kin, STD, StdPart, std_part};

impl Place {
    /// Where an annotated import leads, which nothing more is asked of.
    pub(super) fn settled(self) -> Self {
        match self {
            Self::Crate(place) => Self::Crate(InCrate { glob: None, ..place }),
            place => place,
        }
    }
}

impl Names<'_> {
    /// Where `name` is, if this glob of the scope brings it.
    pub(super) fn by_glob(
        &self,
        module: ModuleId,
        scope: &Scope,
        glob: &Glob,
        name: &str,
        depth: u32,
    ) -> Option<Place> {
        let start = if self.around.is_2015 { ROOT } else { module };
        let place = match self.resolve(start, &[], &glob.path, depth)? {
            Place::Module(other) if other != module => self.in_module(other, name, depth)?,
            Place::Std(path) if path == ["collections"] => {
                let is_known = STD.iter().any(|(map, module)| name == *map || name == *module);
                is_known.then(|| Place::Std(vec!["collections".to_owned(), name.to_owned()]))?
            }
            Place::Std(path) if matches!(std_part(&path), StdPart::Beside(map) if map == name) => {
                Place::Std(path.into_iter().chain([name.to_owned()]).collect())
            }
            // Only what is known to be in there; anything may be.
            Place::Crate(InCrate { krate, mut below, .. }) if maps::is_known(&krate, name) => {
                below.push(name.to_owned());
                let is_module_s = std::ptr::eq(scope, &self.scopes[module]);
                let glob = (is_module_s && !glob.is_annotated).then(|| (module, glob.path.to_string()));
                Place::Crate(InCrate { krate, below, glob })
            }
            _ => return None,
        };
        match place {
            // Of std's none of those that are traced.
            Place::Std(_) if glob.is_skipped => Some(Place::Item(None)),
            place if glob.is_skipped => Some(place.settled()),
            place => Some(place),
        }
    }

    /// The glob in a module that brings the map `path` of another crate, if a line above it traces that.
    pub(in crate::check) fn glob(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> Option<GlobId> {
        let (glob, takes_line) = self.bringing(module, blocks, path)?;
        takes_line.then_some(glob)
    }

    /// The same of the path of a `use`.
    pub(in crate::check) fn imported_by(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> Option<GlobId> {
        let start = if self.around.is_2015 { ROOT } else { module };
        self.glob(start, blocks, path)
    }

    /// The glob, and whether a line above it is enough: the attribute knows crates with aliases of std's maps by their own
    /// names. Those of ahash are made by `new()` as well, which only a module with the line, or one below it, has.
    fn bringing(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> Option<(GlobId, bool)> {
        let Place::Crate(InCrate { krate, below, glob }) = self.resolve(module, blocks, path, DEPTH)? else {
            return None;
        };
        let glob = glob?;
        let is_known = maps::foreign(&krate, &below).is_some_and(|map| map.kin == Kin::Alias && map.krate != "ahash");
        let takes_line = is_known && glob.1.trim_start_matches("::") == krate;
        Some((glob, takes_line))
    }

    /// Whether the map of another crate that `path` is comes by no `use` that a line above traces: behind another name of
    /// the crate's, or by a glob in a block or of such a name, which are not annotated.
    pub(in crate::check) fn is_unnamed(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> bool {
        let Some(first) = path.words.first().filter(|_| !path.absolute) else {
            return false;
        };
        let mut scopes = blocks.iter().rev().chain([&self.scopes[module]]);
        let start = if self.around.is_2015 { ROOT } else { module };
        let leads_to_root = |import: &Words| {
            let place = self.resolve(start, &[], import, DEPTH);
            matches!(place, Some(Place::Crate(InCrate { below, .. })) if below.is_empty())
        };
        let is_known = |glob: &Glob| match self.resolve(start, &[], &glob.path, DEPTH) {
            Some(Place::Crate(InCrate { krate, .. })) => maps::is_known(&krate, first),
            _ => false,
        };
        let by_glob = || matches!(self.bringing(module, blocks, path), Some((_, false)));
        match scopes.find_map(|scope| Some((scope, scope.names.get(first)?.last()?))) {
            Some((scope, Meaning::Import(import))) if path.words.len() > 1 && leads_to_root(import) => {
                !scope.annotated.contains(first)
            }
            Some(_) => by_glob(),
            None => {
                let mut globs = blocks.iter().flat_map(|scope| &scope.globs);
                globs.any(|glob| !glob.is_annotated && is_known(glob)) || by_glob()
            }
        }
    }

    /// Whether `path` comes by globs alone, and the last of them from another file: it is nothing that the attribute refuses.
    pub(in crate::check) fn is_out_of_sight(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> bool {
        let (Some(first), Some(((other, _), _))) = (path.words.first(), self.bringing(module, blocks, path)) else {
            return false;
        };
        let mut scopes = blocks.iter().chain([&self.scopes[module]]);
        let file = |id: ModuleId| &self.krate.modules[id].file;
        !scopes.any(|scope| scope.brings(first)) && file(other) != file(module)
    }

    /// Whether what `path` begins with is none of std's to the attribute, as `skip` above what brings it says: above the
    /// import of the name, or above a glob where no other item says what the name is.
    pub(in crate::check) fn is_left(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> bool {
        let Some(first) = path.words.first().filter(|_| !path.absolute) else {
            return false;
        };
        let scopes = || blocks.iter().rev().chain([&self.scopes[module]]);
        if let Some(meanings) = scopes().find_map(|scope| scope.names.get(first)) {
            return meanings.iter().all(|meaning| matches!(meaning, Meaning::Skipped(_)));
        }
        // Of another crate's nobody knows what they bring.
        let brings = |scope: &Scope, glob: &Glob| {
            self.by_glob(module, scope, glob, first, DEPTH).is_some() || self.module(module, &glob.path).is_none()
        };
        STD.iter().any(|(map, module)| first == map || first == module)
            && scopes().any(|scope| scope.globs.iter().any(|glob| glob.is_skipped && brings(scope, glob)))
    }
}
