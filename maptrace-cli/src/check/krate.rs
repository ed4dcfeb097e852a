//! A crate's sources: its files, and its modules with the items in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::attributes::has_cfg;
use proc_macro2::LineColumn;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Item, ItemMod, Lit, Meta, Token};

/// Index of a module.
pub(super) type ModuleId = usize;

pub(super) struct Krate {
    pub(super) modules: Vec<Module>,
    /// What could not be read, and why.
    pub(super) unread: Vec<String>,
    /// Whether it is one without std, under some condition at least.
    pub(super) is_no_std: bool,
}

pub(super) struct Module {
    pub(super) file: PathBuf,
    pub(super) parent: Option<ModuleId>,
    pub(super) children: BTreeMap<String, ModuleId>,
    pub(super) items: Vec<Item>,
    /// If it is written in the file of its parent.
    pub(super) inline: Option<Inline>,
    /// If a `#[cfg]` says whether it is there.
    pub(super) is_conditional: bool,
}

/// How an inline module is written.
pub(super) struct Inline {
    pub(super) name: String,
    pub(super) attributes: Vec<Attribute>,
    /// Where it begins, without its attributes.
    pub(super) start: LineColumn,
}

/// The root of every crate.
pub(super) const ROOT: ModuleId = 0;

impl Krate {
    /// Reads the crate whose root is the file `root`, and each file that a `mod` of it leads to. Conditions are not looked
    /// at: what is compiled for another system has maps as well.
    pub(super) fn read(root: &Path) -> Self {
        let mut krate = Self {
            modules: Vec::new(),
            unread: Vec::new(),
            is_no_std: false,
        };
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        krate.file(root.to_owned(), &folder, None);
        krate
    }

    /// A crate of these items alone, in the file `file`.
    pub(super) fn of_items(file: PathBuf, items: Vec<Item>) -> Self {
        let mut krate = Self {
            modules: Vec::new(),
            unread: Vec::new(),
            is_no_std: false,
        };
        // Its modules have no files of their own.
        krate.module(file, Path::new(""), None, items, None);
        krate.unread.clear();
        krate
    }

    /// Reads a file as the module that has `parent` above it. Files of its modules are in `folder`.
    fn file(&mut self, path: PathBuf, folder: &Path, parent: Option<ModuleId>) -> Option<ModuleId> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                self.unread.push(format!("{}: {error}", path.display()));
                return None;
            }
        };
        match syn::parse_file(&text) {
            Ok(file) => {
                self.is_no_std |= parent.is_none() && file.attrs.iter().any(|attribute| is_no_std(&attribute.meta));
                Some(self.module(path, folder, parent, file.items, None))
            }
            Err(error) => {
                let at = error.span().start();
                self.unread
                    .push(format!("{}:{}: not understood: {error}", path.display(), at.line));
                None
            }
        }
    }

    /// Whether the module `inner` is `outer` or in it.
    pub(super) fn is_in(&self, inner: ModuleId, outer: ModuleId) -> bool {
        let mut around = std::iter::successors(Some(inner), |id| self.modules[*id].parent);
        around.any(|id| id == outer)
    }

    fn module(
        &mut self,
        file: PathBuf,
        folder: &Path,
        parent: Option<ModuleId>,
        items: Vec<Item>,
        inline: Option<Inline>,
    ) -> ModuleId {
        let id = self.modules.len();
        let nested: Vec<ItemMod> = items
            .iter()
            .filter_map(|item| match item {
                Item::Mod(item) => Some(item.clone()),
                _ => None,
            })
            .collect();
        let is_inline = inline.is_some();
        self.modules.push(Module {
            file: file.clone(),
            parent,
            children: BTreeMap::new(),
            items,
            inline,
            is_conditional: false,
        });
        for item in nested {
            let name = item.ident.to_string().trim_start_matches("r#").to_owned();
            let path = path_attribute(&item.attrs);
            let is_conditional = has_cfg(&item.attrs);
            let bare = ItemMod {
                attrs: Vec::new(),
                ..item.clone()
            };
            let start = bare.span().start();
            let child = match (item.content, path) {
                (Some((_, items)), path) => {
                    let folder = folder.join(path.as_deref().unwrap_or(&name));
                    let inline = Inline {
                        name: name.clone(),
                        attributes: item.attrs,
                        start,
                    };
                    Some(self.module(file.clone(), &folder, Some(id), items, Some(inline)))
                }
                (None, Some(path)) => {
                    // Beside the file, but in an inline module where that one's files are.
                    let beside = if is_inline {
                        folder
                    } else {
                        file.parent().unwrap_or(folder)
                    };
                    let path = beside.join(path);
                    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
                    self.file(path, &folder, Some(id))
                }
                (None, None) => {
                    let below = folder.join(&name);
                    let (plain, in_folder) = (folder.join(format!("{name}.rs")), below.join("mod.rs"));
                    let path = if in_folder.is_file() { in_folder } else { plain };
                    self.file(path, &below, Some(id))
                }
            };
            if let Some(child) = child {
                if is_conditional {
                    // With all that is in it.
                    let rest = &mut self.modules[child..];
                    rest.iter_mut().for_each(|module| module.is_conditional = true);
                }
                self.modules[id].children.insert(name, child);
            }
        }
        id
    }
}

/// Whether it is `no_std`, or `cfg_attr(not(feature = "std"), no_std)` and the like.
fn is_no_std(attribute: &Meta) -> bool {
    match attribute {
        Meta::Path(path) => path.is_ident("no_std"),
        Meta::List(list) if list.path.is_ident("cfg_attr") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|parts| parts.iter().skip(1).any(is_no_std)),
        _ => false,
    }
}

/// The value of `#[path = "..."]`.
fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}
