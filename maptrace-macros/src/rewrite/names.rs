//! What names mean where items of a block or module bring them.

use std::fmt::Display;

use syn::{Attribute, GenericParam, Generics, Ident, Item, ItemMacro, Meta, Path};

use super::aliases::Alias;
use super::uses;
use crate::args::{Options, Place};
use crate::around::Imports;
use crate::ast::{is_ours, switched};
use crate::errors::Errors;
use crate::maps::{Home, Kind};
use crate::walk::elements;

/// What an item of the user's makes of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    /// A map.
    Map(Kind),
    /// The module of one, as `hash_map`.
    Module(Kind),
    /// The module of all maps of one home, as `collections`.
    All(Home),
    /// Maps that stay as they are, as the import that brings them does.
    Plain(Plain),
    /// Anything else, whatever it is called.
    Other,
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
    fn of(meaning: Meaning) -> Option<Self> {
        match meaning {
            Meaning::Map(kind) => Some(Brought::Own(kind)),
            Meaning::Module(kind) => Some(Brought::Module(kind)),
            Meaning::All(home) => Some(Brought::All(home)),
            Meaning::Plain(_) | Meaning::Other => None,
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
    /// What an import brings under this name, if the name alone does not say so.
    fn unless_told_by_name(self, name: &str, is_alias: bool) -> Option<Brought> {
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
    /// The name that its path starts with, if that is not a crate's: what it means decides as well.
    pub(crate) through: Option<Ident>,
    /// Whether a glob brings it, so that any other item of that name hides it.
    pub(crate) glob: bool,
    /// Whether it is another crate's name of std's map, with that crate's hasher.
    pub(crate) is_alias: bool,
    /// What the module around calls it, if it comes from there: `X` of `use super::X`.
    pub(crate) of_parent: Option<Ident>,
}

/// The names around a place: of each block up to the next module, innermost last.
#[derive(Clone, Default)]
pub(crate) struct Names(Vec<Table>);

#[derive(Clone, Default)]
struct Table {
    /// Each name once. They are few: to look through them is done faster than to compile a hash table.
    meanings: Vec<(String, Meaning)>,
    /// What imports without an attribute bring of std's under std's own name. In an annotated item that is as good as
    /// annotated, in an alias beside it it is not.
    of_std: Vec<(String, Plain)>,
    /// Those that stand for plain maps.
    aliases: Vec<Alias>,
    /// Whether a glob brings names that nobody knows.
    unknown: bool,
}

impl Table {
    fn get(&self, name: &str) -> Option<Meaning> {
        let found = self.meanings.iter().find(|(known, _)| known == name);
        found.map(|(_, meaning)| *meaning)
    }

    /// The name means this, whatever it meant before.
    fn set(&mut self, name: String, meaning: Meaning) {
        self.remove(&name);
        self.meanings.push((name, meaning));
    }

    /// The name means this, unless it means something already.
    fn add(&mut self, name: String, meaning: Meaning) {
        if self.get(&name).is_none() {
            self.meanings.push((name, meaning));
        }
    }

    fn remove(&mut self, name: &str) {
        self.meanings.retain(|(known, _)| known != name);
        self.of_std.retain(|(known, _)| known != name);
        self.aliases.retain(|alias| alias.name != name);
    }
}

impl Names {
    /// Goes from the blocks and modules further out into one with these imports.
    fn reach(&mut self, imports: &Imports, krate: &Path) {
        let mut all = Vec::new();
        for item in &imports.items {
            let mut bound = Vec::new();
            uses::bound_names(item, krate, &mut bound);
            let ours = own(&item.attrs);
            let said = ours.and_then(kind_said).map(Meaning::Map);
            let annotated = ours.is_some_and(|attribute| !is_skipped(attribute));
            for bound in bound {
                all.push((bound, said, annotated, ours.is_some()));
            }
        }
        let by_name = |name: &str| {
            imports.names.iter().any(|other| other == name)
                || all.iter().any(|(bound, ..)| !bound.glob && bound.name == name)
        };
        let mut table = Table::default();
        let mut of_std = Vec::new();
        for (bound, said, annotated, has_attribute) in &all {
            if bound.glob && by_name(&bound.name) {
                continue;
            }
            let of_parent = bound.of_parent.as_ref().and_then(|name| self.meaning(name));
            let is_alias = bound.is_alias || said.is_some();
            let name = bound.name.clone();
            match said.or(of_parent).unwrap_or(bound.meaning) {
                // As it is there, whatever stands above the import.
                meaning if of_parent == Some(meaning) => {
                    table.set(name, meaning);
                    table.aliases.extend(self.alias_of_parent(bound));
                }
                Meaning::Other | Meaning::Plain(_) => {}
                meaning @ Meaning::Map(kind) if kind.home() == Home::Std && name == kind.name() && !is_alias => {
                    of_std.push((name, annotated.then_some(meaning), meaning, *has_attribute));
                }
                // What it brings is traced under that name.
                meaning if *annotated => table.set(name, meaning),
                meaning => {
                    let skipped = *has_attribute;
                    let as_in_std = || Brought::of(meaning).filter(|_| skipped);
                    if let Some(brought) = meaning.unless_told_by_name(&name, is_alias).or_else(as_in_std) {
                        table.add(name, Meaning::Plain(Plain { brought, skipped }));
                    } else if let Some(brought) = Brought::of(meaning) {
                        table.of_std.push((name, Plain { brought, skipped }));
                    }
                }
            }
        }
        let is_traced = |wanted: &str| {
            of_std
                .iter()
                .any(|(name, traced, ..)| name == wanted && traced.is_some())
        };
        let left: Vec<bool> = of_std
            .iter()
            .map(|(name, .., skipped)| *skipped && !is_traced(name))
            .collect();
        // The name of two imports, as the conditions say. It is std's if that is annotated, and if none is: what is
        // traced in one is not to be refused for the other.
        for ((name, traced, meaning, skipped), left) in of_std.into_iter().zip(left) {
            match (traced, table.get(&name)) {
                // An import that is to stay as it is says so for all that names what it brings.
                (None, _) if left => {
                    table.remove(&name);
                    let plain = Brought::of(meaning).map(|brought| Meaning::Plain(Plain { brought, skipped }));
                    table.meanings.extend(plain.map(|plain| (name, plain)));
                }
                (Some(traced), Some(_)) => table.set(name, traced),
                (None, Some(Meaning::Plain(_))) => table.remove(&name),
                (Some(_), None) | (None, Some(_)) => {}
                (None, None) => {
                    let brought = Brought::of(meaning);
                    table
                        .of_std
                        .extend(brought.map(|brought| (name, Plain { brought, skipped })));
                }
            }
        }
        // What is brought here hides what is further out, also if nothing is to be said of it.
        for outer in &mut self.0 {
            for (bound, ..) in &all {
                outer.remove(&bound.name);
            }
            for name in &imports.names {
                outer.remove(name);
            }
        }
        self.0.push(table);
    }

    /// What `name` means. `None` if no item around says so: then it means what it does in std, or to the prelude.
    pub(crate) fn meaning(&self, name: &Ident) -> Option<Meaning> {
        self.said(&name.to_string())
    }

    /// The traced map that the macro of this name makes, if an item around says so.
    pub(crate) fn map_of_macro(&self, name: &Ident) -> Option<Kind> {
        match self.said(&of_macro(name)) {
            Some(Meaning::Map(kind)) => Some(kind),
            _ => None,
        }
    }

    /// What an import that is not annotated brings of std's under this name.
    pub(super) fn of_std(&self, name: &Ident) -> Option<Plain> {
        let mut found = self.0.iter().rev().flat_map(|table| &table.of_std);
        found.find(|(known, _)| name == known).map(|(_, plain)| *plain)
    }

    /// The alias of this name, if it stands for a plain map.
    pub(crate) fn alias(&self, name: &Ident) -> Option<&Alias> {
        let mut found = self.0.iter().rev().flat_map(|table| &table.aliases);
        found.find(|alias| name == &alias.name)
    }

    /// The same, by the name that a module in here gives it.
    fn alias_of_parent(&self, bound: &Bound) -> Option<Alias> {
        let alias = self.alias(bound.of_parent.as_ref()?)?.clone();
        Some(Alias {
            name: bound.name.clone(),
            ..alias
        })
    }

    /// The plain map that a module in here brings from around it, by `use super::HashMap`.
    fn plain_of_parent(&self, bound: &Bound) -> Option<Plain> {
        let name = bound.of_parent.as_ref()?;
        match self.meaning(name) {
            Some(Meaning::Plain(plain)) => Some(plain),
            Some(_) => None,
            None => self.of_std(name),
        }
    }

    /// In the innermost block or module the alias stands for this.
    pub(super) fn leave_plain(&mut self, alias: Alias, plain: Plain) {
        let table = self.innermost();
        table.add(alias.name.clone(), Meaning::Plain(plain));
        table.aliases.push(alias);
    }

    fn said(&self, name: &str) -> Option<Meaning> {
        self.0.iter().rev().find_map(|table| table.get(name))
    }

    /// Whether a map's name outside of the innermost block may mean another thing inside.
    pub(crate) fn may_hide(&self, name: &Ident) -> bool {
        let innermost = self.0.last();
        innermost.is_some_and(|table| table.unknown || table.get(&name.to_string()).is_some())
    }

    /// Goes into a module with these items, which sees of what is around it what it imports.
    pub(crate) fn enter_module(&mut self, items: &[&Item], krate: &Path) {
        let mut has_all_of_parent = false;
        let mut brought = Vec::new();
        for item in items {
            if let Item::Use(item) = item {
                has_all_of_parent |= uses::is_all_of_parent(item);
                let mut bound = Vec::new();
                uses::bound_names(item, krate, &mut bound);
                let skipped = item.attrs.iter().any(is_skipped);
                for bound in bound {
                    if let Some(plain) = self.plain_of_parent(&bound) {
                        let skipped = skipped || plain.skipped;
                        brought.push((self.alias_of_parent(&bound), bound.name, Plain { skipped, ..plain }));
                    }
                }
            }
        }
        if !has_all_of_parent {
            self.0.clear();
        }
        self.enter(items, krate);
        for (alias, name, plain) in brought {
            self.bring(name, Meaning::Plain(plain));
            self.innermost().aliases.extend(alias);
        }
    }

    /// Goes into a block with these items; their order does not matter.
    pub(crate) fn enter(&mut self, items: &[&Item], krate: &Path) {
        self.0.push(Table::default());
        let mut bound = Vec::new();
        for item in items {
            match item {
                Item::Use(item) => {
                    let before = bound.len();
                    self.innermost().unknown |= uses::bound_names(item, krate, &mut bound);
                    if item.attrs.iter().any(is_skipped) {
                        // Its maps stay std's.
                        for bound in &mut bound[before..] {
                            bound.meaning = Meaning::Other;
                        }
                    }
                }
                Item::Macro(ItemMacro { ident: Some(name), .. }) => self.bring(of_macro(name), Meaning::Other),
                item => {
                    if let Some(name) = name(item) {
                        self.bring(name.to_string(), Meaning::Other);
                    }
                }
            }
        }
        // What a glob brings, any other item of that name hides.
        self.bind(&bound, false);
        self.bind(&bound, true);
    }

    fn bind(&mut self, bound: &[Bound], globs: bool) {
        for bound in bound {
            if bound.glob == globs {
                let hidden = |through: &Ident| self.meaning(through) == Some(Meaning::Other);
                let meaning = if bound.through.as_ref().is_some_and(hidden) {
                    Meaning::Other
                } else {
                    bound.meaning
                };
                self.innermost().add(bound.name.clone(), meaning);
            }
        }
    }

    /// The names around an item that is annotated by itself, by the imports in reach of it, those of the innermost
    /// block first. A name of which nothing is known here is taken for what it is in std.
    pub(crate) fn around(reaches: &[Imports], krate: &Path) -> Self {
        let mut names = Self::default();
        for imports in reaches.iter().rev() {
            names.reach(imports, krate);
            // Nothing from outside comes into a module but by the glob.
            if imports.of_module && !imports.items.iter().any(uses::is_all_of_parent) {
                let innermost = names.0.len() - 1;
                names.0.swap(0, innermost);
                names.0.truncate(1);
            }
            names.reach_aliases(&imports.aliases, krate);
        }
        names
    }

    /// Goes into an item with these parameters.
    pub(crate) fn enter_generics(&mut self, generics: &Generics) {
        self.0.push(Table::default());
        for parameter in elements(&generics.params) {
            match parameter {
                GenericParam::Type(parameter) => self.bring(parameter.ident.to_string(), Meaning::Other),
                GenericParam::Const(parameter) => self.bring(parameter.ident.to_string(), Meaning::Other),
                GenericParam::Lifetime(_) => {}
            }
        }
    }

    pub(crate) fn leave(&mut self) {
        self.0.pop();
    }

    fn innermost(&mut self) -> &mut Table {
        self.0.last_mut().expect("entered")
    }

    pub(super) fn bring(&mut self, name: String, meaning: Meaning) {
        self.innermost().set(name, meaning);
    }
}

/// The name of a macro among those of types and modules, which are others.
pub(super) fn of_macro(name: impl Display) -> String {
    format!("{name}!")
}

/// Our attribute. Under a condition it is taken to be there, as the item's own is, which is mostly under the same.
pub(super) fn own(attributes: &[Attribute]) -> Option<&Attribute> {
    let is_there = |attribute: &&Attribute| is_ours(attribute) || switched(attribute).is_some();
    attributes.iter().find(is_there)
}

/// What `kind` of our attribute says.
pub(super) fn kind_said(attribute: &Attribute) -> Option<Kind> {
    let Meta::List(list) = &attribute.meta else { return None };
    let options = Options::parse(list.tokens.clone(), Place::Item, &mut Errors::default());
    options.kind.map(|kind| kind.value)
}

/// Whether the attribute is `#[maptrace(skip)]`.
pub(super) fn is_skipped(attribute: &Attribute) -> bool {
    is_ours(attribute) && matches!(&attribute.meta, Meta::List(list) if list.tokens.to_string() == "skip")
}

/// The name of a type or module that an item other than `use` brings.
fn name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Mod(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::TraitAlias(item) => Some(&item.ident),
        // By its own name a crate is what its paths are read as anyway.
        Item::ExternCrate(item) => item.rename.as_ref().map(|(_, name)| name),
        _ => None,
    }
}
