//! Each place with maps in a crate's sources.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{LineColumn, Span};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, ItemMacro, Type, Visibility};

use super::aliases::Aliases;
use super::attributes::{Annotated, annotated, is_skipped, start_of};
use super::code::Code;
use super::derives::Asked;
use super::fields::named;
use super::finding::{ATTRIBUTE, Finding, Insertion, Verdict};
use super::globs::Globs;
use super::krate::{Krate, ModuleId};
use super::look::Found;
use super::macros::{self, Content};
use super::maps::{self, Foreign, Kin, Module, StdPart, attribute_sees};
use super::modules;
use super::names::{Names, Origin, Scope, Words, each_leaf};
use super::reach::{Reach, is_public};
use super::verdict;

/// What a crate has.
pub(super) struct Findings {
    pub(super) all: Vec<Finding>,
    /// Names by which other crates come to the maps of a library.
    pub(super) interface: BTreeSet<String>,
    pub(super) asked: Vec<Asked>,
}

/// Looks through all modules of a crate, of which others see what is in their `reach`.
pub(super) fn find(krate: &Krate, names: &Names<'_>, reach: &Reach, texts: &BTreeMap<PathBuf, String>) -> Findings {
    let mut found = Vec::new();
    let mut interface = BTreeSet::new();
    let mut asked = Vec::new();
    let mut aliases = Aliases::default();
    let mut globs = Globs::default();
    for (id, module) in krate.modules.iter().enumerate() {
        let mut finder = Finder {
            names,
            module: id,
            file: &module.file,
            lines: lines(texts, &module.file),
            reach,
            is_in_reach: false,
            interface: BTreeSet::new(),
            asked: Vec::new(),
            krate,
            aliases: RefCell::default(),
            globs: RefCell::default(),
            is_module_conditional: module.is_conditional,
            blocks: Vec::new(),
            around: Vec::new(),
            codes: vec![Code::module()],
            findings: Vec::new(),
        };
        for item in &module.items {
            finder.visit_item(item);
        }
        interface.append(&mut finder.interface);
        asked.append(&mut finder.asked);
        aliases.append(finder.aliases.take());
        globs.append(finder.globs.take());
        let (mistaken, wanted) = finder.codes.pop().map(Code::ended).unwrap_or_default();
        found.push(modules::Inside {
            findings: finder.findings,
            mistaken,
            wanted,
        });
    }
    modules::gather(krate, texts, &mut found);
    let mut all: Vec<Finding> = found.into_iter().flat_map(|inside| inside.findings).collect();
    all.append(&mut globs.lines(krate, texts));
    let mut left_plain = aliases.left_plain(&all);
    all.append(&mut left_plain);
    Findings { all, interface, asked }
}

pub(super) fn lines<'t>(texts: &'t BTreeMap<PathBuf, String>, file: &Path) -> Vec<&'t str> {
    texts.get(file).map(|text| text.lines().collect()).unwrap_or_default()
}

/// `text` before what begins at `at`, on a line of its own if that begins its line.
pub(super) fn insertion(lines: &[&str], at: LineColumn, text: &str) -> Insertion {
    let line = lines.get(at.line - 1).copied().unwrap_or_default();
    let starts_line = line.chars().take(at.column).all(char::is_whitespace);
    Insertion {
        line: at.line,
        column: (!starts_line).then_some(at.column),
        text: text.to_owned(),
    }
}

pub(super) struct Finder<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) module: ModuleId,
    pub(super) file: &'a Path,
    lines: Vec<&'a str>,
    pub(super) reach: &'a Reach,
    /// Whether other crates can use the methods around the current place.
    pub(super) is_in_reach: bool,
    pub(super) interface: BTreeSet<String>,
    pub(super) asked: Vec<Asked>,
    pub(super) krate: &'a Krate,
    pub(super) aliases: RefCell<Aliases>,
    pub(super) globs: RefCell<Globs>,
    /// Whether the module is there under a condition alone.
    pub(super) is_module_conditional: bool,
    pub(super) blocks: Vec<Scope>,
    /// The functions and the like around the current place.
    pub(super) around: Vec<String>,
    /// The same, as what takes the attribute.
    pub(super) codes: Vec<Code>,
    pub(super) findings: Vec<Finding>,
}

impl Finder<'_> {
    pub(super) fn is_conditional(&self, path: &Words) -> bool {
        self.names.is_conditional(self.module, &self.blocks, path)
    }

    pub(super) fn by_other_name_of_std(&self, path: &Words) -> Option<bool> {
        self.names.by_other_name_of_std(self.module, &self.blocks, path)
    }

    pub(super) fn begins_with_crate(&self, path: &Words) -> bool {
        self.names.begins_with_crate(self.module, &self.blocks, path)
    }

    pub(super) fn report(&mut self, at: LineColumn, place: String, maps: BTreeSet<String>, verdict: Verdict) {
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column + 1,
            place,
            maps,
            verdict,
        });
    }

    pub(super) fn insertion(&self, at: LineColumn, text: &str) -> Insertion {
        insertion(&self.lines, at, text)
    }

    /// An item that takes the attribute, and has maps that it rewrites. `line` is the attribute.
    pub(super) fn item(
        &mut self,
        attributes: &[Attribute],
        bare: Span,
        place: String,
        maps: BTreeSet<String>,
        line: &str,
        more: Vec<Insertion>,
    ) {
        let at = bare.start();
        let verdict = match annotated(attributes) {
            Annotated::No => {
                let start = start_of(attributes, at);
                let mut insert = vec![self.insertion(start, line)];
                insert.extend(more);
                Verdict::Add { insert }
            }
            Annotated::Yes => Verdict::Present,
            Annotated::BelowDerive => verdict::below_derive(),
        };
        self.report(at, place, maps, verdict);
    }

    /// A type alias, a static, a constant or `thread_local!`.
    fn value(&mut self, attributes: &[Attribute], bare: Span, place: String, found: Found) {
        self.report_beside(&found);
        if annotated(attributes) == Annotated::No {
            found.mistaken.iter().for_each(|words| self.mistake(words));
            found.refused.iter().for_each(|words| self.refuse(words));
            if found.is_clear() && !found.refused.is_empty() {
                return self.report_refused(bare, &place, &found);
            }
        }
        if found.rewritten.is_empty() {
            self.report_unseen(bare, &place, &found);
        } else if found.is_clear() {
            self.item(attributes, bare, place, found.rewritten, ATTRIBUTE, Vec::new());
        } else {
            self.report(
                bare.start(),
                place,
                found.rewritten.clone(),
                verdict::same_name(&found.others()),
            );
        }
    }

    /// What no line traces, whatever becomes of the rest.
    pub(super) fn report_beside(&mut self, found: &Found) {
        for (path, map, at) in &found.foreign {
            self.foreign_map(path, map, *at);
        }
        for (map, at) in &found.hidden {
            self.report_full_path(*at, map);
        }
        for (words, at) in &found.renamed {
            self.report_other_name(*at, words);
        }
    }

    pub(super) fn report_other_name(&mut self, at: LineColumn, words: &Words) {
        let map = words.through_map();
        let place = self.place(&format!("`{map}`"));
        let name = words.words.first().map_or("", String::as_str);
        let verdict = verdict::other_name_of_std(name);
        self.report(at, place, BTreeSet::from([map]), verdict);
    }

    pub(super) fn report_full_path(&mut self, at: LineColumn, map: &str) {
        let place = self.place(&format!("`std::collections::{map}`"));
        self.report(at, place, BTreeSet::from([map.to_owned()]), verdict::full_path(map));
    }

    pub(super) fn foreign_map(&mut self, path: &Words, map: &Foreign, at: Span) {
        let place = self.place(&format!("`{path}`"));
        self.report(
            at.start(),
            place,
            BTreeSet::from([map.name.clone()]),
            verdict::foreign(map),
        );
    }

    pub(super) fn report_unseen(&mut self, at: Span, place: &str, found: &Found) {
        if !found.unseen.is_empty() {
            let verdict = verdict::unseen(&found.unseen);
            self.report(at.start(), place.to_owned(), found.unseen.clone(), verdict);
        }
    }

    /// Maps that a line would trace if the attribute did not refuse it for what stands beside them.
    pub(super) fn report_refused(&mut self, at: Span, place: &str, found: &Found) {
        if !found.in_full.is_empty() {
            let refused = found.refused.iter().map(Words::through_type).collect();
            let verdict = verdict::beside_plain(&refused);
            self.report(at.start(), place.to_owned(), found.in_full.clone(), verdict);
        }
    }

    /// Where something is, within what is around it.
    pub(super) fn place(&self, what: &str) -> String {
        match self.around.last() {
            Some(around) => format!("{what} in {around}"),
            None => what.to_owned(),
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut maps = BTreeSet::new();
        let mut foreign = Vec::new();
        let mut kind = None;
        let mut leaves = 0;
        each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| {
            leaves += 1;
            let last = leaf.path.words.last().cloned().unwrap_or_default();
            match self.names.imported(self.module, &self.blocks, &leaf.path) {
                Origin::Std(StdPart::Map(_) | StdPart::Beside(_) | StdPart::Collections)
                    if leaf.path.is_from_root() || attribute_sees(&leaf.path.words) =>
                {
                    maps.insert(if leaf.name.is_none() {
                        format!("{last}::*")
                    } else {
                        last
                    });
                }
                Origin::Foreign(map) if map.kin == Kin::Module => {
                    let end = if leaf.name.is_none() { "::*" } else { "" };
                    maps.insert(format!("{}{end}", leaf.path));
                }
                Origin::Foreign(map) if leaf.name.is_some() && self.begins_with_crate(&leaf.path) => match map.kin {
                    Kin::Alias => _ = maps.insert(last),
                    Kin::OtherAlias(std) => {
                        kind = Some(std);
                        foreign.push((leaf.path, map));
                    }
                    _ => foreign.push((leaf.path, map)),
                },
                _ if leaf.name.is_some() && self.makes_with_any_hasher(&leaf.path) => _ = maps.insert(last),
                _ => {}
            }
        });
        let bare = syn::ItemUse {
            attrs: Vec::new(),
            ..item.clone()
        };
        self.named_as_std(item, bare.span().start());
        self.by_glob(item);
        if let (Some(std), 1, [(path, _)]) = (kind, leaves, foreign.as_slice()) {
            let maps = BTreeSet::from([path.words.last().cloned().unwrap_or_default()]);
            let line = format!("#[maptrace::maptrace(kind = {std})]");
            return self.item(&item.attrs, bare.span(), "`use`".to_owned(), maps, &line, Vec::new());
        }
        for (path, map) in foreign {
            if annotated(&item.attrs) != Annotated::No {
                // The user has said what it is.
                if !is_skipped(&item.attrs) {
                    maps.extend(path.words.last().cloned());
                }
                continue;
            }
            // Above what is around it, the attribute would take it for the version that it knows.
            if map.kin == Kin::OtherVersion {
                self.refuse(&path);
            }
            self.foreign_map(&path, &map, item.use_token.span);
        }
        if !maps.is_empty() {
            self.item(
                &item.attrs,
                bare.span(),
                "`use`".to_owned(),
                maps,
                ATTRIBUTE,
                Vec::new(),
            );
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let krate = Words {
            absolute: true,
            words: vec![item.ident.to_string()],
        };
        if item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_use"))
            && let Origin::Foreign(map) = self.origin(&krate)
            && map.kin == Kin::Module
            && let Some(example) = maps::module(&map.krate).and_then(Module::a_macro)
        {
            let maps = BTreeSet::from([format!("{}::*", item.ident)]);
            let verdict = verdict::macro_use(&map.krate, example);
            self.report(
                item.extern_token.span.start(),
                "`extern crate`".to_owned(),
                maps,
                verdict,
            );
        }
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        let bare = syn::ItemType {
            attrs: Vec::new(),
            ..item.clone()
        };
        let place = format!("`type {}`", item.ident);
        let found = self.look(|look| look.visit_type(&item.ty));
        if let (Some(std), true) = (
            self.alias(&item.ty),
            found.rewritten.is_empty() && found.foreign.len() == 1,
        ) {
            let maps = found.foreign.iter().map(|(path, ..)| path.to_string()).collect();
            let line = format!("#[maptrace::maptrace(kind = {std})]");
            return self.item(&item.attrs, bare.span(), place, maps, &line, Vec::new());
        }
        let is_line = |finding: &Finding| matches!(finding.verdict, Verdict::Add { .. });
        let before = self.findings.len();
        let of_type = found.clone();
        self.value(&item.attrs, bare.span(), place, found);
        if !self.findings[before..].iter().any(is_line) {
            self.plain_alias(item, bare.span().start(), &of_type);
        }
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
        self.public_fields(&item.ident, fields.iter().filter(|(_, field)| is_public(&field.vis)));
        self.derives(&item.attrs, &item.ident, fields.iter());
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
            .flat_map(|variant| named(&variant.fields, &format!("{}.", variant.ident)))
            .collect::<Vec<_>>();
        self.public_fields(&item.ident, fields.iter());
        self.derives(&item.attrs, &item.ident, fields.iter());
        self.fields(
            &item.attrs,
            bare.span(),
            format!("`enum {}`", item.ident),
            fields.into_iter(),
        );
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        let found = self.look(|look| look.visit_fields_named(&item.fields));
        if !found.rewritten.is_empty() {
            let place = format!("`union {}`", item.ident);
            self.report(item.span().start(), place, found.rewritten, verdict::in_union());
        }
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        if let Some(name) = &item.ident {
            return self.tokens(item.mac.tokens.clone(), &name.to_string(), true);
        }
        match Content::of(&item.mac) {
            Some(locals @ Content::ThreadLocal(_)) => {
                let bare = ItemMacro {
                    attrs: Vec::new(),
                    ..item.clone()
                };
                let found = self.look(|look| locals.visit(look));
                self.value(&item.attrs, bare.span(), "`thread_local!`".to_owned(), found);
            }
            // The attribute does not look into other macros that stand for items.
            _ => self.tokens(item.mac.tokens.clone(), &macros::name(&item.mac), false),
        }
    }

    fn visit_impl_item_macro(&mut self, item: &'ast syn::ImplItemMacro) {
        self.tokens(item.mac.tokens.clone(), &macros::name(&item.mac), false);
    }

    fn visit_trait_item_macro(&mut self, item: &'ast syn::TraitItemMacro) {
        self.tokens(item.mac.tokens.clone(), &macros::name(&item.mac), false);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.call(mac);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.public_fn(&item.sig);
        let bare = syn::ItemFn {
            attrs: Vec::new(),
            ..item.clone()
        };
        let what = format!("`fn {}`", item.sig.ident);
        self.code(&item.attrs, bare.span(), what, false, |finder| {
            visit::visit_item_fn(finder, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.public_method(&item.vis, &item.sig);
        let bare = syn::ImplItemFn {
            attrs: Vec::new(),
            ..item.clone()
        };
        let what = format!("`fn {}`", item.sig.ident);
        self.code(&item.attrs, bare.span(), what, false, |finder| {
            visit::visit_impl_item_fn(finder, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.method_of_trait(&item.sig);
        let bare = syn::TraitItemFn {
            attrs: Vec::new(),
            ..item.clone()
        };
        let what = format!("`fn {}`", item.sig.ident);
        self.code(&item.attrs, bare.span(), what, false, |finder| {
            visit::visit_trait_item_fn(finder, item);
        });
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let bare = syn::ItemTrait {
            attrs: Vec::new(),
            ..item.clone()
        };
        let what = format!("`trait {}`", item.ident);
        let is_in_reach = self.blocks.is_empty() && self.reach.has(self.module, &item.ident);
        let is_outer_in_reach = std::mem::replace(&mut self.is_in_reach, is_in_reach);
        self.code(&item.attrs, bare.span(), what, true, |finder| {
            visit::visit_item_trait(finder, item);
        });
        self.is_in_reach = is_outer_in_reach;
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let bare = syn::ItemImpl {
            attrs: Vec::new(),
            ..item.clone()
        };
        let what = match &*item.self_ty {
            Type::Path(ty) => format!("`impl {}`", Words::from(&ty.path)),
            _ => "an `impl`".to_owned(),
        };
        self.trait_impl(item);
        let is_in_reach = item.trait_.is_none() && self.is_impl_in_reach(item);
        let is_outer_in_reach = std::mem::replace(&mut self.is_in_reach, is_in_reach);
        self.code(&item.attrs, bare.span(), what, true, |finder| {
            visit::visit_item_impl(finder, item);
        });
        self.is_in_reach = is_outer_in_reach;
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
        self.statements(&block.stmts);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path);
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

impl Finder<'_> {
    /// Whether the path of a `use` is a trait that makes plain maps with another crate's hasher: the line above it brings
    /// one for traced maps.
    fn makes_with_any_hasher(&self, path: &Words) -> bool {
        let found = self.names.other_crate(self.module, &self.blocks, path);
        found.is_some_and(|(krate, below)| {
            krate == "ahash" && matches!(below.as_slice(), [name] if name == "HashMapExt" || name == "HashSetExt")
        })
    }

    /// The map of std's that a type is by another crate's name, if that is all it is.
    fn alias(&self, ty: &Type) -> Option<&'static str> {
        let Type::Path(ty) = ty else { return None };
        let words = Words::from(&ty.path);
        match self.origin(&words) {
            Origin::Foreign(map) if self.begins_with_crate(&words) && words.words.last() == Some(&map.name) => {
                map.std()
            }
            _ => None,
        }
    }
}
