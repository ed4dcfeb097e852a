//! Imports: which of their branches lead to std's maps, and the same imports from the traced `collections`.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::{Ident, ItemUse, Path, PathSegment, Token, UseGroup, UseName, UsePath, UseRename, UseTree};

use crate::maps::{ImportedMap, Kind, Position, Root, collections_of, collections_root, foreign, is_hasher};

/// A `use` item after the rewriting.
pub(crate) struct Split {
    /// What the one item became: what is left of it, then one item for each branch that was taken out.
    pub(crate) items: Vec<ItemUse>,
    /// The maps it brings into reach, first come first.
    pub(crate) kinds: Vec<Kind>,
    /// Whether any branch leads to a map or to a type of a map's module.
    pub(crate) touched: bool,
    /// Modules that the user imported and the rewritten item no longer uses.
    pub(crate) imported: Vec<ImportedMap>,
    /// The first import of a map of another crate, and why it is not traced.
    pub(crate) foreign: Option<(Ident, String)>,
}

/// Separates what comes from a `collections` module from the rest.
pub(crate) fn split(item: &ItemUse, krate: &Path) -> Split {
    let mut splitter = Splitter {
        krate,
        // `::collections` is a crate of that name, not the user's import of std's module.
        absolute: item.leading_colon.is_some(),
        taken: Vec::new(),
        kinds: Vec::new(),
        touched: false,
        imported: Vec::new(),
        foreign: None,
    };
    let rest = splitter.walk(&item.tree, &mut Vec::new());
    let rest = rest.map(|tree| ItemUse { tree, ..item.clone() });
    let taken = splitter.taken.into_iter().map(|(tree, here)| {
        let (leading_colon, prefix) = collections_of(krate, here, Position::Declaration);
        // The last segment is `collections`, which the tree brings itself, perhaps renamed.
        let parents = prefix.len() - 1;
        let tree = prefix
            .into_iter()
            .take(parents)
            .rfold(tree, |tree, segment| below(segment.ident, tree));
        ItemUse {
            leading_colon,
            tree,
            ..item.clone()
        }
    });
    Split {
        items: rest.into_iter().chain(taken).collect(),
        kinds: splitter.kinds,
        touched: splitter.touched,
        imported: splitter.imported,
        foreign: splitter.foreign,
    }
}

/// The names that a tree binds, as far as they can be known: of the globs those of maps.
pub(crate) fn bound_names(tree: &UseTree, into: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => match &*path.tree {
            UseTree::Group(group) if group.items.iter().any(is_self) => {
                into.push(path.ident.to_string());
                bound_names(&path.tree, into);
            }
            UseTree::Glob(_) if path.ident == "collections" => {
                into.extend(
                    Kind::ALL
                        .iter()
                        .flat_map(|kind| [kind.name(), kind.module()])
                        .map(str::to_owned),
                );
            }
            UseTree::Glob(_) => into.extend(Kind::from_module(&path.ident).map(|kind| kind.name().to_owned())),
            tree => bound_names(tree, into),
        },
        UseTree::Name(name) => into.push(name.ident.to_string()),
        UseTree::Rename(rename) => into.push(rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| bound_names(tree, into)),
        UseTree::Glob(_) => {}
    }
}

fn is_self(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Name(name) if name.ident == "self")
}

fn below(ident: Ident, tree: UseTree) -> UseTree {
    let colon2_token = Token![::](ident.span());
    UseTree::Path(UsePath {
        ident,
        colon2_token,
        tree: Box::new(tree),
    })
}

struct Splitter<'a> {
    krate: &'a Path,
    absolute: bool,
    /// Trees that start at `collections`, and where the user wrote what they replace.
    taken: Vec<(UseTree, Span)>,
    kinds: Vec<Kind>,
    touched: bool,
    imported: Vec<ImportedMap>,
    foreign: Option<(Ident, String)>,
}

impl Splitter<'_> {
    /// Returns what of `tree`, which stands below `trail`, stays as it was written.
    fn walk<'t>(&mut self, tree: &'t UseTree, trail: &mut Vec<&'t Ident>) -> Option<UseTree> {
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
                let taken_before = self.taken.len();
                let items: Punctuated<UseTree, Token![,]> =
                    group.items.iter().filter_map(|tree| self.walk(tree, trail)).collect();
                if self.taken.len() == taken_before {
                    return Some(tree.clone());
                }
                match items.len() {
                    0 => None,
                    // `std::{sync::Arc}` would be warned about, `std::{self}` may not be written without its braces.
                    1 if !is_self(&items[0]) => items.into_iter().next(),
                    _ => Some(UseTree::Group(UseGroup {
                        brace_token: group.brace_token,
                        items,
                    })),
                }
            }
            UseTree::Glob(_) => Some(tree.clone()),
        }
    }

    /// `path.ident` is the last of `trail`.
    fn walk_path<'t>(&mut self, path: &'t UsePath, trail: &mut Vec<&'t Ident>) -> Option<UseTree> {
        let here = path.ident.span();
        let whole = UseTree::Path(path.clone());
        let root = collections_root(trail, self.krate).filter(|root| *root != Root::Local || !self.absolute);
        if let Some(root) = root {
            if !self.note_collections(root, &path.tree) {
                return Some(whole);
            }
            if root == Root::Local {
                // Every `collections` module has the ordered map.
                self.import_of(&path.ident, Kind::BTreeMap);
            }
            return self.take(root, whole, here);
        }
        match Kind::from_module(&path.ident) {
            Some(kind) if trail.len() == 1 && !self.absolute => {
                if !self.note_module(kind, &path.tree) {
                    return Some(whole);
                }
                self.import_of(&path.ident, kind);
                self.taken.push((
                    below(Ident::new("collections", Span::mixed_site().located_at(here)), whole),
                    here,
                ));
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

    /// `use std::collections`, or an import of something else. `ident` is the last of `trail`.
    fn walk_leaf(&mut self, leaf: &UseTree, ident: &Ident, trail: &[&Ident]) -> Option<UseTree> {
        match collections_root(trail, self.krate) {
            Some(root) if root != Root::Local => {
                self.note_all(root);
                self.take(root, leaf.clone(), ident.span())
            }
            _ => {
                if self.foreign.is_none() {
                    self.foreign = foreign(trail).map(|why| (ident.clone(), why));
                }
                Some(leaf.clone())
            }
        }
    }

    /// Takes `tree`, which starts at `collections`, out, unless it comes from maptrace already.
    fn take(&mut self, root: Root, tree: UseTree, here: Span) -> Option<UseTree> {
        if root == Root::Traced {
            return Some(tree);
        }
        self.taken.push((tree, here));
        None
    }

    fn note(&mut self, kind: Kind) {
        self.touched = true;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    fn note_all(&mut self, root: Root) -> bool {
        Kind::ALL
            .into_iter()
            .filter(|kind| root.has(*kind))
            .for_each(|kind| self.note(kind));
        true
    }

    /// Notes what `tree`, which stands below `collections`, imports. Returns whether any of it has to do with maps.
    fn note_collections(&mut self, root: Root, tree: &UseTree) -> bool {
        match tree {
            UseTree::Glob(_) => self.note_all(root),
            UseTree::Group(group) => {
                let mut found = false;
                for tree in &group.items {
                    found |= self.note_collections(root, tree);
                }
                found
            }
            UseTree::Path(path) => match Kind::from_module(&path.ident) {
                Some(kind) if root.has(kind) => self.note_module(kind, &path.tree),
                _ => false,
            },
            UseTree::Name(UseName { ident }) | UseTree::Rename(UseRename { ident, .. }) => {
                if ident == "self" {
                    return self.note_all(root);
                }
                match Kind::from_name(ident).or_else(|| Kind::from_module(ident)) {
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
                for tree in &group.items {
                    found |= self.note_module(kind, tree);
                }
                return found;
            }
            UseTree::Path(_) => return false,
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
        let segments = [module.clone(), Ident::new(kind.name(), module.span())];
        let segments = segments.into_iter().map(PathSegment::from).collect();
        self.imported.push(ImportedMap {
            kind,
            path: Path {
                leading_colon: None,
                segments,
            },
        });
    }
}
