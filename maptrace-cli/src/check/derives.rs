//! Derives of other crates' traits on types that hold maps: each asks the trait of every field.

use std::collections::BTreeSet;
use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::Visit as _;
use syn::{Attribute, Ident, Meta, Token};

use super::attributes::{Annotated, annotated, has_cfg, mentions};
use super::find::Finder;
use super::names::{Words, word};
use super::verdict;

/// What asks for std's own map, of all maps of the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: usize,
    /// Such as `derive(Serialize)` on `Shop`.
    pub(crate) place: String,
    /// Whose trait it is, by the name of the crate of the traits.
    pub(crate) krate: String,
    /// Whether it is there under a condition, which these sources do not settle.
    pub(crate) is_conditional: bool,
    /// Whether std's maps are among them.
    pub(crate) is_of_std: bool,
    pub(crate) cure: Cure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cure {
    /// maptrace has the trait, behind a feature of the crate's name.
    Feature,
    /// It is there for the plain map alone.
    Edit(&'static str),
}

/// The crates whose derives ask a trait of maps that the crate has for std's. docs/ecosystem.md has the same.
const KNOWN: &[(&[&str], &[&str], &str, Cure)] = &[
    (
        &["serde", "serde_derive"],
        &["Serialize", "Deserialize"],
        "serde",
        Cure::Feature,
    ),
    (&["schemars", "schemars08"], &["JsonSchema"], "schemars", Cure::Feature),
    (
        &["arbitrary", "derive_arbitrary"],
        &["Arbitrary"],
        "arbitrary",
        Cure::Feature,
    ),
    (&["proptest_derive"], &["Arbitrary"], "proptest", Cure::Feature),
    (
        &["borsh", "borsh_derive"],
        &["BorshSerialize", "BorshDeserialize"],
        "borsh",
        Cure::Feature,
    ),
    (
        &["rkyv", "rkyv_derive"],
        &["Archive", "Serialize", "Deserialize"],
        "rkyv",
        Cure::Feature,
    ),
    (&["borsh", "borsh_derive"], &["BorshSchema"], "borsh", PLAIN),
    (
        &["bincode", "bincode_derive"],
        &["Encode", "Decode", "BorrowDecode"],
        "bincode",
        Cure::Edit("`#[bincode(with_serde)]` on the field, with the features `serde` of bincode and maptrace"),
    ),
    (
        &["ts_rs"],
        &["TS"],
        "ts_rs",
        Cure::Edit("`#[ts(as = \"std::collections::HashMap<K, V>\")]` on the field, by its full path"),
    ),
    (
        &["get_size2", "get_size_derive2"],
        &["GetSize"],
        "get_size2",
        Cure::Edit(
            "`#[get_size(size_fn = size)]` on the field, and `fn size(map: &HashMap<K, V>) -> usize { \
             (**map).get_heap_size() }`",
        ),
    ),
    (&["bitcode"], &["Encode", "Decode"], "bitcode", PLAIN),
    (&["candid"], &["CandidType"], "candid", PLAIN),
    (&["deepsize"], &["DeepSizeOf"], "deepsize", PLAIN),
    (
        &["parity_scale_codec", "codec"],
        &["Encode", "Decode"],
        "parity_scale_codec",
        PLAIN,
    ),
    (
        &["pyo3"],
        &["FromPyObject", "IntoPyObject", "IntoPyObjectRef"],
        "pyo3",
        PLAIN,
    ),
    (&["speedy"], &["Readable", "Writable"], "speedy", PLAIN),
    (&["specta"], &["Type"], "specta", PLAIN),
    (&["uniffi"], &["Record", "Enum"], "uniffi", PLAIN),
    (&["valuable"], &["Valuable"], "valuable", PLAIN),
];

const PLAIN: Cure =
    Cure::Edit("`#[maptrace(skip)]` on the field, with std's map by its full path there; `.into()` where it is filled");

/// In an attribute on a field: that the derive is to treat it in another way than by the trait.
const BY_OTHER_MEANS: [&str; 7] = [
    "as",
    "deserialize_with",
    "serialize_with",
    "size_fn",
    "skip",
    "with",
    "with_serde",
];

impl Finder<'_> {
    /// Notes the derives of a type with these fields.
    pub(super) fn derives<'f>(
        &mut self,
        attributes: &[Attribute],
        ident: &Ident,
        fields: impl Iterator<Item = &'f (String, &'f syn::Field)>,
    ) {
        let is_item_conditional = self.is_module_conditional || has_cfg(attributes);
        let mut maps = BTreeSet::new();
        let mut is_of_std = false;
        for (name, field) in fields {
            self.by_serde_with(field, &format!("{}.{name}", word(ident)), is_item_conditional);
            if annotated(&field.attrs) == Annotated::No && !field.attrs.iter().any(is_by_other_means) {
                maps.extend(self.look(|look| look.visit_type(&field.ty)).rewritten);
                maps.extend(self.maps_of_aliases(&field.ty));
                is_of_std |= self.has_std_map(&field.ty);
            }
        }
        if maps.is_empty() {
            return;
        }
        for attribute in attributes {
            let mut derives = Vec::new();
            collect(&attribute.meta, false, &mut derives);
            for (path, is_conditional) in derives {
                let Some((krate, cure)) = self.known(&path) else {
                    continue;
                };
                let place = format!("`derive({})` on `{}`", Words::from(&path), word(ident));
                self.asked.push(Asked {
                    file: self.file.to_owned(),
                    line: path.span().start().line,
                    place: place.clone(),
                    krate: krate.to_owned(),
                    is_conditional: is_item_conditional || is_conditional,
                    is_of_std,
                    cure,
                });
                if let Cure::Edit(edit) = cure {
                    self.report(path.span().start(), place, maps.clone(), verdict::derive(krate, edit));
                }
            }
        }
    }

    /// A field that serde_with's traits convert. The derive is then another macro's, which asks them.
    fn by_serde_with(&mut self, field: &syn::Field, place: &str, is_item_conditional: bool) {
        let means = field
            .attrs
            .iter()
            .find_map(|attribute| Some((attribute, by_serde_with(attribute)?)));
        let (Some((attribute, cure)), true) = (means, self.names.has_dependency("serde_with")) else {
            return;
        };
        if annotated(&field.attrs) != Annotated::No {
            return;
        }
        let mut maps = self.look(|look| look.visit_type(&field.ty)).rewritten;
        maps.extend(self.maps_of_aliases(&field.ty));
        if maps.is_empty() {
            return;
        }
        let cure = if self.names.is_unfit("serde_with") { PLAIN } else { cure };
        let at = attribute.span().start();
        let place = format!("`#[{}]` on `{place}`", Words::from(attribute.path()));
        self.asked.push(Asked {
            file: self.file.to_owned(),
            line: at.line,
            place: place.clone(),
            krate: "serde_with".to_owned(),
            is_conditional: is_item_conditional,
            is_of_std: self.has_std_map(&field.ty),
            cure,
        });
        if let Cure::Edit(edit) = cure {
            self.report(at, place, maps, verdict::derive("serde_with", edit));
        }
    }

    /// Whose trait a derive is for.
    fn known(&self, path: &syn::Path) -> Option<(&'static str, Cure)> {
        let words = Words::from(path);
        let name = words.words.last()?;
        let from = self
            .names
            .other_crate(self.module, &self.blocks, &words)
            .map(|(krate, _)| krate);
        KNOWN.iter().find_map(|(crates, names, krate, cure)| {
            let is_its = match &from {
                Some(from) => crates.contains(&from.as_str()),
                // By `#[macro_use] extern crate serde;`, or a glob.
                None => words.words.len() == 1 && *krate == "serde" && self.names.has_dependency(krate),
            };
            let cure = match cure {
                Cure::Feature if self.names.is_unfit(krate) => PLAIN,
                cure => *cure,
            };
            (is_its && names.contains(&name.as_str())).then_some((*krate, cure))
        })
    }
}

fn is_by_other_means(attribute: &Attribute) -> bool {
    let ours = attribute.path().is_ident("doc") || attribute.path().is_ident("cfg");
    match &attribute.meta {
        Meta::List(list) if !ours => BY_OTHER_MEANS.iter().any(|word| mentions(list.tokens.clone(), word)),
        _ => false,
    }
}

/// What is to be done about `#[serde_as(as = "..")]` or `#[serde(with = "serde_with::..")]`. One in a `cfg_attr` is neither.
fn by_serde_with(attribute: &Attribute) -> Option<Cure> {
    const MODULE: Cure = Cure::Edit(
        "`#[serde_as(as = \"MapPreventDuplicates<_, _>\")]`, or what does the same as that module, in place of `with`, and \
         the feature `serde_with` of maptrace",
    );
    fn find(tokens: TokenStream, cure: fn(&str) -> Option<Cure>) -> Option<Cure> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Literal(literal) => cure(literal.to_string().trim_matches('"')),
            TokenTree::Group(group) => find(group.stream(), cure),
            _ => None,
        })
    }
    let Meta::List(list) = &attribute.meta else { return None };
    let last = list.path.segments.last().map(|last| word(&last.ident));
    match last.as_deref()? {
        // `_` is for what the type has by itself.
        "serde_as" => find(list.tokens.clone(), |text| (text != "_").then_some(Cure::Feature)),
        "serde" => find(list.tokens.clone(), |text| {
            match text.trim_start_matches("::").strip_prefix("serde_with::")? {
                // Functions whose traits nobody else can have.
                below if below.starts_with("rust::maps_") || below.starts_with("rust::sets_") => Some(MODULE),
                below => below.starts_with("As").then_some(Cure::Feature),
            }
        }),
        _ => None,
    }
}

/// The paths of a `derive`, also of one within `cfg_attr`.
fn collect(meta: &Meta, is_conditional: bool, found: &mut Vec<(syn::Path, bool)>) {
    let Meta::List(list) = meta else { return };
    if list.path.is_ident("derive") {
        let paths = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
        found.extend(paths.into_iter().flatten().map(|path| (path, is_conditional)));
    } else if list.path.is_ident("cfg_attr")
        && let Ok(parts) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
    {
        parts.iter().skip(1).for_each(|part| collect(part, true, found));
    }
}
