//! Imports: which of their branches lead to maps that can be traced, and the same imports from maptrace.

use proc_macro2::TokenStream;
use syn::{Ident, ItemUse, Path, UseTree};

use crate::ast::allow_unused_imports;
use crate::maps::{Import, ImportedMap, Kind, Needed, home_in};
use crate::rewrite::names::Names;
use crate::walk::elements;

mod alias;
mod bound;
mod splitter;

use alias::constructors;
pub(crate) use bound::{Outside, bound_names, called_in, is_all_of_parent, meaning, named_in_std, outside};
use splitter::{Splitter, below};

/// A `use` item after the rewriting.
pub(crate) struct Split {
    /// What the one item became: what is left of it, then one item for each branch that was taken out.
    pub(crate) items: Vec<ItemUse>,
    /// What aliases of other crates became, which no path of ours leads to.
    pub(crate) aliases: Vec<TokenStream>,
    /// The first map of each crate that is known with a feature alone.
    pub(crate) needed: Vec<Needed>,
    /// The maps it brings into reach, first come first.
    pub(crate) kinds: Vec<Kind>,
    /// The maps that the macros it brings make.
    pub(crate) made: Vec<Kind>,
    /// Whether any branch leads to a map or to a type of a map's module.
    pub(crate) touched: bool,
    /// Modules that the user imported and the rewritten item no longer uses.
    pub(crate) imported: Vec<ImportedMap>,
    /// The first import of a map of another crate, and why it is not traced.
    pub(crate) foreign: Option<(Ident, String)>,
}

/// Separates what comes from a `collections` module from the rest.
/// `kind` is what the user says that the one name stands for, `names` are those of the item that the import stands in.
pub(crate) fn split(item: &ItemUse, kind: Option<Kind>, names: Option<&Names>, krate: &Path) -> Split {
    let mut splitter = Splitter {
        krate,
        import: if names_one(&item.tree) {
            Import::OfOne
        } else {
            Import::OfSeveral
        },
        names,
        is_local: false,
        kind,
        aliases: Vec::new(),
        // `::collections` is a crate of that name, not the user's import of std's module.
        absolute: item.leading_colon.is_some(),
        taken: Vec::new(),
        kinds: Vec::new(),
        made: Vec::new(),
        touched: false,
        may_be_unused: false,
        takes_constructors: false,
        imported: Vec::new(),
        needed: Vec::new(),
        foreign: None,
    };
    let mut items = Vec::new();
    if let Some(tree) = splitter.walk(&item.tree, &mut Vec::new()) {
        let mut rest = ItemUse { tree, ..item.clone() };
        if splitter.may_be_unused {
            rest.attrs.push(allow_unused_imports());
        }
        items.push(rest);
    }
    for (mut tree, home, here) in splitter.taken {
        let (leading_colon, mut parents) = home_in(krate, home, here);
        // The last segment is `collections` or the like, which the tree brings itself, perhaps renamed.
        parents.pop();
        while let Some(parent) = parents.pop() {
            tree = below(parent.ident, tree);
        }
        items.push(ItemUse {
            leading_colon,
            tree,
            ..item.clone()
        });
    }
    let mut aliases = Vec::new();
    for alias in &splitter.aliases {
        aliases.push(alias.item(item, krate));
    }
    if splitter.takes_constructors {
        aliases.push(constructors(&item.attrs, &item.vis, krate));
    }
    Split {
        aliases,
        items,
        kinds: splitter.kinds,
        made: splitter.made,
        touched: splitter.touched,
        imported: splitter.imported,
        needed: splitter.needed,
        foreign: splitter.foreign,
    }
}

fn names_one(tree: &UseTree) -> bool {
    match tree {
        UseTree::Path(path) => names_one(&path.tree),
        UseTree::Group(group) => group.items.len() == 1 && elements(&group.items).all(names_one),
        UseTree::Name(_) | UseTree::Rename(_) => true,
        UseTree::Glob(_) => false,
    }
}
