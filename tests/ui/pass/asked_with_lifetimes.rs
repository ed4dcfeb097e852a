//! A name that the compiler is asked of among the parameters of the item, where one of those is borrowed.

use maptrace_ui_tests::assert_traced;

mod own {
    pub struct HashMap<'a, T>(pub &'a [T]);

    pub trait Key {}

    impl Key for u8 {}

    pub struct FnvHashMap<K: Key, V>(pub Vec<(K, V)>);
}

mod prelude {
    #[maptrace::maptrace]
    pub use rustc_hash::{FxHashMap, FxHashSet};

    pub use super::own::{FnvHashMap, HashMap};
}

/// A reference, which its parameter outlives: by the type of a field or argument, or by being borrowed there.
mod borrowed {
    use super::prelude::{FxHashMap, FxHashSet};
    use std::collections::BTreeSet;
    use std::hash::Hash;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Struct<'a, T> {
        pub named: FxHashMap<&'a T, usize>,
        pub traced: BTreeSet<&'a T>,
    }

    #[maptrace::maptrace]
    pub fn named<'a, T: Eq + Hash + Ord>(all: &'a [T]) -> FxHashMap<&'a T, usize> {
        let mut counts: FxHashMap<&'a T, usize> = FxHashMap::default();
        for one in all.iter().collect::<BTreeSet<_>>() {
            *counts.entry(one).or_default() += 1;
        }
        counts
    }

    #[maptrace::maptrace]
    pub fn left_out<T: Ord>(all: &[T]) -> FxHashMap<usize, &T> {
        all.iter().collect::<BTreeSet<_>>().into_iter().enumerate().collect()
    }

    pub struct Each<'a, T>(pub std::slice::Iter<'a, T>);

    #[maptrace::maptrace]
    impl<'a, T> Iterator for Each<'a, T> {
        type Item = FxHashMap<u8, &'a T>;

        fn next(&mut self) -> Option<Self::Item> {
            super::assert_traced(&BTreeSet::from([1]));
            Some(FxHashMap::from_iter([(1, self.0.next()?)]))
        }
    }

    /// A `for` that stands around the name.
    #[maptrace::maptrace]
    pub fn bound<T: Copy, F>(with: F) -> usize
    where
        F: for<'b> Fn(FxHashMap<&'b str, T>) -> FxHashMap<&'b str, T>,
        for<'c> FxHashSet<&'c str>: Default,
        for<'c> &'c FxHashMap<u8, T>: IntoIterator,
    {
        super::assert_traced(&BTreeSet::from([1]));
        with(FxHashMap::default()).len()
    }
}

/// The same of types of the user's own.
mod owned {
    use super::own::Key;
    use super::prelude::{FnvHashMap, HashMap};
    use std::collections::BTreeMap;

    #[maptrace::maptrace]
    pub struct Struct<'a, T> {
        pub own: HashMap<'a, T>,
        pub traced: BTreeMap<u8, u8>,
        pub within: fn(HashMap<'_, T>) -> usize,
        pub bound: for<'b> fn(HashMap<'b, T>, &'b str),
    }

    pub trait Of<S: ?Sized> {}

    impl<S: ?Sized, T> Of<S> for T {}

    pub trait Lives<'a> {}

    impl<'a> Lives<'a> for u8 {}

    #[maptrace::maptrace]
    impl<'a, T> From<&'a [T]> for Struct<'a, T> {
        fn from(all: &'a [T]) -> Struct<'a, T> {
            let own: HashMap<'a, T> = HashMap(all);
            Self { own, traced: BTreeMap::from([(1, 2)]), within: |own| own.0.len(), bound: |_, _| () }
        }
    }

    pub struct Wrapper<T>(pub T);

    /// What is said of `Self` is not said where the name is asked of, and of other parameters it is.
    #[maptrace::maptrace]
    impl<T> Wrapper<T> {
        pub fn keyed<'a, V: Lives<'a> + Of<Self>>(self, value: V) -> FnvHashMap<T, V>
        where
            Self: Sized,
            T: Key + Lives<'a>,
            Vec<T>: Of<V> + Of<Self>,
            String: Of<str> + Lives2<'a>,
        {
            super::assert_traced(&BTreeMap::from([(1, 2)]));
            FnvHashMap(vec![(self.0, value)])
        }
    }

    pub trait Lives2<'a> {}

    impl<'a> Lives2<'a> for String {}

    /// An item in the code of another has parameters of its own.
    #[maptrace::maptrace]
    pub fn outer<T: Copy>(value: T) -> (T, usize) {
        fn inner<T: Key>(key: T) -> FnvHashMap<T, u8> {
            FnvHashMap(vec![(key, 1)])
        }
        super::assert_traced(&BTreeMap::from([(1, 2)]));
        (value, inner(3_u8).0.len())
    }
}

fn main() {
    let counts = borrowed::named(&["a"]);
    assert_eq!(counts[&"a"], 1);
    assert_traced(&counts);
    assert_traced(&borrowed::left_out(&["a"]));
    assert_traced(&borrowed::Each([1].iter()).next().expect("one"));
    let borrowed = borrowed::Struct::<u8>::default();
    assert_traced(&borrowed.named);
    assert_traced(&borrowed.traced);
    assert_eq!(borrowed::bound::<u8, _>(|map| map), 0);
    let own = owned::Struct::from(&[1, 2][..]);
    assert_traced(&own.traced);
    assert_eq!((own.within)(own::HashMap(own.own.0)), 2);
    (own.bound)(own::HashMap(&[]), "");
    assert_eq!(owned::Wrapper(1_u8).keyed(2_u8).0, [(1, 2)]);
    assert_eq!(owned::outer('a'), ('a', 1));
}
