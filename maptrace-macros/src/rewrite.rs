//! Turns plain maps into traced ones, in types, code and imports, and notes what was found.

pub(crate) mod aliases;
mod asks;
mod blocks;
mod calls;
pub(crate) mod items;
pub(crate) mod macros;
pub(crate) mod names;
pub(crate) mod places;
mod types;
pub(crate) mod uses;
mod values;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut as _};
use syn::{
    Arm, Attribute, Block, Expr, ExprAssign, ExprCall, ExprMethodCall, ExprPath, ExprStruct, Generics, Item, Local,
    Macro, ParenthesizedGenericArguments, PatTupleStruct, Path, TraitBound, Type, TypePath,
};

use crate::args::Sample;
use crate::ast::{allow_expected, has_own, is_ours, repeated, switched};
use crate::errors::Errors;
use crate::maps::{
    HERE, Home, ImportedMap, Kind, Needed, Reach, Root, alias_in_full, alias_left_plain, by_traced_alias, called_alone,
    foreign, idents, is_said, left_plain, of_other_parameters, retraced,
};
use crate::plan::{Part, Site, nameable};
use crate::rewrite::macros::Content;
use crate::rewrite::names::{Agreed, Called, Meaning, Names};
use crate::rewrite::places::Code;
pub(crate) use crate::rewrite::types::with_static_lifetimes;
use crate::rewrite::types::{MapPlaces, holds_no_values};
use crate::walk::{Visitor, Walk, elements_mut};

/// A map in a type, as rewritten.
#[derive(Clone)]
pub(crate) struct FoundMap {
    pub(crate) kind: Kind,
    pub(crate) ty: Type,
    /// Whether it is a key or value of another.
    pub(crate) inner: bool,
    /// How far the imports of the name that leads to it agree.
    pub(crate) agreed: Agreed,
}

impl FoundMap {
    /// Its type, for a declaration beside items with these parameters, if it can be written there.
    pub(crate) fn declared(&self, generics: &[Generics], krate: &Path) -> Option<Type> {
        let ty = nameable(&self.ty, generics)?;
        match self.agreed {
            Agreed::All => Some(ty),
            Agreed::OnMap => Some(Type::Verbatim(retraced(&ty.to_token_stream(), krate))),
            Agreed::OnNothing => None,
        }
    }
}

/// What the annotated item is, which decides how far the rewriting goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaches {
    /// Types that hold values, and initialisers.
    Values,
    /// All types and all code, as body and signature have to agree.
    All,
}

/// Where a path stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mention {
    /// As the type of a field, variable and the like, whose maps are places.
    Place,
    /// As another type.
    Type,
    /// As a value, pattern or trait, or before the name of one.
    Path,
}

/// Options in force for a part of the item.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub(crate) name: Option<String>,
    pub(crate) sample: Option<Sample>,
}

/// Rewrites an item, or a part of it, and collects what is to be said about it.
pub(crate) struct Rewriter<'a> {
    pub(crate) krate: &'a Path,
    pub(crate) errors: &'a mut Errors,
    reaches: Reaches,
    /// What the items of the blocks and modules around the current place make of names.
    names: Names,
    /// Conditions of what is around the current place, up to the next block or item that declarations stand in.
    pub(crate) conditions: Vec<Attribute>,
    /// Of the items around the current place.
    pub(crate) generics: Vec<Generics>,
    /// What `Self` is called in the current `impl` or `trait`.
    owner: Option<String>,
    /// The function around the current place, unless an item's whole initialiser is one place.
    code: Option<Code>,
    pub(crate) given: Given,
    /// What the user says that the name in the item stands for.
    pub(crate) kind: Option<Kind>,
    /// Whether the statements around are a macro's, which may put them where no name outside means what it does inside.
    pub(crate) in_macro: bool,
    /// Maps that are places of their own, in the order in which they are written.
    pub(crate) maps: Vec<FoundMap>,
    /// Every kind named in the current target, first come first.
    pub(crate) kinds: Vec<Kind>,
    /// Whether any path was one of ours.
    pub(crate) touched: bool,
    /// Whether an item was left to an attribute of its own.
    pub(crate) left: bool,
    /// Maps reached through the user's imports, which the rewritten item no longer uses, with the conditions of what
    /// named them. Those named in a block are not among them: they are kept in use there, as its globs may be what
    /// brings them.
    pub(crate) imported: Vec<(Vec<Attribute>, ImportedMap)>,
    /// Maps of crates that are known with a feature alone.
    pub(crate) needed: Vec<Needed>,
    /// The first map that is not traced, and why not.
    pub(crate) foreign: Option<(TokenStream, String)>,
    /// Whether a type of another meaning is called as one of std's maps.
    called_so: bool,
    /// Where a map that is named may be left plain.
    pub(crate) here: &'static str,
    /// The first name of an alias that is traced by an attribute of its own, and what that says of this one.
    pub(crate) aliased: Option<(TokenStream, String)>,
    /// Maps that would be traced if their import were annotated, each place of a value and, of code, each name once.
    pub(crate) untraced: Vec<(TokenStream, String)>,
    /// Declarations for the block or module around the current place, or for beside the item.
    pub(crate) sites: Vec<Site>,
    /// How many were made, in blocks as well.
    pub(crate) declared: usize,
    /// The names of them, each once: those of places, and those of functions for what they return.
    pub(crate) called: Vec<String>,
    pub(crate) returning: Vec<String>,
    /// Where each field was first given a map, so that all such places are one.
    field_lines: Vec<(String, usize)>,
    /// How many names of an import became types of their own.
    pub(crate) aliases: usize,
    /// What has options of its own.
    pub(crate) parts: Vec<Part>,
}

impl<'a> Rewriter<'a> {
    /// `names` are those of what is around the item.
    pub(crate) fn new(krate: &'a Path, names: Names, reaches: Reaches, errors: &'a mut Errors) -> Self {
        Self {
            krate,
            errors,
            reaches,
            names,
            conditions: Vec::new(),
            generics: Vec::new(),
            owner: None,
            code: None,
            given: Given::default(),
            kind: None,
            in_macro: false,
            maps: Vec::new(),
            kinds: Vec::new(),
            touched: false,
            left: false,
            imported: Vec::new(),
            needed: Vec::new(),
            foreign: None,
            called_so: false,
            here: HERE,
            aliased: None,
            untraced: Vec::new(),
            sites: Vec::new(),
            declared: 0,
            called: Vec::new(),
            returning: Vec::new(),
            field_lines: Vec::new(),
            aliases: 0,
            parts: Vec::new(),
        }
    }

    /// Another for the same place, to see what is there without a trace of having looked.
    fn fork<'b>(&self, errors: &'b mut Errors) -> Rewriter<'b>
    where
        'a: 'b,
    {
        Rewriter {
            generics: self.generics.clone(),
            owner: self.owner.clone(),
            code: self.code.clone(),
            here: self.here,
            field_lines: self.field_lines.clone(),
            ..Rewriter::new(self.krate, self.names.clone(), self.reaches, errors)
        }
    }

    /// The different names of what was declared; what a function returns counts if there is nothing else.
    pub(crate) fn names_declared(&self) -> usize {
        if self.called.is_empty() {
            self.returning.len()
        } else {
            self.called.len()
        }
    }

    /// Rewrites a type that holds values: each map in it is a place.
    pub(crate) fn place(&mut self, ty: &mut Type) -> Vec<FoundMap> {
        self.places_in(ty, true)
    }

    fn places_in(&mut self, ty: &mut Type, behind_references: bool) -> Vec<FoundMap> {
        let kinds = std::mem::take(&mut self.kinds);
        let outer = std::mem::take(&mut self.maps);
        MapPlaces {
            rewriter: self,
            behind_references,
            inside_map: false,
        }
        .visit_type_mut(ty);
        self.kinds = kinds;
        std::mem::replace(&mut self.maps, outer)
    }

    /// Rewrites an initialiser that is one place with its item, and returns the kinds it names.
    pub(crate) fn initialiser(&mut self, expr: &mut Expr) -> Vec<Kind> {
        let code = self.code.take();
        let kinds = std::mem::take(&mut self.kinds);
        self.visit_expr_mut(expr);
        self.code = code;
        std::mem::replace(&mut self.kinds, kinds)
    }

    /// Does `run` below what has these attributes.
    pub(crate) fn under(&mut self, attrs: &[Attribute], run: &mut dyn FnMut(&mut Self)) {
        let around = self.conditions.len();
        self.conditions.append(&mut repeated(attrs));
        run(self);
        self.conditions.truncate(around);
    }

    /// How far the imports of the name that a path begins with agree.
    fn agreed(&self, path: &Path) -> Agreed {
        let first = path.segments.first().filter(|_| path.leading_colon.is_none());
        first.map_or(Agreed::All, |first| self.names.agreed(&first.ident))
    }

    /// Rewrites `path` if it leads to a map's type or module. Returns the map if it is the end of the path. `is_place`
    /// says.
    fn rewrite(&mut self, path: &mut Path, mention: Mention) -> Option<Kind> {
        let (at, meaning) = self.names.meaning_of(path);
        let reach = match meaning {
            Some(meaning) => Reach::through(path, at, meaning),
            None => Reach::behind(path, at, self.krate),
        };
        let Some(reach) = reach else {
            let whole = idents(path);
            let idents = &whole[at..];
            let left = |plain| match self.names.alias_of(&whole, at) {
                Some(alias) => alias_left_plain(plain, alias, idents[0], self.here),
                None => left_plain(plain, idents, self.here),
            };
            let untraced = match meaning {
                Some(Meaning::Plain(plain)) if plain.skipped => None,
                Some(Meaning::Plain(plain)) => left(plain),
                Some(Meaning::Aliases(_)) | None => {
                    let name = whole.get(..at + 2);
                    name.and_then(|name| Some(alias_in_full(self.names.known_alias(name)?, name, self.here)))
                }
                Some(_) => None,
            };
            if let Some(why) = &untraced
                && (mention == Mention::Place || !self.untraced.iter().any(|(_, told)| is_said(told, why)))
            {
                self.untraced.push((path.to_token_stream(), why.clone()));
            }
            let why = match meaning {
                Some(Meaning::Plain(plain)) => left(plain),
                Some(Meaning::Called(Called { parameters: None, .. })) => Some(of_other_parameters(&idents[..1])),
                Some(Meaning::Called(called)) => Some(called_alone(called.kind, idents[0])),
                Some(_) => untraced,
                None => untraced.or_else(|| foreign(idents, None)),
            };
            if self.foreign.is_none() {
                self.foreign = why.map(|why| (path.to_token_stream(), why));
            }
            self.called_so |= meaning == Some(Meaning::Other) && Home::Std.kind_named(idents[0]).is_some();
            if let Some(Meaning::Called(called)) = meaning {
                self.called(path, at, called, mention != Mention::Path);
            }
            if self.aliased.is_none() && path.leading_colon.is_none() && self.names.is_by_traced_alias(&whole) {
                self.aliased = Some((path.to_token_stream(), by_traced_alias(&whole)));
            }
            return None;
        };
        self.touched = true;
        if reach.root != Some(Root::Traced) {
            Needed::note(&mut self.needed, path, reach.family.home());
        }
        if reach.map_at.is_some() && !self.kinds.contains(&reach.family) {
            self.kinds.push(reach.family);
        }
        if let Some(map) = reach.imported(path) {
            self.imported.push((self.conditions.clone(), map));
        }
        let names_map = reach.map_at == Some(path.segments.len() - 1);
        *path = reach.rewrite(path, self.krate);
        names_map.then_some(reach.family)
    }

    /// The path of a trait.
    fn visit_trait_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(&mut self.walk(), path);
    }
}

/// Paths anywhere: in expressions, patterns, bounds and nested types.
impl Visitor for Rewriter<'_> {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        self.rewrite(path, Mention::Path);
        visit_mut::visit_path_mut(&mut self.walk(), path);
    }

    // No map is one.
    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        self.visit_trait_mut(&mut bound.path);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        self.visit_attributes_mut(&mut expr.attrs);
        // `<HashMap<K, V> as Default>::default`: the path is the trait's, the map is inside.
        match &mut expr.qself {
            Some(qself) => {
                self.walk().visit_qself_mut(qself);
                visit_mut::visit_path_mut(&mut self.walk(), &mut expr.path);
            }
            // A value, and never std's: its maps have fields that nobody sees.
            None if expr.path.segments.len() == 1 => visit_mut::visit_path_mut(&mut self.walk(), &mut expr.path),
            None => self.visit_path_mut(&mut expr.path),
        }
    }

    fn visit_pat_tuple_struct_mut(&mut self, pat: &mut PatTupleStruct) {
        if pat.path.segments.len() > 1 {
            visit_mut::visit_pat_tuple_struct_mut(&mut self.walk(), pat);
        } else {
            self.visit_attributes_mut(&mut pat.attrs);
            for element in elements_mut(&mut pat.elems) {
                self.walk().visit_pat_mut(element);
            }
        }
    }

    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        match &mut ty.qself {
            Some(qself) => {
                self.walk().visit_qself_mut(qself);
                visit_mut::visit_path_mut(&mut self.walk(), &mut ty.path);
            }
            None if self.leaves_own(&ty.path) => visit_mut::visit_path_mut(&mut self.walk(), &mut ty.path),
            None => {
                self.rewrite(&mut ty.path, Mention::Type);
                visit_mut::visit_path_mut(&mut self.walk(), &mut ty.path);
            }
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if self.reaches == Reaches::All || !holds_no_values(ty) {
            visit_mut::visit_type_mut(&mut self.walk(), ty);
        }
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, arguments: &mut ParenthesizedGenericArguments) {
        // What a function takes and returns belongs to whoever wrote that function.
        if self.reaches == Reaches::All {
            visit_mut::visit_parenthesized_generic_arguments_mut(&mut self.walk(), arguments);
        }
    }

    // Their paths have readers of their own, for whom they may be only words.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if is_ours(attribute) {
            self.errors.on(&attribute.meta, self.reaches.misplaced());
        } else if let Some(word) = switched(attribute) {
            self.errors.on(
                &word,
                "maptrace cannot be switched by `cfg_attr` inside an annotated item; write `#[maptrace(...)]` plainly, \
                 or what it stands on twice with `#[cfg(...)]`",
            );
        }
        allow_expected(attribute);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.inner_block(block);
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        let attrs = arm.attrs.clone();
        self.under(&attrs, &mut |this| visit_mut::visit_arm_mut(&mut this.walk(), arm));
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        match self.code {
            Some(_) => self.local(local),
            None => visit_mut::visit_local_mut(&mut self.walk(), local),
        }
    }

    fn visit_expr_struct_mut(&mut self, expr: &mut ExprStruct) {
        match self.code {
            Some(_) => self.literal(expr),
            None => visit_mut::visit_expr_struct_mut(&mut self.walk(), expr),
        }
    }

    fn visit_expr_assign_mut(&mut self, expr: &mut ExprAssign) {
        match self.code {
            Some(_) => self.assignment(expr),
            None => visit_mut::visit_expr_assign_mut(&mut self.walk(), expr),
        }
    }

    fn visit_expr_call_mut(&mut self, expr: &mut ExprCall) {
        match self.code {
            Some(_) => self.call_expr(expr),
            None => self.plain_call(expr),
        }
    }

    fn visit_expr_method_call_mut(&mut self, expr: &mut ExprMethodCall) {
        match self.code {
            Some(_) => self.method_call(expr),
            None => visit_mut::visit_expr_method_call_mut(&mut self.walk(), expr),
        }
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        if !has_own(item) {
            visit_mut::visit_item_mut(&mut self.walk(), item);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.map_macro(mac);
        let makes_map = mac
            .path
            .get_ident()
            .is_some_and(|name| self.names.map_of_macro(name).is_some());
        let Some(mut content) = Content::of(mac, makes_map) else {
            return;
        };
        match &mut content {
            Content::ThreadLocal { statics, .. } if self.reaches == Reaches::All => self.thread_locals(statics),
            Content::ThreadLocal { .. } => return,
            Content::Statements(statements) => self.macro_statements(statements),
            content => content.visit(self.walk()),
        }
        mac.tokens = content.into_token_stream();
    }
}

impl Reaches {
    /// What to say of an attribute that belongs to nothing in an item.
    fn misplaced(self) -> &'static str {
        match self {
            Reaches::Values => "#[maptrace(...)] goes on the fields of an item and on items in here",
            Reaches::All => {
                "in an annotated item #[maptrace(...)] goes on `let`, on the fields of a struct expression, on methods \
                 and on items"
            }
        }
    }
}
