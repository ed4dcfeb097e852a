//! `type` aliases beside an annotated item: which of them stand for maps that stay plain.
//!
//! The item names such a map by a name that says nothing, and would leave it plain without a word.

use syn::{GenericArgument, GenericParam, ItemType, Path, PathArguments, Type, TypePath};

use super::Rewriter;
use super::names::{Brought, Meaning, Names, Plain, is_skipped, kind_said, own};
use crate::maps::{Home, ImportedMap, Kind, Named, Reach, Root, idents};
use crate::plan::nameable;
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
    pub(super) fn reach_aliases(&mut self, aliases: &[ItemType], is_imported: impl Fn(&str) -> bool, krate: &Path) {
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
        for alias in left {
            // As with a struct of that name, under a condition it may be another's. If the user has said `skip`, that counts.
            // What the file does not show may be std's map by a longer way, which the compiler finds out.
            let is_conditional = || alias.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
            let is_there = || !is_conditional() || is_imported(&alias.ident.to_string());
            if Home::Std.kind_named(&alias.ident).is_some()
                && (own(&alias.attrs).is_some() || (self.is_no_map(&alias.ty) && is_there()))
            {
                self.is_none(&alias.ident);
            }
        }
    }

    /// Whether the type is none of std's maps, whatever else the crate has.
    fn is_no_map(&self, ty: &Type) -> bool {
        match ty {
            Type::Path(TypePath { qself: None, path, .. }) => {
                let name = path.segments.first().map(|first| &first.ident);
                let name = name.filter(|_| path.segments.len() == 1 && path.leading_colon.is_none());
                name.is_some_and(|name| OF_PRELUDE.iter().any(|known| name == known) && self.meaning(name).is_none())
            }
            Type::Group(ty) => self.is_no_map(&ty.elem),
            Type::Paren(ty) => self.is_no_map(&ty.elem),
            Type::Path(_) | Type::Macro(_) | Type::Verbatim(_) => false,
            _ => true,
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
                found.extend(self.plain_map(&ty.path, alias, krate));
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

impl Rewriter<'_> {
    /// Has the compiler find out whether the name at this segment is a plain map's. It is asked with the arguments of the
    /// mention, which a type of the user's may be particular about.
    pub(super) fn called(&mut self, path: &Path, at: usize, kind: Kind) {
        let segment = &path.segments[at];
        let mut name = Path::from(path.segments[0].ident.clone());
        for segment in path.segments.iter().skip(1).take(at) {
            name.segments.push(segment.ident.clone().into());
        }
        match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => {
                let of_map = arguments.args.len() == if kind.is_map() { 2 } else { 1 };
                if !of_map || !elements(&arguments.args).all(|it| matches!(it, GenericArgument::Type(_))) {
                    return;
                }
                let mut full = name.clone();
                full.segments[at].arguments = segment.arguments.clone();
                let ty = Type::Path(TypePath {
                    attrs: Vec::new(),
                    qself: None,
                    path: full,
                });
                // A parameter of the item's is none where the constant stands: any arguments have to do then.
                if let Some(Type::Path(ty)) = nameable(&ty, &self.generics) {
                    name = ty.path;
                }
            }
            // A type has its arguments, and a value need not.
            _ if path.segments.len() > at + 1 => {}
            _ => return,
        }
        let map = ImportedMap {
            kind,
            path: name,
            named: Named::Alias,
        };
        self.imported.push((self.conditions.clone(), map));
    }
}
