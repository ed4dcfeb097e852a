#[maptrace]
type Cache<V> = std::collections::HashMap<String, V>;
#[maptrace]
type Fixed<const N: usize> = std::collections::HashMap<[u8; N], u8>;
#[maptrace]
type Borrowed<'a> = std::collections::HashMap<&'a str, Cow<'a, str>>;
#[maptrace]
type Handlers<'a> = std::collections::BTreeMap<&'a str, Box<dyn Fn(&str) -> &'a str>>;
#[maptrace]
type Callbacks = std::collections::BTreeMap<u8, fn(&str) -> &str>;
#[maptrace]
type Where<T> where std::collections::HashMap<T, T>: Sized = std::collections::HashMap<T, u8>;
// ---- becomes ----
type Cache<V> = ::maptrace::collections::HashMap<String, V>;
::maptrace::__private::declare! {
    name : "Cache", path : "Cache", named : false, kind : HashMap, scope : Type, sample :
    default, line : 2, from : (2, 1), to : (2, 53), ty : []
}
type Fixed<const N: usize> = ::maptrace::collections::HashMap<[u8; N], u8>;
::maptrace::__private::declare! {
    name : "Fixed", path : "Fixed", named : false, kind : HashMap, scope : Type, sample :
    default, line : 4, from : (4, 1), to : (4, 68), ty : []
}
type Borrowed<'a> = ::maptrace::collections::HashMap<&'a str, Cow<'a, str>>;
::maptrace::__private::declare! {
    name : "Borrowed", path : "Borrowed", named : false, kind : HashMap, scope : Type,
    sample : default, line : 6, from : (6, 1), to : (6, 69), ty :
    [::maptrace::collections::HashMap < & 'static str, Cow < 'static, str > >]
}
type Handlers<'a> = ::maptrace::collections::BTreeMap<
    &'a str,
    Box<dyn Fn(&str) -> &'a str>,
>;
::maptrace::__private::declare! {
    name : "Handlers", path : "Handlers", named : false, kind : BTreeMap, scope : Type,
    sample : default, line : 8, from : (8, 1), to : (8, 86), ty :
    [::maptrace::collections::BTreeMap < & 'static str, Box < dyn Fn(& str) -> & 'static
    str > >]
}
type Callbacks = ::maptrace::collections::BTreeMap<u8, fn(&str) -> &str>;
::maptrace::__private::declare! {
    name : "Callbacks", path : "Callbacks", named : false, kind : BTreeMap, scope : Type,
    sample : default, line : 10, from : (10, 1), to : (10, 66), ty :
    [::maptrace::collections::BTreeMap < u8, fn (& str) -> & str >]
}
type Where<T>
where
    ::maptrace::collections::HashMap<T, T>: Sized,
= ::maptrace::collections::HashMap<T, u8>;
::maptrace::__private::declare! {
    name : "Where", path : "Where", named : false, kind : HashMap, scope : Type, sample :
    default, line : 12, from : (12, 1), to : (12, 94), ty : []
}
