//! The operators that make a set of two: they differ in nothing but which elements they take.

/// Implements `|`, `&`, `^` and `-` for references to a traced set and to another, with the generics and bounds given.
macro_rules! set_operators {
    (impl[$($generic:ident),*] $set:ty, $other:ty where $($bounds:tt)*) => {
        $crate::set_operators::set_operators! {
            [$($generic),*] [$set] [$other] [$($bounds)*]
            BitOr::bitor: union, "The union";
            BitAnd::bitand: intersection, "The intersection";
            BitXor::bitxor: symmetric_difference, "The symmetric difference";
            Sub::sub: difference, "The difference";
        }
    };
    ($generics:tt $set:tt $other:tt $bounds:tt $($Trait:ident::$method:ident: $elements:ident, $what:literal;)*) => {
        $($crate::set_operators::set_operators! {
            @ $generics $set $other $bounds $Trait $method $elements $what
        })*
    };
    (
        @ [$($generic:ident),*] [$set:ty] [$other:ty] [$($bounds:tt)*]
        $Trait:ident $method:ident $elements:ident $what:literal
    ) => {
        #[doc = concat!($what, ", in a new set whose site is the operator's place.")]
        impl<$($generic),*> ::std::ops::$Trait<&$other> for &$set
        where
            $($bounds)*
        {
            type Output = $set;

            #[track_caller]
            fn $method(self, rhs: &$other) -> $set {
                FromIterator::from_iter(self.$elements(rhs).cloned())
            }
        }
    };
}

pub(crate) use set_operators;
