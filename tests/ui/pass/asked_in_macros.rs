//! Names that may be plain maps', in a macro's statements among whose items are what the arguments or their bounds name: they are asked
//! for outside, where those mean nothing.

use std::marker::PhantomData;

mod prelude {
    pub use own::*;

    mod own {
        use super::super::PhantomData;

        pub trait Bound {}

        pub struct FxHashMap<K, V>(PhantomData<(K, V)>);

        impl<K, V> FxHashMap<K, V> {
            pub fn new() -> Self {
                Self(PhantomData)
            }

            pub fn size(&self) -> usize {
                3
            }
        }

        pub struct FnvHashMap<K: Bound, V>(PhantomData<(K, V)>);

        impl<K: Bound, V> FnvHashMap<K, V> {
            pub fn new() -> Self {
                Self(PhantomData)
            }
        }
    }
}

use prelude::{Bound, FnvHashMap, FxHashMap};

macro_rules! run {
    ($($body:tt)*) => { { $($body)* } };
}

#[maptrace::maptrace]
fn in_macros() -> usize {
    let traced = std::collections::BTreeMap::from([(1, 2)]);
    maptrace_ui_tests::assert_traced(&traced);
    let types = run! {
        struct Local;
        fn bounded<T>(map: &FxHashMap<T, Local>) -> usize where T: PartialEq<Local> { map.size() }
        impl PartialEq<Local> for u8 { fn eq(&self, _: &Local) -> bool { false } }
        let map: FxHashMap<Local, u8> = FxHashMap::new();
        map.size() + bounded::<u8>(&FxHashMap::new())
    };
    let traits = run! {
        trait Local {}
        impl Local for u8 {}
        fn inner<T: Local>(map: &FxHashMap<T, u8>) -> usize { map.size() }
        inner::<u8>(&FxHashMap::new())
    };
    let numbers = run! {
        type Number = usize;
        const N: usize = 2;
        fn inner<const M: Number>(map: &FxHashMap<[u8; M], u8>) -> usize { map.size() }
        let map: FxHashMap<[u8; N], u8> = FxHashMap::new();
        map.size() + inner::<3>(&FxHashMap::new())
    };
    traced.len() + types + traits + numbers
}

#[derive(PartialEq, Eq, Hash)]
pub struct Key;

impl Bound for Key {}

/// What the body has of that name is another's.
#[maptrace::maptrace]
fn hidden_in_the_body(_: &FnvHashMap<Key, u8>) -> usize {
    let traced = std::collections::BTreeSet::from([1]);
    maptrace_ui_tests::assert_traced(&traced);
    struct Key(usize);
    Key(traced.len()).0
}

fn main() {
    assert_eq!(in_macros(), 1 + 6 + 3 + 6);
    assert_eq!(hidden_in_the_body(&FnvHashMap::new()), 1);
}
