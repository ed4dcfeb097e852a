#!/usr/bin/env bash
# Whether the traced HashMap, HashSet and HashTable pass the tests of hashbrown: those in its `tests` folder, untouched,
# those of its modules `map`, `raw_entry`, `set` and `table`, and the examples in their documentation, those of `table`
# among them, which hashbrown itself runs with nightly alone. See common.sh. Needs the registry.
#
# Left out: the tests of `raw` and `control`, which are about a private table that the traced collections do not have.
# Where other tests look into a map's private table, they look at the same by public means: `public` and `mod private`.
source "$(dirname "$0")/common.sh"

VERSION=$(locked hashbrown)
SOURCE=$(published hashbrown "$VERSION")
subject hashbrown ::hashbrown maptrace::hashbrown '"hashbrown", "rayon", "serde"' "
hashbrown = { version = \"=$VERSION\", features = [\"rayon\", \"serde\"] }
--
allocator-api2 = { version = \"0.2.9\", features = [\"alloc\"] }
bumpalo = { version = \"3.13.0\", features = [\"allocator-api2\"] }
fnv = \"1.0.7\"
libc = \"0.2.155\"
rand = { version = \"0.9.0\", features = [\"small_rng\"] }
rayon = \"1.2\"
serde_test = \"1.0\"
"
cd "$WORK/suite"
# hashbrown's own features, which its tests ask for.
features='allocator-api2 default-hasher raw-entry rayon serde'
sed -i "s/^default = .*/default = [\"${features// /\", \"}\"]\n${features// / = []\\n} = []/" Cargo.toml
cp "$SOURCE"/tests/*.rs tests
cp "$SOURCE/src/scopeguard.rs" src

# module FILE PUBLIC: the test modules of a file, from the first to its end, where `super` has what the file has.
module() {
    printf 'pub use hashbrown::%s::*;\n' "$2"
    printf 'pub(crate) use crate::private::{DefaultHashBuilder, Equivalent, RawCapacity, make_hash};\n'
    awk '/^#\[cfg\((all\()?test/ { on = 1 } on' "$SOURCE/src/$1.rs" | public
}

# What is private, by public means.
public() {
    sed -e '/^mod test_/a use super::RawCapacity as _;' \
        -e 's/guard\.table\.insert(/crate::private::put(\&mut guard,/' \
        -e 's/\bmap\.table\.num_buckets()/map.raw_capacity()/g' \
        -e 's/scope_map\.table\.num_buckets()/scope_map.raw_capacity()/g' \
        -e 's/map\.table\.iter()\(\.iter\)\{0,1\}\.count()/map.iter().count()/' \
        -e 's/map\.table\.find(idx, |(k, _)| \*k == idx)/map.raw_entry().from_hash(idx, |k| *k == idx)/'
}

module map hash_map >src/map.rs
module raw_entry hash_map >src/raw_entry.rs
module set hash_set >src/set.rs
module table hash_table >src/table.rs
cat >src/lib.rs <<'END'
#![allow(warnings)]
#[macro_use]
extern crate alloc as stdalloc;

use hashbrown::*;

mod map;
mod raw_entry;
mod scopeguard;
mod set;
mod table;

mod alloc {
    pub use allocator_api2::alloc::*;
}

mod raw {
    pub fn prev_pow2(n: usize) -> usize {
        1 << n.ilog2()
    }
}

mod private {
    use std::hash::{BuildHasher, Hash};

    use crate::alloc::Allocator;
    use crate::hash_map::{HashMap, RawEntryMut};
    pub use hashbrown::{DefaultHashBuilder, Equivalent};

    /// Number of buckets: each takes an entry and a byte, and the table a few bytes more.
    pub trait RawCapacity {
        fn raw_capacity(&self) -> usize;
    }

    impl<K: Eq + Hash, V, S: BuildHasher, A: Allocator> RawCapacity for HashMap<K, V, S, A> {
        fn raw_capacity(&self) -> usize {
            crate::raw::prev_pow2((self.allocation_size() / (size_of::<(K, V)>() + 1)).max(1))
        }
    }

    /// Puts in what is not there by a hash that is not its own. There is room.
    pub fn put<K: Hash, V, S: BuildHasher, A: Allocator>(
        map: &mut HashMap<K, V, S, A>,
        hash: u64,
        (key, value): (K, V),
        _: impl Fn(&(K, V)) -> u64,
    ) {
        match map.raw_entry_mut().from_hash(hash, |_| false) {
            RawEntryMut::Vacant(entry) => entry.insert_with_hasher(hash, key, value, |_| panic!("there is room")),
            RawEntryMut::Occupied(_) => unreachable!(),
        };
    }

    pub fn make_hash<Q: Hash + ?Sized, S: BuildHasher>(hasher: &S, value: &Q) -> u64 {
        hasher.hash_one(value)
    }
}
END
cat "$SOURCE"/src/{map,raw_entry,set,table}.rs | examples |
    sed 's/^\(\/\/\/ # *\)#\[cfg(feature = "nightly")\]/\1/' >>src/lib.rs

compare hashbrown "$VERSION"
