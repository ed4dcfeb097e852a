//! Where maptrace itself comes from.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// A package of maptrace, as a dependency of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A checkout's folder.
    Checkout(PathBuf),
    /// The registry, at this program's own version.
    Registry,
}

/// What says where a checkout is, where the user does not.
pub(crate) const VARIABLE: &str = "MAPTRACE_SOURCE";

/// The checkout that `asked` or the environment names, else the one that this program was built from if it is still
/// there, else the registry.
pub(crate) fn find(asked: Option<&Path>) -> Result<Source> {
    let (named_by, folder) = match (asked, std::env::var_os(VARIABLE).filter(|value| !value.is_empty())) {
        (Some(asked), _) => ("--maptrace", asked.to_owned()),
        (None, Some(set)) => (VARIABLE, PathBuf::from(set)),
        (None, None) => {
            let own = Path::new(env!("CARGO_MANIFEST_DIR"))
                .parent()
                .filter(|own| is_checkout(own));
            return Ok(own.map_or(Source::Registry, |own| Source::Checkout(own.to_owned())));
        }
    };
    if !is_checkout(&folder) {
        bail!(
            "{named_by} says that maptrace's sources are in `{}`, but there is no maptrace-std/Cargo.toml in it; give the \
             folder of a checkout",
            folder.display()
        );
    }
    Ok(Source::Checkout(std::path::absolute(folder)?))
}

fn is_checkout(folder: &Path) -> bool {
    folder.join("maptrace-std/Cargo.toml").is_file()
}

impl Source {
    /// The value of `package = ...` in a Cargo.toml. `folder` is the package's in a checkout.
    pub(crate) fn dependency(&self, folder: &str) -> toml_edit::InlineTable {
        let mut table = toml_edit::InlineTable::new();
        match self {
            Source::Checkout(checkout) => {
                // Without `.` at its end, for the facade, which is the checkout's root.
                let path: PathBuf = checkout.join(folder).components().collect();
                table.insert("path", path.to_string_lossy().into_owned().into());
            }
            Source::Registry => {
                table.insert("version", env!("CARGO_PKG_VERSION").into());
            }
        }
        table
    }
}
