//! Turns std's maps into traced ones, in types, initialisers and imports, and notes what was found.

pub(crate) mod names;
pub(crate) mod uses;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, ExprPath, Generics, Ident, Item, ItemMod, ItemUse, Lifetime, Macro,
    ParenthesizedGenericArguments, Path, Stmt, Token, Type, TypeFnPtr, TypePath, TypeReference, UseTree,
};

use crate::ast::{allow_expected, repeated};
use crate::maps::{ImportedMap, Kind, Position, Reach, foreign, keep_imports};
use crate::rewrite::names::Names;

/// A map in a type, as rewritten.
pub(crate) struct FoundMap {
    pub(crate) kind: Kind,
    pub(crate) ty: Type,
}

/// What one pass over a type, a `where` clause or an expression has seen.
pub(crate) struct Rewriter<'a> {
    krate: &'a Path,
    position: Position,
    /// Maps that are places of their own, in the order in which they are written.
    pub(crate) maps: Vec<FoundMap>,
    /// Every kind named anywhere, first come first.
    pub(crate) kinds: Vec<Kind>,
    /// Whether any path was one of ours.
    pub(crate) touched: bool,
    /// Maps reached through the user's imports, which the rewritten item no longer uses. Those named in a block are not
    /// among them: they are kept in use there, as its globs may be what brings them.
    pub(crate) imported: Vec<ImportedMap>,
    /// The first map of another crate, and why it is not traced.
    pub(crate) foreign: Option<(Path, String)>,
    /// What the items of the blocks around the current place make of names.
    names: Names,
}

impl<'a> Rewriter<'a> {
    pub(crate) fn new(krate: &'a Path) -> Self {
        Self {
            krate,
            position: Position::Declaration,
            maps: Vec::new(),
            kinds: Vec::new(),
            touched: false,
            imported: Vec::new(),
            foreign: None,
            names: Names::default(),
        }
    }

    /// Rewrites a type that holds values: each map in it is a place.
    pub(crate) fn place(&mut self, ty: &mut Type) {
        MapPlaces(self).visit_type_mut(ty);
    }

    /// Rewrites bounds and defaults.
    pub(crate) fn generics(&mut self, generics: &mut Generics) {
        self.visit_generics_mut(generics);
    }

    /// Rewrites an initialiser, after the type before it.
    pub(crate) fn initialiser(&mut self, expr: &mut Expr) {
        self.position = Position::Code;
        self.visit_expr_mut(expr);
    }

    /// Rewrites `path` if it leads to a map's type or module. Returns the map if it is the end of the path.
    fn rewrite(&mut self, path: &mut Path) -> Option<Kind> {
        let meaning = match path.segments.first() {
            Some(first) if path.leading_colon.is_none() => self.names.meaning(&first.ident),
            _ => None,
        };
        let reach = match meaning {
            Some(meaning) => Some(Reach::through(path, meaning)?),
            None => Reach::of(path, self.krate),
        };
        let Some(reach) = reach else {
            let idents: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
            if self.foreign.is_none()
                && let Some(why) = foreign(&idents)
            {
                self.foreign = Some((path.clone(), why));
            }
            return None;
        };
        self.touched = true;
        if !self.kinds.contains(&reach.family) {
            self.kinds.push(reach.family);
        }
        self.imported.extend(reach.imported(path));
        let names_map = reach.map_at == Some(path.segments.len() - 1);
        *path = reach.rewrite(path, self.krate, self.position);
        names_map.then_some(reach.family)
    }
}

/// Paths anywhere: in expressions, patterns, bounds and nested types.
impl VisitMut for Rewriter<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        self.rewrite(path);
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        // `<HashMap<K, V> as Default>::default`: the path is the trait's, the map is inside.
        match &mut expr.qself {
            Some(qself) => {
                self.visit_qself_mut(qself);
                visit_mut::visit_path_mut(self, &mut expr.path);
            }
            None => self.visit_path_mut(&mut expr.path),
        }
    }

    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        match &mut ty.qself {
            Some(qself) => {
                self.visit_qself_mut(qself);
                visit_mut::visit_path_mut(self, &mut ty.path);
            }
            None => self.visit_path_mut(&mut ty.path),
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if !holds_no_values(ty) {
            visit_mut::visit_type_mut(self, ty);
        }
    }

    // What a function takes and returns belongs to whoever wrote that function.
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}

    // Their paths have readers of their own, for whom they may be only words.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        allow_expected(attribute);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let statements = std::mem::take(&mut block.stmts);
        let items = statements.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            _ => None,
        });
        self.names.enter(items, self.krate);
        let outside = std::mem::take(&mut self.imported);
        let mut inside = Vec::new();
        for statement in statements {
            match statement {
                Stmt::Item(Item::Use(item)) => self.nested_use(item, &mut block.stmts),
                mut other => {
                    self.visit_stmt_mut(&mut other);
                    block.stmts.push(other);
                }
            }
            if !self.imported.is_empty() {
                let attrs: Vec<Attribute> = repeated(&statement_attrs(block.stmts.last())).collect();
                inside.extend(self.imported.drain(..).map(|map| (attrs.clone(), map)));
            }
        }
        self.imported = outside;
        self.names.leave();
        if !inside.is_empty() {
            // Before the statements, where items are looked for.
            block.stmts.insert(0, Stmt::Item(Item::Verbatim(keep_imports(&inside))));
        }
    }

    // A module sees neither the names around it nor the item's; what it makes of its own is its own.
    fn visit_item_mod_mut(&mut self, _: &mut ItemMod) {}

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        // `vec![HashMap::new(), HashMap::new()]` and `vec![HashMap::new(); 3]`. What a macro with a syntax of its own
        // makes of its tokens is unknown, so those stay.
        let commas = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(mut arguments) = commas.parse2(mac.tokens.clone()) {
            arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            mac.tokens = quote::quote!(#arguments);
        } else if let Ok((mut element, semicolon, mut len)) = element_and_len.parse2(mac.tokens.clone()) {
            self.visit_expr_mut(&mut element);
            self.visit_expr_mut(&mut len);
            mac.tokens = quote::quote!(#element #semicolon #len);
        }
    }
}

impl Rewriter<'_> {
    fn nested_use(&mut self, mut item: ItemUse, into: &mut Vec<Stmt>) {
        item.attrs.iter_mut().for_each(allow_expected);
        let split = uses::split(&item, self.krate);
        // What is reached through another import in here is rewritten by that one.
        let through_local = item.leading_colon.is_none()
            && matches!(&item.tree, UseTree::Path(path) if self.names.meaning(&path.ident).is_some());
        if !split.touched || through_local {
            into.push(Stmt::Item(Item::Use(item)));
            return;
        }
        self.touched = true;
        self.imported.extend(split.imported);
        into.extend(split.items.into_iter().map(|item| Stmt::Item(Item::Use(item))));
    }
}

/// The attributes of any kind of statement.
fn statement_attrs(statement: Option<&Stmt>) -> Vec<Attribute> {
    let leading = |input: ParseStream<'_>| {
        let attrs = Attribute::parse_outer(input)?;
        input.parse::<TokenStream>()?;
        Ok(attrs)
    };
    leading.parse2(statement.to_token_stream()).unwrap_or_default()
}

fn element_and_len(input: ParseStream<'_>) -> syn::Result<(Expr, Token![;], Expr)> {
    Ok((input.parse()?, input.parse()?, input.parse()?))
}

/// Types through which no map can be reached: a function's types are not stored, and a `dyn` hides what is.
fn holds_no_values(ty: &Type) -> bool {
    matches!(
        ty,
        Type::FnPtr(_) | Type::TraitObject(_) | Type::ImplTrait(_) | Type::Macro(_) | Type::Verbatim(_)
    )
}

/// As `Rewriter`, where the type is that of a field, an alias or a static, so that its maps are places.
struct MapPlaces<'r, 'a>(&'r mut Rewriter<'a>);

impl VisitMut for MapPlaces<'_, '_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if holds_no_values(ty) {
            return;
        }
        let Type::Path(TypePath { qself: None, path, .. }) = ty else {
            visit_mut::visit_type_mut(self, ty);
            return;
        };
        let map = self.0.rewrite(path);
        let slot = self.0.maps.len();
        visit_mut::visit_path_mut(self, path);
        if let Some(kind) = map {
            // Before its keys and values, which may be maps too.
            self.0.maps.insert(slot, FoundMap { kind, ty: ty.clone() });
        }
    }

    // The map in `<HashMap<K, V> as IntoIterator>::IntoIter` is named, but not stored.
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        self.0.visit_type_path_mut(ty);
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}

    // The length of an array is a number, whatever stands in it.
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.0.visit_expr_mut(expr);
    }
}

/// The type with every lifetime that an item can name or leave out replaced by `'static`.
pub(crate) fn with_static_lifetimes(ty: &Type, declared: &[&Ident]) -> Type {
    struct Statics<'a> {
        declared: &'a [&'a Ident],
        /// Inside `fn(&T)` an elided lifetime is the function's own.
        in_function: bool,
    }
    impl VisitMut for Statics<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            let elided = lifetime.ident == "_" && !self.in_function;
            if elided || self.declared.contains(&&lifetime.ident) {
                lifetime.ident = Ident::new("static", lifetime.ident.span());
            }
        }
        fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
            if reference.lifetime.is_none() && !self.in_function {
                reference.lifetime = Some(Lifetime::new("'static", reference.and_token.span));
            }
            visit_mut::visit_type_reference_mut(self, reference);
        }
        fn visit_type_fn_ptr_mut(&mut self, function: &mut TypeFnPtr) {
            let outer = std::mem::replace(&mut self.in_function, true);
            visit_mut::visit_type_fn_ptr_mut(self, function);
            self.in_function = outer;
        }
        fn visit_parenthesized_generic_arguments_mut(&mut self, arguments: &mut ParenthesizedGenericArguments) {
            let outer = std::mem::replace(&mut self.in_function, true);
            visit_mut::visit_parenthesized_generic_arguments_mut(self, arguments);
            self.in_function = outer;
        }
    }
    let mut ty = ty.clone();
    Statics {
        declared,
        in_function: false,
    }
    .visit_type_mut(&mut ty);
    ty
}
