//! Types of the user's own under the names of maps, as far as the file or the item shows them.

use syn::{Ident, Item, ItemMod};

use super::{Bound, Called, Meaning, Module, Names, Table, has_condition, map_called, name};
use crate::maps::Kind;
use crate::rewrite::blocks::listed;

impl Names {
    /// Whether an import leads to a type of the user's own, as far as the file shows its module. `innermost` is that of the
    /// block or module in which it stands.
    pub(super) fn has_type(&self, innermost: &Table, bound: &Bound) -> bool {
        let path = &*bound.path;
        let Some((first, below)) = path.split_first().filter(|_| !bound.absolute) else {
            return false;
        };
        let is_in = |table: &Table, path: &[Ident]| table.types.iter().any(|known| path.iter().eq(known));
        match Module::called(first) {
            Some(Module::Parent) => self.of_parent.iter().any(|table| is_in(table, below)),
            Some(Module::Own) => {
                // Its table follows.
                let is_module = self.tables.len() < self.of_module;
                (is_module && is_in(innermost, below))
                    || self.seen_by(Module::Own).iter().any(|table| is_in(table, below))
            }
            None if first == "crate" => {
                let all = self.further.iter().chain(&self.tables).chain([innermost]);
                let mut root = all.filter(|table| table.is_root);
                below.len() > 1 && root.any(|root| is_in(root, below))
            }
            None => {
                for table in [innermost].into_iter().chain(self.tables.iter().rev()) {
                    if is_in(table, path) {
                        return true;
                    }
                    let brings = |module: &String| first == module;
                    if table.modules.iter().any(brings) || table.get(&first.to_string()).is_some() {
                        return false;
                    }
                }
                false
            }
        }
    }

    /// How many blocks, modules and items are around.
    pub(in super::super) fn depth(&self) -> usize {
        self.tables.len()
    }

    /// Whether anything that is within so many of them brings the name, or may.
    pub(in super::super) fn is_hidden(&self, name: &Ident, around: usize) -> bool {
        let name = name.to_string();
        self.tables[around..]
            .iter()
            .any(|table| table.unknown || table.get(&name).is_some())
    }

    /// Whether a value of this name may be another item's than the type: where an import brings the one, a glob may bring the
    /// other, and std's maps are no values at all.
    pub(in super::super) fn may_differ_as_value(&self, name: &Ident) -> bool {
        let name = name.to_string();
        let mut tables = self.tables.iter().rev();
        let known = tables.find_map(|table| Some((table, table.get(&name)?)));
        known.is_some_and(|(table, known)| known.of_std.is_some() || known.is_traced || (table.unknown && !known.own))
    }

    /// Whether an import of the innermost block or module is rewritten for what it brings by its name.
    pub(in super::super) fn has_taken(&self) -> bool {
        self.tables
            .last()
            .is_some_and(|table| table.names.iter().any(|name| !name.taken.is_empty()))
    }

    /// The map that an import is rewritten for which the innermost of so many blocks and modules has, if it has but one: with
    /// two, each under its condition, what is said of one is not said of the other.
    pub(in super::super) fn taken_for(&self, name: &Ident, around: usize) -> Option<Kind> {
        let known = self.tables[..around].last()?.get(&name.to_string())?;
        match &*known.taken {
            [(_, Meaning::Map(kind))] => Some(*kind),
            _ => None,
        }
    }

    /// In the innermost block or module the name, which is this map's, is that of a type of the user's, or of an alias.
    pub(in super::super) fn bring_own(&mut self, name: &Ident, kind: Kind) {
        let known = self.innermost().at(&name.to_string());
        known.meaning = Some(Meaning::Called(Called { kind, parameters: None }));
        known.taken.clear();
    }
}

/// Collects the paths of types that are called as maps: those of these items, and of modules among them. What is there under a
/// condition may be an import's without it.
pub(super) fn types_of(items: &[&Item], trail: &mut Vec<String>, into: &mut Vec<Vec<String>>) {
    for item in items {
        let Some(name) = name(item) else { continue };
        trail.push(name.to_string());
        match item {
            Item::Mod(ItemMod {
                content: Some((_, items)),
                attrs,
                ..
            }) if !has_condition(attrs) => types_of(&listed(items), trail, into),
            // What an alias leads to is another question.
            Item::Mod(_) | Item::Type(_) => {}
            item if map_called(&name.to_string()).is_some() && !is_conditional(item) => into.push(trail.clone()),
            _ => {}
        }
        trail.pop();
    }
}

/// Whether a type is there under a condition alone.
fn is_conditional(item: &Item) -> bool {
    let attrs = match item {
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => return false,
    };
    has_condition(attrs)
}
