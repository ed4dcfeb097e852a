//! borsh and rkyv: the same bytes both ways.

use rkyv::rancor::Error;

use crate::shapes::{plain, traced};

#[test]
fn of_borsh() {
    let bytes = borsh::to_vec(&traced::Shop::example()).unwrap();
    assert_eq!(bytes, borsh::to_vec(&plain::Shop::example()).unwrap());
    assert_eq!(
        borsh::from_slice::<traced::Shop>(&bytes).unwrap(),
        traced::Shop::example()
    );
    for end in [0, 3, 40, bytes.len() - 1] {
        let traced = borsh::from_slice::<traced::Shop>(&bytes[..end]).unwrap_err();
        let plain = borsh::from_slice::<plain::Shop>(&bytes[..end]).unwrap_err();
        assert_eq!(traced.to_string(), plain.to_string());
    }
    let map = maptrace::indexmap::IndexMap::<u8, u8>::from([(2, 1), (1, 2)]);
    let bytes = borsh::to_vec(&map).unwrap();
    assert_eq!(
        bytes,
        borsh::to_vec(&indexmap::IndexMap::<u8, u8>::from([(2, 1), (1, 2)])).unwrap()
    );
    assert_eq!(
        borsh::from_slice::<maptrace::indexmap::IndexMap<u8, u8>>(&bytes).unwrap(),
        map
    );
}

#[test]
fn of_rkyv() {
    let bytes = rkyv::to_bytes::<Error>(&traced::Shop::example()).unwrap();
    assert_eq!(*bytes, *rkyv::to_bytes::<Error>(&plain::Shop::example()).unwrap());
    let read = rkyv::from_bytes::<traced::Shop, Error>(&bytes).unwrap();
    assert_eq!(read, traced::Shop::example());

    let mut map = maptrace::collections::HashMap::from([(1_u8, 2_u8), (3, 4)]);
    let bytes = rkyv::to_bytes::<Error>(&map).unwrap();
    let archived = rkyv::access::<rkyv::Archived<std::collections::HashMap<u8, u8>>, Error>(&bytes).unwrap();
    assert!(*archived == map);
    map.insert(3, 5);
    assert!(*archived != map);

    let map = maptrace::indexmap::IndexMap::<u8, bool>::from([(2, true), (1, false)]);
    let bytes = rkyv::to_bytes::<Error>(&map).unwrap();
    let plain = indexmap::IndexMap::<u8, bool>::from([(2, true), (1, false)]);
    assert_eq!(*bytes, *rkyv::to_bytes::<Error>(&plain).unwrap());
    let read = rkyv::from_bytes::<maptrace::indexmap::IndexMap<u8, bool>, Error>(&bytes).unwrap();
    assert!(read.iter().eq(&map));

    let map = maptrace::hashbrown::HashMap::<u8, bool>::from([(2, true), (1, false)]);
    let bytes = rkyv::to_bytes::<Error>(&map).unwrap();
    assert_eq!(
        rkyv::from_bytes::<maptrace::hashbrown::HashMap<u8, bool>, Error>(&bytes).unwrap(),
        map
    );
}
