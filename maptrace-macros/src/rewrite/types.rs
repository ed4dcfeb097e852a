//! Types of values: which maps in them are places, and what they are outside of their item.

use quote::ToTokens as _;
use syn::visit_mut;
use syn::{
    Block, BoundLifetimes, Expr, ExprCall, ExprPath, ExprStruct, GenericParam, Generics, Ident, Item, Lifetime,
    ParenthesizedGenericArguments, PatStruct, PatTupleStruct, Path, TraitBound, Type, TypeFnPtr, TypePath,
    TypeReference,
};

use super::blocks::items;
use super::names::{Called, Meaning};
use super::{FoundMap, Mention, Rewriter};
use crate::maps::{Home, Kind, Reach, idents, of_other_parameters};
use crate::walk::{Visitor, Walk, elements};

impl Rewriter<'_> {
    /// Whether the type is called as one of std's maps, and by its parameters is none, which is noted for an item that has
    /// nothing else. It may be an alias of a plain one.
    pub(super) fn leaves_own(&mut self, ty: &Path) -> bool {
        let (at, meaning) = self.names.meaning_of(ty);
        let reach = Reach::behind(ty, at, self.krate);
        let Some(reach) =
            reach.filter(|reach| matches!(meaning, None | Some(Meaning::Other)) && reach.is_none_by_arguments(ty))
        else {
            return false;
        };
        if self.foreign.is_none() {
            self.foreign = Some((ty.to_token_stream(), of_other_parameters(&idents(ty))));
        }
        if meaning.is_none() {
            let called = Called {
                kind: reach.family,
                parameters: None,
            };
            self.called(ty, ty.segments.len() - 1, called, true);
        }
        true
    }

    /// Takes what such types are called for the user's in the whole of an item, where parameters may be left out. `walk` is
    /// that through an item whose parameters are known.
    pub(crate) fn note_own_types(&mut self, walk: &mut dyn FnMut(Walk<'_>)) {
        self.note_own(false, walk);
    }

    /// The same of what the imports of the block or module around bring that are taken for what they are called.
    pub(super) fn note_own_imports(&mut self, walk: &mut dyn FnMut(Walk<'_>)) {
        if self.names.has_taken() {
            self.note_own(true, walk);
        }
    }

    fn note_own(&mut self, of_imports: bool, walk: &mut dyn FnMut(Walk<'_>)) {
        let around = self.names.depth();
        let mut own = OwnTypes {
            rewriter: self,
            around,
            of_imports,
            names: Vec::new(),
            others: Vec::new(),
        };
        walk(own.walk());
        let OwnTypes { names, others, .. } = own;
        for (name, kind) in names.iter().filter(|(name, _)| !others.contains(name)) {
            self.names.bring_own(name, *kind);
        }
    }
}

/// Looks without a change for what shows that a name is that of the user's own type: arguments that the map does not take,
/// what makes or takes apart a struct, as no map's fields are seen, and the places of traits.
struct OwnTypes<'r, 'a> {
    rewriter: &'r mut Rewriter<'a>,
    /// How many blocks, modules and items are around what is looked through.
    around: usize,
    /// Whether they are looked for that an import of the innermost of these brings, and else those of no item.
    of_imports: bool,
    names: Vec<(Ident, Kind)>,
    /// Those of parameters in there, which say nothing of what is called so outside, and of what is a map by its arguments: what
    /// shows the contrary may be there under a condition alone.
    others: Vec<Ident>,
}

impl OwnTypes<'_, '_> {
    /// The map that the name is taken for, if it means what it does around.
    fn taken_for(&self, path: &Path) -> Option<Kind> {
        let name = path.get_ident().or_else(|| {
            let is_bare = path.segments.len() == 1 && path.leading_colon.is_none();
            is_bare.then(|| &path.segments[0].ident)
        })?;
        if self.rewriter.names.is_hidden(name, self.around) {
            return None;
        }
        if self.of_imports {
            return self.rewriter.names.taken_for(name, self.around);
        }
        Home::Std
            .kind_named(name)
            .filter(|_| self.rewriter.names.meaning(name).is_none())
    }

    fn note_other(&mut self, path: &Path) {
        if let Some(kind) = self.taken_for(path) {
            self.names.push((path.segments[0].ident.clone(), kind));
        }
    }

    /// Of a type with its arguments.
    fn note_type(&mut self, path: &Path) {
        let Some(kind) = self.taken_for(path) else { return };
        let first = &path.segments[0];
        if kind.takes(&first.arguments) {
            self.others.push(first.ident.clone());
        } else {
            self.names.push((first.ident.clone(), kind));
        }
    }

    /// Of a path that is a value's: a variant or function may be called as a map that is there as well.
    fn note_value(&mut self, path: &Path) {
        if !self.rewriter.names.may_differ_as_value(&path.segments[0].ident) {
            self.note_other(path);
        }
    }
}

impl Visitor for OwnTypes<'_, '_> {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        if ty.qself.is_none() {
            self.note_type(&ty.path);
        }
        visit_mut::visit_type_path_mut(&mut self.walk(), ty);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        // `HashSet::<4>::new`; mostly they are left out.
        if expr.qself.is_none()
            && let Some(first) = expr.path.segments.first()
            && !first.arguments.is_none()
        {
            self.note_type(&Path::from(first.clone()));
        }
        visit_mut::visit_expr_path_mut(&mut self.walk(), expr);
    }

    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        if let Expr::Path(ExprPath { qself: None, path, .. }) = &*call.func {
            self.note_value(path);
        }
        visit_mut::visit_expr_call_mut(&mut self.walk(), call);
    }

    fn visit_expr_struct_mut(&mut self, expr: &mut ExprStruct) {
        self.note_other(&expr.path);
        visit_mut::visit_expr_struct_mut(&mut self.walk(), expr);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut PatStruct) {
        // `{ .. }` alone may be a map's.
        if !pat.fields.is_empty() {
            self.note_other(&pat.path);
        }
        visit_mut::visit_pat_struct_mut(&mut self.walk(), pat);
    }

    fn visit_pat_tuple_struct_mut(&mut self, pat: &mut PatTupleStruct) {
        self.note_value(&pat.path);
        visit_mut::visit_pat_tuple_struct_mut(&mut self.walk(), pat);
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        self.note_other(&bound.path);
        visit_mut::visit_trait_bound_mut(&mut self.walk(), bound);
    }

    // To a module the name means another thing, and items that stand in no module with the import look for themselves.
    fn visit_item_mut(&mut self, item: &mut Item) {
        if self.of_imports && !matches!(item, Item::Mod(_)) {
            visit_mut::visit_item_mut(&mut self.walk(), item);
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.rewriter.names.enter(&items(&block.stmts), self.rewriter.krate);
        visit_mut::visit_block_mut(&mut self.walk(), block);
        self.rewriter.names.leave();
    }

    fn visit_generics_mut(&mut self, generics: &mut Generics) {
        for parameter in elements(&generics.params) {
            if let GenericParam::Type(parameter) = parameter {
                self.others.push(parameter.ident.clone());
            }
        }
        visit_mut::visit_generics_mut(&mut self.walk(), generics);
    }
}

/// As `Rewriter`, where the type is that of a field, an alias, a variable or a static, so that its maps are places.
pub(super) struct MapPlaces<'r, 'a> {
    pub(super) rewriter: &'r mut Rewriter<'a>,
    /// Whether those behind a reference are.
    pub(super) behind_references: bool,
    pub(super) inside_map: bool,
}

impl Visitor for MapPlaces<'_, '_> {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        let reference = matches!(ty, Type::Reference(_) | Type::Ptr(_));
        if holds_no_values(ty) || (reference && !self.behind_references) {
            self.rewriter.visit_type_mut(ty);
            return;
        }
        let Type::Path(TypePath { qself: None, path, .. }) = ty else {
            visit_mut::visit_type_mut(&mut self.walk(), ty);
            return;
        };
        if self.rewriter.leaves_own(path) {
            visit_mut::visit_path_mut(&mut self.walk(), path);
            return;
        }
        let agreed = self.rewriter.agreed(path);
        let map = self.rewriter.rewrite(path, Mention::Place);
        let slot = self.rewriter.maps.len();
        let inner = self.inside_map;
        self.inside_map |= map.is_some();
        visit_mut::visit_path_mut(&mut self.walk(), path);
        self.inside_map = inner;
        if let Some(kind) = map {
            // Before its keys and values, which may be maps too.
            let ty = ty.clone();
            self.rewriter.maps.insert(
                slot,
                FoundMap {
                    kind,
                    ty,
                    inner,
                    agreed,
                },
            );
        }
    }

    // The map in `<HashMap<K, V> as IntoIterator>::IntoIter` is named, but not stored.
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        self.rewriter.visit_type_path_mut(ty);
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, arguments: &mut ParenthesizedGenericArguments) {
        self.rewriter.visit_parenthesized_generic_arguments_mut(arguments);
    }

    // The length of an array is a number, whatever stands in it.
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.rewriter.visit_expr_mut(expr);
    }
}

/// The type with `'static` for every lifetime that is named or left out in it, but those that it binds itself, as `fn(&T)` and
/// `dyn for<'a> Tr<'a>` do.
pub(crate) fn with_static_lifetimes(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Statics::default().visit_type_mut(&mut ty);
    ty
}

/// Puts `'static` for lifetimes.
#[derive(Default)]
pub(super) struct Statics {
    /// Those that a `for<..>` binds, here or around. None of them has the name of another one.
    bound: Vec<Ident>,
    /// Inside `fn(&T)` an elided lifetime is the function's own.
    in_function: bool,
}

impl Statics {
    /// Leaves those as they are in what follows.
    pub(super) fn bind(&mut self, lifetimes: Option<&BoundLifetimes>) {
        for parameter in lifetimes.iter().flat_map(|bound| elements(&bound.lifetimes)) {
            if let GenericParam::Lifetime(parameter) = parameter {
                self.bound.push(parameter.lifetime.ident.clone());
            }
        }
    }
}

impl Visitor for Statics {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        let bound = self.bound.contains(&lifetime.ident) || (self.in_function && lifetime.ident == "_");
        if !bound {
            lifetime.ident = Ident::new("static", lifetime.ident.span());
        }
    }
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() && !self.in_function {
            reference.lifetime = Some(Lifetime::new("'static", reference.and_token.span));
        }
        visit_mut::visit_type_reference_mut(&mut self.walk(), reference);
    }
    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        self.bind(bound.lifetimes.as_ref());
        visit_mut::visit_trait_bound_mut(&mut self.walk(), bound);
    }
    fn visit_type_fn_ptr_mut(&mut self, function: &mut TypeFnPtr) {
        self.bind(function.lifetimes.as_ref());
        let outer = std::mem::replace(&mut self.in_function, true);
        visit_mut::visit_type_fn_ptr_mut(&mut self.walk(), function);
        self.in_function = outer;
    }
    fn visit_parenthesized_generic_arguments_mut(&mut self, arguments: &mut ParenthesizedGenericArguments) {
        let outer = std::mem::replace(&mut self.in_function, true);
        visit_mut::visit_parenthesized_generic_arguments_mut(&mut self.walk(), arguments);
        self.in_function = outer;
    }
}

/// Types through which no map can be reached: a function's types are not stored, and a `dyn` hides what is.
pub(super) fn holds_no_values(ty: &Type) -> bool {
    matches!(
        ty,
        Type::FnPtr(_) | Type::TraitObject(_) | Type::ImplTrait(_) | Type::Macro(_) | Type::Verbatim(_)
    )
}
