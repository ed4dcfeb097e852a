//! What an attribute leaves behind, and what is known of a type: all that there is of a site at compile time.

use std::panic::Location;

use crate::snapshot::Kind;
use crate::table::Shape;

/// What is known about a traced type at compile time. Not public API.
#[doc(hidden)]
#[derive(Debug)]
pub struct TypeInfo {
    /// Which collection.
    pub kind: Kind,
    /// Bytes of one entry where the table has them, padding included.
    pub entry_size: usize,
    /// Full name of the plain type, hasher included; two sites of one place differ by it.
    pub type_name: fn() -> &'static str,
    /// Full name of the key (the element, for a set).
    pub key_name: fn() -> &'static str,
    /// Full name of the value; `None` for a set.
    pub value_name: Option<fn() -> &'static str>,
}

impl TypeInfo {
    /// What its size follows from.
    pub(crate) const fn shape(&self) -> Shape {
        Shape::new(self.kind, self.entry_size as u64)
    }
}

/// A type the attribute may declare a site for. Not public API.
#[doc(hidden)]
pub trait Traceable {
    /// What is known about it.
    const INFO: &'static TypeInfo;
}

/// How a declared site is recognised. Not public API.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// By the file of the constructor call: `use` items.
    File,
    /// By the map's type: aliases and fields.
    Type,
    /// By where the constructor is called: `static` and `const`.
    Item,
    /// By where the constructor is called: variables, fields of a struct expression, and what is assigned to either.
    Place,
    /// The same, for what a function makes beside those. Weaker than the name of a type, unless that is generic.
    Body,
}

/// `sample` of a declaration that does not say. Not public API.
#[doc(hidden)]
pub const SAMPLE_DEFAULT: u32 = u32::MAX;
/// What an attribute leaves behind. Not public API.
#[doc(hidden)]
#[derive(Debug)]
pub struct SiteDecl {
    /// The name given, or `path`.
    pub name: &'static str,
    /// What it is called in the source, as `Cache.entries`.
    pub path: &'static str,
    /// Whether a name was given.
    pub named: bool,
    /// Which collection.
    pub kind: Kind,
    /// Whether it is hashbrown's collection of that kind, and not std's.
    pub of_hashbrown: bool,
    /// How to recognise its maps.
    pub scope: Scope,
    /// One in how many operations becomes an event.
    pub sample: u32,
    /// The file of the attribute.
    pub file: &'static str,
    /// The line to show.
    pub line: u32,
    /// The first of the tokens that call constructors, line and column, as [`Location`] counts them.
    pub from: (u32, u32),
    /// The last of them, inclusive.
    pub to: (u32, u32),
    /// The type, if it can be named outside the item.
    pub info: Option<fn() -> &'static TypeInfo>,
    /// The full name of an item in the function around it, if it is a place in code.
    pub function: Option<fn() -> &'static str>,
}

inventory::collect!(SiteDecl);

impl SiteDecl {
    /// Whether it is one place in code, of which there may be many without a map.
    pub(super) fn is_in_code(&self) -> bool {
        matches!(self.scope, Scope::Place | Scope::Body)
    }

    /// Whether its maps are of that collection. std's and hashbrown's have the same names. The type goes before what the
    /// attribute took its name for, which conditions may have two imports of.
    pub(super) fn is_of_kind(&self, info: &TypeInfo) -> bool {
        let of_hashbrown = |info: &TypeInfo| (info.type_name)().starts_with("hashbrown::");
        let (kind, hashbrown) = match self.info {
            Some(own) => (own().kind, of_hashbrown(own())),
            None => (self.kind, self.of_hashbrown),
        };
        (kind, hashbrown) == (info.kind, of_hashbrown(info))
    }

    pub(super) fn is_of_type(&self, type_name: &str) -> bool {
        self.info.is_some_and(|info| (info().type_name)() == type_name)
    }

    pub(super) fn contains(&self, caller: &Location<'_>) -> bool {
        (self.from..=self.to).contains(&(caller.line(), caller.column())) && self.file == caller.file()
    }

    /// Whether maps of both are listed as one: a variable may get its map in several places.
    pub(super) fn is_alike(&self, other: &SiteDecl) -> bool {
        let shown =
            |decl: &SiteDecl| (decl.file, decl.line, decl.name, decl.kind, decl.of_hashbrown, decl.scope);
        self.is_in_code() && shown(self) == shown(other)
    }
}
