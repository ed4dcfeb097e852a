//! A crate's sources: its files, and its modules with the items in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, Item, Lit, Meta};

/// Index of a module.
pub(super) type ModuleId = usize;

pub(super) struct Krate {
    pub(super) modules: Vec<Module>,
    /// What could not be read, and why.
    pub(super) unread: Vec<String>,
}

pub(super) struct Module {
    pub(super) file: PathBuf,
    pub(super) parent: Option<ModuleId>,
    pub(super) children: BTreeMap<String, ModuleId>,
    pub(super) items: Vec<Item>,
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
        };
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        krate.file(root.to_owned(), &folder, None);
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
            Ok(file) => Some(self.module(path, folder, parent, file.items)),
            Err(error) => {
                let at = error.span().start();
                self.unread
                    .push(format!("{}:{}: not understood: {error}", path.display(), at.line));
                None
            }
        }
    }

    fn module(&mut self, file: PathBuf, folder: &Path, parent: Option<ModuleId>, items: Vec<Item>) -> ModuleId {
        let id = self.modules.len();
        let nested: Vec<(String, Option<String>, Option<Vec<Item>>)> = items
            .iter()
            .filter_map(|item| match item {
                Item::Mod(item) => Some((
                    item.ident.to_string().trim_start_matches("r#").to_owned(),
                    path_attribute(&item.attrs),
                    item.content.as_ref().map(|(_, items)| items.clone()),
                )),
                _ => None,
            })
            .collect();
        let inline = parent.is_some_and(|parent| self.modules[parent].file == file);
        self.modules.push(Module {
            file: file.clone(),
            parent,
            children: BTreeMap::new(),
            items,
        });
        for (name, path, content) in nested {
            let child = match (content, path) {
                (Some(items), path) => {
                    let folder = folder.join(path.as_deref().unwrap_or(&name));
                    Some(self.module(file.clone(), &folder, Some(id), items))
                }
                (None, Some(path)) => {
                    // Beside the file, but in an inline module where that one's files are.
                    let beside = if inline {
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
                self.modules[id].children.insert(name, child);
            }
        }
        id
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
