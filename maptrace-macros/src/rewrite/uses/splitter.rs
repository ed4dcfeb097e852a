//! The walk through the tree of an import, branch by branch.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::{Ident, Path, Token, UseGroup, UseName, UsePath, UseRename, UseTree};

use super::alias::Alias;
use crate::maps::{
    Home, Import, ImportedMap, Kind, Named, Needed, Root, aliases_of, foreign, is_hasher, known_alias, root_of,
};
use crate::rewrite::names::{Meaning, Names};
use crate::walk::elements;

pub(super) struct Splitter<'a> {
    pub(super) krate: &'a Path,
    pub(super) import: Import,
    pub(super) names: Option<&'a Names>,
    /// Whether the current path begins with a name of the item's, so that it is no crate's.
    pub(super) is_local: bool,
    pub(super) kind: Option<Kind>,
    pub(super) aliases: Vec<Alias>,
    pub(super) absolute: bool,
    /// Trees that start at `collections` or the like, whose that is, and where the user wrote what they replace.
    pub(super) taken: Vec<(UseTree, Home, Span)>,
    pub(super) kinds: Vec<Kind>,
    pub(super) made: Vec<Kind>,
    pub(super) touched: bool,
    /// Whether what is left may have no user where the whole has one.
    pub(super) may_be_unused: bool,
    /// Whether a trait is among it that makes plain maps with another crate's hasher.
    pub(super) takes_constructors: bool,
    pub(super) imported: Vec<ImportedMap>,
    pub(super) needed: Vec<Needed>,
    pub(super) foreign: Option<(Ident, String)>,
}

impl Splitter<'_> {
    /// Returns what of `tree`, which stands below `trail`, stays as it was written.
    pub(super) fn walk<'t>(&mut self, tree: &'t UseTree, trail: &mut Vec<&'t Ident>) -> Option<UseTree> {
        match tree {
            UseTree::Path(path) => {
                trail.push(&path.ident);
                let rest = self.walk_path(path, trail);
                trail.pop();
                rest
            }
            UseTree::Name(UseName { ident }) | UseTree::Rename(UseRename { ident, .. }) => {
                trail.push(ident);
                let rest = self.walk_leaf(tree, ident, trail);
                trail.pop();
                rest
            }
            UseTree::Group(group) => {
                let taken_before = self.taken.len() + self.aliases.len();
                let mut items = Punctuated::new();
                for tree in elements(&group.items) {
                    if let Some(rest) = self.walk(tree, trail) {
                        items.push(rest);
                    }
                }
                if self.taken.len() + self.aliases.len() == taken_before {
                    return Some(tree.clone());
                }
                grouped(group, items)
            }
            UseTree::Glob(_) => {
                self.take_aliases(trail);
                Some(tree.clone())
            }
        }
    }

    /// Hides what an annotated glob brings of std's maps with another crate's hasher.
    fn take_aliases(&mut self, trail: &[&Ident]) {
        let ([krate], None) = (trail, self.names) else { return };
        for known in aliases_of(krate) {
            let name = Ident::new(known.name, krate.span());
            self.note(known.kind);
            self.may_be_unused = true;
            self.aliases.push(Alias {
                path: vec![(*krate).clone(), name.clone()],
                name,
                kind: known.kind,
                known: Some(known),
                of_glob: true,
            });
        }
    }

    /// `path.ident` is the last of `trail`.
    fn walk_path<'t>(&mut self, path: &'t UsePath, trail: &mut Vec<&'t Ident>) -> Option<UseTree> {
        // What is reached through another import in here is rewritten by that one.
        if trail.len() == 1 && !self.absolute {
            self.is_local = self.names.is_some_and(|names| names.meaning(&path.ident).is_some());
        }
        if self.is_local {
            return self.below_local(path, trail);
        }
        let here = path.ident.span();
        let whole = UseTree::Path(path.clone());
        let root = root_of(trail, self.krate).filter(|(root, _)| *root != Root::Local || !self.absolute);
        if let Some((root, home)) = root {
            if !self.note_below((root, home), &path.tree) {
                return Some(whole);
            }
            if root == Root::Local {
                // Every `collections` module has the ordered map.
                self.import_of(&path.ident, Kind::BTreeMap);
            }
            if home == Home::Maplit && root != Root::Traced {
                return self.take_macros(path);
            }
            return self.take((root, home), whole, &path.ident);
        }
        match Home::Std.kind_of_module(&path.ident) {
            Some(kind) if trail.len() == 1 && !self.absolute => {
                if !self.note_module(kind, &path.tree) {
                    return Some(whole);
                }
                self.import_of(&path.ident, kind);
                let collections = Ident::new(Home::Std.module(), Span::mixed_site().located_at(here));
                self.taken.push((below(collections, whole), Home::Std, here));
                None
            }
            _ => {
                let rest = self.walk(&path.tree, trail)?;
                Some(UseTree::Path(UsePath {
                    tree: Box::new(rest),
                    ..path.clone()
                }))
            }
        }
    }

    fn below_local<'t>(&mut self, path: &'t UsePath, trail: &mut Vec<&'t Ident>) -> Option<UseTree> {
        let rest = self.walk(&path.tree, trail)?;
        Some(UseTree::Path(UsePath {
            tree: Box::new(rest),
            ..path.clone()
        }))
    }

    /// Takes out what is taken for std's by its name.
    fn take_by_name(&mut self, leaf: &UseTree, ident: &Ident, trail: &[&Ident]) -> bool {
        // `collections::{self as all}` is `collections as all`.
        let (ident, trail) = match trail {
            [parents @ .., module, _] if ident == "self" => (*module, &trail[..=parents.len()]),
            _ => (ident, trail),
        };
        let (name, leaf) = match leaf {
            UseTree::Rename(leaf) => {
                let ident = ident.clone();
                (&leaf.rename, UseTree::Rename(UseRename { ident, ..leaf.clone() }))
            }
            _ => (ident, UseTree::Name(UseName { ident: ident.clone() })),
        };
        let Some(taken) = self.names.and_then(|names| names.taken(name, trail)) else {
            return false;
        };
        let here = ident.span();
        let collections = || Ident::new(Home::Std.module(), Span::mixed_site().located_at(here));
        let mut path = Path::from(trail[0].clone());
        for ident in &trail[1..] {
            path.segments.push((*ident).clone().into());
        }
        let (kind, tree) = match taken {
            Meaning::Map(kind) => (kind, below(collections(), leaf)),
            Meaning::Module(kind) => (kind, below(collections(), leaf)),
            // Every `collections` module has the ordered map.
            _ => (Kind::BTreeMap, leaf),
        };
        if *ident != kind.name() {
            path.segments.push(Ident::new(kind.name(), here).into());
        }
        self.imported.push(ImportedMap {
            kind,
            path,
            named: Named::ByImport,
        });
        self.note(kind);
        self.taken.push((tree, Home::Std, here));
        true
    }

    /// Takes out what maptrace has of maplit, and returns the rest. `convert_args!` is among it: of a glob and of a name it
    /// has to be the same one.
    fn take_macros(&mut self, path: &UsePath) -> Option<UseTree> {
        let (taken, rest) = self.split_macros(&path.tree);
        let below = |tree| below(path.ident.clone(), tree);
        if let Some(taken) = taken {
            self.taken.push((below(taken), Home::Maplit, path.ident.span()));
        }
        rest.map(below)
    }

    /// What maptrace has of `tree`, which stands below `maplit`, and the rest.
    fn split_macros(&mut self, tree: &UseTree) -> (Option<UseTree>, Option<UseTree>) {
        match tree {
            UseTree::Group(group) => {
                let (mut all_taken, mut all_rest) = (Punctuated::new(), Punctuated::new());
                for tree in elements(&group.items) {
                    let (taken, rest) = self.split_macros(tree);
                    if let Some(taken) = taken {
                        all_taken.push(taken);
                    }
                    if let Some(rest) = rest {
                        all_rest.push(rest);
                    }
                }
                (grouped(group, all_taken), grouped(group, all_rest))
            }
            UseTree::Glob(_) => (Some(tree.clone()), None),
            UseTree::Name(UseName { ident }) | UseTree::Rename(UseRename { ident, .. })
                if ident == "self" || ident == "convert_args" || Home::Maplit.kind_of_macro(ident).is_some() =>
            {
                (Some(tree.clone()), None)
            }
            UseTree::Name(_) | UseTree::Rename(_) | UseTree::Path(_) => (None, Some(tree.clone())),
        }
    }

    /// `use std::collections`, or an import of something else. `ident` is the last of `trail`.
    fn walk_leaf(&mut self, leaf: &UseTree, ident: &Ident, trail: &[&Ident]) -> Option<UseTree> {
        if self.take_by_name(leaf, ident, trail) {
            return None;
        }
        match root_of(trail, self.krate).filter(|_| !self.is_local) {
            Some((root, home)) if root != Root::Local => {
                self.note_all((root, home));
                self.take((root, home), leaf.clone(), ident)
            }
            _ => {
                let known = match self.names {
                    _ if self.kind.is_some() => None,
                    Some(names) if !self.absolute => names.known_alias(trail),
                    _ => known_alias(trail),
                };
                if let Some(kind) = self.kind.or(known.map(|known| known.kind)) {
                    let name = match leaf {
                        UseTree::Rename(leaf) => &leaf.rename,
                        _ => ident,
                    };
                    let mut path = Vec::new();
                    for ident in trail {
                        path.push((*ident).clone());
                    }
                    // `HashMapExt` of ahash has `new()` for the plain map alone.
                    self.may_be_unused |= known.is_some_and(|known| known.new_with.is_some());
                    self.aliases.push(Alias {
                        name: name.clone(),
                        path,
                        kind,
                        known,
                        of_glob: false,
                    });
                    Needed::note(&mut self.needed, ident, kind.home());
                    self.note(kind);
                    return None;
                }
                if let [krate, name] = trail
                    && *krate == "ahash"
                    && (*name == "HashMapExt" || *name == "HashSetExt")
                {
                    // Has `new()` for the plain map alone, and may have no other user.
                    self.touched = true;
                    self.may_be_unused = true;
                    self.takes_constructors = true;
                }
                if self.foreign.is_none() {
                    self.foreign = foreign(trail, Some(self.import)).map(|why| (ident.clone(), why));
                }
                Some(leaf.clone())
            }
        }
    }

    /// Takes `tree`, which starts at `collections` or the like, out, unless it comes from maptrace already.
    fn take(&mut self, (root, home): (Root, Home), tree: UseTree, here: &Ident) -> Option<UseTree> {
        if root == Root::Traced {
            return Some(tree);
        }
        Needed::note(&mut self.needed, here, home);
        self.taken.push((tree, home, here.span()));
        None
    }

    fn note(&mut self, kind: Kind) {
        self.touched = true;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    fn note_made(&mut self, kind: Kind) {
        self.touched = true;
        if !self.made.contains(&kind) {
            self.made.push(kind);
        }
    }

    fn note_all(&mut self, (root, home): (Root, Home)) -> bool {
        for kind in home.kinds() {
            if root.has(*kind) {
                self.note(*kind);
            }
        }
        for (_, kind) in home.macros() {
            self.note_made(*kind);
        }
        true
    }

    /// Notes what `tree`, which stands below `collections` or the like, imports. Returns whether any of it has to do
    /// with maps.
    fn note_below(&mut self, (root, home): (Root, Home), tree: &UseTree) -> bool {
        match tree {
            UseTree::Glob(_) => self.note_all((root, home)),
            UseTree::Group(group) => {
                let mut found = false;
                for tree in elements(&group.items) {
                    found |= self.note_below((root, home), tree);
                }
                found
            }
            UseTree::Path(path) => match home.kind_of_module(&path.ident) {
                Some(kind) if root.has(kind) => self.note_module(kind, &path.tree),
                _ => false,
            },
            UseTree::Name(UseName { ident }) | UseTree::Rename(UseRename { ident, .. }) => {
                if ident == "self" {
                    return self.note_all((root, home));
                }
                if let Some(kind) = home.kind_of_macro(ident) {
                    self.note_made(kind);
                    return true;
                }
                match home.kind_named(ident).or_else(|| home.kind_of_module(ident)) {
                    Some(kind) if root.has(kind) => {
                        self.note(kind);
                        true
                    }
                    _ => false,
                }
            }
        }
    }

    /// The same for what stands below `hash_map` and the like.
    fn note_module(&mut self, kind: Kind, tree: &UseTree) -> bool {
        match tree {
            UseTree::Glob(_) => self.note(kind),
            UseTree::Group(group) => {
                let mut found = false;
                for tree in elements(&group.items) {
                    found |= self.note_module(kind, tree);
                }
                return found;
            }
            // `Entry::{Occupied, Vacant}`, or a module inside the map's.
            UseTree::Path(_) => self.touched = true,
            UseTree::Name(UseName { ident }) | UseTree::Rename(UseRename { ident, .. }) => {
                if is_hasher(ident) {
                    return false;
                }
                if ident == "self" || ident == kind.name() {
                    self.note(kind);
                }
                self.touched = true;
            }
        }
        true
    }

    /// Remembers that the user's import of `module` loses a user; it has maps of `kind`.
    fn import_of(&mut self, module: &Ident, kind: Kind) {
        let mut path = Path::from(module.clone());
        path.segments.push(Ident::new(kind.name(), module.span()).into());
        self.imported.push(ImportedMap {
            kind,
            path,
            named: Named::ByImport,
        });
    }
}

fn is_self(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Name(UseName { ident }) | UseTree::Rename(UseRename { ident, .. }) if ident == "self")
}

/// `items` between the braces of `group`.
fn grouped(group: &UseGroup, mut items: Punctuated<UseTree, Token![,]>) -> Option<UseTree> {
    match items.len() {
        0 => None,
        // `std::{sync::Arc}` would be warned about, `std::{self}` may not be written without its braces.
        1 if !is_self(&items[0]) => items.pop(),
        _ => Some(UseTree::Group(UseGroup {
            brace_token: group.brace_token,
            items,
        })),
    }
}

pub(super) fn below(ident: Ident, tree: UseTree) -> UseTree {
    let colon2_token = Token![::](ident.span());
    UseTree::Path(UsePath {
        ident,
        colon2_token,
        tree: Box::new(tree),
    })
}
