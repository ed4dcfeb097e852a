//! Which names and paths mean one of std's maps.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Path, PathSegment, Token};

use crate::rewrite::names::Meaning;

/// The maps that can be traced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    HashMap,
    HashSet,
    BTreeMap,
    BTreeSet,
}

/// What every error about a missing or foreign map ends with.
pub(crate) const SUPPORTED: &str =
    "maptrace traces `HashMap`, `HashSet`, `BTreeMap` and `BTreeSet` of `std::collections`";

impl Kind {
    pub(crate) const ALL: [Kind; 4] = [Kind::HashMap, Kind::HashSet, Kind::BTreeMap, Kind::BTreeSet];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::HashMap => "HashMap",
            Kind::HashSet => "HashSet",
            Kind::BTreeMap => "BTreeMap",
            Kind::BTreeSet => "BTreeSet",
        }
    }

    pub(crate) fn module(self) -> &'static str {
        match self {
            Kind::HashMap => "hash_map",
            Kind::HashSet => "hash_set",
            Kind::BTreeMap => "btree_map",
            Kind::BTreeSet => "btree_set",
        }
    }

    pub(crate) fn is_map(self) -> bool {
        matches!(self, Kind::HashMap | Kind::BTreeMap)
    }

    pub(crate) fn from_name(ident: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| ident == kind.name())
    }

    pub(crate) fn from_module(ident: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| ident == kind.module())
    }
}

/// Types of the map modules that are the same with and without tracing.
pub(crate) fn is_hasher(ident: &Ident) -> bool {
    ident == "DefaultHasher" || ident == "RandomState"
}

/// How the first segments of a path lead to the `collections` module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Root {
    /// `std::collections`.
    Std,
    /// `alloc::collections`, which has no hash tables.
    Alloc,
    /// `maptrace::collections`, or the same below the user's `crate = path`.
    Traced,
    /// `collections`, as imported by the user.
    Local,
}

impl Root {
    pub(crate) fn has(self, kind: Kind) -> bool {
        self != Root::Alloc || matches!(kind, Kind::BTreeMap | Kind::BTreeSet)
    }
}

/// Tells whether `path`, without a leading segment more or less, names a `collections` module.
pub(crate) fn collections_root(path: &[&Ident], krate: &Path) -> Option<Root> {
    let (last, parent) = path.split_last()?;
    if *last != "collections" {
        return None;
    }
    let is_krate = parent.len() == krate.segments.len()
        && parent
            .iter()
            .zip(&krate.segments)
            .all(|(ident, segment)| **ident == segment.ident);
    match parent {
        _ if is_krate => Some(Root::Traced),
        [] => Some(Root::Local),
        [first] if *first == "std" => Some(Root::Std),
        [first] if *first == "alloc" => Some(Root::Alloc),
        [first] if *first == "maptrace" => Some(Root::Traced),
        _ => None,
    }
}

/// A path that leads to a traceable map or into its module.
pub(crate) struct Reach {
    /// How many segments stand before those that are kept.
    pub(crate) prefix: usize,
    /// `None` for a bare `HashMap` or `hash_map::Entry`.
    pub(crate) root: Option<Root>,
    /// The map whose name or module the path goes through.
    pub(crate) family: Kind,
    /// The segment that names the map, unless it is another type of the map's module.
    pub(crate) map_at: Option<usize>,
}

impl Reach {
    /// A path that starts with a name that a `use` in reach brings, which is rewritten there: the path stays.
    pub(crate) fn through(path: &Path, meaning: Meaning) -> Option<Self> {
        let ident = |at: usize| path.segments.get(at).map(|segment| &segment.ident);
        let in_module = |kind: Kind, at: usize| {
            let ident = ident(at).filter(|ident| !is_hasher(ident))?;
            Some((kind, (ident == kind.name()).then_some(at)))
        };
        let (family, map_at) = match meaning {
            Meaning::Other => None,
            Meaning::Map(kind) => Some((kind, Some(0))),
            Meaning::Module(kind) => in_module(kind, 1),
            Meaning::Collections => match (Kind::from_name(ident(1)?), Kind::from_module(ident(1)?)) {
                (Some(kind), _) => Some((kind, Some(1))),
                (None, Some(kind)) => in_module(kind, 2),
                (None, None) => None,
            },
        }?;
        Some(Self {
            prefix: 0,
            root: Some(Root::Traced),
            family,
            map_at,
        })
    }

    /// Recognises `HashMap`, `std::collections::HashMap`, `hash_map::Entry` and the like, also with more segments
    /// behind, as in `HashMap::new`.
    pub(crate) fn of(path: &Path, krate: &Path) -> Option<Self> {
        let idents: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
        let rooted = (1..idents.len()).find_map(|end| Some((end, collections_root(&idents[..end], krate)?)));
        let (prefix, root) = match rooted {
            // `::collections` is a crate of that name.
            Some((_, Root::Local)) | None if path.leading_colon.is_some() => return None,
            Some((end, root)) => (end, Some(root)),
            None => (0, None),
        };
        let first = idents.get(prefix)?;
        let (family, map_at) = match (Kind::from_name(first), Kind::from_module(first)) {
            (Some(kind), _) => (kind, Some(prefix)),
            (None, Some(kind)) => {
                let second = idents.get(prefix + 1)?;
                if is_hasher(second) {
                    return None;
                }
                (kind, (Kind::from_name(second) == Some(kind)).then_some(prefix + 1))
            }
            (None, None) => return None,
        };
        root.is_none_or(|root| root.has(family)).then_some(Self {
            prefix,
            root,
            family,
            map_at,
        })
    }

    /// The same path below the traced `collections`. New tokens lie where the user's first kept one does, so that a
    /// type error points at the user's code.
    pub(crate) fn rewrite(&self, path: &Path, krate: &Path, position: Position) -> Path {
        if self.root == Some(Root::Traced) {
            return path.clone();
        }
        let here = path.segments[self.prefix].ident.span();
        let (leading_colon, mut segments) = collections_of(krate, here, position);
        segments.extend(path.segments.iter().skip(self.prefix).cloned());
        Path {
            leading_colon,
            segments,
        }
    }

    /// The plain map as the user wrote it, if that goes through a name that the user imported.
    pub(crate) fn imported(&self, path: &Path) -> Option<ImportedMap> {
        if !matches!(self.root, None | Some(Root::Local)) {
            return None;
        }
        let mut segments: Vec<PathSegment> = path
            .segments
            .iter()
            .map(|segment| PathSegment::from(segment.ident.clone()))
            .collect();
        match self.map_at {
            Some(map_at) => segments.truncate(map_at + 1),
            None => {
                // `hash_map::Entry`: the module is what was imported, and the map is in it.
                segments.truncate(self.prefix + 1);
                segments.push(Ident::new(self.family.name(), segments[self.prefix].ident.span()).into());
            }
        }
        let path = Path {
            leading_colon: None,
            segments: segments.into_iter().collect(),
        };
        Some(ImportedMap {
            kind: self.family,
            path,
        })
    }
}

/// A plain map, reached through an import of the user's that the rewriting leaves without a user.
#[derive(Clone)]
pub(crate) struct ImportedMap {
    pub(crate) kind: Kind,
    /// Without generic arguments.
    pub(crate) path: Path,
}

/// One use of each plain map through the user's import, for where its name means what it does to the user. Without it
/// the compiler would warn, only while tracing is compiled in, that the import is unused. An alias checks no bounds,
/// makes no code, and cannot be seen from outside.
///
/// Each with the attributes for repetitions of what named it.
pub(crate) fn keep_imports(imported: &[(Vec<Attribute>, ImportedMap)]) -> TokenStream {
    let mut seen = Vec::new();
    let mut uses = TokenStream::new();
    for (attrs, ImportedMap { kind, path }) in imported {
        let parameters = if kind.is_map() { quote!(<K, V>) } else { quote!(<T>) };
        let one = quote_spanned! {Span::mixed_site()=>
            #(#attrs)*
            const _: () = {
                type _Plain #parameters = #path #parameters;
            };
        };
        let text = one.to_string();
        if !seen.contains(&text) {
            seen.push(text);
            uses.extend(one);
        }
    }
    uses
}

/// Where a rewritten path stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// In a type or an import: the new tokens belong to the attribute, so lints do not take them for the user's.
    Declaration,
    /// In code that runs. The first token of a call decides which line its `Location` names, and a token of the
    /// attribute would name the attribute's, so the `::` that open the path count as the user's.
    Code,
}

/// The segments of `<krate>::collections`, located at `here`. The names resolve as they did where they were written.
pub(crate) fn collections_of(
    krate: &Path,
    here: Span,
    position: Position,
) -> (Option<Token![::]>, Punctuated<PathSegment, Token![::]>) {
    let colons = match position {
        Position::Declaration => Span::mixed_site().located_at(here),
        Position::Code => here,
    };
    let mut segments = Punctuated::new();
    for segment in &krate.segments {
        let mut ident = segment.ident.clone();
        ident.set_span(ident.span().located_at(here));
        segments.push_value(ident.into());
        segments.push_punct(Token![::](colons));
    }
    segments.push_value(Ident::new("collections", Span::mixed_site().located_at(here)).into());
    (krate.leading_colon.map(|_| Token![::](colons)), segments)
}

/// Crates with maps of their own, and names under which such maps are known.
const FOREIGN_CRATES: [&str; 9] = [
    "ahash",
    "dashmap",
    "flurry",
    "fnv",
    "hashbrown",
    "indexmap",
    "papaya",
    "rustc_hash",
    "scc",
];
const FOREIGN_NAMES: [&str; 12] = [
    "AHashMap",
    "AHashSet",
    "DashMap",
    "DashSet",
    "FnvHashMap",
    "FnvHashSet",
    "FxHashMap",
    "FxHashSet",
    "IndexMap",
    "IndexSet",
    "OrderMap",
    "OrderSet",
];
/// Aliases of std's maps with another hasher, by crate and name.
const ALIASES: [(&str, &str, Kind); 6] = [
    ("fnv", "FnvHashMap", Kind::HashMap),
    ("fnv", "FnvHashSet", Kind::HashSet),
    ("fxhash", "FxHashMap", Kind::HashMap),
    ("fxhash", "FxHashSet", Kind::HashSet),
    ("rustc_hash", "FxHashMap", Kind::HashMap),
    ("rustc_hash", "FxHashSet", Kind::HashSet),
];

/// The map that the path of an import is known to be an alias of.
pub(crate) fn alias(path: &[&Ident]) -> Option<Kind> {
    let [krate, name] = path else { return None };
    let known = |(of, alias, _): &&(&str, &str, Kind)| *krate == of && *name == alias;
    ALIASES.iter().find(known).map(|(_, _, kind)| *kind)
}

/// The traced map of the same hasher as `plain`, which stands for one of std's maps.
pub(crate) fn retraced(plain: &TokenStream, krate: &Path) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> <#plain as #krate::__private::Retraced>::Traced)
}

/// If the path `idents` names a map that is not std's, why it is not traced.
pub(crate) fn foreign(idents: &[&Ident]) -> Option<String> {
    let (first, last) = (idents.first()?, idents.last()?);
    let from_crate = idents.len() > 1 && FOREIGN_CRATES.iter().any(|krate| *first == krate);
    let by_name = FOREIGN_NAMES.iter().any(|name| *last == name);
    let elsewhere = idents.len() > 1 && Kind::from_name(last).is_some();
    if !(from_crate || by_name || elsewhere) {
        return None;
    }
    let path = idents.iter().map(ToString::to_string).collect::<Vec<_>>().join("::");
    let way_out = if ALIASES.iter().any(|(_, alias, _)| *last == alias) {
        "; annotate the `use` that imports it"
    } else if last == &"AHashMap" || last == &"AHashSet" {
        // A type of its own, around std's.
        "; write the map out, `type Cache = std::collections::HashMap<K, V, TheHasher>`, and annotate that"
    } else if ["crate", "self", "super"].iter().any(|here| *first == here) {
        "; annotate the item that defines it"
    } else {
        ""
    };
    Some(format!(
        "`{path}` is not a map that can be traced; {SUPPORTED}{way_out}"
    ))
}
