//! `type` aliases beside an annotated item: which of them stand for maps that stay plain.
//!
//! The item names such a map by a name that says nothing, and would leave it plain without a word.

use syn::{GenericArgument, GenericParam, Ident, Item, ItemType, Path, PathArguments, Type, TypePath};

use super::names::{Brought, Called, Meaning, Names, Plain, has_condition, is_skipped, kind_said, map_called, own};
use crate::around::Imports;
use crate::maps::{Home, Kind, Reach, Root, idents, is_one_of};
use crate::walk::elements;

/// An alias that stands for a plain map.
#[derive(Clone)]
pub(crate) struct Alias {
    pub(super) name: String,
    /// The alias that names the map: another one, if this one names that.
    pub(crate) names_map: String,
    pub(crate) cure: Cure,
}

/// What traces the map of an alias.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cure {
    /// A line above the alias, as it has the map's full path.
    Type,
    /// The same, which has to say what the path stands for.
    TypeWithKind,
    /// A line above the alias or above the import of the map.
    TypeOrUse,
    /// A line above that import alone.
    Use,
}

/// Types with parameters that are there without an import.
const OF_PRELUDE: [&str; 4] = ["Box", "Option", "Result", "Vec"];

/// A map that an alias leaves plain.
struct Found {
    kind: Kind,
    is_skipped: bool,
    /// If it is named by way of another alias, that one.
    by: Option<String>,
    cure: Cure,
}

impl Names {
    /// Notes which of the aliases of the innermost block or module stand for plain maps, and which are called as maps and
    /// are none.
    pub(super) fn reach_aliases(&mut self, imports: &Imports, is_imported: &dyn Fn(&str) -> bool, krate: &Path) {
        let aliases = &imports.aliases;
        // As conditions may say which one it is, what one of them has traced is not to be refused for the other.
        let is_traced = |alias: &ItemType| {
            let mut of_name = aliases.iter().filter(|other| other.ident == alias.ident);
            of_name.any(|other| own(&other.attrs).is_some_and(|own| !is_skipped(own)))
        };
        let mut left = Vec::new();
        for alias in aliases {
            if !is_traced(alias) {
                left.push(alias);
                continue;
            }
            self.note_traced_alias(&alias.ident.to_string());
            if Home::Std.kind_named(&alias.ident).is_some()
                // It is called as one of std's maps, and is not std's.
                && let Some(kind) = self.map_of(alias, krate)
            {
                self.bring(&alias.ident.to_string(), Meaning::Map(kind));
            }
        }
        // An alias may name another that stands behind it.
        loop {
            let before = left.len();
            left.retain(|alias| !self.note_alias(alias, krate));
            if left.len() == before {
                break;
            }
        }
        let is_own = |name: &Ident| imports.names.iter().any(|own| name == own);
        let is_type = |name: &Ident| {
            is_own(name) && !is_imported(&name.to_string()) && !aliases.iter().any(|alias| alias.ident == *name)
        };
        let is_brought = |name: &Ident| is_own(name) || is_imported(&name.to_string());
        for &alias in &left {
            let Some(kind) = map_called(&alias.ident.to_string()) else {
                continue;
            };
            // As with a struct of that name, under a condition it may be another's. If the user has said `skip`, that counts.
            let is_there = || !has_condition(&alias.attrs) || is_imported(&alias.ident.to_string());
            let meaning = if own(&alias.attrs).is_some() {
                Meaning::Other
            } else if !is_there() || is_by_same_name(alias) {
                // Taken for what it is called, as an import by that path is.
                continue;
            } else if let Some(kind) = self.map_of(alias, krate) {
                Meaning::Map(kind)
            } else {
                behind_alias(alias, kind, &is_type, &is_brought)
            };
            self.bring_unless_known(&alias.ident, meaning);
        }
    }

    /// Notes which aliases among the items of the innermost block or module may stand for plain maps, by their names.
    pub(super) fn enter_aliases(&mut self, items: &[&Item], krate: &Path) {
        for item in items {
            let Item::Type(alias) = item else { continue };
            let Some(kind) = map_called(&alias.ident.to_string()).filter(|_| own(&alias.attrs).is_none()) else {
                continue;
            };
            // What is named as a map is rewritten, and what other items have is theirs.
            let is_clear = path_of(&alias.ty).is_some_and(|path| {
                let (at, meaning) = self.meaning_of(path);
                meaning.is_some() || Reach::behind(path, at, krate).is_some()
            });
            if !is_clear {
                let meaning = behind_alias(alias, kind, &|_| false, &|name| self.meaning(name).is_some());
                self.bring(&alias.ident.to_string(), meaning);
            }
        }
    }

    /// Returns whether it stands for a plain map.
    fn note_alias(&mut self, alias: &ItemType, krate: &Path) -> bool {
        let mut found = Vec::new();
        self.find_in(&alias.ty, alias, krate, &mut found);
        let first = found.iter().position(|found| !found.is_skipped).unwrap_or(0);
        if found.is_empty() {
            return false;
        }
        let found = found.swap_remove(first);
        let name = alias.ident.to_string();
        let skipped = found.is_skipped || own(&alias.attrs).is_some_and(is_skipped);
        self.leave_plain(
            Alias {
                names_map: found.by.unwrap_or_else(|| name.clone()),
                name,
                cure: found.cure,
            },
            Plain {
                brought: Brought::Alias(found.kind),
                skipped,
            },
        );
        true
    }

    /// The map that the alias is by itself, traced or not.
    fn map_of(&self, alias: &ItemType, krate: &Path) -> Option<Kind> {
        if let Some(said) = own(&alias.attrs).and_then(kind_said) {
            return Some(said);
        }
        let Type::Path(ty) = &*alias.ty else { return None };
        let (at, meaning) = self.meaning_of(&ty.path);
        let reach = match meaning {
            Some(meaning) => Reach::through(&ty.path, at, meaning)?,
            None => Reach::behind(&ty.path, at, krate)?,
        };
        reach.map_at.map(|_| reach.family)
    }

    /// Finds the maps in a type of values, as the attribute would above the alias.
    fn find_in(&self, ty: &Type, alias: &ItemType, krate: &Path, found: &mut Vec<Found>) {
        let mut inside = |ty: &Type| self.find_in(ty, alias, krate, found);
        match ty {
            Type::Array(ty) => inside(&ty.elem),
            Type::Group(ty) => inside(&ty.elem),
            Type::Paren(ty) => inside(&ty.elem),
            Type::Ptr(ty) => inside(&ty.elem),
            Type::Reference(ty) => inside(&ty.elem),
            Type::Slice(ty) => inside(&ty.elem),
            Type::Tuple(ty) => elements(&ty.elems).for_each(inside),
            Type::Path(ty) if ty.qself.is_none() => {
                if let Some(map) = self.plain_map(&ty.path, alias, krate) {
                    found.push(map);
                }
                for segment in elements(&ty.path.segments) {
                    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
                        continue;
                    };
                    for argument in elements(&arguments.args) {
                        if let GenericArgument::Type(ty) = argument {
                            self.find_in(ty, alias, krate, found);
                        }
                    }
                }
            }
            // They hold none.
            _ => {}
        }
    }

    fn plain_map(&self, path: &Path, alias: &ItemType, krate: &Path) -> Option<Found> {
        let idents = idents(path);
        let first = *idents.first()?;
        let is_parameter = |parameter: &GenericParam| matches!(parameter, GenericParam::Type(it) if it.ident == *first);
        if path.leading_colon.is_none() {
            if elements(&alias.generics.params).any(is_parameter) {
                return None;
            }
            let (plain, cure) = match (self.meaning(first), self.of_std(first)) {
                (Some(meaning @ Meaning::Crate(_)), _) => {
                    let reach = Reach::through(path, 0, meaning)?;
                    return reach.map_at.map(|_| Found {
                        kind: reach.family,
                        is_skipped: false,
                        by: None,
                        cure: Cure::Type,
                    });
                }
                (Some(Meaning::Plain(plain)), _) => (Some(plain), Cure::Use),
                (Some(Meaning::Aliases(_)), _) => (None, Cure::Type),
                (Some(_), _) => return None,
                (None, plain) => (plain, Cure::TypeOrUse),
            };
            if let Some(plain) = plain {
                let (kind, _) = plain.brought.map_of(&idents)?;
                let by = self.alias(first);
                return Some(Found {
                    kind,
                    is_skipped: plain.skipped,
                    by: by.map(|by| by.names_map.clone()),
                    cure: by.map_or(cure, |by| by.cure),
                });
            }
        }
        let (kind, cure) = match Reach::of(path, krate) {
            Some(reach) => {
                let is_original = matches!(reach.root, Some(Root::Original | Root::Alloc));
                (reach.map_at.filter(|_| is_original).map(|_| reach.family)?, Cure::Type)
            }
            None => (self.known_alias(idents.get(..2)?)?.kind, Cure::TypeWithKind),
        };
        Some(Found {
            kind,
            is_skipped: false,
            by: None,
            cure,
        })
    }
}

/// What an alias stands for that is called as a map and leads to none that the file shows. `is_type` tells the names of the file's
/// own types, and `is_brought` those that do not mean what they do in the prelude.
fn behind_alias(
    alias: &ItemType,
    kind: Kind,
    is_type: &dyn Fn(&Ident) -> bool,
    is_brought: &dyn Fn(&Ident) -> bool,
) -> Meaning {
    let is_known = |path: &Path| {
        let first = &path.segments[0].ident;
        let is_absolute = path.leading_colon.is_some();
        let is_bare = path.segments.len() == 1 && !is_absolute;
        let of_rust = if is_bare {
            &OF_PRELUDE[..]
        } else {
            &["std", "core", "alloc"]
        };
        (is_bare && is_type(first)) || (is_one_of(first, of_rust) && (is_absolute || !is_brought(first)))
    };
    if is_no_map(&alias.ty, &is_known) {
        return Meaning::Other;
    }
    let mut parameters = 0;
    for parameter in elements(&alias.generics.params) {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(_) => parameters += 1,
            // No map has one.
            GenericParam::Const(_) => return Meaning::Other,
        }
    }
    Meaning::Called(Called {
        kind,
        parameters: Some(parameters),
    })
}

/// Whether a type is no map, whatever the crate has. `is_known` tells so of paths.
fn is_no_map(ty: &Type, is_known: &dyn Fn(&Path) -> bool) -> bool {
    match ty {
        Type::Group(ty) => is_no_map(&ty.elem, is_known),
        Type::Paren(ty) => is_no_map(&ty.elem, is_known),
        Type::Path(TypePath { qself: None, path, .. }) => is_known(path),
        Type::Path(_) | Type::Macro(_) | Type::Verbatim(_) => false,
        _ => true,
    }
}

/// The path of a type that is one.
fn path_of(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Path(TypePath { qself: None, path, .. }) => Some(path),
        Type::Group(ty) => path_of(&ty.elem),
        Type::Paren(ty) => path_of(&ty.elem),
        _ => None,
    }
}

/// Whether the alias has the parameters of the map that it is called as, and gives them to something of that name.
fn is_by_same_name(alias: &ItemType) -> bool {
    let kind = Home::Std.kind_named(&alias.ident);
    kind.is_some_and(|kind| {
        let parameters = &alias.generics.params;
        let is_type = |parameter: &GenericParam| matches!(parameter, GenericParam::Type(_));
        let last = path_of(&alias.ty).and_then(|path| path.segments.last());
        parameters.len() == kind.parameters()
            && elements(parameters).all(is_type)
            && last.is_some_and(|last| last.ident == alias.ident)
    })
}
