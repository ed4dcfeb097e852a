//! Imports in an item that takes the attribute: by a path of the crate one is taken for what it is called, as the attribute
//! does not see where that leads (docs/adr/0032).

use proc_macro2::LineColumn;
use syn::{GenericArgument, GenericParam, ItemType, ItemUse, PathArguments, Type};

use super::attributes::{Annotated, annotated, start_of};
use super::find::Finder;
use super::finding::{Finding, SKIP_ITEM, Verdict};
use super::maps::{STD, StdPart};
use super::names::{Leaf, Origin, Words, each_leaf, word};

impl Finder<'_> {
    /// Notes what a `use` wants that brings something else under the name of one of std's maps, if a line stands above what
    /// is around it. `at` is where it begins, without its attributes.
    pub(super) fn named_as_std(&mut self, item: &ItemUse, at: LineColumn) {
        if annotated(&item.attrs) != Annotated::No {
            return;
        }
        let mut leaves = Vec::new();
        each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| leaves.push(leaf));
        let taken: Vec<&Leaf> = leaves.iter().filter(|leaf| self.is_taken_for_std(leaf)).collect();
        let Some(first) = taken.first() else { return };
        let is_plain = |leaf: &Leaf| {
            let origin = self.names.imported(self.module, &self.blocks, &leaf.path);
            leaf.name.is_some() && !matches!(origin, Origin::Std(_) | Origin::Foreign(_))
        };
        let line = match self.kind_of_alias(&first.path) {
            Some(kind) if leaves.len() == 1 => format!("#[maptrace::maptrace(kind = {kind})]"),
            _ if leaves
                .iter()
                .all(|leaf| taken.iter().any(|taken| std::ptr::eq(*taken, leaf)) || is_plain(leaf)) =>
            {
                SKIP_ITEM.to_owned()
            }
            // What else it brings is to be traced.
            _ => {
                let others: Vec<Words> = taken.iter().map(|leaf| leaf.path.clone()).collect();
                return others.iter().for_each(|words| self.mistake_import(words));
            }
        };
        let insert = vec![self.insertion(start_of(&item.attrs, at), &line)];
        let maps = taken
            .iter()
            .filter_map(|leaf| leaf.path.words.last().cloned())
            .collect();
        let finding = Finding {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column + 1,
            place: self.place("`use`, which is taken for std's by its name"),
            maps,
            verdict: Verdict::Add { insert },
        };
        if let Some(code) = self.codes.last_mut() {
            code.wanted.push(finding);
        }
    }

    /// Whether the attribute takes it for one of std's maps, which it is not.
    fn is_taken_for_std(&self, leaf: &Leaf) -> bool {
        let Some((last, parents)) = leaf.path.words.split_last() else {
            return false;
        };
        let is_named_so = STD.iter().any(|(map, _)| last == map) && leaf.name.is_some();
        let is_below_modules =
            !parents.is_empty() && !parents.iter().any(|parent| parent.starts_with(char::is_uppercase));
        if !is_named_so || !is_below_modules || leaf.path.absolute || self.begins_with_crate(&leaf.path) {
            return false;
        }
        match self.names.imported(self.module, &self.blocks, &leaf.path) {
            Origin::Other => true,
            Origin::Foreign(_) | Origin::Plain { .. } => !self.is_of_this_file(parents),
            Origin::Std(_) | Origin::Unseen => false,
        }
    }

    /// Whether the imports of that module are read by the attribute.
    fn is_of_this_file(&self, parents: &[String]) -> bool {
        match parents {
            [only] if only == "self" => true,
            [only] if only == "super" => self.krate.modules[self.module].inline.is_some(),
            _ => false,
        }
    }

    /// The map of std's that the path is an alias of, with parameters of the same number in the same order.
    fn kind_of_alias(&self, path: &Words) -> Option<&'static str> {
        let (module, alias) = self.names.alias(self.module, &self.blocks, path)?;
        let Type::Path(ty) = &*alias.ty else { return None };
        let kind = match self.names.origin(module, &[], &Words::from(&ty.path)) {
            Origin::Std(StdPart::Map(kind)) => kind,
            Origin::Foreign(map) => map.std()?,
            _ => return None,
        };
        let count = if kind.ends_with("Map") { 2 } else { 1 };
        passes_on(alias, ty, count).then_some(kind)
    }
}

/// Whether the parameters of the alias are the first `count` arguments of its type.
fn passes_on(alias: &ItemType, ty: &syn::TypePath, count: usize) -> bool {
    let Some(PathArguments::AngleBracketed(arguments)) = ty.path.segments.last().map(|last| &last.arguments) else {
        return false;
    };
    let mut same = alias.generics.params.iter().zip(&arguments.args);
    let is_same = |(parameter, argument): (&GenericParam, &GenericArgument)| match (parameter, argument) {
        (GenericParam::Type(parameter), GenericArgument::Type(Type::Path(argument))) => argument
            .path
            .get_ident()
            .is_some_and(|name| word(name) == word(&parameter.ident)),
        _ => false,
    };
    alias.generics.params.len() == count && arguments.args.len() >= count && same.all(is_same)
}
