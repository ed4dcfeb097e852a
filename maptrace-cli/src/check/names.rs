//! What a path means where it stands: as far as the crate's own sources say.

use std::cell::RefCell;
use std::collections::HashMap;

use syn::Item;

use super::krate::{Krate, ModuleId, ROOT};
use super::maps::{Foreign, Kin, StdPart, foreign, is_map, std_part};

mod globs;
mod scope;

use scope::{Glob, Meaning};
pub(super) use scope::{Leaf, Scope, each_leaf};

/// A path as its words. Generic arguments do not matter.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// It begins with `::`.
    pub(super) absolute: bool,
    pub(super) words: Vec<String>,
}

impl From<&syn::Path> for Words {
    fn from(path: &syn::Path) -> Self {
        Self {
            absolute: path.leading_colon.is_some(),
            words: path.segments.iter().map(|segment| word(&segment.ident)).collect(),
        }
    }
}

impl Words {
    /// Whether the path begins with std's own name, so that no `use` is asked.
    pub(super) fn is_from_root(&self) -> bool {
        matches!(self.words.first().map(String::as_str), Some("std" | "alloc"))
    }

    /// The path without what follows the type, as the `default` in `fnv::FnvHashMap::default`.
    pub(super) fn through_type(&self) -> String {
        let ty = self.words.iter().position(|word| word.starts_with(char::is_uppercase));
        let end = ty.map_or(self.words.len(), |at| at + 1);
        Self {
            absolute: self.absolute,
            words: self.words[..end].to_vec(),
        }
        .to_string()
    }

    /// The path without what follows the map, as the `new` in `std::collections::HashMap::new`.
    pub(super) fn through_map(&self) -> String {
        let map = self.words.iter().position(|word| is_map(word));
        let end = map.map_or(self.words.len(), |at| at + 1);
        Self {
            absolute: self.absolute,
            words: self.words[..end].to_vec(),
        }
        .to_string()
    }
}

pub(super) fn word(ident: &syn::Ident) -> String {
    let word = ident.to_string();
    word.strip_prefix("r#").map(str::to_owned).unwrap_or(word)
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let colons = if self.absolute { "::" } else { "" };
        write!(f, "{colons}{}", self.words.join("::"))
    }
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Std(StdPart),
    Foreign(Foreign),
    /// What an import brings that stays plain, of a crate that the attribute knows of.
    Plain {
        is_map: bool,
        /// The import says so.
        is_skipped: bool,
    },
    /// An item of this crate, or one of another crate that is no map.
    Other,
    /// A name that is not imported by name, so a glob of another crate may bring it.
    Unseen,
}

/// The names of a whole crate.
pub(super) struct Names<'a> {
    krate: &'a Krate,
    scopes: Vec<Scope>,
    around: &'a Around,
    /// What was found so far for the look-up at work; nothing for those that are not done.
    passing: RefCell<HashMap<ItemId, Option<Place>>>,
    /// What look-ups that no other one was waiting for have found.
    known: RefCell<HashMap<ItemId, Option<Place>>>,
}

/// The crates that paths may lead to.
pub(super) struct Around {
    pub(super) dependencies: Vec<String>,
    /// Of the crates that maptrace has a module for, those whose version fits.
    pub(super) modules: Vec<String>,
    /// Of the crates whose traits maptrace has, those whose version does not fit.
    pub(super) unfit: Vec<&'static str>,
    /// Crates of the same workspace, whose maps are found in their own sources.
    pub(super) members: Vec<String>,
    /// In the edition of 2015 the path of a `use` begins at the root.
    pub(super) is_2015: bool,
}

/// Where a path has led so far.
#[derive(Clone)]
enum Place {
    Std(Vec<String>),
    Crate(InCrate),
    Module(ModuleId),
    /// Of this crate, if it is an item of a module; else of a block, or of another crate of the workspace.
    Item(Option<ItemId>),
}

/// Where in another crate.
#[derive(Clone)]
struct InCrate {
    krate: String,
    below: Vec<String>,
    /// The glob in a module that brings it, if neither that nor an import by name behind it is annotated.
    glob: Option<GlobId>,
}

/// A glob in a module, by its path there.
pub(super) type GlobId = (ModuleId, String);

/// An item of this crate: the module that it is in, and its name.
pub(super) type ItemId = (ModuleId, String);

/// Imports may go round in circles.
const DEPTH: u32 = 128;

impl<'a> Names<'a> {
    pub(super) fn new(krate: &'a Krate, around: &'a Around) -> Self {
        Self {
            krate,
            scopes: krate
                .modules
                .iter()
                .map(|module| Scope::of(module.items.iter()))
                .collect(),
            around,
            passing: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// What `path` means in `module`, within `blocks`, of which the last is the innermost.
    pub(super) fn origin(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> Origin {
        match self.resolve(module, blocks, path, DEPTH) {
            Some(Place::Std(path)) => Origin::Std(std_part(&path)),
            Some(Place::Crate(InCrate { krate, below, .. })) => match foreign(&krate, &below) {
                Some(map) if map.kin == Kin::Module => self.of_module(module, blocks, path, map),
                Some(map) => Origin::Foreign(map),
                None => Origin::Other,
            },
            Some(Place::Module(_) | Place::Item(_)) => Origin::Other,
            None => Origin::Unseen,
        }
    }

    /// A map of a crate that maptrace has a module for. The attribute reads the imports beside an item, but not those that
    /// they lead to.
    fn of_module(&self, module: ModuleId, blocks: &[Scope], path: &Words, map: Foreign) -> Origin {
        let is_ours = self.around.modules.contains(&map.krate);
        let kin = |kin: Kin| Origin::Foreign(Foreign { kin, ..map.clone() });
        let first = path.words.first().map_or("", String::as_str);
        let mut scopes = blocks.iter().rev().chain([&self.scopes[module]]);
        let brought = scopes
            .find_map(|scope| scope.names.get(first)?.last())
            .filter(|_| !path.absolute);
        match brought {
            // `use hashbrown;` and the like bring the crate itself.
            Some(Meaning::Import(import)) if import.words.first() == Some(&map.krate) && is_ours => kin(Kin::Module),
            Some(meaning @ (Meaning::Import(import) | Meaning::Skipped(import)))
                if import.words.first() == Some(&map.krate) =>
            {
                Origin::Plain {
                    is_map: !map.is_beside(),
                    is_skipped: matches!(meaning, Meaning::Skipped(_)),
                }
            }
            None if *first == map.krate && is_ours => kin(Kin::Module),
            None if *first == map.krate => kin(Kin::OtherVersion),
            _ => kin(Kin::Own),
        }
    }

    /// The item of this crate that `path` leads to in `module`.
    pub(super) fn item(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> Option<ItemId> {
        match self.resolve(module, blocks, path, DEPTH)? {
            Place::Item(item) => item,
            _ => None,
        }
    }

    /// The `type` alias of this crate that `path` leads to, with the module that it stands in. Of several, which conditions
    /// choose among, the last.
    pub(super) fn alias(
        &self,
        module: ModuleId,
        blocks: &[Scope],
        path: &Words,
    ) -> Option<(ModuleId, &'a syn::ItemType)> {
        let (module, name) = self.item(module, blocks, path)?;
        let mut aliases = self.krate.modules[module].items.iter().filter_map(|item| match item {
            Item::Type(item) if word(&item.ident) == name => Some(item),
            _ => None,
        });
        aliases.next_back().map(|alias| (module, alias))
    }

    /// The crate of the registry that `path` leads to in `module`, and what is below its root.
    pub(super) fn other_crate(
        &self,
        module: ModuleId,
        blocks: &[Scope],
        path: &Words,
    ) -> Option<(String, Vec<String>)> {
        match self.resolve(module, blocks, path, DEPTH)? {
            Place::Crate(InCrate { krate, below, .. }) => Some((krate, below)),
            _ => None,
        }
    }

    /// Whether the package has a dependency of this name.
    pub(super) fn has_dependency(&self, krate: &str) -> bool {
        self.around.dependencies.iter().any(|dependency| dependency == krate)
    }

    /// Whether maptrace has traits of the crate, but of another version than the package.
    pub(super) fn is_unfit(&self, krate: &str) -> bool {
        self.around.unfit.contains(&krate)
    }

    /// The module that the words of a `use` lead to.
    pub(super) fn module(&self, module: ModuleId, path: &Words) -> Option<ModuleId> {
        let start = if self.around.is_2015 { ROOT } else { module };
        if path.words.is_empty() {
            return Some(start);
        }
        match self.resolve(start, &[], path, DEPTH)? {
            Place::Module(module) => Some(module),
            _ => None,
        }
    }

    /// What the path of a `use` means.
    pub(super) fn imported(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> Origin {
        let start = if self.around.is_2015 { ROOT } else { module };
        self.origin(start, blocks, path)
    }

    /// Whether `path` is one of std's maps under one condition and something else under another.
    pub(super) fn is_conditional(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> bool {
        let Some(first) = path.words.first() else { return false };
        let start = if self.around.is_2015 { ROOT } else { module };
        let mut scopes = blocks.iter().rev().chain([&self.scopes[module]]);
        let Some(meanings) = scopes.find_map(|scope| scope.names.get(first)) else {
            return false;
        };
        let is_std = |meaning: &Meaning| {
            let place = self.meant(meaning, start, first, DEPTH);
            matches!(place, Some(Place::Std(path)) if std_part(&path) != StdPart::Other)
        };
        meanings.iter().any(is_std) && !meanings.iter().all(is_std)
    }

    /// Whether an item of `module` brings the name, and no glob.
    pub(super) fn brings(&self, module: ModuleId, name: &str) -> bool {
        self.scopes[module].brings(name) || self.krate.modules[module].children.contains_key(name)
    }

    /// Whether `path` begins with another crate's name, and not with one that a `use` brings.
    pub(super) fn begins_with_crate(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> bool {
        let [first, _, ..] = path.words.as_slice() else {
            return false;
        };
        let is_brought =
            !path.absolute && (self.brings(module, first) || blocks.iter().any(|block| block.brings(first)));
        !is_brought && matches!(self.external(first), Some(Place::Crate(..)))
    }

    /// Whether `path` begins with another name of std's or alloc's. If so, whether the attribute knows that: it reads the
    /// imports of the module that its item is in.
    pub(super) fn by_other_name_of_std(&self, module: ModuleId, blocks: &[Scope], path: &Words) -> Option<bool> {
        let [first, _, ..] = path.words.as_slice() else {
            return None;
        };
        let alone = Words {
            absolute: path.absolute,
            words: vec![first.clone()],
        };
        let is_std = matches!(self.resolve(module, blocks, &alone, DEPTH), Some(Place::Std(path)) if path.is_empty());
        let is_its_own = ["std", "core", "alloc", "maptrace", "maptrace_std"].contains(&first.as_str());
        let is_seen = || self.scopes[module].brings(first) || blocks.iter().any(|block| block.brings(first));
        (is_std && !is_its_own).then(is_seen)
    }

    fn resolve(&self, module: ModuleId, blocks: &[Scope], path: &Words, depth: u32) -> Option<Place> {
        let depth = depth.checked_sub(1)?;
        let (first, rest) = path.words.split_first()?;
        let mut place = if path.absolute && !self.around.is_2015 {
            self.external(first)?
        } else {
            self.first(module, blocks, first, depth)?
        };
        for word in rest {
            place = match place {
                Place::Std(mut path) => {
                    path.push(word.clone());
                    Place::Std(path)
                }
                Place::Crate(mut place) => {
                    place.below.push(word.clone());
                    Place::Crate(place)
                }
                Place::Module(module) => match word.as_str() {
                    "super" => Place::Module(self.krate.modules[module].parent?),
                    "self" => Place::Module(module),
                    name => self.in_module(module, name, depth)?,
                },
                Place::Item(item) => Place::Item(item),
            };
        }
        Some(place)
    }

    fn first(&self, module: ModuleId, blocks: &[Scope], name: &str, depth: u32) -> Option<Place> {
        match name {
            "crate" => return Some(Place::Module(ROOT)),
            "self" => return Some(Place::Module(module)),
            "super" => return self.krate.modules[module].parent.map(Place::Module),
            "Self" => return Some(Place::Item(None)),
            _ => {}
        }
        blocks
            .iter()
            .rev()
            .find_map(|block| self.in_scope(module, block, name, depth))
            .or_else(|| self.in_module(module, name, depth))
            .or_else(|| self.external(name))
    }

    fn external(&self, name: &str) -> Option<Place> {
        let renamed = || self.krate_called(self.scopes[ROOT].crates.get(name)?);
        self.krate_called(name).or_else(renamed)
    }

    fn krate_called(&self, name: &str) -> Option<Place> {
        match name {
            // maptrace's own tree of modules is std's.
            "std" | "core" | "alloc" | "maptrace" | "maptrace_std" => Some(Place::Std(Vec::new())),
            _ if self.around.members.iter().any(|member| member == name) => Some(Place::Item(None)),
            _ => self
                .around
                .dependencies
                .iter()
                .any(|dependency| dependency == name)
                .then(|| {
                    Place::Crate(InCrate {
                        krate: name.to_owned(),
                        below: Vec::new(),
                        glob: None,
                    })
                }),
        }
    }

    fn in_module(&self, module: ModuleId, name: &str, depth: u32) -> Option<Place> {
        let query = (module, name.to_owned());
        if let Some(place) = self.known.borrow().get(&query) {
            return place.clone();
        }
        // A glob brings neither the name that its own path begins with, nor one that is looked for by way of it already.
        // With modules whose globs have each other, whoever went every way would never come to an end.
        if let Some(place) = self.passing.borrow().get(&query) {
            return place.clone();
        }
        let is_outermost = self.passing.borrow().is_empty();
        self.passing.borrow_mut().insert(query.clone(), None);
        let child = self.krate.modules[module].children.get(name).copied();
        let place = child
            .map(Place::Module)
            .or_else(|| self.in_scope(module, &self.scopes[module], name, depth));
        if is_outermost {
            self.passing.borrow_mut().clear();
            self.known.borrow_mut().insert(query, place.clone());
        } else {
            // One inside another may have been refused what that one looks for, so it is good for that one alone.
            self.passing.borrow_mut().insert(query, place.clone());
        }
        place
    }

    fn in_scope(&self, module: ModuleId, scope: &Scope, name: &str, depth: u32) -> Option<Place> {
        let depth = depth.checked_sub(1)?;
        let start = if self.around.is_2015 { ROOT } else { module };
        if let Some(meaning) = scope.names.get(name).and_then(|meanings| meanings.last()) {
            let is_module_s = std::ptr::eq(scope, &self.scopes[module]);
            if matches!(meaning, Meaning::Item) && is_module_s {
                return Some(Place::Item(Some((module, name.to_owned()))));
            }
            let place = self.meant(meaning, start, name, depth)?;
            // The user has said at the import what is to become of it.
            return Some(if scope.annotated.contains(name) {
                place.settled()
            } else {
                place
            });
        }
        let brought = |glob: &Glob| self.by_glob(module, scope, glob, name, depth);
        match scope.globs.iter().find_map(brought)? {
            // One of the crate's own in here, once it is annotated, hides what comes by others.
            Place::Crate(InCrate {
                krate,
                glob: Some((other, _)),
                ..
            }) if other != module => {
                let is_own = |glob: &&Glob| glob.path.words == [krate.as_str()];
                scope.globs.iter().filter(is_own).chain(&scope.globs).find_map(brought)
            }
            place => Some(place),
        }
    }

    fn meant(&self, meaning: &Meaning, start: ModuleId, name: &str, depth: u32) -> Option<Place> {
        let path = match meaning {
            Meaning::Item => return Some(Place::Item(None)),
            // Of std's none of those that are traced.
            Meaning::Skipped(path) => match self.resolve(start, &[], path, depth)? {
                Place::Std(_) => return Some(Place::Item(None)),
                place => return Some(place),
            },
            Meaning::Import(path) => path,
        };
        // `use foo::foo;` brings a name that must not be looked up in itself.
        if path.words.first().is_none_or(|first| first != name) {
            return self.resolve(start, &[], path, depth);
        }
        let mut place = self.external(name)?;
        for word in &path.words[1..] {
            match &mut place {
                Place::Std(path) | Place::Crate(InCrate { below: path, .. }) => path.push(word.clone()),
                Place::Module(_) | Place::Item(_) => {}
            }
        }
        Some(place)
    }
}
