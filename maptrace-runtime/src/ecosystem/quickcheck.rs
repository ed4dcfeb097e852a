//! quickcheck's trait: values from a random source, and smaller ones from those.

use ::quickcheck::{Arbitrary, Gen};

use super::traced;

macro_rules! implement {
    ([$($P:ident),*] $Traced:ty, $Plain:ty) => {
        /// The plain collection's values and what they shrink to. Each is recorded as one batch.
        impl<$($P),*> Arbitrary for $Traced
        where
            $Plain: Arbitrary,
            Self: Clone + 'static,
        {
            fn arbitrary(g: &mut Gen) -> Self {
                traced(<$Plain>::arbitrary(g))
            }

            fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
                Box::new(<$Plain>::shrink(self).map(traced))
            }
        }
    };
}

std_and_index_kinds!(implement);
