//! What the attribute would make of a type or an initialiser.

use std::collections::BTreeSet;

use proc_macro2::{LineColumn, Span};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Type};

use super::find::Finder;
use super::macros::Content;
use super::maps::{Foreign, Kin, StdPart, attribute_sees};
use super::names::{Origin, Words};

/// The maps in a type or an expression.
#[derive(Clone, Default)]
pub(super) struct Found {
    /// Those that the attribute rewrites, and rightly.
    pub(super) rewritten: BTreeSet<String>,
    /// Those that it would take for std's.
    pub(super) mistaken: Vec<Words>,
    /// Of `rewritten`, those that are written with their path: no import traces them.
    pub(super) in_full: BTreeSet<String>,
    /// Those that the attribute refuses to leave plain beside others.
    pub(super) refused: Vec<Words>,
    /// Names that nobody in these sources brings.
    pub(super) unseen: BTreeSet<String>,
    /// Std's maps that are written with their path where it does not look.
    pub(super) hidden: Vec<(&'static str, LineColumn)>,
    /// Std's maps behind another name of std's or alloc's that it does not know.
    pub(super) renamed: Vec<(Words, LineColumn)>,
    /// Whether there are maps that it traces by an annotated import alone, which they do not have and cannot get.
    pub(super) is_left: bool,
    /// Maps of other crates that are written with their path.
    pub(super) foreign: Vec<(Words, Foreign, Span)>,
}

impl Found {
    pub(super) fn is_clear(&self) -> bool {
        self.mistaken.is_empty() && self.unseen.is_empty()
    }

    /// All that it would take for std's though that cannot be said.
    pub(super) fn others(&self) -> BTreeSet<String> {
        let mistaken = self.mistaken.iter().map(ToString::to_string);
        mistaken.chain(self.unseen.iter().cloned()).collect()
    }
}

/// Reads types and expressions.
pub(super) struct Look<'l, 'a> {
    finder: &'l Finder<'a>,
    found: Found,
    is_hidden: bool,
}

impl<'a> Finder<'a> {
    pub(super) fn look(&self, look: impl FnOnce(&mut Look<'_, 'a>)) -> Found {
        let mut looking = Look {
            finder: self,
            found: Found::default(),
            is_hidden: false,
        };
        look(&mut looking);
        looking.found
    }
}

impl Look<'_, '_> {
    fn rewritten(&mut self, words: &Words) {
        let map = words.through_map();
        if words.is_from_root() || self.finder.begins_with_crate(words) {
            self.found.in_full.insert(map.clone());
        }
        self.found.rewritten.insert(map);
    }
}

impl<'ast> Visit<'ast> for Look<'_, '_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words = Words::from(path);
        let finder = self.finder;
        let origin = finder.origin(&words);
        if self.is_hidden {
            if let Origin::Std(StdPart::Map(map) | StdPart::Beside(map)) = origin
                && words.is_from_root()
            {
                self.found.hidden.push((map, path.span().start()));
            }
            return visit::visit_path(self, path);
        }
        if origin == Origin::Other {
            finder.names_item(&words);
        }
        let seen = attribute_sees(&words.words);
        match origin {
            Origin::Std(StdPart::Map(_)) if seen && finder.is_conditional(&words) => self.found.mistaken.push(words),
            Origin::Std(StdPart::Map(_)) if seen => self.rewritten(&words),
            // An entry or an iterator, which the line above its `use` traces.
            Origin::Std(StdPart::Beside(_)) if seen && words.is_from_root() => self.rewritten(&words),
            Origin::Std(StdPart::Map(_)) => match finder.by_other_name_of_std(&words) {
                Some(true) => {
                    self.found.in_full.insert(words.through_map());
                    self.rewritten(&words);
                }
                Some(false) => self.found.renamed.push((words, path.span().start())),
                None => {}
            },
            Origin::Foreign(map) if map.is_beside() && !finder.begins_with_crate(&words) => {}
            Origin::Foreign(map) if map.kin == Kin::Module => self.rewritten(&words),
            Origin::Foreign(map) => {
                if seen {
                    self.found.mistaken.push(words.clone());
                }
                let in_full = finder.begins_with_crate(&words) || finder.is_unnamed(&words, &map);
                if in_full && finder.is_refused(&words, &map) {
                    self.found.is_left = true;
                    self.found.refused.push(words.clone());
                }
                if in_full {
                    self.found.foreign.push((words, map, path.span()));
                }
            }
            Origin::Plain { is_map, is_skipped } => {
                self.found.is_left |= is_map;
                if is_map && !is_skipped {
                    self.found.refused.push(words);
                }
            }
            Origin::Other | Origin::Unseen if seen && finder.is_left(&words) => {}
            Origin::Other if seen => self.found.mistaken.push(words),
            Origin::Unseen if seen => _ = self.found.unseen.insert(words.to_string()),
            _ => {}
        }
        visit::visit_path(self, path);
    }

    fn visit_type(&mut self, ty: &'ast Type) {
        // These hold no map, and the attribute leaves them alone.
        let holds_none = matches!(
            ty,
            Type::FnPtr(_) | Type::TraitObject(_) | Type::ImplTrait(_) | Type::Macro(_)
        );
        let is_hidden = self.is_hidden;
        self.is_hidden |= holds_none;
        visit::visit_type(self, ty);
        self.is_hidden = is_hidden;
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.visit_path(&mac.path);
        if let Some(content) = Content::of(mac) {
            content.visit(self);
        }
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}
