#[maptrace]
fn macros() {
    let a = vec![HashMap::new(), HashMap::from([(1, 2)])];
    let b = vec![HashSet::<u8>::new(); 2];
    println!("{} {:?}", a.len(), HashMap::<u8, u8>::new());
    let c = stream! {
        let inner: HashMap<u8, HashMap<u8, Local>> = HashMap::new();
        struct Local;
        yield inner;
    };
    stream! {
        use crate::prelude::*;
        use std::collections::BTreeSet as Ordered;
        BTreeMap::<u8, u8>::from(Ordered::new());
    }
    quote!(HashMap::new());
    stringify!(HashMap::new());
    assert!(matches!(entry, hash_map::Entry::Occupied(_)));
    own_syntax!(HashMap => new);
    macro_rules! own {
        () => { HashMap::new() };
    }
}
// ---- becomes ----
fn macros() {
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashSet::__MAPTRACE.of_std::<::maptrace::collections::HashSet<()>>()
    };
    const _: () = {
        use ::maptrace::__private::Named as _;
        hash_map::HashMap::__MAPTRACE
            .of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    ::maptrace::__private::declare! {
        name : "macros::a", path : "macros::a", named : false, kind : HashMap, scope :
        Place, sample : default, line : 3, from : (3, 5), to : (3, 58), ty : []
    }
    ::maptrace::__private::declare! {
        name : "macros::b", path : "macros::b", named : false, kind : HashSet, scope :
        Place, sample : default, line : 4, from : (4, 5), to : (4, 42), ty : []
    }
    ::maptrace::__private::declare! {
        name : "macros::inner", path : "macros::inner", named : false, kind : HashMap,
        scope : Place, sample : default, line : 7, from : (7, 9), to : (7, 68), ty : []
    }
    ::maptrace::__private::declare! {
        name : "macros::inner#2", path : "macros::inner#2", named : false, kind :
        HashMap, scope : Place, sample : default, line : 7, from : (7, 9), to : (7, 68),
        ty : []
    }
    ::maptrace::__private::declare! {
        name : "macros", path : "macros", named : false, kind : HashMap, scope : Body,
        sample : default, line : 2, from : (2, 4), to : (23, 1), ty : []
    }
    ::maptrace::__private::declare! {
        name : "macros", path : "macros", named : false, kind : BTreeMap, scope : Body,
        sample : default, line : 2, from : (2, 4), to : (23, 1), ty : []
    }
    ::maptrace::__private::declare! {
        name : "macros", path : "macros", named : false, kind : BTreeSet, scope : Body,
        sample : default, line : 2, from : (2, 4), to : (23, 1), ty : []
    }
    let a = vec![
        (::maptrace::collections::HashMap::new) (),
        (::maptrace::collections::HashMap::from) ([(1, 2)])
    ];
    let b = vec![(::maptrace::collections::HashSet:: < u8 > ::new) (); 2];
    println!(
        "{} {:?}", a.len(), (::maptrace::collections::HashMap:: < u8, u8 > ::new) ()
    );
    let c = stream! {
        let inner : ::maptrace::collections::HashMap < u8,
        ::maptrace::collections::HashMap < u8, Local > > =
        (::maptrace::collections::HashMap::new) (); struct Local; yield inner;
    };
    stream! {
        use crate ::prelude:: *; use ::maptrace::collections::BTreeSet as Ordered;
        (::maptrace::collections::BTreeMap:: < u8, u8 > ::from) (Ordered::new());
    }
    quote!(HashMap::new());
    stringify!(HashMap::new());
    assert!(matches!(entry, ::maptrace::collections::hash_map::Entry::Occupied(_)));
    own_syntax!(HashMap => new);
    macro_rules! own {
        () => {
            HashMap::new()
        };
    }
}
