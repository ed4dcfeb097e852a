//! The same structs twice, with traced maps and with plain ones.

use std::any::TypeId;
use std::hash::{BuildHasherDefault, DefaultHasher};

use serde::Serialize;

/// Of two maps with the same entries, put in in the same order, iteration is the same.
pub(crate) type Fixed = BuildHasherDefault<DefaultHasher>;

macro_rules! shapes {
    () => {
        #[derive(
            Clone,
            Debug,
            PartialEq,
            serde::Serialize,
            serde::Deserialize,
            schemars::JsonSchema,
            arbitrary::Arbitrary,
            borsh::BorshSerialize,
            borsh::BorshDeserialize,
            rkyv::Archive,
            rkyv::Serialize,
            rkyv::Deserialize,
        )]
        pub(crate) struct Shop {
            pub(crate) stock: HashMap<String, u32, Fixed>,
            pub(crate) tags: HashSet<String, Fixed>,
            pub(crate) prices: BTreeMap<String, Option<u64>>,
            pub(crate) closed: BTreeSet<u16>,
            pub(crate) shelves: Option<Vec<BTreeMap<u8, HashSet<u8, Fixed>>>>,
        }

        impl Shop {
            pub(crate) fn example() -> Self {
                Self {
                    stock: (0..40).map(|n| (format!("item {n}"), n)).collect(),
                    tags: ["new".to_owned(), "old".to_owned()].into_iter().collect(),
                    prices: [("tea".to_owned(), Some(3)), ("air".to_owned(), None)].into(),
                    closed: [365, 1].into(),
                    shelves: Some(vec![[(1, (0..9).collect())].into(), BTreeMap::new()]),
                }
            }
        }

        /// Of the hasher that proptest's trait is there for.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, schemars08::JsonSchema, proptest_derive::Arbitrary)]
        #[schemars(crate = "schemars08")]
        pub(crate) struct Basket {
            pub(crate) items: HashMap<String, u32>,
            pub(crate) seen: HashSet<u16>,
            pub(crate) notes: BTreeMap<u8, Option<bool>>,
            pub(crate) days: BTreeSet<i8>,
        }

        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub(crate) struct Settings {
            pub(crate) name: String,
            #[serde(flatten)]
            pub(crate) limits: Limits,
            #[serde(flatten)]
            pub(crate) rest: BTreeMap<String, serde_json::Value>,
        }

        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub(crate) struct Limits {
            pub(crate) most: u8,
            #[serde(default, skip_serializing_if = "HashMap::is_empty")]
            pub(crate) of: HashMap<String, u8, Fixed>,
        }

        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub(crate) struct Extra {
            #[serde(flatten)]
            pub(crate) all: HashMap<String, serde_json::Value, Fixed>,
        }

        #[serde_with::serde_as]
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub(crate) struct Written {
            #[serde_as(as = "HashMap<DisplayFromStr, _, Fixed>")]
            pub(crate) by_number: HashMap<u32, bool, Fixed>,
            #[serde_as(as = "Option<BTreeMap<DisplayFromStr, Vec<DisplayFromStr>>>")]
            pub(crate) ordered: Option<BTreeMap<u32, Vec<u8>>>,
            #[serde_as(as = "HashSet<DisplayFromStr, Fixed>")]
            pub(crate) some: HashSet<u8, Fixed>,
            #[serde_as(as = "BTreeSet<DisplayFromStr>")]
            pub(crate) few: BTreeSet<u8>,
            #[serde_as(as = "Seq<(_, DisplayFromStr)>")]
            pub(crate) pairs: BTreeMap<(u8, u8), u8>,
            #[serde_as(as = "Vec<(_, _)>")]
            pub(crate) more_pairs: HashMap<(u8, u8), u8, Fixed>,
            #[serde_as(as = "HashMap<_, DisplayFromStr>")]
            pub(crate) of_pairs: Vec<(String, u8)>,
            #[serde_as(as = "BTreeMap<DisplayFromStr, _>")]
            pub(crate) of_more_pairs: Vec<(u8, u8)>,
        }

        #[serde_with::serde_as]
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub(crate) struct Particular {
            #[serde_as(as = "MapPreventDuplicates<_, DisplayFromStr>")]
            pub(crate) once: HashMap<String, u8, Fixed>,
            #[serde_as(as = "MapFirstKeyWins<_, _>")]
            pub(crate) first: BTreeMap<String, u8>,
            #[serde_as(as = "MapSkipError<DisplayFromStr, _>")]
            pub(crate) lenient: BTreeMap<u8, u8>,
            #[serde_as(as = "SetPreventDuplicates<_>")]
            pub(crate) each: BTreeSet<u8>,
            #[serde_as(as = "SetLastValueWins<DisplayFromStr>")]
            pub(crate) last: HashSet<u8, Fixed>,
        }
    };
}

pub(crate) mod traced {
    use super::Fixed;
    use serde_with::{
        DisplayFromStr, MapFirstKeyWins, MapPreventDuplicates, MapSkipError, Seq, SetLastValueWins,
        SetPreventDuplicates,
    };

    #[maptrace::maptrace]
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    shapes!();

    /// The attribute on the struct alone. `#[serde_as]` names std's types in its strings, which no attribute rewrites.
    #[maptrace::maptrace]
    #[serde_with::serde_as]
    #[derive(Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
    pub(crate) struct StructAlone {
        #[serde_as(as = "std::collections::HashMap<DisplayFromStr, _>")]
        pub(crate) map: std::collections::HashMap<u32, bool>,
        #[serde_as(as = "std::collections::BTreeSet<DisplayFromStr>")]
        pub(crate) set: std::collections::BTreeSet<u32>,
        #[serde(flatten)]
        pub(crate) rest: std::collections::BTreeMap<String, u8>,
    }
}

pub(crate) mod plain {
    use super::Fixed;
    use serde_with::{
        DisplayFromStr, MapFirstKeyWins, MapPreventDuplicates, MapSkipError, Seq, SetLastValueWins,
        SetPreventDuplicates,
    };
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    shapes!();
}

/// The same fields with the same entries.
#[track_caller]
pub(crate) fn assert_same(traced: &impl Serialize, plain: &impl Serialize) {
    assert_eq!(
        serde_json::to_value(traced).unwrap(),
        serde_json::to_value(plain).unwrap()
    );
}

#[test]
fn one_of_them_is_traced_if_tracing_is_on() {
    let traced = TypeId::of::<maptrace::collections::HashMap<String, u32, Fixed>>();
    let same_type = |_: &maptrace::collections::HashMap<String, u32, Fixed>| {};
    same_type(&traced::Shop::example().stock);
    let plain = TypeId::of::<std::collections::HashMap<String, u32, Fixed>>();
    assert_eq!(traced != plain, maptrace::COMPILED_IN);
}
