//! The macros that the attribute's output calls. None is public API.

/// Declares a site. Not public API: the attribute expands to it.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    (
        name: $name:literal, named: $named:literal, kind: $kind:ident, scope: $scope:ident, sample: $sample:tt,
        line: $line:literal, end_line: $end_line:literal, ty: [$($ty:tt)*] $(,)?
    ) => {
        $crate::__private::inventory::submit! {
            $crate::__private::SiteDecl {
                name: $name,
                named: $named,
                kind: $crate::Kind::$kind,
                scope: $crate::__private::Scope::$scope,
                sample: $crate::__declare_sample!($sample),
                file: file!(),
                line: $line,
                end_line: $end_line,
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
