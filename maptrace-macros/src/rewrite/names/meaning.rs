//! What a name may mean, and how an import brings it.

use syn::Ident;

use crate::maps::{Home, Kind, Known, Root, known_in};

/// What an item of the user's makes of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    /// A map.
    Map(Kind),
    /// The module of one, as `hash_map`.
    Module(Kind),
    /// The module of all maps of one home, as `collections`.
    All(Home),
    /// std or alloc, under another name.
    Crate(Root),
    /// Another crate, whose names of std's maps are known.
    Aliases(&'static str),
    /// Maps that stay as they are, as the import that brings them does.
    Plain(Plain),
    /// What may be this map by its name, and leads elsewhere: by a path of the crate's under a known name of one with another
    /// hasher, or by a `type`. Whether it is one, and plain, the compiler finds out.
    Called(Called),
    /// Anything else, whatever it is called.
    Other,
}

/// A name that may be a plain map's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Called {
    pub(crate) kind: Kind,
    /// How many types it takes. Not known of one that by its parameters is not that map: it is asked with arguments alone.
    pub(crate) parameters: Option<usize>,
}

/// What an import brings that is not annotated, or an alias stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Plain {
    pub(crate) brought: Brought,
    /// Whether that is what the user wants: the import says `#[maptrace(skip)]`.
    pub(crate) skipped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Brought {
    Map(Kind),
    /// One of std's, under the name that it has there.
    Own(Kind),
    Module(Kind),
    All(Home),
    /// A `type` alias with this map in it.
    Alias(Kind),
}

impl Brought {
    /// What an import brings under the name that it has in std.
    pub(super) fn of(meaning: Meaning) -> Option<Self> {
        match meaning {
            Meaning::Map(kind) => Some(Brought::Own(kind)),
            Meaning::Module(kind) => Some(Brought::Module(kind)),
            Meaning::All(home) => Some(Brought::All(home)),
            Meaning::Crate(_) | Meaning::Aliases(_) | Meaning::Plain(_) | Meaning::Called(_) | Meaning::Other => None,
        }
    }

    /// The same, where it is traced.
    pub(super) fn traced(self) -> Meaning {
        match self {
            Brought::Map(kind) | Brought::Own(kind) | Brought::Alias(kind) => Meaning::Map(kind),
            Brought::Module(kind) => Meaning::Module(kind),
            Brought::All(home) => Meaning::All(home),
        }
    }

    /// The map that a path is or goes through, if its first name is this, and which segment names it.
    pub(crate) fn map_of(self, path: &[&Ident]) -> Option<(Kind, usize)> {
        let named = |kind: Kind, at: usize| (*path.get(at)? == kind.name()).then_some((kind, at));
        match self {
            Brought::Map(kind) | Brought::Own(kind) | Brought::Alias(kind) => Some((kind, 0)),
            Brought::Module(kind) => named(kind, 1),
            Brought::All(home) => {
                let second = path.get(1)?;
                let kind = home.kind_named(second).map(|kind| (kind, 1));
                kind.or_else(|| named(home.kind_of_module(second)?, 2))
            }
        }
    }
}

impl Meaning {
    /// Whether it is no map, as far as the file tells.
    pub(super) fn is_none(self) -> bool {
        matches!(self, Meaning::Called(_) | Meaning::Other)
    }

    /// What it is behind an import that is to stay as it is, of something that is called as this map.
    pub(super) fn skipped(self, called: Option<Kind>) -> Self {
        let plain = match self {
            Meaning::Plain(plain) => Some(plain),
            Meaning::Called(called) => Some(Plain {
                brought: Brought::Map(called.kind),
                skipped: true,
            }),
            Meaning::Other => called.map(|kind| Plain {
                brought: Brought::Map(kind),
                skipped: true,
            }),
            meaning => Brought::of(meaning).map(|brought| Plain { brought, skipped: true }),
        };
        plain.map_or(Meaning::Other, |plain| Meaning::Plain(Plain { skipped: true, ..plain }))
    }

    /// What an import brings under this name, if the name alone does not say so.
    pub(super) fn unless_told_by_name(self, name: &str, is_alias: bool) -> Option<Brought> {
        match self {
            Meaning::Map(kind) if kind.home() != Home::Std || is_alias || name != kind.name() => {
                Some(Brought::Map(kind)).filter(|_| !name.ends_with('!'))
            }
            Meaning::Module(kind) if kind.home() != Home::Std || name != kind.module() => Some(Brought::Module(kind)),
            Meaning::All(home) if name != home.module() => Some(Brought::All(home)),
            _ => None,
        }
    }
}

/// A name that a `use` brings.
pub(crate) struct Bound {
    /// With a `!` behind it if it is a macro's.
    pub(crate) name: String,
    pub(crate) meaning: Meaning,
    /// Without a `::` before it.
    pub(crate) path: Vec<Ident>,
    /// Whether there is one, so that it begins at a crate.
    pub(crate) absolute: bool,
    /// Whether a glob brings it, so that any other item of that name hides it.
    pub(crate) glob: bool,
    /// Whether it is another crate's name of std's map, with that crate's hasher.
    pub(crate) is_alias: bool,
}

impl Bound {
    /// Before or after which others it is to be looked at.
    pub(super) fn rank(&self) -> usize {
        match self.meaning {
            Meaning::Crate(_) | Meaning::Aliases(_) => 0,
            _ => 1 + usize::from(self.glob),
        }
    }

    /// What it is known to be as `rh::FxHashMap`, where one of these says `rustc_hash as rh`.
    pub(super) fn known_by(&self, all: &mut dyn Iterator<Item = &Bound>) -> Option<&'static Known> {
        let [first, name] = &*self.path else { return None };
        for bound in all {
            if bound.rank() == 0 && *first == bound.name {
                return match bound.meaning {
                    Meaning::Aliases(krate) => known_in(krate, name),
                    _ => None,
                };
            }
        }
        None
    }

    /// The module around from which it comes, and what it is called there: `X` of `use super::X`.
    pub(super) fn from(&self) -> Option<(Module, &Ident)> {
        match &*self.path {
            [module, name] if !self.glob => Some((Module::called(module)?, name)),
            _ => None,
        }
    }
}

/// A module around a place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Module {
    /// `self`.
    Own,
    /// `super`.
    Parent,
}

impl Module {
    pub(crate) fn called(name: &Ident) -> Option<Self> {
        if name == "self" {
            Some(Module::Own)
        } else {
            (name == "super").then_some(Module::Parent)
        }
    }
}
