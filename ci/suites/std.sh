#!/usr/bin/env bash
# Whether the traced HashMap, HashSet, BTreeMap and BTreeSet pass std's own tests, those of its modules and the examples in
# its documentation, as they are in the source of the pinned toolchain. See common.sh, and `library` below for where the
# source comes from. Needs the registry for `rand`.
set -euo pipefail
# shellcheck source=ci/suites/common.sh
source "$(dirname "$0")/common.sh"

VERSION=$(rustc --version | cut -d' ' -f2)
readonly FILES=(
    std/src/collections/mod.rs
    std/src/collections/hash/map.rs std/src/collections/hash/map/tests.rs
    std/src/collections/hash/set.rs std/src/collections/hash/set/tests.rs
    alloc/src/collections/btree/map.rs alloc/src/collections/btree/map/entry.rs alloc/src/collections/btree/map/tests.rs
    alloc/src/collections/btree/set.rs alloc/src/collections/btree/set/tests.rs
    alloctests/testing/mod.rs alloctests/testing/macros.rs alloctests/testing/crash_test.rs
    alloctests/testing/ord_chaos.rs alloctests/testing/rng.rs
    alloctests/tests/btree_set_hash.rs alloctests/tests/autotraits.rs
)

# Sets LIBRARY to the folder `library` of rust's source. The component is not installed from here, as that would change
# the toolchain of whoever runs this.
library() {
    local server=${RUSTUP_DIST_SERVER:-https://static.rust-lang.org} raw=https://raw.githubusercontent.com/rust-lang/rust
    local file
    LIBRARY=${SUITES_RUST_LIBRARY:-}
    if [ -n "$LIBRARY" ]; then
        echo "std: tests of SUITES_RUST_LIBRARY, $LIBRARY" >&2
        return
    fi
    LIBRARY=$(rustc --print sysroot)/lib/rustlib/src/rust/library
    if [ -d "$LIBRARY/alloctests" ]; then
        echo "std: tests of the toolchain's component rust-src" >&2
        return
    fi
    LIBRARY=$WORK/library
    mkdir -p "$LIBRARY"
    if curl -sSfL --retry 2 "$server/dist/rust-src-$VERSION.tar.xz" -o "$WORK/rust-src.tar.xz" &&
        tar -xJf "$WORK/rust-src.tar.xz" -C "$LIBRARY" --strip-components 7 \
            "rust-src-$VERSION/rust-src/lib/rustlib/src/rust/library"; then
        echo "std: tests of rust-src-$VERSION.tar.xz from $server" >&2
        return
    fi
    for file in "${FILES[@]}"; do
        mkdir -p "$LIBRARY/$(dirname "$file")"
        if ! curl -sSfL --retry 2 "$raw/$VERSION/library/$file" -o "$LIBRARY/$file"; then
            echo "std: no source of Rust $VERSION: run \`rustup component add rust-src\`, or set SUITES_RUST_LIBRARY to" \
                "the folder \`library\` of rust's repository at the tag $VERSION" >&2
            return 1
        fi
    done
    echo "std: tests of the tag $VERSION on GitHub" >&2
}
library
for file in "${FILES[@]}"; do
    [ -f "$LIBRARY/$file" ] || { echo "std: there is no $LIBRARY/$file: is it the source of Rust $VERSION?" >&2; exit 1; }
done

subject collections std::collections maptrace::collections '' '
--
rand = { version = "0.9", default-features = false, features = ["small_rng"] }
'
mkdir "$WORK/suite/tests/testing"
cd "$WORK/suite/tests"
for file in "$LIBRARY"/alloctests/testing/*.rs; do
    sed 's/\bcrate::string::/std::string::/' "$file" >"testing/${file##*/}"
done
# Some tests use what is not stable in std; these programs alone may.
export RUSTC_BOOTSTRAP=hash_map,hash_set,btree_map,btree_set,btree_set_hash,autotraits

# What tests in std and alloc have by other names. `Default` in constants is unstable.
renamed() {
    sed -e 's/\bcrate::testing::/testing::/' -e 's/\brealstd::/std::/g' -e 's/\bcrate::test_helpers::/helpers::/' \
        -e 's/\bsuper::\(Entry\|HashMap\|HashSet\)/module::\1/' -e 's/^use super::\*/use module::*/' \
        -e 's/^    const \([YZ]: .* = Default::default();\)$/    let \1/' \
        -e 's/\bcrate::/std::/g' -e 's/^use testing::/use crate::testing::/' "$@"
}

# HashMap and HashSet.
{
    echo '#![feature(assert_matches, try_reserve_kind)]
mod module { pub use collections::hash_map::*; }
mod helpers {
    pub fn test_rng() -> rand::rngs::SmallRng { rand::SeedableRng::seed_from_u64(7) }
}'
    renamed "$LIBRARY/std/src/collections/hash/map/tests.rs"
} >hash_map.rs
{
    echo 'mod module { pub use collections::hash_set::*; }'
    renamed "$LIBRARY/std/src/collections/hash/set/tests.rs"
} >hash_set.rs

# BTreeMap and BTreeSet. Their tests look into the tree now and then: `check` here looks at what can be seen from outside,
# `compact` builds the same tree by other means, and nothing is said of the tree's height. Left out:
readonly LEFT_OUT=(
    # The tree itself is all there is to these.
    test_levels test_insert_into_full_height_1
    # Unstable: `try_insert`, `merge` (the tests that `create_merge_test!` makes as well) and cursors.
    test_try_insert test_merge_drop_leak test_merge_conflict_drop_leak test_merge_ord_chaos test_id_based_merge
    test_cursor test_cursor_mut test_cursor_mut_key test_cursor_empty test_cursor_mut_insert_before_1
    test_cursor_mut_insert_before_2 test_cursor_mut_insert_before_3 test_cursor_mut_insert_before_4
    test_cursor_mut_insert_after_1 test_cursor_mut_insert_after_2 test_cursor_mut_insert_after_3
    test_cursor_mut_insert_after_4 cursor_peek_prev_agrees_with_cursor_mut
)
{
    echo '#![feature(assert_matches)]
mod testing;
mod module {
    pub use collections::BTreeSet;
    pub use collections::btree_map::Entry::{Occupied, Vacant};
    pub use collections::btree_map::*;
    pub use std::borrow::Borrow;
    pub use std::cmp::Ordering;
    pub use std::mem;
    pub use std::ops::{Bound, RangeBounds};
    pub mod node { pub const CAPACITY: usize = 11; }
    pub trait Inside { fn check_invariants(&self); fn check(&self); fn compact(&mut self); }
    impl<K: Ord, V> Inside for BTreeMap<K, V> {
        fn check_invariants(&self) { assert_eq!(self.len(), self.keys().count()); }
        fn check(&self) {
            self.check_invariants();
            assert!(self.keys().is_sorted_by(|a, b| a < b));
        }
        fn compact(&mut self) { *self = mem::take(self).into_iter().collect(); }
    }
}'
    without "$LIBRARY/alloc/src/collections/btree/map/tests.rs" "${LEFT_OUT[@]}" | renamed \
        -e '/^impl<K, V> BTreeMap<K, V> {/,/^}/d' -e "/^impl<'a, K: 'a, V: 'a> NodeRef</,/^}/d" \
        -e '/^ *assert_eq!([a-z]*\.height(), .*);$/d' -e '/^create_merge_test!/d'
} >btree_map.rs
{
    echo 'mod testing;
mod module {
    pub use collections::btree_set::*;
    pub use std::cmp::Ordering;
    pub use std::fmt::{self, Debug};
    pub use std::hash::{Hash, Hasher};
}'
    renamed "$LIBRARY/alloc/src/collections/btree/set/tests.rs"
} >btree_set.rs
{
    echo 'mod helpers {
    pub fn hash<T: std::hash::Hash>(t: &T) -> u64 {
        use std::hash::{DefaultHasher, Hasher};
        let mut hasher = DefaultHasher::new();
        t.hash(&mut hasher);
        hasher.finish()
    }
}'
    sed -e 's/\bstd::collections\b/collections/' -e 's/\bcrate::hash\b/helpers::hash/' \
        "$LIBRARY/alloctests/tests/btree_set_hash.rs"
} >btree_set_hash.rs
# Other collections; and `OccupiedError` is unstable.
without "$LIBRARY/alloctests/tests/autotraits.rs" test_binary_heap test_linked_list test_vec_deque |
    sed -e 's/\balloc::collections\b/collections/' -e 's/\bOccupiedError\b/OccupiedEntry/' >autotraits.rs

for file in "${FILES[@]}"; do
    case $file in
        *tests*) ;;
        *) cat "$LIBRARY/$file" ;;
    esac
done | sed 's/\bstd::collections\b/collections/g' | examples >"$WORK/suite/src/lib.rs"

compare std "$VERSION"
