//! What is found at one place, and what is to be done there.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

/// The attribute by its full path, which needs no import.
pub(super) const ATTRIBUTE: &str = "#[maptrace::maptrace]";
/// For a part of an annotated item that is to stay as it is.
pub(super) const SKIP: &str = "#[maptrace(skip)]";

/// For an item that is to stay as it is, whatever annotated items make of its name.
pub(super) const SKIP_ITEM: &str = "#[maptrace::maptrace(skip)]";

/// A place with maps.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    pub(super) file: PathBuf,
    /// From 1.
    pub(super) line: usize,
    /// From 1.
    pub(super) column: usize,
    /// The item, or what stands around the map.
    pub(super) place: String,
    /// The maps, as they are written there.
    pub(super) maps: BTreeSet<String>,
    #[serde(flatten)]
    pub(super) verdict: Verdict,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub(super) enum Verdict {
    /// These lines trace it.
    Add { insert: Vec<Insertion> },
    /// The attribute is there.
    Present,
    /// Traced by the lines, but others may be concerned.
    Border { reason: Reason, why: String, edit: String },
    /// No line alone does.
    Cannot { reason: Reason, why: String, edit: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// Written with its path where no attribute goes.
    FullPath,
    /// Inside a `macro_rules!`.
    MacroBody,
    /// Inside the brackets of a macro that is called.
    MacroCall,
    /// Brought by the `#[macro_use]` of a crate with macros that make maps.
    MacroUse,
    /// A map of another crate.
    OtherCrate,
    /// Another crate's name for std's map.
    Alias,
    /// A map under the name of one of std's, beside one that is.
    SameName,
    /// Beside a map that cannot be traced where it is, and that the attribute refuses to leave plain without a word.
    BesidePlain,
    /// The name comes by a glob that leads out of the sources.
    Unseen,
    /// A derive stands above the attribute.
    DeriveAbove,
    /// In an item that takes no attribute.
    Union,
    /// Part of the interface of a library: what its functions take and return.
    Public,
    /// A public field.
    PublicField,
    /// What a trait is implemented for, with or by.
    TraitImpl,
    /// A trait of another crate names the map itself.
    ForeignTrait,
    /// A trait of another crate that a derive asks of the map, and that is there for the plain one alone.
    Derive,
    /// An example in the documentation that a line in it would trace, but nobody can write it there.
    Doctest,
}

impl Reason {
    /// Whether the lines of the package are known not to compile with tracing on as long as this is as it is.
    pub(super) fn breaks(self) -> bool {
        matches!(self, Self::ForeignTrait | Self::Derive | Self::Doctest)
    }
}

impl Finding {
    pub(super) fn breaks(&self) -> bool {
        matches!(&self.verdict, Verdict::Cannot { reason, .. } if reason.breaks())
    }
}

/// Text to put into a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Insertion {
    /// From 1. Without a column the text becomes a line of its own above this one.
    pub(super) line: usize,
    /// From 0, in characters: the text goes before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<usize>,
    pub(super) text: String,
}
