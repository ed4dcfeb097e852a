//! The names that imports bring, and what they mean.

use std::borrow::Borrow;

use syn::{Ident, ItemUse, Path, UseName, UseRename, UseTree};

use crate::around::is_of_crate;
use crate::maps::{Home, Kind, Root, aliases_of, called, known_alias, root_of};
use crate::rewrite::names::{Bound, Called, Meaning, of_macro};
use crate::rewrite::values::is_type;
use crate::walk::elements;

/// The names that a `use` brings, as far as they can be known. Returns whether there may be more, by a glob.
pub(crate) fn bound_names(item: &ItemUse, krate: &Path, into: &mut Vec<Bound>) -> bool {
    let mut binder = Binder {
        krate,
        absolute: item.leading_colon.is_some(),
        into,
        unknown: false,
    };
    binder.walk(&item.tree, &mut Vec::new());
    binder.unknown
}

/// Whether the import brings all that the module around has, `use super::*`.
pub(crate) fn is_all_of_parent(item: &ItemUse) -> bool {
    fn has_glob(tree: &UseTree, in_parent: bool) -> bool {
        match tree {
            UseTree::Path(path) => !in_parent && path.ident == "super" && has_glob(&path.tree, true),
            UseTree::Group(group) => elements(&group.items).any(|tree| has_glob(tree, in_parent)),
            UseTree::Glob(_) => in_parent,
            UseTree::Name(_) | UseTree::Rename(_) => false,
        }
    }
    has_glob(&item.tree, false)
}

/// Whose names a glob brings.
#[derive(Clone, Copy)]
pub(crate) enum Outside {
    /// The module around's.
    Parent,
    /// Those of a module further out.
    Further,
    Unknown,
}

/// Whose names the glob of an import brings that has no other name.
pub(crate) fn outside(item: &ItemUse) -> Outside {
    let mut tree = &item.tree;
    let mut parents = 0;
    loop {
        tree = match tree {
            UseTree::Path(path) if path.ident == "super" => {
                parents += 1;
                &path.tree
            }
            UseTree::Path(path) if path.ident == "crate" => {
                parents = 2;
                &path.tree
            }
            UseTree::Glob(_) if parents == 1 => return Outside::Parent,
            UseTree::Glob(_) if parents > 1 => return Outside::Further,
            _ => return Outside::Unknown,
        };
    }
}

/// The map of std's that the last name of a path is called, if that may be one of a module's. It may be a variant's too.
pub(crate) fn named_in_std<T: Borrow<Ident>>(path: &[T]) -> Option<Kind> {
    let (last, parents) = path.split_last()?;
    let is_module = |ident: &T| !is_type(&ident.borrow().to_string());
    let kind = Home::Std.kind_named(last.borrow());
    kind.filter(|_| !parents.is_empty() && parents.iter().all(is_module))
}

/// The map that a path of the crate's is called as by a known name of one with another hasher.
pub(crate) fn called_in(path: &[Ident]) -> Option<Called> {
    let (last, parents) = path.split_last()?;
    let is_module = |ident: &Ident| !is_type(&ident.to_string());
    let kind = called(&last.to_string())
        .filter(|_| parents.first().is_some_and(is_of_crate) && parents.iter().all(is_module))?;
    Some(Called {
        kind,
        parameters: Some(kind.parameters()),
    })
}

struct Binder<'b> {
    krate: &'b Path,
    absolute: bool,
    into: &'b mut Vec<Bound>,
    unknown: bool,
}

impl Binder<'_> {
    fn walk<'t>(&mut self, tree: &'t UseTree, trail: &mut Vec<&'t Ident>) {
        match tree {
            UseTree::Path(path) => {
                trail.push(&path.ident);
                self.walk(&path.tree, trail);
                trail.pop();
            }
            UseTree::Group(group) => {
                for tree in elements(&group.items) {
                    self.walk(tree, trail);
                }
            }
            UseTree::Name(name) if name.ident == "self" => {
                if let Some(last) = trail.last() {
                    self.bind(last, trail);
                }
            }
            UseTree::Rename(rename) if rename.ident == "self" => self.bind(&rename.rename, trail),
            UseTree::Name(UseName { ident }) => {
                trail.push(ident);
                self.bind(ident, trail);
                trail.pop();
            }
            UseTree::Rename(UseRename { ident, rename, .. }) => {
                trail.push(ident);
                self.bind(rename, trail);
                trail.pop();
            }
            UseTree::Glob(_) => self.glob(trail),
        }
    }

    fn bind(&mut self, name: &Ident, trail: &[&Ident]) {
        let made = trail.split_last().and_then(|(name, parents)| {
            let (_, home) = root_of(parents, self.krate)?;
            home.kind_of_macro(name)
        });
        match made {
            Some(kind) => self.push(of_macro(name), Meaning::Map(kind), trail, false),
            None => {
                let meaning = self.meaning(trail);
                self.push(name.to_string(), meaning, trail, false);
            }
        }
    }

    fn glob(&mut self, trail: &[&Ident]) {
        match self.meaning(trail) {
            Meaning::All(home) => {
                let root = root_of(trail, self.krate);
                for kind in home.kinds() {
                    if root.is_some_and(|(root, _)| root.has(*kind)) {
                        self.push(kind.name().to_owned(), Meaning::Map(*kind), trail, true);
                        self.push(kind.module().to_owned(), Meaning::Module(*kind), trail, true);
                    }
                }
                for (name, kind) in home.macros() {
                    self.push(of_macro(name), Meaning::Map(*kind), trail, true);
                }
            }
            Meaning::Module(kind) => self.push(kind.name().to_owned(), Meaning::Map(kind), trail, true),
            Meaning::Aliases(_) => {
                for known in trail.iter().flat_map(|krate| aliases_of(krate)) {
                    self.push(known.name.to_owned(), Meaning::Map(known.kind), trail, true);
                }
                self.unknown = true;
            }
            Meaning::Other if self.is_in_module(trail) => {}
            _ => self.unknown = true,
        }
    }

    /// Whether it leads to what a map's module has beside the map, as `hash_map::Entry`.
    fn is_in_module(&self, trail: &[&Ident]) -> bool {
        let parents = trail.split_last().map(|(_, parents)| parents);
        parents.is_some_and(|parents| matches!(self.meaning(parents), Meaning::Module(_)))
    }

    fn push(&mut self, name: String, meaning: Meaning, trail: &[&Ident], glob: bool) {
        // By its own name a crate is what its paths are read as anyway.
        if matches!(meaning, Meaning::Crate(_) | Meaning::Aliases(_))
            && trail.first().is_some_and(|first| **first == name)
        {
            return;
        }
        let mut path = Vec::new();
        for ident in trail {
            path.push((*ident).clone());
        }
        self.into.push(Bound {
            name,
            meaning,
            path,
            absolute: self.absolute,
            glob,
            is_alias: known_alias(trail).is_some() || (glob && matches!(self.meaning(trail), Meaning::Aliases(_))),
        });
    }

    /// What the path `trail` leads to.
    fn meaning(&self, trail: &[&Ident]) -> Meaning {
        meaning_of(trail, self.krate, self.absolute)
    }
}

/// What a path leads to that begins with a name of no item.
pub(crate) fn meaning(path: &[&Ident], krate: &Path) -> Meaning {
    meaning_of(path, krate, false)
}

fn meaning_of(trail: &[&Ident], krate: &Path, absolute: bool) -> Meaning {
    let root = |trail: &[&Ident]| root_of(trail, krate).filter(|(root, _)| *root != Root::Local || !absolute);
    match trail {
        [first] if *first == "std" => return Meaning::Crate(Root::Original),
        [first] if *first == "alloc" => return Meaning::Crate(Root::Alloc),
        [first] => {
            if let Some(known) = aliases_of(first).first() {
                return Meaning::Aliases(known.krate);
            }
        }
        _ => {}
    }
    if let Some((_, home)) = root(trail) {
        return Meaning::All(home);
    }
    if let Some(known) = known_alias(trail) {
        return Meaning::Map(known.kind);
    }
    let Some((last, parents)) = trail.split_last() else {
        return Meaning::Other;
    };
    if let Some((root, home)) = root(parents) {
        let kind = |kind: Option<Kind>| kind.filter(|kind| root.has(*kind));
        return match (kind(home.kind_named(last)), kind(home.kind_of_module(last))) {
            (Some(kind), _) => Meaning::Map(kind),
            (None, Some(kind)) => Meaning::Module(kind),
            (None, None) => Meaning::Other,
        };
    }
    // `hash_map::HashMap`, with or without `std::collections::` before it.
    let Some((module, parents)) = parents.split_last() else {
        return Meaning::Other;
    };
    let home = match root(parents) {
        Some((_, home)) => home,
        None if parents.is_empty() && !absolute => Home::Std,
        None => return Meaning::Other,
    };
    match home.kind_of_module(module) {
        Some(kind) if *last == kind.name() => Meaning::Map(kind),
        _ => Meaning::Other,
    }
}
