//! Each place with maps in a crate's sources, and what is to be done there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{LineColumn, Span, TokenStream, TokenTree};
use serde::Serialize;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, ItemMacro, Meta, Signature, Stmt, Type, Visibility};

use super::krate::{Krate, ModuleId};
use super::maps::{Foreign, StdPart, attribute_sees};
use super::names::{Names, Origin, Scope, Words, each_leaf};

/// The attribute by its full path, which needs no import.
pub(super) const ATTRIBUTE: &str = "#[maptrace::maptrace]";
const SKIP: &str = "#[maptrace(skip)]";

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
    /// A map of another crate.
    OtherCrate,
    /// Another crate's name for std's map.
    Alias,
    /// A map under the name of one of std's, beside one that is.
    SameName,
    /// The name comes by a glob that leads out of the sources.
    Unseen,
    /// A derive stands above the attribute.
    DeriveAbove,
    /// In an item that takes no attribute.
    Union,
    /// Part of the interface of a library.
    Public,
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

/// Looks through all modules of a crate.
pub(super) fn find(
    krate: &Krate,
    names: &Names<'_>,
    is_library: bool,
    texts: &BTreeMap<PathBuf, String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, module) in krate.modules.iter().enumerate() {
        let mut finder = Finder {
            names,
            module: id,
            file: &module.file,
            lines: texts
                .get(&module.file)
                .map(|text| text.lines().collect())
                .unwrap_or_default(),
            is_library,
            blocks: Vec::new(),
            around: Vec::new(),
            findings: &mut findings,
        };
        for item in &module.items {
            finder.visit_item(item);
        }
    }
    findings
}

struct Finder<'a> {
    names: &'a Names<'a>,
    module: ModuleId,
    file: &'a Path,
    lines: Vec<&'a str>,
    is_library: bool,
    blocks: Vec<Scope>,
    /// The functions and the like around the current place.
    around: Vec<String>,
    findings: &'a mut Vec<Finding>,
}

/// The maps in a type or an expression.
#[derive(Default)]
struct Found {
    /// Those that the attribute rewrites, and rightly.
    rewritten: BTreeSet<String>,
    /// Those that it would take for std's.
    mistaken: BTreeSet<String>,
    /// Names that nobody in these sources brings.
    unseen: BTreeSet<String>,
    /// Maps of other crates that are written with their path.
    foreign: Vec<(Words, Foreign, Span)>,
}

impl Found {
    fn is_clear(&self) -> bool {
        self.mistaken.is_empty() && self.unseen.is_empty()
    }
}

impl Finder<'_> {
    fn origin(&self, path: &Words) -> Origin {
        self.names.origin(self.module, &self.blocks, path)
    }

    fn report(&mut self, at: LineColumn, place: String, maps: BTreeSet<String>, verdict: Verdict) {
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column + 1,
            place,
            maps,
            verdict,
        });
    }

    fn insertion(&self, at: LineColumn, text: &str) -> Insertion {
        let line = self.lines.get(at.line - 1).copied().unwrap_or_default();
        let starts_line = line.chars().take(at.column).all(char::is_whitespace);
        Insertion {
            line: at.line,
            column: (!starts_line).then_some(at.column),
            text: text.to_owned(),
        }
    }

    /// An item that takes the attribute, and has maps that it rewrites.
    fn item(
        &mut self,
        attributes: &[Attribute],
        bare: Span,
        place: String,
        maps: BTreeSet<String>,
        more: Vec<Insertion>,
    ) {
        let at = bare.start();
        let verdict = match annotated(attributes) {
            Annotated::No => {
                let start = start_of(attributes, at);
                let mut insert = vec![self.insertion(start, ATTRIBUTE)];
                insert.extend(more);
                Verdict::Add { insert }
            }
            Annotated::Yes => Verdict::Present,
            Annotated::BelowDerive => Verdict::Cannot {
                reason: Reason::DeriveAbove,
                why: "a `#[derive]` above the attribute has run before it, on the plain maps".to_owned(),
                edit: "move the attribute above every `#[derive]`".to_owned(),
            },
        };
        self.report(at, place, maps, verdict);
    }

    fn look(&self, look: impl FnOnce(&mut Look<'_, '_>)) -> Found {
        let mut looking = Look {
            finder: self,
            found: Found::default(),
        };
        look(&mut looking);
        looking.found
    }

    /// A type alias, a static or a constant.
    fn value(&mut self, attributes: &[Attribute], bare: Span, place: String, found: Found) {
        self.report_foreign(&found);
        if found.rewritten.is_empty() {
            self.report_unseen(bare, &place, &found);
        } else if found.is_clear() {
            self.item(attributes, bare, place, found.rewritten, Vec::new());
        } else {
            self.report_same_name(bare, place, found);
        }
    }

    fn fields<'f>(
        &mut self,
        attributes: &[Attribute],
        bare: Span,
        place: String,
        fields: impl Iterator<Item = (String, &'f syn::Field)>,
    ) {
        let mut maps = BTreeSet::new();
        let mut skipped = Vec::new();
        let mut unclear = Vec::new();
        for (name, field) in fields {
            if annotated(&field.attrs) == Annotated::Yes {
                continue;
            }
            let found = self.look(|look| look.visit_type(&field.ty));
            self.report_foreign(&found);
            let without = syn::Field {
                attrs: Vec::new(),
                ..field.clone()
            };
            if found.is_clear() {
                maps.extend(found.rewritten.iter().map(|map| format!("{name}: {map}")));
            } else if found.rewritten.is_empty() {
                let start = start_of(&field.attrs, without.span().start());
                skipped.push(self.insertion(start, SKIP));
                unclear.push((without.span(), found));
            } else {
                self.report_same_name(without.span(), format!("{place}, field `{name}`"), found);
                return;
            }
        }
        if !maps.is_empty() {
            // Skipped fields are as they were: whatever they hold.
            self.item(attributes, bare, place, maps, skipped);
        } else {
            for (span, found) in unclear {
                self.report_unseen(span, &place, &found);
            }
        }
    }

    fn report_foreign(&mut self, found: &Found) {
        for (path, map, at) in &found.foreign {
            self.foreign_map(path, map, *at);
        }
    }

    fn foreign_map(&mut self, path: &Words, map: &Foreign, at: Span) {
        let verdict = foreign_verdict(map);
        let place = self.place(&format!("`{path}`"));
        self.report(at.start(), place, BTreeSet::from([map.name.clone()]), verdict);
    }

    fn report_unseen(&mut self, at: Span, place: &str, found: &Found) {
        if found.unseen.is_empty() {
            return;
        }
        let names: Vec<&str> = found.unseen.iter().map(String::as_str).collect();
        self.report(
            at.start(),
            place.to_owned(),
            found.unseen.clone(),
            Verdict::Cannot {
                reason: Reason::Unseen,
                why: format!(
                    "{} comes by a glob from outside these sources, so whose map it is cannot be seen",
                    listed(&found.unseen)
                ),
                edit: format!(
                    "if it is std's, import it by name: `use std::collections::{{{}}};`",
                    names.join(", ")
                ),
            },
        );
    }

    fn report_same_name(&mut self, at: Span, place: String, found: Found) {
        let others: BTreeSet<String> = found.mistaken.union(&found.unseen).cloned().collect();
        self.report(
            at.start(),
            place,
            found.rewritten,
            Verdict::Cannot {
                reason: Reason::SameName,
                why: format!(
                    "the attribute goes by names, and would take {} for std's as well, which it is not",
                    listed(&others)
                ),
                edit: "import the other map under another name, as in `use hashbrown::HashMap as FastMap;`".to_owned(),
            },
        );
    }

    /// Where something is, within what is around it.
    fn place(&self, what: &str) -> String {
        match self.around.last() {
            Some(around) => format!("{what} in {around}"),
            None => what.to_owned(),
        }
    }

    /// A path in code or in a signature, which no attribute rewrites.
    fn path(&mut self, path: &syn::Path) {
        let words = Words::from(path);
        let is_written_out = words.words.len() > 1;
        match self.origin(&words) {
            Origin::Std(StdPart::Map(map) | StdPart::Beside(map)) if is_from_root(&words) => {
                let place = self.place(&format!("`{}`", through_map(&words)));
                self.report(
                    path.span().start(),
                    place,
                    BTreeSet::from([map.to_owned()]),
                    Verdict::Cannot {
                        reason: Reason::FullPath,
                        why: "it is written with its path where no attribute goes".to_owned(),
                        edit: format!("`use std::collections::{map};` below the attribute, and `{map}` here"),
                    },
                );
            }
            Origin::Foreign(map) if is_written_out && self.is_external(&words) => {
                self.foreign_map(&words, &map, path.span());
            }
            _ => {}
        }
    }

    /// Whether the path itself begins with the name of another crate, so that no `use` has been found for it.
    fn is_external(&self, words: &Words) -> bool {
        let first = Words {
            absolute: words.absolute,
            words: vec![words.words[0].clone(), "HashMap".to_owned()],
        };
        words.words.len() > 1
            && words
                .words
                .first()
                .is_some_and(|first| first.starts_with(char::is_lowercase))
            && !matches!(self.origin(&first), Origin::Std(_))
    }

    /// Maps in the tokens of a macro, which nobody but the macro can read. A bare name is one that has been imported.
    fn tokens(&mut self, tokens: TokenStream, macro_name: &str, is_definition: bool) {
        let mut paths = Vec::new();
        token_paths(tokens, &mut paths);
        let mut maps = BTreeSet::new();
        let mut at = None;
        for (words, span) in paths {
            if is_from_root(&words)
                && let Origin::Std(StdPart::Map(_) | StdPart::Beside(_) | StdPart::Collections) = self.origin(&words)
            {
                at.get_or_insert(span);
                maps.insert(through_map(&words));
            }
        }
        let Some(at) = at else { return };
        let (reason, why, edit) = if is_definition {
            (
                Reason::MacroBody,
                "the body of a macro is only tokens, which the attribute does not see",
                "annotate a `type` alias or a `pub use` of the map outside, and name that in the macro, as `$crate::...` \
                 if it is exported",
            )
        } else {
            (
                Reason::MacroCall,
                "between the brackets of a macro are only tokens, which the attribute does not see",
                "annotate a `use` or a `type` alias outside, and name that here",
            )
        };
        let what = if is_definition {
            format!("`macro_rules! {macro_name}`")
        } else {
            self.place(&format!("`{macro_name}!`"))
        };
        let verdict = Verdict::Cannot {
            reason,
            why: why.to_owned(),
            edit: edit.to_owned(),
        };
        self.report(at.start(), what, maps, verdict);
    }

    /// The signature of a public function.
    fn interface(&mut self, visibility: &Visibility, signature: &Signature) {
        if !self.is_library || !matches!(visibility, Visibility::Public(_)) {
            return;
        }
        let mut owned = Owned {
            finder: self,
            maps: BTreeSet::new(),
        };
        owned.visit_signature(signature);
        let maps = owned.maps;
        if maps.is_empty() {
            return;
        }
        self.report(
            signature.ident.span().start(),
            format!("`pub fn {}`", signature.ident),
            maps,
            Verdict::Border {
                reason: Reason::Public,
                why: "with tracing on, its callers in other crates give and get maptrace's map".to_owned(),
                edit: "annotate the callers' `use` too; where a caller is not yours, `.into()` at the call".to_owned(),
            },
        );
    }

    fn within(&mut self, what: String, visit: impl FnOnce(&mut Self)) {
        self.around.push(what);
        visit(self);
        self.around.pop();
    }
}

fn foreign_verdict(map: &Foreign) -> Verdict {
    let Foreign { krate, name, known } = map;
    match krate.as_str() {
        _ if *known => Verdict::Cannot {
            reason: Reason::Alias,
            why: format!(
                "`{name}` is `{krate}`'s name for std's map with a hasher, and `check` writes no lines for such names"
            ),
            edit: format!("`#[maptrace::maptrace]` above `use {krate}::{name};`, and that name where the map is"),
        },
        "hashbrown" | "indexmap" => Verdict::Cannot {
            reason: Reason::OtherCrate,
            why: format!("`{name}` is a map of the crate `{krate}`, and `check` writes no lines for such maps"),
            edit: format!(
                "`#[maptrace::maptrace]` above `use {krate}::{name};`, with maptrace's feature `{krate}`, if the crate is \
                 of the version that maptrace has"
            ),
        },
        _ => Verdict::Cannot {
            reason: Reason::OtherCrate,
            why: format!("`{name}` is a map of its own, of the crate `{krate}`; maptrace does not know it"),
            edit: "none; std's map with the same hasher would be traced".to_owned(),
        },
    }
}

/// Reads types and expressions.
struct Look<'l, 'a> {
    finder: &'l Finder<'a>,
    found: Found,
}

impl<'ast> Visit<'ast> for Look<'_, '_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words = Words::from(path);
        let seen = attribute_sees(&words.words);
        let finder = self.finder;
        match finder.origin(&words) {
            Origin::Std(StdPart::Map(_))
                if seen && finder.names.is_conditional(finder.module, &finder.blocks, &words) =>
            {
                self.found.mistaken.insert(words.to_string());
            }
            Origin::Std(StdPart::Map(_)) if seen => {
                self.found.rewritten.insert(through_map(&words));
            }
            // An entry or an iterator, which the line above its `use` traces.
            Origin::Std(StdPart::Beside(_)) if seen && is_from_root(&words) => {
                self.found.rewritten.insert(through_map(&words));
            }
            Origin::Foreign(map) => {
                if seen {
                    self.found.mistaken.insert(words.to_string());
                }
                if finder.is_external(&words) {
                    self.found.foreign.push((words, map, path.span()));
                }
            }
            Origin::Other if seen => _ = self.found.mistaken.insert(words.to_string()),
            Origin::Unseen if seen => _ = self.found.unseen.insert(words.to_string()),
            _ => {}
        }
        visit::visit_path(self, path);
    }

    fn visit_type(&mut self, ty: &'ast Type) {
        // These hold no map, and the attribute leaves them alone.
        if !matches!(
            ty,
            Type::FnPtr(_) | Type::TraitObject(_) | Type::ImplTrait(_) | Type::Macro(_)
        ) {
            visit::visit_type(self, ty);
        }
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// Std's maps that a signature hands over, or lends to be changed.
struct Owned<'l, 'a> {
    finder: &'l Finder<'a>,
    maps: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Owned<'_, '_> {
    fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
        if reference.mutability.is_some() {
            visit::visit_type_reference(self, reference);
        }
    }

    fn visit_type_path(&mut self, ty: &'ast syn::TypePath) {
        let words = Words::from(&ty.path);
        if let Origin::Std(StdPart::Map(map)) = self.finder.origin(&words)
            && !is_from_root(&words)
        {
            self.maps.insert(map.to_owned());
        }
        visit::visit_type_path(self, ty);
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut maps = BTreeSet::new();
        let mut foreign = Vec::new();
        each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| {
            let origin = self.names.imported(self.module, &self.blocks, &leaf.path);
            match origin {
                Origin::Std(StdPart::Map(_) | StdPart::Beside(_) | StdPart::Collections)
                    if is_from_root(&leaf.path) || attribute_sees(&leaf.path.words) =>
                {
                    let last = leaf.path.words.last().cloned().unwrap_or_default();
                    maps.insert(if leaf.name.is_none() {
                        format!("{last}::*")
                    } else {
                        last
                    });
                }
                Origin::Foreign(map) if leaf.name.is_some() && self.is_external(&leaf.path) => {
                    foreign.push((leaf.path, map));
                }
                _ => {}
            }
        });
        for (path, map) in foreign {
            self.foreign_map(&path, &map, item.use_token.span);
        }
        if !maps.is_empty() {
            let bare = syn::ItemUse {
                attrs: Vec::new(),
                ..item.clone()
            };
            self.item(&item.attrs, bare.span(), "`use`".to_owned(), maps, Vec::new());
        }
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        let bare = syn::ItemType {
            attrs: Vec::new(),
            ..item.clone()
        };
        let found = self.look(|look| look.visit_type(&item.ty));
        self.value(&item.attrs, bare.span(), format!("`type {}`", item.ident), found);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        let bare = syn::ItemStatic {
            attrs: Vec::new(),
            ..item.clone()
        };
        let found = self.look(|look| {
            look.visit_type(&item.ty);
            look.visit_expr(&item.expr);
        });
        self.value(&item.attrs, bare.span(), format!("`static {}`", item.ident), found);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        let bare = syn::ItemConst {
            attrs: Vec::new(),
            ..item.clone()
        };
        let found = self.look(|look| {
            look.visit_type(&item.ty);
            look.visit_expr(&item.expr);
        });
        self.value(&item.attrs, bare.span(), format!("`const {}`", item.ident), found);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let bare = syn::ItemStruct {
            attrs: Vec::new(),
            ..item.clone()
        };
        let fields = named(&item.fields, "");
        self.fields(
            &item.attrs,
            bare.span(),
            format!("`struct {}`", item.ident),
            fields.into_iter(),
        );
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        let bare = syn::ItemEnum {
            attrs: Vec::new(),
            ..item.clone()
        };
        let fields = item
            .variants
            .iter()
            .flat_map(|variant| named(&variant.fields, &format!("{}.", variant.ident)));
        self.fields(&item.attrs, bare.span(), format!("`enum {}`", item.ident), fields);
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        let found = self.look(|look| look.visit_fields_named(&item.fields));
        if !found.rewritten.is_empty() {
            let verdict = Verdict::Cannot {
                reason: Reason::Union,
                why: "the attribute does not go on unions".to_owned(),
                edit: "annotate a `type` alias of the map, and name that in the union".to_owned(),
            };
            self.report(
                item.span().start(),
                format!("`union {}`", item.ident),
                found.rewritten,
                verdict,
            );
        }
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        match &item.ident {
            Some(name) => self.tokens(item.mac.tokens.clone(), &name.to_string(), true),
            None => self.visit_macro(&item.mac),
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string());
        self.tokens(mac.tokens.clone(), &name.unwrap_or_default(), false);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.interface(&item.vis, &item.sig);
        self.within(format!("`fn {}`", item.sig.ident), |finder| {
            visit::visit_item_fn(finder, item)
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.interface(&item.vis, &item.sig);
        self.within(format!("`fn {}`", item.sig.ident), |finder| {
            visit::visit_impl_item_fn(finder, item)
        });
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.within(format!("`trait {}`", item.ident), |finder| {
            visit::visit_item_trait(finder, item)
        });
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.within("an `impl`".to_owned(), |finder| visit::visit_item_impl(finder, item));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Modules are looked at one by one. Those in a function's body are not among them.
        if let (Some((_, items)), false) = (&item.content, self.blocks.is_empty()) {
            self.blocks.push(Scope::of(items.iter()));
            items.iter().for_each(|item| self.visit_item(item));
            self.blocks.pop();
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let items = block.stmts.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            _ => None,
        });
        self.blocks.push(Scope::of(items));
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path);
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// Fields with their names, or their numbers.
fn named<'f>(fields: &'f Fields, before: &str) -> Vec<(String, &'f syn::Field)> {
    fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let name = field
                .ident
                .as_ref()
                .map_or_else(|| index.to_string(), ToString::to_string);
            (format!("{before}{name}"), field)
        })
        .collect()
}

#[derive(PartialEq, Eq)]
enum Annotated {
    No,
    Yes,
    BelowDerive,
}

fn annotated(attributes: &[Attribute]) -> Annotated {
    let ours = attributes.iter().position(|attribute| {
        let path = attribute.path();
        let is_ours = |path: &syn::Path| path.segments.last().is_some_and(|last| last.ident == "maptrace");
        is_ours(path)
            || (path.is_ident("cfg_attr")
                && matches!(&attribute.meta, Meta::List(list) if mentions(list.tokens.clone(), "maptrace")))
    });
    let derive = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident("derive"));
    match (ours, derive) {
        (None, _) => Annotated::No,
        (Some(ours), Some(derive)) if derive < ours => Annotated::BelowDerive,
        (Some(_), _) => Annotated::Yes,
    }
}

fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        _ => false,
    })
}

/// Where the attribute has to stand: above every other, but below the documentation.
fn start_of(attributes: &[Attribute], bare: LineColumn) -> LineColumn {
    attributes
        .iter()
        .find(|attribute| !attribute.path().is_ident("doc"))
        .map_or(bare, |attribute| attribute.pound_token.span.start())
}

fn is_from_root(words: &Words) -> bool {
    matches!(words.words.first().map(String::as_str), Some("std" | "alloc"))
}

/// The path without what follows the map, as the `new` in `std::collections::HashMap::new`.
fn through_map(words: &Words) -> String {
    let end = words
        .words
        .iter()
        .position(|word| super::maps::STD.iter().any(|(map, _)| word == map))
        .map_or(words.words.len(), |at| at + 1);
    Words {
        absolute: words.absolute,
        words: words.words[..end].to_vec(),
    }
    .to_string()
}

fn listed(names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Paths of two words and more in tokens, at any depth.
fn token_paths(tokens: TokenStream, found: &mut Vec<(Words, Span)>) {
    let mut words: Vec<String> = Vec::new();
    let mut start = None;
    let mut colons = 0;
    let mut absolute = false;
    let mut end = |words: &mut Vec<String>, start: &mut Option<Span>, absolute: &mut bool| {
        let path = std::mem::take(words);
        if let (Some(start), true) = (start.take(), path.len() > 1) {
            found.push((
                Words {
                    absolute: *absolute,
                    words: path,
                },
                start,
            ));
        }
        *absolute = false;
    };
    let mut groups = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    end(&mut words, &mut start, &mut absolute);
                }
                absolute |= words.is_empty() && colons == 2;
                start.get_or_insert(ident.span());
                words.push(ident.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                groups.push(group.stream());
                end(&mut words, &mut start, &mut absolute);
                colons = 0;
            }
            _ => {
                end(&mut words, &mut start, &mut absolute);
                colons = 0;
            }
        }
    }
    end(&mut words, &mut start, &mut absolute);
    for group in groups {
        token_paths(group, found);
    }
}
