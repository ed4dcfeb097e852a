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
    name : "Cache", named : false, kind : HashMap, scope : Type, sample : default, line :
    2, end_line : 2, ty : []
}
type Fixed<const N: usize> = ::maptrace::collections::HashMap<[u8; N], u8>;
::maptrace::__private::declare! {
    name : "Fixed", named : false, kind : HashMap, scope : Type, sample : default, line :
    4, end_line : 4, ty : []
}
type Borrowed<'a> = ::maptrace::collections::HashMap<&'a str, Cow<'a, str>>;
::maptrace::__private::declare! {
    name : "Borrowed", named : false, kind : HashMap, scope : Type, sample : default,
    line : 6, end_line : 6, ty : [::maptrace::collections::HashMap < & 'static str, Cow <
    'static, str > >]
}
type Handlers<'a> = ::maptrace::collections::BTreeMap<
    &'a str,
    Box<dyn Fn(&str) -> &'a str>,
>;
::maptrace::__private::declare! {
    name : "Handlers", named : false, kind : BTreeMap, scope : Type, sample : default,
    line : 8, end_line : 8, ty : [::maptrace::collections::BTreeMap < & 'static str, Box
    < dyn Fn(& str) -> & 'static str > >]
}
type Callbacks = ::maptrace::collections::BTreeMap<u8, fn(&str) -> &str>;
::maptrace::__private::declare! {
    name : "Callbacks", named : false, kind : BTreeMap, scope : Type, sample : default,
    line : 10, end_line : 10, ty : [::maptrace::collections::BTreeMap < u8, fn (& str) ->
    & str >]
}
type Where<T>
where
    ::maptrace::collections::HashMap<T, T>: Sized,
= ::maptrace::collections::HashMap<T, u8>;
::maptrace::__private::declare! {
    name : "Where", named : false, kind : HashMap, scope : Type, sample : default, line :
    12, end_line : 12, ty : []
}
