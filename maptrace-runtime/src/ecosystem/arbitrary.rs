//! arbitrary's trait: values from the bytes that a fuzzer makes up.

use ::arbitrary::{Arbitrary, MaxRecursionReached, Result, Unstructured};

use super::traced;

macro_rules! implement {
    ([$($P:ident),*] $Traced:ty, $Plain:ty) => {
        /// The value that the plain collection has of the same bytes. Recorded as one batch.
        impl<'a, $($P),*> Arbitrary<'a> for $Traced
        where
            $Plain: Arbitrary<'a>,
        {
            fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                <$Plain>::arbitrary(u).map(traced)
            }

            fn arbitrary_take_rest(u: Unstructured<'a>) -> Result<Self> {
                <$Plain>::arbitrary_take_rest(u).map(traced)
            }

            fn size_hint(depth: usize) -> (usize, Option<usize>) {
                <$Plain>::size_hint(depth)
            }

            fn try_size_hint(depth: usize) -> std::result::Result<(usize, Option<usize>), MaxRecursionReached> {
                <$Plain>::try_size_hint(depth)
            }
        }
    };
}

std_and_index_kinds!(implement);
