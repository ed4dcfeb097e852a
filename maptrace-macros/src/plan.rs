//! What is to become of an accepted item: the rewritten item, and the places to declare.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::visit_mut::VisitMut as _;
use syn::{Attribute, Expr, Field, Fields, GenericParam, Generics, Ident, ItemUse, Path, Type, Variant};

use crate::args::{Options, Sample};
use crate::around::Imports;
use crate::ast::{Input, Item, Range, has_word, take_ours};
use crate::errors::Errors;
use crate::maps::{ImportedMap, Kind, Needed, is_one_of, retraced};
use crate::rewrite::names::Names;
use crate::rewrite::places::numbered;
use crate::rewrite::{Given, Reaches, Rewriter, uses, with_static_lifetimes};
use crate::walk::{Visitor as _, Walk, elements, elements_mut};

/// Where the runtime finds the maps of a declared place by their creation.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    /// Anywhere in the file: an import names no place.
    File,
    /// By the map's type: an alias or a field does not say where the map is created.
    Type,
    /// Within the item, where its initialiser stands.
    Item,
    /// Within the value of a variable or of a field.
    Place,
    /// Within the function, weaker than a type.
    Body,
}

/// One place that maps come from.
pub(crate) struct Site {
    /// Conditions, and what silences lints: see [`repeated`].
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) name: String,
    /// The name, had the user given none.
    pub(crate) path: String,
    /// Whether the user gave the name.
    pub(crate) named: bool,
    pub(crate) kind: Kind,
    pub(crate) scope: Scope,
    pub(crate) sample: Option<Sample>,
    /// The line to show.
    pub(crate) line: usize,
    /// Where constructors are called.
    pub(crate) range: Range,
    /// `None` if the type cannot be named outside the item.
    pub(crate) ty: Option<Type>,
}

/// What has options of its own: a field, a variable, a method and the like.
pub(crate) struct Part {
    /// For messages.
    pub(crate) what: &'static str,
    pub(crate) options: Options,
    /// Whether anything in it is a map's. It is looked at even if it is skipped.
    pub(crate) touched: bool,
    /// How many declarations it gives.
    pub(crate) maps: usize,
    /// How many names those have.
    pub(crate) names: usize,
}

/// What the item becomes. Also what the checks look at, whether or not tracing is compiled in.
pub(crate) struct Plan {
    pub(crate) item: TokenStream,
    /// Declarations that stand beside the item.
    pub(crate) sites: Vec<Site>,
    /// Imports that lose a user, each with the attributes for repetitions of what used it.
    pub(crate) imported: Vec<(Vec<Attribute>, ImportedMap)>,
    /// Whether any path was or will be one of maptrace's.
    pub(crate) touched: bool,
    /// Whether an item in it has an attribute of its own.
    pub(crate) left: bool,
    /// How many declarations there are, beside the item and in it.
    pub(crate) declared: usize,
    /// How many names those have.
    pub(crate) names: usize,
    /// How many names of an import became types of their own.
    pub(crate) aliases: usize,
    pub(crate) parts: Vec<Part>,
    /// Maps of crates that are known with a feature alone.
    pub(crate) needed: Vec<Needed>,
    /// The first map that is not traced, and why not.
    pub(crate) foreign: Option<(TokenStream, String)>,
    /// The first name of an alias that is traced by an attribute of its own, and what that says of this one.
    pub(crate) aliased: Option<(TokenStream, String)>,
    /// Maps that would be traced if their import were annotated, and what to do.
    pub(crate) untraced: Vec<(TokenStream, String)>,
}

/// Looks for maps in the item.
pub(crate) fn survey(input: &Input, options: &Options, imports: &[Imports], krate: &Path, errors: &mut Errors) -> Plan {
    let reaches = if input.item.is_scope() {
        Reaches::All
    } else {
        Reaches::Values
    };
    let names = Names::around(imports, krate);
    let mut rewriter = Rewriter::new(krate, names, reaches, errors);
    rewriter.given = Given {
        name: options.name.clone(),
        sample: options.sample.clone(),
    };
    rewriter.kind = options.kind;
    let item = rewriter.item(&input.item, true);
    Plan {
        item,
        names: rewriter.names_declared(),
        sites: rewriter.sites,
        imported: rewriter.imported,
        touched: rewriter.touched,
        left: rewriter.left,
        declared: rewriter.declared,
        aliases: rewriter.aliases,
        parts: rewriter.parts,
        needed: rewriter.needed,
        foreign: rewriter.foreign,
        aliased: rewriter.aliased,
        untraced: rewriter.untraced,
    }
}

/// Items that name maps, and have no code but an initialiser.
impl Rewriter<'_> {
    pub(crate) fn leaf(&mut self, original: &Item) -> TokenStream {
        let mut item = original.clone();
        self.visit_attributes_mut(item.attrs_mut());
        if let Item::Use(item) = &item {
            return self.import(item, original.range());
        }
        let generics = original.generics().cloned().unwrap_or_default();
        self.with_generics(&generics, &mut |this| match &mut item {
            Item::Type(item) => {
                if let Some(kind) = this.kind {
                    this.alias(original, kind, &mut item.ty);
                    return;
                }
                this.value(original, Scope::Type, &mut item.ty, None);
                this.bounds(&mut item.generics);
            }
            Item::Static(item) => {
                this.note_own_types(&mut |walk| of_value(walk, &mut item.ty, &mut item.expr));
                this.value(original, Scope::Item, &mut item.ty, Some(&mut item.expr));
            }
            Item::Const(item) => {
                this.note_own_types(&mut |walk| of_value(walk, &mut item.ty, &mut item.expr));
                this.value(original, Scope::Item, &mut item.ty, Some(&mut item.expr));
            }
            Item::Struct(item) => {
                this.fields(original, &mut item.fields, None);
                this.bounds(&mut item.generics);
            }
            Item::Enum(item) => {
                for variant in elements_mut(&mut item.variants) {
                    this.variant(original, variant);
                }
                this.bounds(&mut item.generics);
            }
            _ => unreachable!("the other kinds have code"),
        });
        item.into_token_stream()
    }

    fn import(&mut self, item: &ItemUse, range: Range) -> TokenStream {
        let split = uses::split(item, self.kind, None, self.krate);
        self.aliases = split.aliases.len();
        self.touched = split.touched;
        self.needed = split.needed;
        self.foreign = split.foreign.map(|(at, why)| (at.to_token_stream(), why));
        let conditions = self.conditions.clone();
        for map in &split.imported {
            self.imported.push((conditions.clone(), map.clone()));
        }
        let Given { name, sample } = self.given.clone();
        let mut kinds = split.kinds;
        // A macro's import has something to say of the file's maps only if it has options: it stands beside that of the
        // maps, and would hide what that says.
        if name.is_some() || sample.is_some() {
            for kind in &split.made {
                if !kinds.contains(kind) {
                    kinds.push(*kind);
                }
            }
        }
        self.declared += kinds.len();
        for &kind in &kinds {
            self.sites.push(Site {
                attrs: conditions.clone(),
                name: name.clone().unwrap_or_default(),
                path: String::new(),
                named: name.is_some(),
                kind,
                scope: Scope::File,
                sample: sample.clone(),
                line: range.from.0,
                range,
                ty: None,
            });
        }
        let (items, aliases) = (split.items, split.aliases);
        quote!(#(#items)* #(#aliases)*)
    }

    /// A type alias, or a static or constant with its initialiser.
    fn value(&mut self, item: &Item, scope: Scope, ty: &mut Type, initialiser: Option<&mut Expr>) {
        let maps = self.place(ty);
        let kinds = initialiser.map_or_else(Vec::new, |initialiser| self.initialiser(initialiser));
        let path = item.ident().map(|ident| ident.unraw().to_string()).unwrap_or_default();
        self.one_place(&path, item.range(), scope, maps, kinds);
    }

    /// A type of another name for a map, with all its parameters.
    fn alias(&mut self, item: &Item, kind: Kind, ty: &mut Type) {
        self.touched = true;
        Needed::note(&mut self.needed, ty, kind.home());
        let plain = match ty {
            // Not `<A + B as ..>`.
            Type::TraitObject(_) => quote!((#ty)),
            _ => ty.to_token_stream(),
        };
        *ty = Type::Verbatim(retraced(&plain, self.krate));
        let path = item.ident().map(|ident| ident.unraw().to_string()).unwrap_or_default();
        let said = nameable(ty, &self.generics);
        self.declare_found(&path, item.range(), Scope::Type, &[(kind, said)]);
    }

    fn variant(&mut self, item: &Item, variant: &mut Variant) {
        for misplaced in &take_ours(&mut variant.attrs) {
            self.errors.on(
                &misplaced.meta,
                "#[maptrace(...)] goes on the fields of a variant, not on the variant",
            );
        }
        self.visit_attributes_mut(&mut variant.attrs);
        let attrs = variant.attrs.clone();
        let ident = variant.ident.clone();
        self.under(&attrs, &mut |this| this.fields(item, &mut variant.fields, Some(&ident)));
    }

    fn fields(&mut self, item: &Item, fields: &mut Fields, variant: Option<&Ident>) {
        let fields = match fields {
            Fields::Named(fields) => &mut fields.named,
            Fields::Unnamed(fields) => &mut fields.unnamed,
            Fields::Unit => return,
        };
        for (index, field) in elements_mut(fields).enumerate() {
            let options = self.take_helpers(&mut field.attrs);
            self.visit_attributes_mut(&mut field.attrs);
            let path = field_path(item, variant, field, index);
            let attrs = std::mem::take(&mut field.attrs);
            let range = Range::of(field);
            self.part("field", &attrs, options, &mut field.ty, |this, ty| {
                let maps = this.place(ty);
                this.one_place(&path, range, Scope::Type, maps, Vec::new());
            });
            field.attrs = attrs;
        }
    }

    /// Bounds and defaults name types, but hold no map.
    fn bounds(&mut self, generics: &mut Generics) {
        self.declaration(&mut |this| this.walk().visit_generics_mut(generics));
    }

    /// Declares what was found in one place.
    pub(crate) fn declare_found(&mut self, path: &str, range: Range, scope: Scope, found: &[(Kind, Option<Type>)]) {
        if !found.is_empty() && !self.called.iter().any(|called| called == path) {
            self.called.push(path.to_owned());
        }
        self.declared += found.len();
        for (index, (kind, ty)) in found.iter().enumerate() {
            let given = self.given.name.as_deref();
            self.sites.push(Site {
                attrs: self.conditions.clone(),
                name: numbered(given.unwrap_or(path), index + 1),
                path: numbered(path, index + 1),
                named: given.is_some(),
                kind: *kind,
                scope,
                sample: self.given.sample.clone(),
                line: range.from.0,
                range,
                ty: if self.in_macro { None } else { ty.clone() },
            });
        }
    }
}

fn of_value(mut walk: Walk<'_>, ty: &mut Type, expr: &mut Expr) {
    walk.visit_type_mut(ty);
    walk.visit_expr_mut(expr);
}

/// `Struct.field`, `Struct.0` or `Enum::Variant.field`.
fn field_path(item: &Item, variant: Option<&Ident>, field: &Field, index: usize) -> String {
    let owner = item.ident().map(|ident| ident.unraw().to_string()).unwrap_or_default();
    let variant = variant
        .map(|variant| format!("::{}", variant.unraw()))
        .unwrap_or_default();
    let field = field
        .ident
        .as_ref()
        .map_or_else(|| index.to_string(), |ident| ident.unraw().to_string());
    format!("{owner}{variant}.{field}")
}

/// The type as it can be written beside items with these parameters, if it can.
pub(crate) fn nameable(ty: &Type, generics: &[Generics]) -> Option<Type> {
    let mut parameters = Vec::new();
    for generics in generics {
        for parameter in elements(&generics.params) {
            match parameter {
                GenericParam::Lifetime(_) => {}
                GenericParam::Type(parameter) => parameters.push(&parameter.ident),
                GenericParam::Const(parameter) => parameters.push(&parameter.ident),
            }
        }
    }
    let ty = with_static_lifetimes(ty);
    (!mentions(ty.to_token_stream(), &parameters)).then_some(ty)
}

/// Whether the tokens contain a parameter or a word whose meaning depends on where it stands. A word that only looks
/// like one costs the site its type, which it then learns from the first map.
pub(crate) fn mentions(tokens: TokenStream, parameters: &[&Ident]) -> bool {
    has_word(tokens, &|word| {
        is_one_of(word, &["Self", "_", "impl"]) || parameters.contains(&word)
    })
}
