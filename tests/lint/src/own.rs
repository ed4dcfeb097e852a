//! A type of a map's name, which other files have.

/// Pairs.
#[derive(Clone, Debug)]
pub struct FxHashMap<K: Copy, V>(pub Vec<(K, V)>);
