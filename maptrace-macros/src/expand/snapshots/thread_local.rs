#[maptrace]
std::thread_local! {
    /// Documented.
    #[cfg(feature = "x")]
    pub static SEEN: RefCell<HashMap<u8, u8>> = RefCell::new(HashMap::new());
    #[maptrace(name = "more", sample = "auto")]
    static MORE: RefCell<Alias> = const { RefCell::new(BTreeMap::new()) }
}
// ---- becomes ----
std::thread_local! {
    #[doc = " Documented."] #[cfg(feature = "x")] pub static SEEN : RefCell <
    ::maptrace::collections::HashMap < u8, u8 > > =
    RefCell::new((::maptrace::collections::HashMap::new) ()); static MORE : RefCell <
    Alias > = const { RefCell::new((::maptrace::collections::BTreeMap::new) ()) }
}
#[cfg(feature = "x")]
const _: () = {
    use ::maptrace::__private::Named as _;
    HashMap::__MAPTRACE.of_std::<::maptrace::collections::HashMap<(), ()>>()
};
const _: () = {
    use ::maptrace::__private::Named as _;
    BTreeMap::__MAPTRACE.of_std::<::maptrace::collections::BTreeMap<(), ()>>()
};
#[cfg(feature = "x")]
::maptrace::__private::declare! {
    name : "SEEN", path : "SEEN", named : false, kind : HashMap, scope : Item, sample :
    default, line : 5, from : (5, 5), to : (5, 76), ty :
    [::maptrace::collections::HashMap < u8, u8 >]
}
::maptrace::__private::declare! {
    name : "more", path : "MORE", named : true, kind : BTreeMap, scope : Item, sample :
    auto, line : 7, from : (7, 5), to : (7, 73), ty : []
}
