//! arbitrary, proptest and quickcheck: the same values of the same source, shrunk in the same steps.

use arbitrary::{Arbitrary as _, Unstructured};
use proptest::arbitrary::any;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use quickcheck::{Arbitrary, Gen};
use serde::Serialize;
use serde_json::Value;

use crate::shapes::{Fixed, assert_same, plain, traced};

/// No two parts of it are alike.
fn bytes() -> Vec<u8> {
    let mut state = 1_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..4_096).map(next).collect()
}

#[test]
fn by_arbitrary() {
    let bytes = bytes();
    let (mut traced, mut plain) = (Unstructured::new(&bytes), Unstructured::new(&bytes));
    let mut entries = 0;
    while !plain.is_empty() {
        let shop = traced::Shop::arbitrary(&mut traced).unwrap();
        assert_same(&shop, &plain::Shop::arbitrary(&mut plain).unwrap());
        assert_eq!(traced.len(), plain.len());
        entries += shop.stock.len();
    }
    assert!(entries > 0);
    let rest = traced::Shop::arbitrary_take_rest(Unstructured::new(&bytes)).unwrap();
    assert_same(
        &rest,
        &plain::Shop::arbitrary_take_rest(Unstructured::new(&bytes)).unwrap(),
    );
    assert_eq!(traced::Shop::size_hint(0), plain::Shop::size_hint(0));
    assert_eq!(traced::Shop::try_size_hint(0).ok(), plain::Shop::try_size_hint(0).ok());
}

/// The set goes by a seed of its own.
fn in_order(basket: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(basket).unwrap();
    value["seen"].as_array_mut().unwrap().sort_by_key(Value::as_u64);
    value
}

#[test]
fn by_proptest() {
    let (mut traced, mut plain) = (TestRunner::deterministic(), TestRunner::deterministic());
    let mut steps = 0;
    for _ in 0..4 {
        let mut traced = any::<traced::Basket>().new_tree(&mut traced).unwrap();
        let mut plain = any::<plain::Basket>().new_tree(&mut plain).unwrap();
        for step in 0..60 {
            assert_eq!(in_order(&traced.current()), in_order(&plain.current()));
            // Now and then the smaller value is not a failure.
            let further = if step % 3 == 2 {
                (traced.complicate(), plain.complicate())
            } else {
                (traced.simplify(), plain.simplify())
            };
            assert_eq!(further.0, further.1);
            steps += usize::from(further.0);
        }
    }
    assert!(steps > 100);
}

/// The values of one seed and all they are shrunk to at once.
fn checked<M: Arbitrary + Serialize>() -> Vec<String> {
    let mut source = Gen::from_size_and_seed(12, 7);
    let mut all = Vec::new();
    for _ in 0..8 {
        let map = M::arbitrary(&mut source);
        all.push(serde_json::to_string(&map).unwrap());
        all.extend(map.shrink().map(|smaller| serde_json::to_string(&smaller).unwrap()));
    }
    all
}

#[test]
fn by_quickcheck() {
    type Traced = maptrace::collections::HashMap<u16, maptrace::collections::BTreeMap<u8, bool>, Fixed>;
    type Plain = std::collections::HashMap<u16, std::collections::BTreeMap<u8, bool>, Fixed>;
    assert_eq!(checked::<Traced>(), checked::<Plain>());
    type TracedSet = maptrace::collections::BTreeSet<maptrace::collections::BTreeSet<u8>>;
    type PlainSet = std::collections::BTreeSet<std::collections::BTreeSet<u8>>;
    assert_eq!(checked::<TracedSet>(), checked::<PlainSet>());
    assert_eq!(
        checked::<maptrace::collections::HashSet<u8, Fixed>>(),
        checked::<std::collections::HashSet<u8, Fixed>>()
    );
    assert_eq!(
        checked::<maptrace::indexmap::IndexMap<u8, u8>>(),
        checked::<indexmap::IndexMap<u8, u8>>()
    );
    assert!(checked::<Plain>().len() > 8);
}
