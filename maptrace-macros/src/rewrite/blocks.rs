//! Blocks: their statements and items, and what declarations stand in them.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::ParseStream;
use syn::visit_mut::VisitMut as _;
use syn::{Attribute, Block, Expr, ExprBlock, Ident, Item, ItemUse, Stmt};

use super::{Rewriter, uses};
use crate::ast::{has_own, has_word, parse_all, repeated};
use crate::declare::declare_all;
use crate::maps::{ImportedMap, keep_imports};
use crate::walk::Visitor as _;

impl Rewriter<'_> {
    /// Rewrites a block in code. Where it brings no names, the maps that it names are kept in use around it, so that the
    /// compiler is asked of a name once for them all.
    pub(super) fn inner_block(&mut self, block: &mut Block) {
        if block
            .stmts
            .iter()
            .any(|statement| matches!(statement, Stmt::Item(_) | Stmt::Macro(_)))
        {
            self.block(block, Vec::new(), &mut |_| ());
            return;
        }
        let mut imported = Vec::new();
        self.block(block, Vec::new(), &mut |this| {
            imported = std::mem::take(&mut this.imported)
        });
        for (mut inside, map) in imported {
            let mut conditions = self.conditions.clone();
            conditions.append(&mut inside);
            self.imported.push((conditions, map));
        }
    }

    /// Rewrites the statements of a block, with what its items make of names.
    pub(super) fn block(
        &mut self,
        block: &mut Block,
        mut header: Vec<(Vec<Attribute>, ImportedMap)>,
        at_end: &mut dyn FnMut(&mut Self),
    ) {
        let mut statements = std::mem::take(&mut block.stmts);
        self.names.enter(&items(&statements), self.krate);
        self.note_own_imports(&mut |mut walk| {
            statements
                .iter_mut()
                .for_each(|statement| walk.visit_stmt_mut(statement));
        });
        let conditions = std::mem::take(&mut self.conditions);
        // What items in the block may hide, also those of macros, is kept in use around it.
        let hidden = if statements.iter().any(|statement| matches!(statement, Stmt::Macro(_))) {
            std::mem::take(&mut header)
        } else {
            self.take_hidden(&mut header)
        };
        let imported = std::mem::replace(&mut self.imported, header);
        let sites = std::mem::take(&mut self.sites);
        let in_macro = std::mem::take(&mut self.in_macro);
        let outside = self.variables();
        self.statements(statements, &mut block.stmts);
        at_end(self);
        self.leave_variables(outside);
        self.conditions = conditions;
        self.in_macro = in_macro;
        let mut front = keep_imports(&std::mem::replace(&mut self.imported, imported), self.krate);
        front.extend(declare_all(&std::mem::replace(&mut self.sites, sites), self.krate));
        self.names.leave();
        if !front.is_empty() {
            // Before the statements, where items are looked for.
            block.stmts.insert(0, Stmt::Item(Item::Verbatim(front)));
        }
        if !hidden.is_empty() {
            let inside = Expr::Block(ExprBlock {
                attrs: Vec::new(),
                label: None,
                block: Block {
                    brace_token: block.brace_token,
                    stmts: std::mem::take(&mut block.stmts),
                },
            });
            let around = Stmt::Item(Item::Verbatim(keep_imports(&hidden, self.krate)));
            block.stmts = vec![around, Stmt::Expr(inside, None)];
        }
    }

    /// Takes out those that the innermost block may hide.
    fn take_hidden(&self, imported: &mut Vec<(Vec<Attribute>, ImportedMap)>) -> Vec<(Vec<Attribute>, ImportedMap)> {
        let (mut hidden, mut seen) = (Vec::new(), Vec::new());
        for (conditions, map) in std::mem::take(imported) {
            let is_hidden = has_word(map.path.to_token_stream(), &|name| self.names.may_hide(name));
            let of = if is_hidden { &mut hidden } else { &mut seen };
            of.push((conditions, map));
        }
        *imported = seen;
        hidden
    }

    /// The statements of a macro. What it makes of a declaration is unknown, so those stand in the block around it.
    pub(super) fn macro_statements(&mut self, statements: &mut Vec<Stmt>) {
        self.names.enter(&items(statements), self.krate);
        let values = values(statements);
        let imported = std::mem::take(&mut self.imported);
        let in_macro = std::mem::replace(&mut self.in_macro, true);
        self.statements(std::mem::take(statements), statements);
        self.in_macro = in_macro;
        for (conditions, mut map) in std::mem::replace(&mut self.imported, imported) {
            // What these hide means another thing outside.
            let is_hidden = |name: &Ident| self.names.may_hide(name) || values.contains(name);
            if is_hidden(&map.path.segments[0].ident) || !map.leave_arguments_of(&is_hidden) {
                continue;
            }
            self.imported.push((conditions, map));
        }
        self.names.leave();
    }

    fn statements(&mut self, statements: Vec<Stmt>, into: &mut Vec<Stmt>) {
        for statement in statements {
            match statement {
                Stmt::Item(item) if has_own(&item) => {
                    self.left = true;
                    into.push(Stmt::Item(item));
                }
                Stmt::Item(Item::Use(item)) => {
                    for item in self.nested_use(item) {
                        into.push(Stmt::Item(item));
                    }
                }
                Stmt::Item(item) if self.code.is_some() => into.push(Stmt::Item(self.nested(item))),
                // A module sees neither the names around it nor the item's; what it makes of its own is its own.
                Stmt::Item(item @ Item::Mod(_)) => into.push(Stmt::Item(item)),
                mut other => {
                    self.under(&statement_attrs(&other), &mut |this| {
                        this.walk().visit_stmt_mut(&mut other)
                    });
                    into.push(other);
                }
            }
        }
    }

    pub(super) fn nested_use(&mut self, mut item: ItemUse) -> Vec<Item> {
        self.visit_attributes_mut(&mut item.attrs);
        let mut split = uses::split(&item, None, Some(&self.names), self.krate);
        if !split.touched {
            return vec![Item::Use(item)];
        }
        self.touched = true;
        self.needed.append(&mut split.needed);
        let mut conditions = self.conditions.clone();
        conditions.append(&mut repeated(&item.attrs));
        for map in &split.imported {
            self.imported.push((conditions.clone(), map.clone()));
        }
        let mut items = Vec::new();
        for item in &split.items {
            items.push(Item::Use(item.clone()));
        }
        for alias in &split.aliases {
            items.push(Item::Verbatim(alias.clone()));
        }
        items
    }
}

/// References to them, as there are to those among [statements](items).
pub(super) fn listed(items: &[Item]) -> Vec<&Item> {
    let mut listed = Vec::new();
    for item in items {
        listed.push(item);
    }
    listed
}

pub(super) fn items(statements: &[Stmt]) -> Vec<&Item> {
    let mut items = Vec::new();
    for statement in statements {
        if let Stmt::Item(item) = statement {
            items.push(item);
        }
    }
    items
}

/// The names of values among the items of statements.
fn values(statements: &[Stmt]) -> Vec<Ident> {
    let mut values = Vec::new();
    for statement in statements {
        match statement {
            Stmt::Item(Item::Const(item)) => values.push(item.ident.clone()),
            Stmt::Item(Item::Static(item)) => values.push(item.ident.clone()),
            Stmt::Item(Item::Fn(item)) => values.push(item.sig.ident.clone()),
            _ => {}
        }
    }
    values
}

/// The attributes of any kind of statement.
fn statement_attrs(statement: &Stmt) -> Vec<Attribute> {
    match statement {
        Stmt::Local(local) => local.attrs.clone(),
        Stmt::Macro(call) => call.attrs.clone(),
        statement => {
            let leading = |input: ParseStream<'_>| {
                let attrs = Attribute::parse_outer(input)?;
                input.parse::<TokenStream>()?;
                Ok(attrs)
            };
            parse_all(statement.to_token_stream(), leading).unwrap_or_default()
        }
    }
}
