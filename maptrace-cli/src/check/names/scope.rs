//! The names that the items of one module or block bring.

use std::collections::{HashMap, HashSet};

use syn::{Item, UseTree};

use super::{Words, word};
use crate::check::attributes::{Annotated, annotated, is_skipped};

/// What the items of one module or block are called.
#[derive(Default)]
pub(in crate::check) struct Scope {
    /// Several where conditions choose among them.
    pub(super) names: HashMap<String, Vec<Meaning>>,
    pub(super) globs: Vec<Glob>,
    /// What `extern crate` calls by another name. At the root of the crate all modules see that.
    pub(super) crates: HashMap<String, String>,
    /// Those of the names that an annotated `use` brings.
    pub(super) annotated: HashSet<String>,
}

pub(super) struct Glob {
    pub(super) path: Words,
    /// Whether its `use` is annotated.
    pub(super) is_annotated: bool,
    /// Whether its maps are to stay plain.
    pub(super) is_skipped: bool,
}

pub(super) enum Meaning {
    Import(Words),
    /// An import whose maps are to stay plain.
    Skipped(Words),
    Item,
}

impl Scope {
    pub(in crate::check) fn of<'a>(items: impl Iterator<Item = &'a Item>) -> Self {
        let mut scope = Self::default();
        for item in items {
            match item {
                Item::Use(item) => each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| {
                    let is_annotated = annotated(&item.attrs) != Annotated::No;
                    let is_skipped = is_skipped(&item.attrs);
                    if is_annotated {
                        scope.annotated.extend(leaf.name.clone());
                    }
                    match leaf.name {
                        Some(name) if is_skipped => scope.add(name, Meaning::Skipped(leaf.path)),
                        Some(name) => scope.add(name, Meaning::Import(leaf.path)),
                        None => scope.globs.push(Glob {
                            path: leaf.path,
                            is_annotated,
                            is_skipped,
                        }),
                    }
                }),
                Item::ExternCrate(item) => {
                    let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
                    // `extern crate std` and its like say nothing new.
                    if item.rename.is_some() {
                        let path = Words {
                            absolute: true,
                            words: vec![word(&item.ident)],
                        };
                        scope.crates.insert(word(name), word(&item.ident));
                        scope.add(word(name), Meaning::Import(path));
                    }
                }
                Item::Struct(item) => scope.item(&item.ident),
                Item::Enum(item) => scope.item(&item.ident),
                Item::Union(item) => scope.item(&item.ident),
                Item::Type(item) => scope.item(&item.ident),
                Item::Trait(item) => scope.item(&item.ident),
                _ => {}
            }
        }
        scope
    }

    fn item(&mut self, ident: &syn::Ident) {
        self.add(word(ident), Meaning::Item);
    }

    fn add(&mut self, name: String, meaning: Meaning) {
        self.names.entry(name).or_default().push(meaning);
    }

    /// Whether an item in here brings the name, and no glob.
    pub(in crate::check) fn brings(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }
}

/// One branch of a `use`.
pub(in crate::check) struct Leaf {
    pub(in crate::check) path: Words,
    /// The name it brings; none for a glob.
    pub(in crate::check) name: Option<String>,
}

pub(in crate::check) fn each_leaf(tree: &UseTree, absolute: bool, found: &mut impl FnMut(Leaf)) {
    walk(tree, absolute, &mut Vec::new(), found);
}

fn walk(tree: &UseTree, absolute: bool, before: &mut Vec<String>, found: &mut impl FnMut(Leaf)) {
    let mut leaf = |last: Option<String>, name: Option<String>| {
        let words = before
            .iter()
            .cloned()
            .chain(last.filter(|last| last != "self"))
            .collect();
        found(Leaf {
            path: Words { absolute, words },
            name,
        });
    };
    match tree {
        UseTree::Path(path) => {
            before.push(word(&path.ident));
            walk(&path.tree, absolute, before, found);
            before.pop();
        }
        UseTree::Name(name) => {
            let last = word(&name.ident);
            let own = if last == "self" {
                before.last().cloned()
            } else {
                Some(last.clone())
            };
            leaf(Some(last), own);
        }
        UseTree::Rename(rename) => leaf(Some(word(&rename.ident)), Some(word(&rename.rename))),
        UseTree::Glob(_) => leaf(None, None),
        UseTree::Group(group) => {
            for tree in &group.items {
                walk(tree, absolute, before, found);
            }
        }
    }
}
