//! proptest's trait: values from a seed, and smaller ones from those.

use std::fmt::Debug;

use ::proptest::arbitrary::Arbitrary;
use ::proptest::strategy::{Map, Strategy};

use super::traced;

macro_rules! implement {
    ([$($P:ident),*] $Traced:ty, $Plain:ty) => {
        /// The plain collection's values and what they shrink to. Each is recorded as one batch.
        impl<$($P),*> Arbitrary for $Traced
        where
            $Plain: Arbitrary,
            Self: Debug,
        {
            type Parameters = <$Plain as Arbitrary>::Parameters;
            type Strategy = Map<<$Plain as Arbitrary>::Strategy, fn($Plain) -> Self>;

            fn arbitrary_with(parameters: Self::Parameters) -> Self::Strategy {
                <$Plain>::arbitrary_with(parameters).prop_map(traced)
            }
        }
    };
}

std_kinds!(implement);
