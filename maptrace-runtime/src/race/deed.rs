//! What a thread does in a map, in the words that are told.

use crate::episode::BatchDoor;

/// Declares the deeds with their words.
macro_rules! deeds {
    ($($name:ident = $word:literal,)*) => {
        /// What a thread does in a map.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Deed {
            $($name,)*
        }

        impl Deed {
            const ALL: &[Self] = &[$(Self::$name),*];

            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

deeds! {
    Other = "use",
    Assign = "assign",
    Delete = "delete",
    Clear = "clear",
    Reserve = "reserve",
    Shrink = "shrink",
    Entry = "entry",
    Change = "change a value",
    Move = "move entries",
    PutAll = "put_all",
    Extend = "extend",
    FromIter = "from_iter",
    Clone = "clone",
    Append = "append",
    Retain = "retain",
    Drain = "drain",
    ExtractIf = "extract_if",
    Truncate = "truncate",
    Splice = "splice",
    Free = "drop the map",
    Get = "get",
    Iterate = "iterate",
    Look = "look at its size",
    Compare = "compare",
    Borrow = "borrow the plain map",
}

impl Deed {
    /// That with this number.
    pub(crate) fn of(number: u64) -> Self {
        usize::try_from(number).ok().and_then(|number| Self::ALL.get(number)).copied().unwrap_or(Self::Other)
    }
}

impl From<BatchDoor> for Deed {
    fn from(door: BatchDoor) -> Self {
        match door {
            BatchDoor::PutAll => Self::PutAll,
            BatchDoor::Extend => Self::Extend,
            BatchDoor::FromIter => Self::FromIter,
            BatchDoor::Clone => Self::Clone,
            BatchDoor::Append => Self::Append,
            BatchDoor::Retain => Self::Retain,
            BatchDoor::Drain => Self::Drain,
            BatchDoor::ExtractIf => Self::ExtractIf,
            BatchDoor::Truncate => Self::Truncate,
            BatchDoor::Splice => Self::Splice,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_is_found_by_its_number_and_a_batch_is_called_as_elsewhere() {
        for deed in Deed::ALL {
            assert_eq!(Deed::of(*deed as u64), *deed);
        }
        assert_eq!(Deed::of(u64::MAX), Deed::Other);
        for door in BatchDoor::ALL {
            assert_eq!(Deed::from(door).as_str(), door.as_str());
        }
    }
}
