//! borsh's traits: one sequence of bytes for equal collections.

use ::borsh::io::{Read, Result, Write};
use ::borsh::{BorshDeserialize, BorshSerialize};

use super::traced;

macro_rules! implement {
    ([$($P:ident),*] $Traced:ty, $Plain:ty) => {
        impl<$($P),*> BorshSerialize for $Traced
        where
            $Plain: BorshSerialize,
        {
            fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
                BorshSerialize::serialize(&**self, writer)
            }
        }

        /// Recorded as one batch.
        impl<$($P),*> BorshDeserialize for $Traced
        where
            $Plain: BorshDeserialize,
        {
            fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
                <$Plain>::deserialize_reader(reader).map(traced)
            }
        }
    };
}

std_and_index_kinds!(implement);
