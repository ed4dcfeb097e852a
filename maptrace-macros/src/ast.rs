//! The annotated item as parsed, with maptrace's own attributes taken off it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Token;
use syn::parse::{Parse as _, ParseStream, Parser as _};
use syn::visit_mut::{self, VisitMut as _};
use syn::{
    Attribute, Block, Generics, Ident, ItemConst, ItemEnum, ItemFn, ItemImpl, ItemMacro, ItemMod, ItemStatic,
    ItemStruct, ItemTrait, ItemType, ItemUse, Macro, Meta, MetaList, Path, Stmt,
};

use crate::around;
use crate::errors::Errors;
use crate::maps::located;
use crate::refuse::{self, Rest};
use crate::rewrite::macros::{self, Content};
use crate::rewrite::uses::{bound_names, is_all_of_parent};
use crate::span;
use crate::walk::{Visitor, Walk};

/// An item that the attribute accepts.
#[derive(Clone)]
pub(crate) enum Item {
    Use(ItemUse),
    Type(ItemType),
    Struct(ItemStruct),
    Enum(ItemEnum),
    Static(ItemStatic),
    Const(ItemConst),
    Fn(ItemFn),
    Impl(ItemImpl),
    Trait(ItemTrait),
    Mod(ItemMod),
    /// A call of `thread_local!`.
    ThreadLocal(ItemMacro),
}

/// The annotated item.
pub(crate) struct Input {
    /// With the helper attributes in it.
    pub(crate) item: Item,
    /// Without them.
    pub(crate) plain: Item,
    /// Whether there were any.
    pub(crate) stripped: bool,
}

/// Parses `tokens`. What is no item, an item that is not accepted, or that `syn` cannot read, is reported, and what it
/// becomes returned.
pub(crate) fn parse(tokens: TokenStream, krate: &Path, errors: &mut Errors) -> Result<Input, Rest> {
    let item = match parse_all(tokens.clone(), syn::Item::parse) {
        Ok(item) => item,
        Err(error) => return Err(refuse::no_item(tokens, error, errors)),
    };
    match Item::accepted(item) {
        Ok(item) => Ok(strip(item, krate, errors)),
        Err(other) => {
            refuse::item(&other, errors);
            Err(Rest::Beside(tokens))
        }
    }
}

impl Item {
    /// The item, if the attribute goes on it.
    pub(crate) fn accepted(item: syn::Item) -> Result<Self, Box<syn::Item>> {
        match item {
            syn::Item::Use(item) => Ok(Item::Use(item)),
            syn::Item::Type(item) => Ok(Item::Type(item)),
            syn::Item::Struct(item) => Ok(Item::Struct(item)),
            syn::Item::Enum(item) => Ok(Item::Enum(item)),
            syn::Item::Static(item) => Ok(Item::Static(item)),
            syn::Item::Const(item) => Ok(Item::Const(item)),
            syn::Item::Fn(item) => Ok(Item::Fn(item)),
            syn::Item::Impl(item) => Ok(Item::Impl(item)),
            syn::Item::Trait(item) => Ok(Item::Trait(item)),
            syn::Item::Mod(item) if item.content.is_some() => Ok(Item::Mod(item)),
            syn::Item::Macro(item) if macros::is_thread_local(&item.mac) => Ok(Item::ThreadLocal(item)),
            other => Err(Box::new(other)),
        }
    }

    pub(crate) fn attrs(&self) -> &[Attribute] {
        match self {
            Item::Use(item) => &item.attrs,
            Item::Type(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Const(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Trait(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::ThreadLocal(item) => &item.attrs,
        }
    }

    pub(crate) fn attrs_mut(&mut self) -> &mut Vec<Attribute> {
        match self {
            Item::Use(item) => &mut item.attrs,
            Item::Type(item) => &mut item.attrs,
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            Item::Static(item) => &mut item.attrs,
            Item::Const(item) => &mut item.attrs,
            Item::Fn(item) => &mut item.attrs,
            Item::Impl(item) => &mut item.attrs,
            Item::Trait(item) => &mut item.attrs,
            Item::Mod(item) => &mut item.attrs,
            Item::ThreadLocal(item) => &mut item.attrs,
        }
    }

    /// The name that sites of this item start with; an import has none.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match self {
            Item::Use(_) | Item::Impl(_) | Item::ThreadLocal(_) => None,
            Item::Type(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Static(item) => Some(&item.ident),
            Item::Const(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::Mod(item) => Some(&item.ident),
        }
    }

    pub(crate) fn generics(&self) -> Option<&Generics> {
        match self {
            Item::Use(_) | Item::Static(_) | Item::Mod(_) | Item::ThreadLocal(_) => None,
            Item::Type(item) => Some(&item.generics),
            Item::Struct(item) => Some(&item.generics),
            Item::Enum(item) => Some(&item.generics),
            Item::Const(item) => Some(&item.generics),
            Item::Fn(item) => Some(&item.sig.generics),
            Item::Impl(item) => Some(&item.generics),
            Item::Trait(item) => Some(&item.generics),
        }
    }

    /// Whether all code in it is rewritten, with the names of the places in it.
    pub(crate) fn is_scope(&self) -> bool {
        matches!(
            self,
            Item::Fn(_) | Item::Impl(_) | Item::Trait(_) | Item::Mod(_) | Item::ThreadLocal(_)
        )
    }

    /// Where the item is, without its attributes.
    pub(crate) fn range(&self) -> Range {
        let mut bare = self.clone();
        bare.attrs_mut().clear();
        Range::of(&bare)
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Item::Use(item) => item.to_tokens(tokens),
            Item::Type(item) => item.to_tokens(tokens),
            Item::Struct(item) => item.to_tokens(tokens),
            Item::Enum(item) => item.to_tokens(tokens),
            Item::Static(item) => item.to_tokens(tokens),
            Item::Const(item) => item.to_tokens(tokens),
            Item::Fn(item) => item.to_tokens(tokens),
            Item::Impl(item) => item.to_tokens(tokens),
            Item::Trait(item) => item.to_tokens(tokens),
            Item::Mod(item) => item.to_tokens(tokens),
            Item::ThreadLocal(item) => item.to_tokens(tokens),
        }
    }
}

/// The attributes that a type needs wherever it is written again: the conditions under which it is there, and what
/// silences lints about it.
pub(crate) fn repeated(attrs: &[Attribute]) -> Vec<Attribute> {
    fn of(meta: &Meta) -> Option<Meta> {
        let path = meta.path();
        if path.is_ident("cfg") || path.is_ident("allow") || path.is_ident("expect") {
            return Some(allowed(meta));
        }
        let mut conditional = CfgAttr::of(meta)?;
        let mut attrs = Vec::new();
        for meta in &conditional.attrs {
            attrs.extend(of(meta));
        }
        conditional.attrs = attrs;
        (!conditional.attrs.is_empty()).then(|| conditional.into())
    }
    let mut repeated = Vec::new();
    for attribute in attrs {
        if let Some(meta) = of(&attribute.meta) {
            repeated.push(Attribute {
                meta,
                ..attribute.clone()
            });
        }
    }
    repeated
}

/// Merely allows what the attribute expects, if it does: a lint that knows std's maps has nothing to say of traced ones,
/// and an item that becomes two meets an expectation only once. With tracing off the compiler holds the user to it.
pub(crate) fn allow_expected(attribute: &mut Attribute) {
    attribute.meta = allowed(&attribute.meta);
}

fn allowed(meta: &Meta) -> Meta {
    match meta {
        Meta::List(list) if list.path.is_ident("expect") => Meta::List(MetaList {
            path: Ident::new("allow", Span::mixed_site()).into(),
            ..list.clone()
        }),
        meta => match CfgAttr::of(meta) {
            Some(mut conditional) => {
                for meta in &mut conditional.attrs {
                    *meta = allowed(meta);
                }
                conditional.into()
            }
            None => meta.clone(),
        },
    }
}

/// `cfg_attr(condition, attrs)`.
struct CfgAttr {
    list: MetaList,
    condition: TokenStream,
    attrs: Vec<Meta>,
}

impl CfgAttr {
    fn of(meta: &Meta) -> Option<Self> {
        let Meta::List(list) = meta else { return None };
        if !list.path.is_ident("cfg_attr") {
            return None;
        }
        // Not a `Meta`, as `true` is a condition too.
        let parts = |input: ParseStream<'_>| {
            let mut condition = TokenStream::new();
            while !input.peek(Token![,]) {
                input.parse::<TokenTree>()?.to_tokens(&mut condition);
            }
            let mut attrs = Vec::new();
            while !input.is_empty() {
                input.parse::<Token![,]>()?;
                if !input.is_empty() {
                    attrs.push(input.parse()?);
                }
            }
            Ok((condition, attrs))
        };
        let (condition, attrs) = parse_all(list.tokens.clone(), parts).ok()?;
        Some(Self {
            list: list.clone(),
            condition,
            attrs,
        })
    }
}

impl From<CfgAttr> for Meta {
    fn from(CfgAttr { list, condition, attrs }: CfgAttr) -> Self {
        let tokens = quote!(#condition, #(#attrs),*);
        Meta::List(MetaList { tokens, ..list })
    }
}

/// Parses all of `tokens`. syn's own way to do so is compiled anew for each parser.
pub(crate) fn parse_all<T>(
    tokens: TokenStream,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    fn parse(tokens: TokenStream, parser: &mut dyn FnMut(ParseStream<'_>) -> syn::Result<()>) -> syn::Result<()> {
        (|input: ParseStream<'_>| parser(input)).parse2(tokens)
    }
    let (mut parser, mut parsed) = (Some(parser), None);
    parse(tokens, &mut |input| {
        let parser = parser.take().expect("it is called once");
        parsed = Some(parser(input)?);
        Ok(())
    })?;
    Ok(parsed.expect("it was parsed without an error"))
}

/// Where tokens are in the file: the first and the last place, inclusive, in lines and columns from 1 as
/// `std::panic::Location` counts them.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) from: (usize, usize),
    pub(crate) to: (usize, usize),
}

impl Range {
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        Self::of_tokens(tokens.to_token_stream())
    }

    fn of_tokens(tokens: TokenStream) -> Self {
        let mut tokens = tokens.into_iter();
        let first = tokens.next().map_or_else(Span::mixed_site, |token| token.span());
        let last = tokens.last().map_or(first, |token| token.span());
        Self::between(first, last)
    }

    /// From the start of `first` to the end of `last`.
    pub(crate) fn between(first: Span, last: Span) -> Self {
        let (start, end) = (span::start(first), span::end(last));
        let from = (start.line, start.column + 1);
        // A token that came out of another macro may lie anywhere.
        let to = (end.line, end.column).max(from);
        Self { from, to }
    }
}

/// Whether the attribute is maptrace's, as far as its name tells.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "maptrace")
}

/// Takes a second attribute off the item, and the helper attributes off a copy of it.
fn strip(mut item: Item, krate: &Path, errors: &mut Errors) -> Input {
    let mut helpers = Helpers { found: false };
    let mut in_full = InFull {
        krate,
        here: Brought::No,
        modules: Vec::new(),
        of_item: false,
        found: false,
    };
    // From where it is, another path leads elsewhere.
    if krate.leading_colon.is_some() {
        match &mut item {
            Item::Mod(item) => in_full.module(item),
            item => inside(item, &mut in_full),
        }
    }
    for again in item.attrs_mut().extract_if(.., |attribute| is_ours(attribute)) {
        errors.on(
            &again.meta,
            "a second #[maptrace] on the same item; put all options into one",
        );
        helpers.found = true;
    }
    let mut plain = item.clone();
    // The item's own are not the helpers'.
    let attrs = std::mem::take(plain.attrs_mut());
    inside(&mut plain, &mut helpers);
    *plain.attrs_mut() = attrs;
    Input {
        item,
        plain,
        stripped: helpers.found || in_full.found,
    }
}

fn inside(item: &mut Item, visitor: &mut dyn Visitor) {
    match item {
        Item::Use(_) => {}
        Item::Type(item) => visitor.walk().visit_item_type_mut(item),
        Item::Struct(item) => visitor.walk().visit_item_struct_mut(item),
        Item::Enum(item) => visitor.walk().visit_item_enum_mut(item),
        Item::Static(item) => visitor.walk().visit_item_static_mut(item),
        Item::Const(item) => visitor.walk().visit_item_const_mut(item),
        Item::Fn(item) => visitor.walk().visit_item_fn_mut(item),
        Item::Impl(item) => visitor.walk().visit_item_impl_mut(item),
        Item::Trait(item) => visitor.walk().visit_item_trait_mut(item),
        Item::Mod(item) => visitor.walk().visit_item_mod_mut(item),
        Item::ThreadLocal(item) => visitor.visit_macro_mut(&mut item.mac),
    }
}

/// Gives the attributes of items in here their path, so that they need no import where they stand: a module does not see
/// that of the attribute above it, and messages say `#[maptrace(skip)]`.
struct InFull<'a> {
    krate: &'a Path,
    here: Brought,
    /// What it is in the modules around, as far as they are in the item.
    modules: Vec<Brought>,
    /// Whether the next attributes are those of an item that is expanded by itself.
    of_item: bool,
    found: bool,
}

/// Whether an import brings the attribute. If one does, that would be left without a user.
#[derive(Clone, Copy)]
enum Brought {
    No,
    Yes,
    /// By `super::*`, if the module so far out around the item has it.
    FromAround(usize),
}

impl InFull<'_> {
    fn imports(&self, item: &ItemUse) -> bool {
        let mut bound = Vec::new();
        bound_names(item, self.krate, &mut bound);
        bound
            .iter()
            .any(|bound| bound.name == "maptrace" && bound.path.len() > 1)
    }

    /// Goes into a block or module with these items. `out` is how many modules out that is to which `super` leads.
    fn enter(&mut self, items: &mut dyn Iterator<Item = &syn::Item>, out: usize) {
        let parent = match self.modules.len().checked_sub(out + 1) {
            Some(at) => self.modules[at],
            None => Brought::FromAround(out - self.modules.len()),
        };
        for item in items {
            let syn::Item::Use(item) = item else { continue };
            if self.imports(item) {
                self.here = Brought::Yes;
            } else if matches!(self.here, Brought::No) && is_all_of_parent(item) {
                self.here = parent;
            }
        }
    }

    fn module(&mut self, module: &mut ItemMod) {
        let outside = std::mem::replace(&mut self.here, Brought::No);
        if let Some((_, items)) = &module.content {
            self.enter(&mut items.iter(), 0);
        }
        self.modules.push(self.here);
        self.walk().visit_item_mod_mut(module);
        self.modules.pop();
        self.here = outside;
    }

    fn is_brought(&self) -> bool {
        let out = match self.here {
            Brought::No => return false,
            Brought::Yes => return true,
            Brought::FromAround(out) => out,
        };
        let around = around::all_imports(Span::call_site());
        for module in around.iter().filter(|imports| imports.of_module).skip(out) {
            if module.items.iter().any(|item| self.imports(item)) {
                return true;
            }
            if !module.items.iter().any(is_all_of_parent) {
                return false;
            }
        }
        false
    }

    fn in_full(&self, attribute: &mut Attribute) {
        let path = match &mut attribute.meta {
            Meta::Path(path) => path,
            Meta::List(list) => &mut list.path,
            Meta::NameValue(value) => &mut value.path,
        };
        let name = path.segments[0].clone();
        let (leading_colon, mut segments) = located(self.krate, name.ident.span());
        segments.push(name);
        *path = Path {
            leading_colon,
            segments,
        };
    }
}

impl Visitor for InFull<'_> {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        // They are visited first.
        self.of_item = has_own(item);
        if let syn::Item::Mod(item) = item {
            self.visit_attributes_mut(&mut item.attrs);
            self.module(item);
        } else {
            visit_mut::visit_item_mut(&mut self.walk(), item);
        }
        self.of_item = false;
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let outside = self.here;
        let mut items = block.stmts.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            _ => None,
        });
        self.enter(&mut items, 1);
        visit_mut::visit_block_mut(&mut self.walk(), block);
        self.here = outside;
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        if std::mem::take(&mut self.of_item) && attributes.iter().any(is_ours) && !self.is_brought() {
            for attribute in attributes
                .iter_mut()
                .filter(|attribute| attribute.path().is_ident("maptrace"))
            {
                self.in_full(attribute);
                self.found = true;
            }
        }
    }
}

/// Takes helper attributes off, wherever they stand. An item with an attribute of its own keeps all of it.
struct Helpers {
    found: bool,
}

impl Visitor for Helpers {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let before = attributes.len();
        attributes.retain(|attribute| !is_ours(attribute) && switched(attribute).is_none());
        self.found |= attributes.len() < before;
    }

    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        if !has_own(item) {
            visit_mut::visit_item_mut(&mut self.walk(), item);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let Some(mut content) = Content::of(mac, true) else {
            return;
        };
        let mut inside = Helpers { found: false };
        content.visit(inside.walk());
        if inside.found {
            mac.tokens = content.into_token_stream();
            self.found = true;
        }
    }
}

/// Whether an item carries an attribute of maptrace's own, so that it is expanded by itself.
pub(crate) fn has_own(item: &syn::Item) -> bool {
    let attrs = match item {
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::TraitAlias(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::ExternCrate(item) => &item.attrs,
        syn::Item::ForeignMod(item) => &item.attrs,
        _ => return false,
    };
    attrs.iter().any(is_ours)
}

/// The word `maptrace` in a `cfg_attr`. That is evaluated after this macro, when nobody is left to read the helper
/// attribute in it.
pub(crate) fn switched(attribute: &Attribute) -> Option<TokenTree> {
    let list = attribute.meta.require_list().ok()?;
    let is_maptrace = |token: &TokenTree| token.to_string() == "maptrace";
    let conditional = list.path.is_ident("cfg_attr");
    conditional.then(|| list.tokens.clone().into_iter().find(is_maptrace))?
}

/// What stands in the parentheses behind it.
pub(crate) fn switched_options(attribute: &Attribute) -> Option<TokenStream> {
    switched(attribute)?;
    let mut is_behind = false;
    let tokens = attribute.meta.require_list().ok()?.tokens.clone();
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(options) if is_behind => Some(options.stream()),
        token => {
            // Of `maptrace::maptrace(...)` it is the second one.
            is_behind = token.to_string() == "maptrace";
            None
        }
    })
}
