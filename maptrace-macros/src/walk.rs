//! The walk through syn's trees, once for everyone who looks into them.
//!
//! Each type that implements `VisitMut` is compiled with a copy of the whole walk, some 300 functions of syn's. So one
//! does, and hands on what anyone here wants to see.

use syn::punctuated::{Pair, Punctuated};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Attribute, Block, Expr, ExprAssign, ExprCall, ExprMethodCall, ExprPath, ExprStruct, Generics, Item, Lifetime,
    Local, Macro, ParenthesizedGenericArguments, PatIdent, PatStruct, PatTupleStruct, Path, TraitBound, Type,
    TypeFnPtr, TypePath, TypeReference,
};

/// The elements of a list. syn's own iterators are objects with a table of all that an iterator can do, compiled for
/// each type of element.
pub(crate) fn elements<T, P>(list: &Punctuated<T, P>) -> impl Iterator<Item = &T> {
    list.pairs().map(Pair::into_value)
}

/// As [`elements`], to change them.
pub(crate) fn elements_mut<T, P>(list: &mut Punctuated<T, P>) -> impl Iterator<Item = &mut T> {
    list.pairs_mut().map(Pair::into_value)
}

/// Walks through a tree on behalf of a visitor.
pub(crate) struct Walk<'v>(pub(crate) &'v mut dyn Visitor);

macro_rules! visitor {
    ($($method:ident: $node:ty,)+) => {
        /// What of a tree can be looked at or changed on the way. By default the walk goes on into it.
        pub(crate) trait Visitor {
            /// `Walk(self)`, which only a type of known size can say.
            fn walk(&mut self) -> Walk<'_>;

            fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
                attributes.iter_mut().for_each(|attribute| self.visit_attribute_mut(attribute));
            }

            $(
                fn $method(&mut self, node: &mut $node) {
                    visit_mut::$method(&mut self.walk(), node);
                }
            )+
        }

        impl VisitMut for Walk<'_> {
            fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
                self.0.visit_attributes_mut(attributes);
            }

            $(
                fn $method(&mut self, node: &mut $node) {
                    self.0.$method(node);
                }
            )+
        }
    };
}

visitor! {
    visit_arm_mut: Arm,
    visit_attribute_mut: Attribute,
    visit_block_mut: Block,
    visit_expr_mut: Expr,
    visit_expr_assign_mut: ExprAssign,
    visit_expr_call_mut: ExprCall,
    visit_expr_method_call_mut: ExprMethodCall,
    visit_expr_path_mut: ExprPath,
    visit_expr_struct_mut: ExprStruct,
    visit_generics_mut: Generics,
    visit_item_mut: Item,
    visit_lifetime_mut: Lifetime,
    visit_local_mut: Local,
    visit_macro_mut: Macro,
    visit_parenthesized_generic_arguments_mut: ParenthesizedGenericArguments,
    visit_pat_ident_mut: PatIdent,
    visit_pat_struct_mut: PatStruct,
    visit_pat_tuple_struct_mut: PatTupleStruct,
    visit_path_mut: Path,
    visit_trait_bound_mut: TraitBound,
    visit_type_mut: Type,
    visit_type_fn_ptr_mut: TypeFnPtr,
    visit_type_path_mut: TypePath,
    visit_type_reference_mut: TypeReference,
}
