//! What is said of maps that no attribute line traces: why, and the least edit.

use std::collections::BTreeSet;

use super::finding::{ATTRIBUTE, Reason, Verdict};
use super::maps::{self, Foreign, Kin};

fn cannot(reason: Reason, why: impl Into<String>, edit: impl Into<String>) -> Verdict {
    Verdict::Cannot {
        reason,
        why: why.into(),
        edit: edit.into(),
    }
}

pub(super) fn below_derive() -> Verdict {
    cannot(
        Reason::DeriveAbove,
        "a `#[derive]` above the attribute has run before it, on the plain maps",
        "move the attribute above every `#[derive]`",
    )
}

/// Of one of std's maps.
pub(super) fn full_path(map: &str) -> Verdict {
    cannot(
        Reason::FullPath,
        "it is written with its path where the attribute does not look: behind `fn` pointers, `dyn` and `impl`, or in an \
         item that takes none",
        format!("`{ATTRIBUTE}` above `use std::collections::{map};`, and `{map}` here"),
    )
}

/// `name` is what std or alloc is called there.
pub(super) fn other_name_of_std(name: &str) -> Verdict {
    cannot(
        Reason::FullPath,
        format!(
            "`{name}` is another name of std's or alloc's, which the attribute knows only in the module that says so"
        ),
        format!(
            "`extern crate alloc as {name};` in this module too, or `extern crate std as {name};` if it is that, and `maptrace \
             check` again"
        ),
    )
}

pub(super) fn unseen(names: &BTreeSet<String>) -> Verdict {
    let bare: Vec<&str> = names.iter().map(String::as_str).collect();
    cannot(
        Reason::Unseen,
        format!(
            "{} comes by a glob from outside these sources, so whose map it is cannot be seen",
            listed(names)
        ),
        format!(
            "if it is std's, import it by name: `use std::collections::{{{}}};`",
            bare.join(", ")
        ),
    )
}

/// `others` are the names that the attribute would take for std's.
pub(super) fn same_name(others: &BTreeSet<String>) -> Verdict {
    cannot(
        Reason::SameName,
        format!(
            "the attribute goes by names, and would take {} for std's as well, which it is not, or not always",
            listed(others)
        ),
        "import the other map under another name, as in `use papaya::HashMap as FastMap;`; by a path of this crate in a `use` of \
         its own, with `#[maptrace::maptrace(skip)]` above it",
    )
}

/// `plain` are the maps beside it.
pub(super) fn beside_plain(plain: &BTreeSet<String>) -> Verdict {
    cannot(
        Reason::BesidePlain,
        format!(
            "{} beside it cannot be traced as it is written, and the attribute refuses an item that it would trace in part",
            listed(plain)
        ),
        format!("`{ATTRIBUTE}` above a `use` of this map, under a name of its own, and that name here"),
    )
}

pub(super) fn in_macro_body() -> Verdict {
    cannot(
        Reason::MacroBody,
        "the body of a macro is only tokens, which the attribute does not see",
        "annotate a `type` alias or a `pub use` of the map outside, and name that in the macro, as `$crate::...` if it is \
         exported",
    )
}

pub(super) fn in_macro_call() -> Verdict {
    cannot(
        Reason::MacroCall,
        "between the brackets of a macro with a syntax of its own are only tokens, which the attribute does not see",
        "annotate a `use` or a `type` alias outside, and name that here",
    )
}

pub(super) fn macro_use(krate: &str, example: &str) -> Verdict {
    cannot(
        Reason::MacroUse,
        format!(
            "`#[macro_use]` brings `{krate}`'s macros, which make plain maps, to all modules, and the attribute does not \
             go on it"
        ),
        format!(
            "`{ATTRIBUTE}` above `use {krate}::{example};` and the like where they are called, and no `#[macro_use]`"
        ),
    )
}

pub(super) fn in_union() -> Verdict {
    cannot(
        Reason::Union,
        "the attribute does not go on unions",
        "annotate a `type` alias of the map, and name that in the union",
    )
}

/// What whoever calls from another crate can do.
const CALLERS: &str = "annotate the callers' `use` too; where a caller is not yours, `.into()` at the call";

/// How to name std's map beside an annotated `use`.
const PLAIN: &str = "`#[maptrace::maptrace(skip)]` above a `use std::collections::HashMap as PlainMap;` of its own, and \
                     `PlainMap` here";

fn border(reason: Reason, why: &str, edit: impl Into<String>) -> Verdict {
    Verdict::Border {
        reason,
        why: why.to_owned(),
        edit: edit.into(),
    }
}

pub(super) fn public() -> Verdict {
    border(
        Reason::Public,
        "with tracing on, its callers in other crates give and get maptrace's map",
        CALLERS,
    )
}

pub(super) fn lent() -> Verdict {
    border(
        Reason::Public,
        "with tracing on, its callers in other crates have to lend maptrace's map, and std's is not one",
        format!("annotate the callers' `use` too; or {PLAIN}, as a traced map derefs to std's"),
    )
}

pub(super) fn public_field() -> Verdict {
    border(
        Reason::PublicField,
        "with tracing on, other crates that fill the field or move it out have to do with maptrace's map",
        format!("{CALLERS}; or `#[maptrace(skip)]` on the field, with std's map by its full path there"),
    )
}

pub(super) fn trait_impl() -> Verdict {
    border(
        Reason::TraitImpl,
        "with tracing on, what the trait takes and gives is maptrace's map, or a type of it, where other crates had std's",
        CALLERS,
    )
}

pub(super) fn foreign_trait(name: &str, krate: &str) -> Verdict {
    cannot(
        Reason::ForeignTrait,
        format!(
            "`{name}` of the crate `{krate}` names std's map in the signature of this method, so with tracing on it does \
             not compile (E0053)"
        ),
        format!("{PLAIN}; `.into()` makes one of the other"),
    )
}

pub(super) fn derive(krate: &str, edit: &str) -> Verdict {
    cannot(
        Reason::Derive,
        format!(
            "this derive asks a trait of `{krate}` of the map, which that crate has for std's map alone, so with tracing on it \
             does not compile (E0277)"
        ),
        edit,
    )
}

pub(super) fn doctest(why: &str) -> Verdict {
    cannot(
        Reason::Doctest,
        format!(
            "this example has std's map, and from the crate, with tracing on, maptrace's: where the two meet it does not \
             compile (E0308); {why}"
        ),
        format!(
            "`{ATTRIBUTE}` above a `use` of the map in the example, behind `# ` where it is not to be seen; or `.into()` \
             where the two meet"
        ),
    )
}

pub(super) fn foreign(map: &Foreign) -> Verdict {
    let Foreign { krate, name, kin } = map;
    match kin {
        Kin::Alias => cannot(
            Reason::Alias,
            format!(
                "`{name}` is `{krate}`'s name for std's map, which the attribute knows where it is imported by name"
            ),
            format!("`{ATTRIBUTE}` above `use {krate}::{name};`, and `{name}` here"),
        ),
        Kin::OtherAlias(std) => cannot(
            Reason::Alias,
            format!("`{name}` is `{krate}`'s name for std's map, which the attribute has to be told"),
            format!("`#[maptrace::maptrace(kind = {std})]` above a `use` of that name alone, and `{name}` here"),
        ),
        Kin::Module => cannot(
            Reason::FullPath,
            format!("`{krate}::{name}` is written with its path where the attribute does not look"),
            format!("`{ATTRIBUTE}` above `use {krate}::{name};`, and `{name}` here"),
        ),
        Kin::OtherVersion => cannot(
            Reason::OtherCrate,
            format!(
                "`{name}` is a map of `{krate}`, and maptrace has that crate in version {}, which the one in Cargo.toml is \
                 not",
                maps::module(krate).map_or(String::new(), |module| module.version.to_string())
            ),
            format!("that version of `{krate}` in Cargo.toml, and `maptrace check` again"),
        ),
        Kin::Own => cannot(
            Reason::OtherCrate,
            format!("`{name}` is a map of its own, of the crate `{krate}`, which maptrace does not trace"),
            "none; std's map with the same hasher would be traced",
        ),
        Kin::Unknown => cannot(
            Reason::OtherCrate,
            format!("`{name}` comes from the crate `{krate}`, and what it is cannot be seen here"),
            format!(
                "if it is an alias of one of std's maps, `#[maptrace::maptrace(kind = {})]` above a `use` of that name \
                 alone; else none, as it is a map of its own",
                maps::of_std(name)
            ),
        ),
    }
}

fn listed(names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
