//! Types alone.

/// By the alias's name.
#[maptrace::maptrace]
pub type Ids = ::std::collections::HashMap<u32, u8>;

/// By the fields' names.
#[maptrace::maptrace]
#[derive(Default)]
pub struct Stock {
    /// By an absolute path, as this edition writes it.
    pub names: ::std::collections::BTreeMap<u8, u8>,
    /// By a path, as newer ones do.
    pub brown: hashbrown::HashMap<u16, u16>,
}

/// By the variant's name.
#[maptrace::maptrace]
pub enum Either {
    /// Has a set.
    Some(::std::collections::HashSet<u32>),
}
