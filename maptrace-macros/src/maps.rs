//! Which names and paths mean a map that can be traced.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, GenericArgument, Ident, Path, PathArguments, PathSegment, Token};

use crate::ast::has_word;
use crate::rewrite::names::Meaning;
use crate::walk::elements;

mod foreign;

pub(crate) use foreign::{
    ABOVE_ITEM, HERE, Import, Known, alias_in_full, alias_left_plain, aliases_of, by_traced_alias, called,
    called_alone, foreign, is_map_name, is_one_of, is_said, known_alias, known_in, left_plain, names_may_differ,
    of_other_parameters,
};

/// The maps that can be traced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    HashMap,
    HashSet,
    BTreeMap,
    BTreeSet,
    HashbrownMap,
    HashbrownSet,
    HashTable,
    IndexMap,
    IndexSet,
}

/// What every error about a missing or foreign map ends with.
pub(crate) const SUPPORTED: &str = "maptrace traces `HashMap`, `HashSet`, `BTreeMap` and `BTreeSet` of \
                                    `std::collections`, and the maps of `hashbrown` and `indexmap`";

impl Kind {
    pub(crate) fn home(self) -> Home {
        match self {
            Kind::HashMap | Kind::HashSet | Kind::BTreeMap | Kind::BTreeSet => Home::Std,
            Kind::HashbrownMap | Kind::HashbrownSet | Kind::HashTable => Home::Hashbrown,
            Kind::IndexMap | Kind::IndexSet => Home::Indexmap,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::HashMap | Kind::HashbrownMap => "HashMap",
            Kind::HashSet | Kind::HashbrownSet => "HashSet",
            Kind::BTreeMap => "BTreeMap",
            Kind::BTreeSet => "BTreeSet",
            Kind::HashTable => "HashTable",
            Kind::IndexMap => "IndexMap",
            Kind::IndexSet => "IndexSet",
        }
    }

    pub(crate) fn module(self) -> &'static str {
        match self {
            Kind::HashMap | Kind::HashbrownMap => "hash_map",
            Kind::HashSet | Kind::HashbrownSet => "hash_set",
            Kind::BTreeMap => "btree_map",
            Kind::BTreeSet => "btree_set",
            Kind::HashTable => "hash_table",
            Kind::IndexMap => "map",
            Kind::IndexSet => "set",
        }
    }

    pub(crate) fn is_map(self) -> bool {
        matches!(
            self,
            Kind::HashMap | Kind::BTreeMap | Kind::HashbrownMap | Kind::IndexMap
        )
    }

    /// How many types it takes beside a hasher.
    pub(crate) fn parameters(self) -> usize {
        1 + usize::from(self.is_map())
    }

    /// Whether a type may have these arguments and be this map. None are left out of a type.
    pub(crate) fn takes(self, arguments: &PathArguments) -> bool {
        let PathArguments::AngleBracketed(arguments) = arguments else {
            return false;
        };
        let mut all = elements(&arguments.args);
        let least = self.parameters();
        // One more is the hasher or allocator.
        all.all(|argument| matches!(argument, GenericArgument::Type(_)))
            && (least..=least + 1).contains(&arguments.args.len())
    }

    /// For messages.
    fn whose(self) -> String {
        let home = match self.home() {
            Home::Std => "std",
            home => home.module(),
        };
        format!("{home}'s `{}`", self.name())
    }

    /// Whether its last parameter is a hasher.
    fn has_hasher(self) -> bool {
        !matches!(self, Kind::BTreeMap | Kind::BTreeSet | Kind::HashTable)
    }
}

/// Whose maps they are: the module that all of them are in, in the original and in maptrace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Home {
    Std,
    Hashbrown,
    Indexmap,
    /// Has no maps of its own, but macros that make std's.
    Maplit,
}

impl Home {
    pub(crate) const ALL: [Home; 4] = [Home::Std, Home::Hashbrown, Home::Indexmap, Home::Maplit];

    /// The name of that module. If it takes a feature of maptrace's, it is also the name of that.
    pub(crate) fn module(self) -> &'static str {
        match self {
            Home::Std => "collections",
            Home::Hashbrown => "hashbrown",
            Home::Indexmap => "indexmap",
            Home::Maplit => "maplit",
        }
    }

    fn takes_feature(self) -> bool {
        matches!(self, Home::Hashbrown | Home::Indexmap)
    }

    pub(crate) fn kinds(self) -> &'static [Kind] {
        match self {
            Home::Std => &[Kind::HashMap, Kind::HashSet, Kind::BTreeMap, Kind::BTreeSet],
            Home::Hashbrown => &[Kind::HashbrownMap, Kind::HashbrownSet, Kind::HashTable],
            Home::Indexmap => &[Kind::IndexMap, Kind::IndexSet],
            Home::Maplit => &[],
        }
    }

    pub(crate) fn kind_named(self, ident: &Ident) -> Option<Kind> {
        let name = ident.unraw();
        for kind in self.kinds() {
            if name == kind.name() {
                return Some(*kind);
            }
        }
        None
    }

    pub(crate) fn kind_of_module(self, ident: &Ident) -> Option<Kind> {
        for kind in self.kinds() {
            if ident == kind.module() {
                return Some(*kind);
            }
        }
        None
    }

    /// Its macros that make maps, each with the map.
    pub(crate) fn macros(self) -> &'static [(&'static str, Kind)] {
        match self {
            Home::Std | Home::Hashbrown => &[],
            Home::Indexmap => &[
                ("indexmap", Kind::IndexMap),
                ("indexmap_with_default", Kind::IndexMap),
                ("indexset", Kind::IndexSet),
                ("indexset_with_default", Kind::IndexSet),
            ],
            Home::Maplit => &[
                ("btreemap", Kind::BTreeMap),
                ("btreeset", Kind::BTreeSet),
                ("hashmap", Kind::HashMap),
                ("hashset", Kind::HashSet),
            ],
        }
    }

    /// The map that its macro of this name makes.
    pub(crate) fn kind_of_macro(self, ident: &Ident) -> Option<Kind> {
        let known = self.macros().iter().find(|(name, _)| ident == name);
        known.map(|(_, kind)| *kind)
    }
}

/// A map whose crate maptrace knows only with a feature, as the user wrote it.
pub(crate) struct Needed {
    pub(crate) at: TokenStream,
    pub(crate) home: Home,
}

impl Needed {
    /// Notes that a map of this home stands at these tokens, if there is a feature for it.
    pub(crate) fn note(needed: &mut Vec<Self>, at: &impl ToTokens, home: Home) {
        if home.takes_feature() {
            let at = at.to_token_stream();
            needed.push(Self { at, home });
        }
    }
}

/// Types of the map modules that are the same with and without tracing.
pub(crate) fn is_hasher(ident: &Ident) -> bool {
    ident == "DefaultHasher" || ident == "RandomState"
}

/// How the first segments of a path lead to the module of all maps of a [`Home`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Root {
    /// `std::collections`, or another crate's root.
    Original,
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

/// Tells whether `path`, without a leading segment more or less, names the module of all maps of a home.
pub(crate) fn root_of(path: &[&Ident], krate: &Path) -> Option<(Root, Home)> {
    let (last, parent) = path.split_last()?;
    let home = *Home::ALL.iter().find(|home| *last == home.module())?;
    let is_krate = parent.len() == krate.segments.len()
        && parent
            .iter()
            .zip(&krate.segments)
            .all(|(ident, segment)| **ident == segment.ident);
    let root = match (parent, home) {
        _ if is_krate => Root::Traced,
        ([], Home::Std) => Root::Local,
        ([], _) => Root::Original,
        ([first], Home::Std) if *first == "std" => Root::Original,
        ([first], Home::Std) if *first == "alloc" => Root::Alloc,
        ([first], _) if *first == "maptrace" => Root::Traced,
        _ => return None,
    };
    Some((root, home))
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
    /// So does one whose name at `at` is one of a module around.
    pub(crate) fn through(path: &Path, at: usize, meaning: Meaning) -> Option<Self> {
        let ident = |at: usize| path.segments.get(at).map(|segment| &segment.ident);
        let in_module = |kind: Kind, at: usize| {
            let ident = ident(at).filter(|ident| !is_hasher(ident))?;
            Some((kind, (ident == kind.name()).then_some(at)))
        };
        let in_all = |home: Home, at: usize| match (home.kind_named(ident(at)?), home.kind_of_module(ident(at)?)) {
            (Some(kind), _) => Some((kind, Some(at))),
            (None, Some(kind)) => in_module(kind, at + 1),
            (None, None) => None,
        };
        let (family, map_at) = match meaning {
            Meaning::Aliases(_) | Meaning::Plain(_) | Meaning::Called(_) | Meaning::Other => None,
            Meaning::Crate(root) => {
                let (family, map_at) = in_all(Home::Std, at + 2).filter(|(kind, _)| root.has(*kind))?;
                return (ident(at + 1)? == Home::Std.module()).then_some(Self {
                    prefix: at + 2,
                    root: Some(Root::Local),
                    family,
                    map_at,
                });
            }
            Meaning::Map(kind) => Some((kind, Some(at))),
            Meaning::Module(kind) => in_module(kind, at + 1),
            Meaning::All(home) => in_all(home, at + 1),
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
        Self::behind(path, 0, krate)
    }

    /// The same of what is behind the first segments, which lead to a module around.
    pub(crate) fn behind(path: &Path, at: usize, krate: &Path) -> Option<Self> {
        let idents = idents(path);
        let rooted = (at + 1..idents.len()).find_map(|end| Some((end, root_of(&idents[at..end], krate)?)));
        let (prefix, root, home) = match rooted {
            // `::collections` is a crate of that name.
            Some((_, (Root::Local, _))) | None if path.leading_colon.is_some() => return None,
            Some((end, (root, home))) => (end, Some(root), home),
            None => (at, None, Home::Std),
        };
        let first = idents.get(prefix)?;
        let (family, map_at) = match (home.kind_named(first), home.kind_of_module(first)) {
            (Some(kind), _) => (kind, Some(prefix)),
            (None, Some(kind)) => {
                let second = idents.get(prefix + 1)?;
                if is_hasher(second) {
                    return None;
                }
                (kind, (*second == kind.name()).then_some(prefix + 1))
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

    /// Whether the path is that of a type which by its name alone would be a map, and by its arguments is not.
    pub(crate) fn is_none_by_arguments(&self, path: &Path) -> bool {
        let last = path.segments.len() - 1;
        self.root.is_none() && self.map_at == Some(last) && !self.family.takes(&path.segments[last].arguments)
    }

    /// The same path below the traced module. New tokens lie where the user's first kept one does, so that a
    /// type error points at the user's code.
    pub(crate) fn rewrite(&self, path: &Path, krate: &Path) -> Path {
        if self.root == Some(Root::Traced) {
            return path.clone();
        }
        let here = path.segments[self.prefix].ident.span();
        let (leading_colon, mut segments) = home_in(krate, self.family.home(), here);
        for segment in elements(&path.segments).skip(self.prefix) {
            segments.push(segment.clone());
        }
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
        let mut segments = Punctuated::new();
        for segment in elements(&path.segments).take(self.map_at.unwrap_or(self.prefix) + 1) {
            segments.push(segment.ident.clone().into());
        }
        if self.map_at.is_none() {
            // `hash_map::Entry`: the module is what was imported, and the map is in it.
            let here = path.segments[self.prefix].ident.span();
            segments.push(Ident::new(self.family.name(), here).into());
        }
        let path = Path {
            leading_colon: None,
            segments,
        };
        Some(ImportedMap {
            kind: self.family,
            path,
            named: Named::Std,
        })
    }
}

/// A plain map, reached through an import of the user's that the rewriting leaves without a user.
#[derive(Clone)]
pub(crate) struct ImportedMap {
    pub(crate) kind: Kind,
    /// Without arguments, but for one that is asked with those that it has.
    pub(crate) path: Path,
    pub(crate) named: Named,
}

impl ImportedMap {
    /// Leaves its arguments out if any of these words is among them, or in what they are said among. Returns whether it can be asked
    /// so.
    pub(crate) fn leave_arguments_of(&mut self, is_it: &dyn Fn(&Ident) -> bool) -> bool {
        let Named::Alias(parameters, among) = &mut self.named else {
            return true;
        };
        let arguments = &mut self.path.segments.last_mut().expect("a path is never empty").arguments;
        let Among {
            parameters: names,
            conditions,
        } = &**among;
        if !has_word(quote!(#arguments #names #conditions), is_it) {
            return true;
        }
        *arguments = PathArguments::None;
        **among = Among::default();
        parameters.is_some()
    }
}

/// How an [`ImportedMap`] is named.
#[derive(Clone)]
pub(crate) enum Named {
    /// As one of std's.
    Std,
    /// The same by the path of an import, which in the edition of 2015 begins elsewhere.
    ByImport,
    /// By a name that may stand for one. It has not been rewritten, and is to be none that stays plain. How many types it takes, if
    /// that is known, for where it has no arguments; and among which parameters of the items around these are said, if it has.
    Alias(Option<usize>, Box<Among>),
}

/// Parameters, without the brackets around them, and conditions.
#[derive(Clone, Default)]
pub(crate) struct Among {
    pub(crate) parameters: TokenStream,
    pub(crate) conditions: TokenStream,
}

/// One use of each plain map through the user's import, for where its name means what it does to the user. Without it
/// the compiler would warn, only while tracing is compiled in, that the import is unused. The compiler also finds out
/// here whether the name is std's map: it may be an alias with another hasher, or a type of the user's.
///
/// Each with the attributes for repetitions of what named it.
pub(crate) fn keep_imports(imported: &[(Vec<Attribute>, ImportedMap)], krate: &Path) -> TokenStream {
    let mut seen = Vec::new();
    let mut uses = TokenStream::new();
    for (attrs, ImportedMap { kind, path, named }) in imported {
        let at = match named {
            Named::Std => 0,
            _ => path.segments.len() - 1,
        };
        let here = Span::mixed_site().located_at(path.segments[at].ident.span());
        let traced = {
            let ((home, name), nothing) = (home_and_name(*kind), nothing(*kind));
            quote_spanned!(here=> #krate::#home::#name #nothing)
        };
        let value = match named {
            Named::ByImport => quote_spanned! {here=> {
                use #krate::__private::Named as _;
                use #path as Plain;
                Plain::__MAPTRACE.of_std::<#traced>()
            }},
            Named::Std => quote_spanned! {here=> {
                use #krate::__private::Named as _;
                #path::__MAPTRACE.of_std::<#traced>()
            }},
            Named::Alias(arguments, among) => {
                let mut any = TokenStream::new();
                if path.segments[at].arguments.is_none() {
                    for _ in 0..arguments.unwrap_or(0) {
                        // At the attribute, so that a complaint about them shows that.
                        any.extend(quote!((),));
                    }
                }
                let any = (!any.is_empty()).then(|| quote!(<#any>));
                let Among { parameters, conditions } = &**among;
                quote_spanned! {here=> {
                    use #krate::__private::NotPlain as _;
                    fn __asked<#parameters>() where #conditions {
                        #krate::__private::Whether::<#path #any>::ANSWER.may_stay()
                    }
                }}
            }
        };
        let one = quote_spanned!(here=> #(#attrs)* const _: () = #value;);
        let mut text = one.to_string();
        if matches!(named, Named::Alias(..)) {
            // Asked once, with whatever arguments.
            let name = idents(path);
            text = quote!(#(#attrs)* #(#name)*).to_string();
        }
        if !seen.contains(&text) {
            seen.push(text);
            uses.extend(one);
        }
    }
    uses
}

/// The segments of `<krate>::collections` and the like, located at `here`. The tokens resolve as they did where they
/// were written: `::maptrace` is the attribute's, in whose edition that is a crate. In the user's it may be 2015, where
/// the path would begin at the root of the user's crate. Lints do not take them for the user's.
pub(crate) fn home_in(
    krate: &Path,
    home: Home,
    here: Span,
) -> (Option<Token![::]>, Punctuated<PathSegment, Token![::]>) {
    let (leading_colon, mut segments) = located(krate, here);
    segments.push_value(Ident::new(home.module(), Span::mixed_site().located_at(here)).into());
    (leading_colon, segments)
}

/// The segments of `<krate>::`, located at `here`.
pub(crate) fn located(krate: &Path, here: Span) -> (Option<Token![::]>, Punctuated<PathSegment, Token![::]>) {
    let colons = |written: Token![::]| Token![::](written.spans[0].located_at(here));
    let mut segments = Punctuated::new();
    for segment in &krate.segments {
        let mut ident = segment.ident.clone();
        ident.set_span(ident.span().located_at(here));
        segments.push_value(ident.into());
        segments.push_punct(Token![::](Span::mixed_site().located_at(here)));
    }
    (krate.leading_colon.map(colons), segments)
}

/// The traced map in place of `plain`, which stands for a plain one.
pub(crate) fn retraced(plain: &TokenStream, krate: &Path) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> <#plain as #krate::__private::Retraced>::Traced)
}

/// `plain`, held to be of this kind. Of several errors about that the compiler shows one, as all say the same. Different
/// arguments tell a name that has them in another order.
pub(crate) fn of_kind(kind: Kind, plain: &TokenStream, krate: &Path) -> TokenStream {
    let some = if kind.is_map() { quote!(<(), u8>) } else { quote!(<()>) };
    let (home, name) = home_and_name(kind);
    quote_spanned!(Span::mixed_site()=> <#plain #some as #krate::__private::OfKind<#krate::#home::#name #some>>)
}

/// The traced map of these parameters with the hasher of `plain`. Only the hasher is asked of the trait: what stands
/// in a projection has lost its variance.
pub(crate) fn traced_like(kind: Kind, plain: &TokenStream, krate: &Path) -> TokenStream {
    let hasher = kind.has_hasher().then(|| {
        let of_kind = of_kind(kind, plain, krate);
        quote_spanned!(Span::mixed_site()=> #of_kind::Hasher)
    });
    traced_with(kind, hasher, krate)
}

/// The module and the name of the traced map.
fn home_and_name(kind: Kind) -> (Ident, Ident) {
    let here = Span::mixed_site();
    (Ident::new(kind.home().module(), here), Ident::new(kind.name(), here))
}

/// The traced map of the parameters that [`parameters`] has, with this hasher.
pub(crate) fn traced_with(kind: Kind, hasher: Option<TokenStream>, krate: &Path) -> TokenStream {
    let (home, name) = home_and_name(kind);
    let values = if kind.is_map() { quote!(K, V) } else { quote!(T) };
    let hasher = hasher.into_iter();
    quote_spanned!(Span::mixed_site()=> #krate::#home::#name<#values #(, #hasher)*>)
}

/// The parameters of a map or set, without a hasher.
pub(crate) fn parameters(kind: Kind) -> TokenStream {
    if kind.is_map() { quote!(<K, V>) } else { quote!(<T>) }
}

/// Arguments for them, where any will do.
pub(crate) fn nothing(kind: Kind) -> TokenStream {
    if kind.is_map() { quote!(<(), ()>) } else { quote!(<()>) }
}

/// The names of a path's segments.
pub(crate) fn idents(path: &Path) -> Vec<&Ident> {
    let mut idents = Vec::new();
    for segment in elements(&path.segments) {
        idents.push(&segment.ident);
    }
    idents
}
