#[maptrace]
trait Source: Into<HashMap<u8, u8>> {
    type Map: Default + Into<hash_map::IntoIter<u8, u8>>;
    const NONE: Option<HashSet<u8>> = None::<HashSet<u8>>;
    fn source(&self) -> HashMap<u8, u8>;
    fn twice(&self) -> HashMap<u8, u8> {
        self.source().into_iter().collect()
    }
}
// ---- becomes ----
trait Source: Into<::maptrace::collections::HashMap<u8, u8>> {
    type Map: Default + Into<::maptrace::collections::hash_map::IntoIter<u8, u8>>;
    const NONE: Option<::maptrace::collections::HashSet<u8>> = {
        ::maptrace::__private::declare! {
            name : "Source::NONE", path : "Source::NONE", named : false, kind : HashSet,
            scope : Item, sample : default, line : 4, from : (4, 5), to : (4, 58), ty :
            [::maptrace::collections::HashSet < u8 >]
        }
        None::<::maptrace::collections::HashSet<u8>>
    };
    fn source(&self) -> ::maptrace::collections::HashMap<u8, u8>;
    fn twice(&self) -> ::maptrace::collections::HashMap<u8, u8> {
        ::maptrace::__private::declare! {
            name : "Source::twice", path : "Source::twice", named : false, kind :
            HashMap, scope : Body, sample : default, line : 6, from : (6, 8), to : (8,
            5), ty : [::maptrace::collections::HashMap < u8, u8 >]
        }
        self.source().into_iter().collect()
    }
}
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
const _: () = {
    use ::maptrace::__private::Named as _;
    hash_map::HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
const _: () = {
    use ::maptrace::__private::Named as _;
    HashSet::__MAPTRACE.of_std::<::maptrace::collections::HashSet<()>>()
};
