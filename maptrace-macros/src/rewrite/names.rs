//! What names mean where items of a block or module bring them.

use std::fmt::Display;

use syn::{Attribute, GenericParam, Generics, Ident, Item, ItemExternCrate, ItemMacro, Meta, Path};

use super::aliases::Alias;
use super::uses::{self, Outside};
use crate::args::{Options, Place};
use crate::around::is_of_crate;
use crate::ast::{is_ours, switched, switched_options};
use crate::errors::Errors;
use crate::maps::{Home, Kind, Known, Root, called, known_alias, known_in};
use crate::walk::elements;

mod file;
mod meaning;
mod own;

pub(crate) use meaning::{Bound, Brought, Called, Meaning, Module, Plain};
use own::types_of;

/// The names around a place.
#[derive(Clone, Default)]
pub(crate) struct Names {
    /// Of each block up to the next module, innermost last, and before them of what that module sees around it.
    tables: Vec<Table>,
    /// How many of them the module sees, without the blocks in it.
    of_module: usize,
    /// Those that the module around it sees.
    of_parent: Vec<Table>,
    /// Those of all that is around that module, outermost first.
    further: Vec<Table>,
}

#[derive(Clone, Default)]
struct Table {
    /// Each once. They are few: to look through them is done faster than to compile a hash table.
    names: Vec<Name>,
    /// Whether a glob brings names that nobody knows.
    unknown: bool,
    /// The paths of types that are called as maps, of its items and of the modules among them.
    types: Vec<Vec<String>>,
    /// The names of its modules.
    modules: Vec<String>,
    /// Whether they are those of the crate's root.
    is_root: bool,
}

/// All that is known of a name where a block, module or item brings it.
#[derive(Clone, Default)]
struct Name {
    name: String,
    /// `None` if that is not said: then it means what it does in std, or to the prelude.
    meaning: Option<Meaning>,
    /// What an import without an attribute brings of std's under std's own name. In an annotated item that is as good as
    /// annotated, in an alias beside it it is not.
    of_std: Option<Plain>,
    /// The alias, if it stands for a plain map.
    alias: Option<Alias>,
    /// The paths of its imports that are rewritten for what they bring, which is not in the path.
    taken: Vec<(Vec<Ident>, Meaning)>,
    agreed: Agreed,
    /// Whether one of its imports, which is left as it is, may bring no map.
    may_be_none: bool,
    /// Whether it is a type or module that the file has here.
    own: bool,
    /// Whether it is an alias that is annotated.
    is_traced_alias: bool,
    /// Whether an annotated import brings std's map by this name, which therefore is not said.
    is_traced: bool,
}

/// How far the imports of a name agree, of which each is there under its own condition.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Agreed {
    #[default]
    All,
    /// All bring a map. One has it traced, and another leaves it plain.
    OnMap,
    /// One brings a map, and another does not.
    OnNothing,
}

impl Table {
    fn get(&self, name: &str) -> Option<&Name> {
        self.names.iter().find(|known| known.name == name)
    }

    fn at(&mut self, name: &str) -> &mut Name {
        let known = self.names.iter().position(|known| known.name == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(Name {
                name: name.to_owned(),
                ..Name::default()
            });
            self.names.len() - 1
        });
        &mut self.names[at]
    }
}

impl Names {
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

    /// What a path begins with, and at which of its segments: `X` of `super::X`, if it is known what that is there.
    pub(crate) fn meaning_of(&self, path: &Path) -> (usize, Option<Meaning>) {
        let mut idents = elements(&path.segments).map(|segment| &segment.ident);
        let Some(first) = idents.next().filter(|_| path.leading_colon.is_none()) else {
            return (0, None);
        };
        if let (Some(module), Some(second)) = (Module::called(first), idents.next()) {
            let meaning = self.in_module(module, second);
            let of_std = || found(self.seen_by(module), second).and_then(|name| name.of_std);
            return (usize::from(meaning.is_some() || of_std().is_some()), meaning);
        }
        (0, self.meaning(first))
    }

    /// What it means to a module around.
    fn in_module(&self, module: Module, name: &Ident) -> Option<Meaning> {
        found(self.seen_by(module), name)?.meaning
    }

    fn seen_by(&self, module: Module) -> &[Table] {
        match module {
            // Before its own table is there, it is what is around.
            Module::Own => self.tables.get(..self.of_module).unwrap_or(&self.tables),
            Module::Parent => &self.of_parent,
        }
    }

    /// What an import that is not annotated brings of std's under this name.
    pub(super) fn of_std(&self, name: &Ident) -> Option<Plain> {
        found(&self.tables, name)?.of_std
    }

    /// The alias of this name, if it stands for a plain map.
    pub(super) fn alias(&self, name: &Ident) -> Option<&Alias> {
        found(&self.tables, name)?.alias.as_ref()
    }

    /// The alias that a path begins with, of a module around if that is named before it.
    pub(super) fn alias_of(&self, path: &[&Ident], at: usize) -> Option<&Alias> {
        let module = Module::called(path[0]).filter(|_| at > 0);
        let tables = module.map_or(&*self.tables, |module| self.seen_by(module));
        found(tables, path[at])?.alias.as_ref()
    }

    /// Whether a path begins with an alias that is annotated, of a module around if that is named before it.
    pub(super) fn is_by_traced_alias(&self, path: &[&Ident]) -> bool {
        let (tables, name) = match (Module::called(path[0]), path.get(1)) {
            (Some(module), Some(name)) => (self.seen_by(module), name),
            _ => (&*self.tables, &path[0]),
        };
        found(tables, name).is_some_and(|name| name.is_traced_alias)
    }

    /// What an import brings from a module around.
    fn around_of(&self, bound: &Bound) -> Option<&Name> {
        let (module, name) = bound.from()?;
        found(self.seen_by(module), name)
    }

    /// The alias of a module around, by the name that an import in here gives it.
    fn alias_from(&self, bound: &Bound) -> Option<Alias> {
        Some(Alias {
            name: bound.name.clone(),
            ..self.around_of(bound)?.alias.clone()?
        })
    }

    pub(super) fn agreed(&self, name: &Ident) -> Agreed {
        found(&self.tables, name).map_or(Agreed::All, |name| name.agreed)
    }

    /// What the import of this name by this path, in the innermost block or module, is rewritten for.
    pub(super) fn taken(&self, name: &Ident, path: &[&Ident]) -> Option<Meaning> {
        let known = self.tables.last()?.get(&name.to_string())?;
        let mut taken = known.taken.iter();
        let (_, meaning) = taken.find(|(taken, _)| taken.iter().eq(path.iter().copied()))?;
        Some(*meaning)
    }

    /// In the innermost block or module the alias stands for this.
    pub(super) fn leave_plain(&mut self, alias: Alias, plain: Plain) {
        let known = self.innermost().at(&alias.name);
        known.meaning.get_or_insert(Meaning::Plain(plain));
        known.alias.get_or_insert(alias);
    }

    /// In the innermost block or module the name means this, if nothing else is known of it.
    pub(super) fn bring_unless_known(&mut self, name: &Ident, meaning: Meaning) {
        let known = self.innermost().at(&name.to_string());
        known.meaning.get_or_insert(meaning);
    }

    fn said(&self, name: &str) -> Option<Meaning> {
        self.tables.iter().rev().find_map(|table| table.get(name))?.meaning
    }

    /// Whether a map's name outside of the innermost block may mean another thing inside.
    pub(crate) fn may_hide(&self, name: &Ident) -> bool {
        let innermost = self.tables.last();
        innermost.is_some_and(|table| table.unknown || table.get(&name.to_string()).is_some())
    }

    /// Goes into a module with these items, which sees of what is around it what it imports.
    pub(crate) fn enter_module(&mut self, items: &[&Item], krate: &Path) {
        self.leave_for_module(items.iter().any(sees_all));
        self.enter_items(items, krate);
    }

    /// Goes out of what a module does not see. Its own table is to follow.
    fn leave_for_module(&mut self, sees_all: bool) {
        self.tables.truncate(self.of_module);
        self.of_parent = self.tables.clone();
        self.further.extend_from_slice(&self.tables);
        // Nothing from outside comes into a module but by the glob.
        if !sees_all {
            self.tables.clear();
        }
        self.of_module = self.tables.len() + 1;
    }

    /// Goes into a block with these items; their order does not matter.
    pub(crate) fn enter(&mut self, items: &[&Item], krate: &Path) {
        self.enter_items(items, krate);
        if items.iter().any(sees_all) {
            self.bring_all_of_parent();
        }
    }

    fn enter_items(&mut self, items: &[&Item], krate: &Path) {
        let mut types = Vec::new();
        types_of(items, &mut Vec::new(), &mut types);
        let mut modules = Vec::new();
        for item in items {
            if let Item::Mod(item) = item {
                modules.push(item.ident.to_string());
            }
        }
        self.tables.push(Table {
            types,
            modules,
            ..Table::default()
        });
        let (mut all, mut left_globs) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Item::Use(item) => {
                    let mut bound = Vec::new();
                    let is_unknown = uses::bound_names(item, krate, &mut bound);
                    self.innermost().unknown |= is_unknown;
                    let ours = item.attrs.iter().find(|attribute| is_ours(attribute));
                    if is_unknown && !bound.iter().any(|bound| bound.glob) && ours.is_some_and(is_skipped) {
                        left_globs.push(uses::outside(item));
                    }
                    for bound in bound {
                        all.push((bound, ours));
                    }
                }
                Item::Macro(ItemMacro { ident: Some(name), .. }) => self.bring(&of_macro(name), Meaning::Other),
                Item::ExternCrate(ItemExternCrate {
                    ident,
                    rename: Some((_, name)),
                    ..
                }) => self.bring(&name.to_string(), uses::meaning(&[ident], krate)),
                item => {
                    if let Some(name) = name(item) {
                        self.bring(&name.to_string(), Meaning::Other);
                    }
                }
            }
        }
        // First the names of crates, by which others are brought; and what a glob brings, any other item of that name hides.
        for rank in 0..3 {
            let before = self.innermost().names.len();
            for (bound, ours) in &all {
                let mut by_name = self.innermost().names[..before].iter();
                let is_hidden = bound.glob && by_name.any(|known| known.name == bound.name);
                if bound.rank() == rank && !is_hidden {
                    self.bind(bound, *ours, krate);
                }
            }
        }
        self.enter_aliases(items, krate);
        for outside in &left_globs {
            self.leave_rest(*outside);
        }
    }

    /// Leaves plain, of std's names, what a glob with `#[maptrace(skip)]` may bring: those of which nobody else says what
    /// they are. `outside` is whose names it brings.
    fn leave_rest(&mut self, outside: Outside) {
        for kind in Home::Std.kinds() {
            for (name, brought) in [
                (kind.name(), Brought::Own(*kind)),
                (kind.module(), Brought::Module(*kind)),
            ] {
                let says = |table: &Table| {
                    let known = table.get(name);
                    known.is_some_and(|known| known.own || known.is_traced || known.meaning.is_some())
                };
                let innermost = |tables: &[Table]| {
                    tables
                        .iter()
                        .rev()
                        .find(|table| table.get(name).is_some())
                        .is_some_and(says)
                };
                let is_said = match outside {
                    Outside::Parent => innermost(&self.of_parent),
                    Outside::Further => self.further.iter().any(says),
                    Outside::Unknown => self.tables.iter().any(|table| table.get(name).is_some()),
                };
                if !is_said && self.innermost().get(name).is_none() {
                    self.bring(name, Meaning::Plain(Plain { brought, skipped: true }));
                }
            }
        }
    }

    /// Brings into a block what the module around its own has, as `use super::*` does.
    fn bring_all_of_parent(&mut self) {
        for table in self.of_parent.clone().iter().rev() {
            for name in &table.names {
                let innermost = self.innermost();
                if innermost.get(&name.name).is_none() {
                    innermost.names.push(Name {
                        taken: Vec::new(),
                        ..name.clone()
                    });
                }
            }
        }
    }

    /// `ours` is the attribute above the import.
    fn bind(&mut self, bound: &Bound, ours: Option<&Attribute>, krate: &Path) {
        let (mut meaning, mut is_taken) = self.brought_by(bound, ours, krate);
        let mut may_be_none = false;
        if let Some(ours) = ours {
            // It is rewritten by itself, or left as it is.
            if let Some(kind) = kind_said(ours) {
                meaning = Meaning::Map(kind);
            } else if is_skipped(ours) {
                may_be_none = is_taken || meaning.is_none();
                meaning = meaning.skipped(bound.path.last().and_then(|last| map_called(&last.to_string())));
            } else if is_taken {
                meaning = Meaning::Other;
            }
            is_taken = false;
        } else if let (true, Meaning::Map(kind)) = (bound.glob && bound.is_alias, meaning) {
            // By its name it is rewritten. Whether that crate has all of its names here, the glob does not tell.
            meaning = Meaning::Plain(Plain {
                brought: Brought::Map(kind),
                skipped: false,
            });
        }
        let alias = self.alias_from(bound);
        let around = self.around_of(bound);
        let agreed = around.map_or(Agreed::All, |around| around.agreed);
        let is_traced_alias = around.is_some_and(|around| around.is_traced_alias);
        let known = self.innermost().at(&bound.name);
        known.is_traced_alias |= is_traced_alias;
        if known.agreed == Agreed::All {
            known.agreed = agreed;
        }
        let is_skipped = |meaning| matches!(meaning, Meaning::Plain(Plain { skipped: true, .. }));
        // It may have another import, under another condition.
        let replaces = known.meaning.is_none_or(|before| {
            if before.is_none() != meaning.is_none() || known.may_be_none || may_be_none {
                known.agreed = Agreed::OnNothing;
            } else if is_skipped(before) != is_skipped(meaning) && known.agreed == Agreed::All {
                known.agreed = Agreed::OnMap;
            }
            before.is_none() || (is_skipped(before) && !meaning.is_none())
        });
        known.may_be_none |= may_be_none;
        if is_taken {
            known.taken.push((bound.path.clone(), meaning));
        }
        if replaces {
            known.meaning = Some(meaning);
            known.alias = alias;
        }
    }

    /// What an import in the innermost block or module brings, and whether it is rewritten for that, whatever its path.
    fn brought_by(&self, bound: &Bound, ours: Option<&Attribute>, krate: &Path) -> (Meaning, bool) {
        if let Some(known) = self.around_of(bound) {
            match known {
                Name {
                    meaning: Some(meaning), ..
                } => return (*meaning, false),
                Name {
                    of_std: Some(plain), ..
                } => return (plain.brought.traced(), true),
                Name { own: true, .. } => return (Meaning::Other, false),
                _ => {}
            }
        }
        // `use self as name;` has none.
        let Some(first) = bound.path.first().filter(|_| !bound.absolute) else {
            return (bound.meaning, false);
        };
        if let Some(known) = self.known_alias(&bound.path.iter().collect::<Vec<_>>()) {
            return (Meaning::Map(known.kind), false);
        }
        if let Some(meaning) = self.below_crate(&bound.path, krate) {
            return (meaning, Brought::of(meaning).is_some());
        }
        let is_own = self.meaning(first) == Some(Meaning::Other);
        // What the user says of one's own type is for messages.
        let is_shown = || ours.is_none() && self.has_type(self.tables.last().expect("entered"), bound);
        if bound.meaning == Meaning::Other && !is_shown() {
            if let Some(kind) = uses::named_in_std(&bound.path)
                && (is_own || is_of_crate(first))
            {
                return (Meaning::Map(kind), true);
            }
            if let Some(called) = uses::called_in(&bound.path) {
                return (Meaning::Called(called), false);
            }
            if let Some(kind) = map_called(&bound.name).filter(|_| is_own || is_of_crate(first)) {
                let parameters = Some(kind.parameters());
                return (Meaning::Called(Called { kind, parameters }), false);
            }
        }
        (if is_own { Meaning::Other } else { bound.meaning }, false)
    }

    /// The map that another crate's name stands for, where the path may begin with another name of that crate.
    pub(super) fn known_alias(&self, path: &[&Ident]) -> Option<&'static Known> {
        let (name, parents) = path.split_last()?;
        let meaning = match parents {
            [krate] => self.meaning(krate),
            [module, krate] => self.in_module(Module::called(module)?, krate),
            _ => None,
        };
        match meaning {
            Some(Meaning::Aliases(krate)) => known_in(krate, name),
            Some(_) => None,
            None => known_alias(path),
        }
    }

    /// What a path means that begins with another name of std's or alloc's.
    fn below_crate(&self, path: &[Ident], krate: &Path) -> Option<Meaning> {
        let Some(Meaning::Crate(root)) = self.meaning(&path[0]) else {
            return None;
        };
        let name = if root == Root::Alloc { "alloc" } else { "std" };
        let first = Ident::new(name, path[0].span());
        let mut full = vec![&first];
        for ident in &path[1..] {
            full.push(ident);
        }
        Some(uses::meaning(&full, krate))
    }

    /// Goes into an item with these parameters.
    pub(crate) fn enter_generics(&mut self, generics: &Generics) {
        self.tables.push(Table::default());
        for parameter in elements(&generics.params) {
            match parameter {
                GenericParam::Type(parameter) => self.bring(&parameter.ident.to_string(), Meaning::Other),
                GenericParam::Const(parameter) => self.bring(&parameter.ident.to_string(), Meaning::Other),
                GenericParam::Lifetime(_) => {}
            }
        }
    }

    pub(crate) fn leave(&mut self) {
        self.tables.pop();
    }

    /// In the innermost block or module the alias of this name is annotated.
    pub(super) fn note_traced_alias(&mut self, name: &str) {
        self.innermost().at(name).is_traced_alias = true;
    }

    fn innermost(&mut self) -> &mut Table {
        self.tables.last_mut().expect("entered")
    }

    pub(super) fn bring(&mut self, name: &str, meaning: Meaning) {
        let known = self.innermost().at(name);
        known.meaning = Some(meaning);
    }
}

/// What is known of the name where the innermost of them brings it.
fn found<'t>(tables: &'t [Table], name: &Ident) -> Option<&'t Name> {
    let name = name.to_string();
    tables.iter().rev().find_map(|table| table.get(&name))
}

/// Whether it brings all that the module around has.
fn sees_all(item: &&Item) -> bool {
    matches!(item, Item::Use(item) if uses::is_all_of_parent(item))
}

/// Whether one of them is `#[cfg(...)]`, or may be.
pub(super) fn has_condition(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("cfg") || (path.is_ident("cfg_attr") && switched(attribute).is_none())
    })
}

/// The map that a type may be by its name.
pub(super) fn map_called(name: &str) -> Option<Kind> {
    let kinds = Home::Std.kinds().iter();
    let named = kinds.copied().find(|kind| name == kind.name());
    named.or_else(|| called(name))
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

/// The options of our attribute, also under a condition.
fn options(attribute: &Attribute) -> Option<Options> {
    let Meta::List(list) = &attribute.meta else { return None };
    let tokens = if is_ours(attribute) {
        list.tokens.clone()
    } else {
        switched_options(attribute)?
    };
    Some(Options::parse(tokens, Place::Item, &mut Errors::default()))
}

/// What `kind` of our attribute says.
pub(super) fn kind_said(attribute: &Attribute) -> Option<Kind> {
    options(attribute)?.kind
}

/// Whether the attribute is `#[maptrace(skip)]`.
pub(super) fn is_skipped(attribute: &Attribute) -> bool {
    options(attribute).is_some_and(|options| options.is_skipped())
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
