//! What the attribute's output refers to. None is public API.

/// A map that can be traced, whatever name and hasher it goes by. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
#[diagnostic::on_unimplemented(
    message = "`kind` of #[maptrace] says that this is a map, and it is `{Self}`",
    label = "none of std's maps, and none of hashbrown's or indexmap's in maptrace's version of them",
    note = "to leave it as it is, write `#[maptrace::maptrace(skip)]` in place of the attribute with `kind`"
)]
pub trait Retraced {
    /// The same map, traced.
    type Traced;
}

/// A map that is `Map`, but for its hasher. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
#[diagnostic::on_unimplemented(
    message = "`kind` of #[maptrace] says that this is `{Map}`, with any hasher, and it is `{Self}`",
    label = "not the map that `kind` says",
    note = "if it is another map of std's, or of hashbrown's or indexmap's in maptrace's version of them, write that one: \
            `kind = BTreeMap`, `kind = hashbrown::HashMap`",
    note = "if it is that map with its parameters in another order or with less of them, a `type` of your own in place of \
            the `use` traces it: `#[maptrace::maptrace(kind = BTreeMap)] type Tree<V> = theirs::Tree<V>;`",
    note = "else, to leave it as it is, write `#[maptrace::maptrace(skip)]` in place of the attribute with `kind`"
)]
pub trait OfKind<Map> {
    /// Its hasher, `()` if it has none.
    type Hasher;
    /// Named by the attribute, so that the compiler looks.
    const IS: () = ();
}

/// What a bare name in an annotated item is taken for: one of std's maps, traced or not, with std's hasher. Not public
/// API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
#[diagnostic::on_unimplemented(
    message = "#[maptrace] takes this name for std's map, and here it is `{Self}`",
    label = "not the map that std has of this name, with std's hasher",
    note = "to leave it as it is, put `#[maptrace::maptrace(skip)]` above the `use` or `type` that brings it; where none \
            does, `#[maptrace(skip)]` above the field, `let` or method that names it, or another name outside of the item",
    note = "if it is another map of std's, or one with another hasher, or hashbrown's or indexmap's, then \
            `#[maptrace::maptrace(kind = HashMap)]`, or `kind` of what it is, above that `type`, or above a `use` of that name \
            alone, traces it"
)]
pub trait OfStd<Map> {}

/// By `Name::__MAPTRACE.of_std()` the attribute has the compiler find out whether a name is that of an [`OfStd`]: of an
/// associated constant it infers the parameters, however many and of whatever sort the type has. The constant is called
/// as none of the user's types, traits and variants has one. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
pub trait Named {
    /// A value that says which type it is of.
    const __MAPTRACE: Whether<Self> = Whether(core::marker::PhantomData);
}

#[cfg(not(maptrace_loom))]
impl<T: ?Sized> Named for T {}

/// A map that stays plain where it could be traced. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
pub trait Untraced {}

/// Tells by `ANSWER` whether `T` is `Untraced`. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
pub struct Whether<T: ?Sized>(core::marker::PhantomData<T>);

#[cfg(not(maptrace_loom))]
impl<T: ?Sized> Whether<T> {
    /// Compiles if it is std's plain map of the traced `Map`, or that one.
    pub const fn of_std<Map>(self)
    where
        T: OfStd<Map>,
    {
    }
}

#[cfg(not(maptrace_loom))]
impl<T: Untraced> Whether<T> {
    /// Found before that of `NotPlain`.
    pub const ANSWER: Self = Self(core::marker::PhantomData);

    /// Does not compile.
    pub const fn may_stay(self)
    where
        T: MayStay,
    {
    }
}

/// No plain map. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
#[diagnostic::on_unimplemented(
    message = "#[maptrace] leaves this name as it is, and here it is `{Self}`, a plain map: neither the `use` or `type` that \
               brings it nor where that leads to is annotated",
    label = "stays plain",
    note = "`#[maptrace::maptrace(kind = HashMap)]`, with what it is in place of `HashMap`, above that `type`, or above a `use` of \
            that name alone, traces it",
    note = "`#[maptrace::maptrace(skip)]` there leaves it as it is"
)]
pub trait MayStay {}

/// What `Whether` says of all other types. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
pub trait NotPlain {
    /// That it may stay.
    const ANSWER: Stays = Stays;
}

/// That a type may stay as it is. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
pub struct Stays;

#[cfg(not(maptrace_loom))]
impl Stays {
    /// Compiles.
    pub const fn may_stay(self) {}
}

#[cfg(not(maptrace_loom))]
impl<T: ?Sized> NotPlain for Whether<T> {}

/// `new()` for maps of any hasher, for crates that have it for theirs. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
pub trait NewWithAnyHasher {
    /// An empty map, with the caller's place as its site.
    #[track_caller]
    fn new() -> Self;
    /// An empty map with room for at least so many entries.
    #[track_caller]
    fn with_capacity(capacity: usize) -> Self;
}

#[cfg(not(maptrace_loom))]
mod maps {
    #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
    use super::Untraced;
    use super::{NewWithAnyHasher, OfKind, OfStd, Retraced};

    macro_rules! retraced {
        ($([$($parameters:tt)*] $plain:ty => $traced:ty, $map:ty, $hasher:ty;)*) => {$(
            #[diagnostic::do_not_recommend]
            impl<$($parameters)*> Retraced for $plain {
                type Traced = $traced;
            }
            #[diagnostic::do_not_recommend]
            impl<$($parameters)*> OfKind<$map> for $plain {
                type Hasher = $hasher;
            }
            #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
            #[diagnostic::do_not_recommend]
            impl<$($parameters)*> Untraced for $plain {}
            // A name may stand for a traced map already: whoever defines it has said so.
            #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
            #[diagnostic::do_not_recommend]
            impl<$($parameters)*> Retraced for $traced {
                type Traced = $traced;
            }
            #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
            #[diagnostic::do_not_recommend]
            impl<$($parameters)*> OfKind<$map> for $traced {
                type Hasher = $hasher;
            }
        )*};
    }

    retraced! {
        [K, V, S] std::collections::HashMap<K, V, S> =>
            crate::collections::HashMap<K, V, S>, crate::collections::HashMap<K, V>, S;
        [T, S] std::collections::HashSet<T, S> =>
            crate::collections::HashSet<T, S>, crate::collections::HashSet<T>, S;
        [K, V] std::collections::BTreeMap<K, V> =>
            crate::collections::BTreeMap<K, V>, crate::collections::BTreeMap<K, V>, ();
        [T] std::collections::BTreeSet<T> => crate::collections::BTreeSet<T>, crate::collections::BTreeSet<T>, ();
    }

    macro_rules! of_std {
        ($($map:ident<$($parameter:ty),*>;)*) => {$(
            #[diagnostic::do_not_recommend]
            impl OfStd<crate::collections::$map<$($parameter),*>> for std::collections::$map<$($parameter),*> {}
            #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
            #[diagnostic::do_not_recommend]
            impl OfStd<crate::collections::$map<$($parameter),*>> for crate::collections::$map<$($parameter),*> {}
        )*};
    }

    // Of one key and value each, so that the compiler has nothing left to choose.
    of_std! {
        HashMap<(), ()>;
        HashSet<()>;
        BTreeMap<(), ()>;
        BTreeSet<()>;
    }

    #[cfg(feature = "hashbrown")]
    retraced! {
        [K, V, S, A: allocator_api2::alloc::Allocator] ::hashbrown::HashMap<K, V, S, A> =>
            crate::hashbrown::HashMap<K, V, S, A>, crate::hashbrown::HashMap<K, V>, S;
        [T, S, A: allocator_api2::alloc::Allocator] ::hashbrown::HashSet<T, S, A> =>
            crate::hashbrown::HashSet<T, S, A>, crate::hashbrown::HashSet<T>, S;
        [T, A: allocator_api2::alloc::Allocator] ::hashbrown::HashTable<T, A> =>
            crate::hashbrown::HashTable<T, A>, crate::hashbrown::HashTable<T>, ();
    }

    #[cfg(feature = "indexmap")]
    retraced! {
        [K, V, S] ::indexmap::IndexMap<K, V, S> =>
            crate::indexmap::IndexMap<K, V, S>, crate::indexmap::IndexMap<K, V>, S;
        [T, S] ::indexmap::IndexSet<T, S> => crate::indexmap::IndexSet<T, S>, crate::indexmap::IndexSet<T>, S;
    }

    macro_rules! new_with_any_hasher {
        ($([$($parameters:ident),*] $map:ty;)*) => {$(
            impl<$($parameters,)* S: Default> NewWithAnyHasher for $map {
                #[inline]
                fn new() -> Self {
                    Self::with_hasher(S::default())
                }

                #[inline]
                fn with_capacity(capacity: usize) -> Self {
                    Self::with_capacity_and_hasher(capacity, S::default())
                }
            }
        )*};
    }

    new_with_any_hasher! {
        [K, V] crate::collections::HashMap<K, V, S>;
        [T] crate::collections::HashSet<T, S>;
    }
}

/// Declares a site. Not public API: the attribute expands to it.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    (
        name: $name:literal, path: $path:literal, named: $named:literal, kind: $kind:ident $(of $krate:ident)?,
        scope: $scope:ident, sample: $sample:tt, line: $line:literal, from: ($from_line:literal, $from_column:literal),
        to: ($to_line:literal, $to_column:literal), ty: [$($ty:tt)*] $(,)?
    ) => {
        $crate::__private::inventory::submit! {
            $crate::__private::SiteDecl {
                name: $name,
                path: $path,
                named: $named,
                kind: $crate::Kind::$kind,
                of_hashbrown: $crate::__declare_of_hashbrown!($($krate)?),
                scope: $crate::__private::Scope::$scope,
                sample: $crate::__declare_sample!($sample),
                file: file!(),
                line: $line,
                from: ($from_line, $from_column),
                to: ($to_line, $to_column),
                info: $crate::__declare_info!($($ty)*),
                function: $crate::__declare_function!($scope),
            }
        }
    };
}

/// Not public API.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare_sample {
    (default) => {
        $crate::__private::SAMPLE_DEFAULT
    };
    (auto) => {
        $crate::__private::SAMPLE_AUTO
    };
    ($n:literal) => {
        $n
    };
}

/// Not public API.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare_of_hashbrown {
    () => {
        false
    };
    (hashbrown) => {
        true
    };
}

/// Not public API.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare_info {
    () => {
        ::core::option::Option::None
    };
    ($($ty:tt)+) => {
        ::core::option::Option::Some(|| <$($ty)+ as $crate::__private::Traceable>::INFO)
    };
}

/// The function around a place in code. What stands in it is the only one that knows: an attribute on a method does not see
/// the `impl` around it. Not public API.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare_function {
    (Place) => {
        $crate::__declare_function!(Body)
    };
    (Body) => {
        ::core::option::Option::Some(|| {
            fn here() {}
            $crate::__private::type_name_of_val(&here)
        })
    };
    ($scope:ident) => {
        ::core::option::Option::None
    };
}

/// Declares no site: what `declare!` is while tracing is off.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare_nothing {
    ($($tokens:tt)*) => {};
}
