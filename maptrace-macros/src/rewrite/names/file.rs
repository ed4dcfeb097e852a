//! The names around an annotated item, as the imports of its file have them.

use syn::Path;

use super::{Agreed, Bound, Brought, Called, Meaning, Name, Names, Plain, Table, is_skipped, kind_said, own};
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

fn is_told(told: &[(String, Told)], name: &str) -> bool {
    told.iter().any(|(known, _)| known == name)
}

/// Whether a type or module of this name, if the file has it, may have to do with maps elsewhere.
fn may_be_asked(name: &str) -> bool {
    for home in Home::ALL {
        for kind in home.kinds() {
            if name == kind.name() || name == kind.module() {
                return true;
            }
        }
    }
    is_map_name(name)
}

/// What one import brings, and what the attribute above it says.
struct Import {
    bound: Bound,
    said: Option<Meaning>,
    annotated: bool,
    has_attribute: bool,
}

/// One of those that are no map as far as their path tells.
struct Other<'i> {
    bound: &'i Bound,
    /// Whether the module around says so, or the file has such a type.
    is_none: bool,
    is_skipped: bool,
}

/// Whether one of them brings this name by itself.
fn is_imported(all: &[Import], name: &str) -> bool {
    all.iter().any(|import| !import.bound.glob && import.bound.name == name)
}

/// What an import by a path of the crate's may bring that is called as a map with another hasher.
fn called_of_crate(bound: &Bound) -> Option<Called> {
    uses::called_in(&bound.path).or_else(|| {
        let kind = called(&bound.name).filter(|_| bound.path.first().is_some_and(is_of_crate))?;
        Some(Called {
            kind,
            parameters: Some(kind.parameters()),
        })
    })
}

/// What of std's has this name, or of std's maps is known by it in another crate.
fn named(bound: &Bound) -> Option<Brought> {
    for kind in Home::Std.kinds() {
        if bound.name == kind.name() {
            return Some(Brought::Own(*kind));
        }
        if bound.name == kind.module() {
            return Some(Brought::Module(*kind));
        }
    }
    if bound.name == Home::Std.module() {
        return Some(Brought::All(Home::Std));
    }
    uses::called_in(&bound.path).map(|called| Brought::Map(called.kind))
}

impl Names {
    /// Goes from the blocks and modules further out into one with these imports.
    fn reach(&mut self, imports: &Imports, krate: &Path) {
        let (mut all, mut left_globs) = (Vec::new(), Vec::new());
        // What is brought here hides what is further out, also if nothing is to be said of it.
        let mut table = Table {
            types: imports.below.clone(),
            modules: imports.modules.clone(),
            is_root: imports.is_root,
            ..Table::default()
        };
        for item in &imports.items {
            let mut bound = Vec::new();
            let is_unknown = uses::bound_names(item, krate, &mut bound);
            table.unknown |= is_unknown;
            let is_left = is_unknown && !bound.iter().any(|bound| bound.glob);
            let ours = own(&item.attrs);
            let said = ours.and_then(kind_said).map(Meaning::Map);
            let is_plain = ours.is_some_and(is_skipped);
            if is_left && is_plain {
                left_globs.push(uses::outside(item));
            }
            for bound in bound {
                all.push(Import {
                    bound,
                    said,
                    annotated: ours.is_some() && !is_plain,
                    has_attribute: ours.is_some(),
                });
            }
        }
        for name in &imports.names {
            // A file may have thousands, and of most nothing is ever asked.
            if self.said(name).is_some() || may_be_asked(name) {
                table.at(name).own = true;
            }
        }
        for Import { bound, .. } in &all {
            let around = self.around_of(bound);
            table.at(&bound.name).is_traced_alias |= around.is_some_and(|around| around.is_traced_alias);
        }
        let (told, others) = self.told(imports, &all, &mut table);
        // Under a condition the name is nobody's else if an import brings it as well. One that the compiler may have from a
        // glob is taken for std's: if it is not, that is an error, and a map that stays plain would be none.
        for own in &imports.types {
            if !own.conditional || is_imported(&all, &own.name) {
                table.at(&own.name).meaning = Some(Meaning::Other);
            }
        }
        for other in &others {
            if other.is_none {
                table.at(&other.bound.name).meaning = Some(Meaning::Other);
            }
        }
        for Other { bound, .. } in &others {
            let called = match self.around_of(bound).and_then(|around| around.meaning) {
                Some(Meaning::Called(called)) => Some(called),
                Some(_) => None,
                None if bound.absolute || self.has_type(&table, bound) => None,
                None => called_of_crate(bound),
            };
            let is_said = |import: &Import| import.has_attribute && import.bound.name == bound.name;
            // Of another import of that name the file may tell what it is.
            if let Some(called) = called
                && !all.iter().any(is_said)
                && !is_told(&told, &bound.name)
            {
                table.at(&bound.name).meaning = Some(Meaning::Called(called));
            }
        }
        self.tables.push(table);
        let (mut of_others, mut of_aliases) = (Vec::new(), Vec::new());
        for (name, told) in told {
            // An alias may have the name as well, under another condition.
            let is_alias = imports.aliases.iter().any(|alias| alias.ident == name);
            let of = if is_alias { &mut of_aliases } else { &mut of_others };
            of.push((name, told));
        }
        self.enter_told(of_others, &others);
        self.reach_aliases(imports, &|name| is_imported(&all, name), krate);
        self.enter_told(of_aliases, &others);
        for outside in &left_globs {
            self.leave_rest(*outside);
        }
        if !imports.of_module && imports.items.iter().any(uses::is_all_of_parent) {
            self.bring_all_of_parent();
        }
    }

    /// What the imports of a block or module tell of each name, and which of them bring no map. What they say outright is noted in
    /// `table`, which is to be that one's.
    fn told<'i>(
        &self,
        imports: &Imports,
        all: &'i [Import],
        table: &mut Table,
    ) -> (Vec<(String, Told)>, Vec<Other<'i>>) {
        let mut told: Vec<(String, Told)> = Vec::new();
        let mut others = Vec::new();
        for import in all {
            let Import {
                bound,
                said,
                annotated,
                has_attribute,
            } = import;
            if bound.glob && (imports.names.contains(&bound.name) || is_imported(all, &bound.name)) {
                continue;
            }
            let around = self.around_of(bound);
            let agreed = around.map_or(Agreed::All, |around| around.agreed);
            let around = around.and_then(|around| around.meaning);
            let known = bound.known_by(&mut all.iter().map(|import| &import.bound));
            let is_alias = bound.is_alias || said.is_some() || known.is_some();
            let name = bound.name.clone();
            let known = known.map(|known| Meaning::Map(known.kind));
            let meaning = said.or(around).or(known).unwrap_or(bound.meaning);
            let is_none = around.is_some_and(Meaning::is_none) || (!has_attribute && self.has_type(table, bound));
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
            let of_path = Brought::of(meaning);
            let Some(brought) = of_path.or_else(|| named(bound).filter(|_| is_skipped)) else {
                others.push(Other {
                    bound,
                    is_none,
                    is_skipped,
                });
                continue;
            };
            let told = entry(&mut told, name.clone());
            told.may_be_none |= of_path.is_none();
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
        (told, others)
    }

    /// Adds to the innermost block or module what its imports tell.
    fn enter_told(&mut self, told: Vec<(String, Told)>, others: &[Other<'_>]) {
        for (name, mut told) in told {
            let known = self.innermost().at(&name);
            let was_other = known.meaning == Some(Meaning::Other);
            if was_other {
                known.meaning = None;
            }
            let may_be_none = |other: &Other<'_>| {
                // What the crate has under such a path is taken for what it is called.
                let path = &other.bound.path;
                let by_name = || uses::named_in_std(path).is_some() && is_of_crate(&path[0]);
                !other.bound.glob && other.bound.name == name && (other.is_skipped || !by_name())
            };
            told.may_be_none |= was_other || others.iter().any(may_be_none);
            told.enter(known);
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
