#[maptrace(sample = 4)]
mod service {
    #![allow(dead_code)]
    use super::*;
    use std::collections::{BTreeMap as Ordered, VecDeque};
    #[derive(Default)]
    pub struct State {
        users: HashMap<u8, u8>,
        #[maptrace(name = "tags")]
        tags: Ordered<u8, u8>,
        hook: fn(Ordered<u8, u8>),
    }
    fn make() -> State {
        let users = HashMap::new();
        State { users, tags: Ordered::new(), ..State::default() }
    }
    thread_local! {
        static LOCAL: RefCell<HashMap<u8, u8>> = const { RefCell::new(None) };
    }
    mod inner {
        use std::collections;
        struct HashMap;
        pub static MAP: collections::BTreeMap<u8, HashMap> = collections::BTreeMap::new();
    }
    other! { HashMap }
}
// ---- becomes ----
mod service {
    #![allow(dead_code)]
    use super::*;
    use ::maptrace::collections::{BTreeMap as Ordered, VecDeque};
    #[derive(Default)]
    pub struct State {
        users: ::maptrace::collections::HashMap<u8, u8>,
        tags: Ordered<u8, u8>,
        hook: fn(Ordered<u8, u8>),
    }
    fn make() -> State {
        const _: () = {
            use ::maptrace::__private::Named as _;
            HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
        };
        ::maptrace::__private::declare! {
            name : "State.users", path : "State.users", named : false, kind : HashMap,
            scope : Place, sample : 4, line : 14, from : (14, 9), to : (14, 35), ty : []
        }
        ::maptrace::__private::declare! {
            name : "State.tags", path : "State.tags", named : false, kind : BTreeMap,
            scope : Place, sample : 4, line : 15, from : (15, 30), to : (15, 43), ty : []
        }
        let users = (::maptrace::collections::HashMap::new)();
        State {
            users,
            tags: Ordered::new(),
            ..State::default()
        }
    }
    thread_local! {
        static LOCAL : RefCell < ::maptrace::collections::HashMap < u8, u8 > > = const {
        RefCell::new(None) };
    }
    mod inner {
        use ::maptrace::collections;
        struct HashMap;
        pub static MAP: collections::BTreeMap<u8, HashMap> = collections::BTreeMap::new();
        ::maptrace::__private::declare! {
            name : "MAP", path : "MAP", named : false, kind : BTreeMap, scope : Item,
            sample : 4, line : 23, from : (23, 9), to : (23, 90), ty :
            [collections::BTreeMap < u8, HashMap >]
        }
    }
    other! {
        HashMap
    }
    const _: () = {
        use ::maptrace::__private::Named as _;
        HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
    };
    ::maptrace::__private::declare! {
        name : "State.users", path : "State.users", named : false, kind : HashMap, scope
        : Type, sample : 4, line : 8, from : (8, 9), to : (8, 30), ty :
        [::maptrace::collections::HashMap < u8, u8 >]
    }
    ::maptrace::__private::declare! {
        name : "tags", path : "State.tags", named : true, kind : BTreeMap, scope : Type,
        sample : 4, line : 10, from : (10, 9), to : (10, 29), ty : [Ordered < u8, u8 >]
    }
    ::maptrace::__private::declare! {
        name : "LOCAL", path : "LOCAL", named : false, kind : HashMap, scope : Item,
        sample : 4, line : 18, from : (18, 9), to : (18, 77), ty :
        [::maptrace::collections::HashMap < u8, u8 >]
    }
}
