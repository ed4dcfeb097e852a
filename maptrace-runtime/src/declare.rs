//! What the attribute's output refers to. None is public API.

/// One of std's maps, whatever name and hasher it goes by. Not public API.
#[doc(hidden)]
#[cfg(not(maptrace_loom))]
pub trait Retraced {
    /// The same map, traced.
    type Traced;
}

#[cfg(not(maptrace_loom))]
impl<K, V, S> Retraced for std::collections::HashMap<K, V, S> {
    type Traced = crate::collections::HashMap<K, V, S>;
}

#[cfg(not(maptrace_loom))]
impl<T, S> Retraced for std::collections::HashSet<T, S> {
    type Traced = crate::collections::HashSet<T, S>;
}

#[cfg(not(maptrace_loom))]
impl<K, V> Retraced for std::collections::BTreeMap<K, V> {
    type Traced = crate::collections::BTreeMap<K, V>;
}

#[cfg(not(maptrace_loom))]
impl<T> Retraced for std::collections::BTreeSet<T> {
    type Traced = crate::collections::BTreeSet<T>;
}

/// Declares a site. Not public API: the attribute expands to it.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    (
        name: $name:literal, path: $path:literal, named: $named:literal, kind: $kind:ident, scope: $scope:ident,
        sample: $sample:tt, line: $line:literal, from: ($from_line:literal, $from_column:literal),
        to: ($to_line:literal, $to_column:literal), ty: [$($ty:tt)*] $(,)?
    ) => {
        $crate::__private::inventory::submit! {
            $crate::__private::SiteDecl {
                name: $name,
                path: $path,
                named: $named,
                kind: $crate::Kind::$kind,
                scope: $crate::__private::Scope::$scope,
                sample: $crate::__declare_sample!($sample),
                file: file!(),
                line: $line,
                from: ($from_line, $from_column),
                to: ($to_line, $to_column),
                info: $crate::__declare_info!($($ty)*),
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
macro_rules! __declare_info {
    () => {
        ::core::option::Option::None
    };
    ($($ty:tt)+) => {
        ::core::option::Option::Some(|| <$($ty)+ as $crate::__private::Traceable>::INFO)
    };
}

/// Declares no site: what `declare!` is while tracing is off.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare_nothing {
    ($($tokens:tt)*) => {};
}
