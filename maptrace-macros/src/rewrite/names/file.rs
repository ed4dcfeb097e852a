//! The names around an annotated item, as the imports of its file have them.

use syn::Path;

use super::{Agreed, Brought, Called, Meaning, Name, Names, Plain, Table, is_skipped, kind_said, own};
use crate::around::{Imports, is_of_crate};
use crate::maps::{Home, called, is_map_name};
use crate::rewrite::uses;

/// What the imports of one name say of it, each under its own condition. Of a kind the first counts.
#[derive(Default)]
struct Told {
    /// Of an annotated one what it is, and whether the name alone says so.
    annotated: Option<(Meaning, bool)>,
    /// Of one that says `#[maptrace(skip)]`.
    skipped: Option<Brought>,
    /// Of one without attribute, if the name does not say so.
    other: Option<Brought>,
    /// Of one without attribute, if the name does.
    of_std: Option<Brought>,
    /// Whether an import or item of the name may be no map.
    may_be_none: bool,
}

impl Told {
    /// Adds what the name means. Where it is left to the name, it means nothing.
    fn enter(self, known: &mut Name) {
        let plain = |brought, skipped| Meaning::Plain(Plain { brought, skipped });
        let says_what = self.may_be_none && self.annotated.is_some() && self.of_std.is_none();
        let all_by_name = self.skipped.is_none() && !says_what && self.annotated.is_none_or(|(_, by_name)| by_name);
        let meaning = match (self.annotated, self.skipped, self.other, self.of_std) {
            // What is traced by its name in one is not to be refused for the other. The compiler finds out.
            (None, None, Some(_), Some(_)) => return,
            (_, _, None, Some(_)) if all_by_name => {
                known.is_traced = self.annotated.is_some();
                if let (None, Some(brought)) = (self.annotated, self.of_std) {
                    known.of_std = Some(Plain {
                        brought,
                        skipped: false,
                    });
                }
                return;
            }
            (_, _, Some(brought), _) | (_, _, None, Some(brought)) => plain(brought, false),
            (Some(_), None, None, None) if all_by_name => {
                known.is_traced = true;
                return;
            }
            // The name stays as it is, for each import to say what it is.
            (Some((meaning, _)), skipped, None, None) => {
                if says_what {
                    known.agreed = Agreed::OnNothing;
                } else if skipped.is_some() {
                    known.agreed = Agreed::OnMap;
                }
                meaning
            }
            (None, Some(brought), None, None) => plain(brought, true),
            (None, None, None, None) => return,
        };
        known.meaning = Some(meaning);
    }
}

/// What is told of a name.
fn entry(told: &mut Vec<(String, Told)>, name: String) -> &mut Told {
    let at = told.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        told.push((name, Told::default()));
        told.len() - 1
    });
    &mut told[at].1
}

/// Whether a type or module of this name, if the file has it, may have to do with maps elsewhere.
fn may_be_asked(name: &str) -> bool {
    let homes = Home::ALL.iter();
    let mut kinds = homes.flat_map(|home| home.kinds());
    kinds.any(|kind| name == kind.name() || name == kind.module()) || is_map_name(name)
}

impl Names {
    /// Goes from the blocks and modules further out into one with these imports.
    fn reach(&mut self, imports: &Imports, krate: &Path) {
        let (mut all, mut left_globs) = (Vec::new(), Vec::new());
        let mut unknown = false;
        for item in &imports.items {
            let mut bound = Vec::new();
            let is_unknown = uses::bound_names(item, krate, &mut bound);
            unknown |= is_unknown;
            let is_left = is_unknown && !bound.iter().any(|bound| bound.glob);
            let ours = own(&item.attrs);
            let said = ours.and_then(kind_said).map(Meaning::Map);
            let annotated = ours.is_some_and(|attribute| !is_skipped(attribute));
            if is_left && ours.is_some_and(is_skipped) {
                left_globs.push(uses::outside(item));
            }
            for bound in bound {
                all.push((bound, said, annotated, ours.is_some()));
            }
        }
        let by_name = |name: &str| {
            imports.names.iter().any(|other| other == name)
                || all.iter().any(|(bound, ..)| !bound.glob && bound.name == name)
        };
        // What is brought here hides what is further out, also if nothing is to be said of it.
        let mut table = Table {
            types: imports.below.clone(),
            modules: imports.modules.clone(),
            is_root: imports.is_root,
            unknown,
            ..Table::default()
        };
        for name in &imports.names {
            // A file may have thousands, and of most nothing is ever asked.
            if self.said(name).is_some() || may_be_asked(name) {
                table.at(name).own = true;
            }
        }
        for (bound, ..) in &all {
            let around = self.around_of(bound);
            table.at(&bound.name).is_traced_alias |= around.is_some_and(|around| around.is_traced_alias);
        }
        let crates: Vec<_> = all.iter().filter(|(bound, ..)| bound.rank() == 0).collect();
        let mut told: Vec<(String, Told)> = Vec::new();
        // Those that are no map as far as their path tells, and whether the module around says so.
        let mut others = Vec::new();
        for (bound, said, annotated, has_attribute) in &all {
            if bound.glob && by_name(&bound.name) {
                continue;
            }
            let around = self.around_of(bound);
            let agreed = around.map_or(Agreed::All, |around| around.agreed);
            let around = around.and_then(|around| around.meaning);
            let known = bound.known_by(crates.iter().map(|(krate, ..)| krate));
            let is_alias = bound.is_alias || said.is_some() || known.is_some();
            let name = bound.name.clone();
            let known = known.map(|known| Meaning::Map(known.kind));
            let meaning = said.or(around).or(known).unwrap_or(bound.meaning);
            let is_none = around.is_some_and(Meaning::is_none) || (!has_attribute && self.has_type(&table, bound));
            if around == Some(meaning) && !is_none {
                // As it is there, whatever stands above the import.
                let alias = self.alias_from(bound);
                let known = table.at(&name);
                (known.alias, known.agreed) = (alias, agreed);
                let (_, by_name) = entry(&mut told, name).annotated.get_or_insert((meaning, false));
                *by_name = false;
                continue;
            }
            if bound.rank() == 0 && !has_attribute {
                table.at(&name).meaning = Some(meaning);
                continue;
            }
            // What is no map of std's as far as the file shows, but called so, is left as it is if the user says so.
            let is_skipped = *has_attribute && !annotated;
            let left = || {
                let named = Home::Std.kinds().iter().find(|kind| name == kind.name());
                let named = named.map(|kind| Brought::Own(*kind)).or_else(|| {
                    let module = Home::Std.kinds().iter().find(|kind| name == kind.module());
                    let module = module.map(|kind| Brought::Module(*kind));
                    module.or_else(|| (name == Home::Std.module()).then_some(Brought::All(Home::Std)))
                });
                named.or_else(|| uses::called_in(&bound.path).map(|called| Brought::Map(called.kind)))
            };
            let brought = Brought::of(meaning);
            let is_unknown = brought.is_none();
            let Some(brought) = brought.or_else(|| left().filter(|_| is_skipped)) else {
                others.push((bound, is_none, is_skipped));
                continue;
            };
            let told = entry(&mut told, name.clone());
            told.may_be_none |= is_unknown;
            let as_told = meaning.unless_told_by_name(&name, is_alias);
            if *annotated {
                let by_name = as_told.is_none() && matches!(brought, Brought::Own(_)) && !name.ends_with('!');
                let (first, all_by_name) = told.annotated.get_or_insert((meaning, by_name));
                *all_by_name &= by_name;
                if by_name {
                    *first = meaning;
                }
            } else if *has_attribute {
                told.skipped.get_or_insert(as_told.unwrap_or(brought));
            } else if let Some(brought) = as_told {
                told.other.get_or_insert(brought);
            } else {
                told.of_std.get_or_insert(brought);
            }
        }
        let by_parent = others
            .iter()
            .filter(|(_, is_none, _)| *is_none)
            .map(|(other, ..)| &other.name);
        // Under a condition the name is nobody's else if an import brings it as well. One that the compiler may have from a
        // glob is taken for std's: if it is not, that is an error, and a map that stays plain would be none.
        let is_imported = |name: &str| all.iter().any(|(bound, ..)| !bound.glob && bound.name == name);
        let own = imports
            .types
            .iter()
            .filter(|own| !own.conditional || is_imported(&own.name));
        for name in own.map(|own| &own.name).chain(by_parent) {
            table.at(name).meaning = Some(Meaning::Other);
        }
        for (other, ..) in &others {
            let called = match self.around_of(other).and_then(|around| around.meaning) {
                Some(Meaning::Called(called)) => Some(called),
                Some(_) => None,
                None if other.absolute || self.has_type(&table, other) => None,
                None => uses::called_in(&other.path).or_else(|| {
                    let kind = called(&other.name).filter(|_| other.path.first().is_some_and(is_of_crate))?;
                    Some(Called {
                        kind,
                        parameters: Some(kind.parameters()),
                    })
                }),
            };
            let has_attribute = all.iter().any(|(bound, .., has)| *has && bound.name == other.name);
            // Of another import of that name the file may tell what it is.
            let is_told = told.iter().any(|(name, _)| *name == other.name);
            if let Some(called) = called.filter(|_| !has_attribute && !is_told) {
                table.at(&other.name).meaning = Some(Meaning::Called(called));
            }
        }
        self.tables.push(table);
        // An alias may have the name as well, under another condition.
        let is_alias = |(name, _): &mut (String, _)| imports.aliases.iter().any(|alias| alias.ident == name);
        let of_aliases: Vec<_> = told.extract_if(.., is_alias).collect();
        let enter = |names: &mut Self, all: Vec<(String, Told)>| {
            for (name, mut told) in all {
                let known = names.innermost().at(&name);
                told.may_be_none |= known.meaning.take_if(|meaning| *meaning == Meaning::Other).is_some()
                    || others.iter().any(|(other, _, is_skipped)| {
                        // What the crate has under such a path is taken for what it is called.
                        let by_name = || uses::named_in_std(&other.path).is_some() && is_of_crate(&other.path[0]);
                        !other.glob && other.name == name && (*is_skipped || !by_name())
                    });
                told.enter(known);
            }
        };
        enter(self, told);
        self.reach_aliases(imports, is_imported, krate);
        enter(self, of_aliases);
        for outside in left_globs {
            self.leave_rest(outside);
        }
        if !imports.of_module && imports.items.iter().any(uses::is_all_of_parent) {
            self.bring_all_of_parent();
        }
    }

    /// The names around an item that is annotated by itself, by the imports in reach of it, those of the innermost
    /// block first. A name of which nothing is known here is taken for what it is in std.
    pub(crate) fn around(reaches: &[Imports], krate: &Path) -> Self {
        let mut names = Self::default();
        for imports in reaches.iter().rev() {
            if imports.of_module {
                names.leave_for_module(imports.items.iter().any(uses::is_all_of_parent));
            }
            names.reach(imports, krate);
        }
        names
    }
}
