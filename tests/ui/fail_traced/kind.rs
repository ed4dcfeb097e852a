//! What `kind` says of a name is held against what that is, with tracing on. With it off nothing is rewritten.

use maptrace::maptrace;

mod own {
    #[derive(Default)]
    pub struct HashMap<K, V>(pub Option<(K, V)>);

    pub type Ordered<K, V> = std::collections::BTreeMap<K, V>;

    pub type Tree<V> = std::collections::BTreeMap<u8, V>;

    pub type Reversed<V, K> = std::collections::HashMap<K, V>;
}

// A type of the user's.
#[maptrace(kind = HashMap)]
use own::HashMap;

#[maptrace(kind = HashMap)]
type Owned = own::HashMap<u8, u8>;

// Another map than the one that is said.
#[maptrace(kind = HashMap)]
use own::Ordered;

// Its parameters in another order.
#[maptrace(kind = HashMap)]
use own::Reversed;

// With a parameter less.
#[maptrace(kind = BTreeMap)]
use own::Tree;

fn main() {}
