//! The `#[maptrace]` attribute. Use it through the crate `maptrace`.

mod above;
mod args;
mod around;
mod ast;
mod check;
mod declare;
mod errors;
mod expand;
mod fallback;
#[cfg(maptrace_fuzz)]
pub mod fuzz;
mod maps;
mod plan;
mod refuse;
mod rewrite;
mod source;
mod span;
mod walk;

#[cfg(not(maptrace_fuzz))]
use proc_macro::TokenStream;

#[cfg(not(maptrace_fuzz))]
use expand::Setting;
#[cfg(not(maptrace_fuzz))]
use maps::Home;

/// Turns the maps of an item into traced drop-ins, and declares them by name.
///
/// ```
/// use maptrace::maptrace;
///
/// #[maptrace]
/// type Sessions = std::collections::HashMap<String, u64>;
///
/// let mut sessions = Sessions::new();
/// sessions.insert("alice".to_owned(), 7);
/// ```
///
/// Every map that comes from here now appears as `Sessions` in the report, in `/metrics` and in OTLP. Nothing else in
/// the program changes: a traced map has every method and trait of the plain one.
///
/// # Cost
///
/// With the feature `enable` off (the default), none: the attribute checks its arguments, takes its own helper
/// attributes off and leaves the item as it was written. With `enable` on, the item names
/// `maptrace::collections::HashMap` and its like, and each map adds one static declaration to the binary; what a traced
/// map costs is said at the crate `maptrace`.
///
/// # What is rewritten
///
/// `HashMap`, `HashSet`, `BTreeMap` and `BTreeSet`, and the modules `hash_map`, `hash_set`, `btree_map` and
/// `btree_set`, whether bare or behind `collections::`, `std::collections::` or (the ordered ones)
/// `alloc::collections::` (or the name that the file gives std or alloc). With maptrace's features of these
/// names also the maps of `hashbrown` (`HashMap`, `HashSet`, `HashTable`) and `indexmap` (`IndexMap`, `IndexSet`), their
/// modules and `indexmap!` and its like; without a feature the macros of `maplit` that make std's maps (`hashmap!`,
/// `hashset!`, `btreemap!`, `btreeset!`). Maps are found at any depth of a type, as in `Arc<RwLock<HashMap<K, V>>>`, but
/// not behind `fn` pointers, `dyn` and `impl` (in code they are, see below), nor in a macro that stands for a type.
///
/// A bare `HashMap` is taken for std's, unless a type in the annotated item or around it has that name, or the `use` items
/// around it say that it is of `hashbrown` or an alias with another hasher: it is traced then if that `use` is annotated,
/// left plain if that says `#[maptrace(skip)]`, and else an error. (The source file is read for that.) So is what a `use`
/// in the item brings by a path of the crate, as `use super::HashMap` or `use crate::prelude::HashMap as Map`. If it is any
/// other type, the compiler says so with tracing on.
///
/// `#[expect(lint)]` on a rewritten item or in it becomes `#[allow(lint)]`, as a lint about std's maps has nothing to say
/// of traced ones. With tracing off it is left as it is, so the compiler still holds you to it.
///
/// # Where it goes
///
/// **Imports.** Each map made in this file through the import is traced, and named after the line that creates it.
/// Groups, renames, globs, `pub`, modules, and entry and iterator types beside the map all work; what does not come
/// from `std::collections` stays as it is.
///
/// ```
/// # use maptrace::maptrace;
/// #[maptrace]
/// use std::collections::{BTreeMap as Ordered, HashMap, VecDeque, hash_map::Entry};
/// #[maptrace]
/// use std::{collections::btree_set::{self, BTreeSet}, sync::Arc};
/// # let _: (Ordered<u8, u8>, HashMap<u8, u8>, VecDeque<u8>, BTreeSet<u8>, Option<Arc<u8>>) = Default::default();
/// # fn key(entry: &Entry<'_, u8, u8>) -> u8 { *entry.key() }
/// # fn next(iter: &mut btree_set::Iter<'_, u8>) -> Option<u8> { iter.next().copied() }
/// ```
///
/// `FxHashMap` and `FxHashSet` of `rustc_hash` and `fxhash`, `FnvHashMap` and `FnvHashSet` of `fnv`, and `AHashMap` and
/// `AHashSet` of `ahash` are known for std's maps with another hasher. Of any other name `kind` says so, as
/// `kind = HashMap` or `kind = hashbrown::HashMap`; in a `use` it has the parameters of the map, without a hasher:
///
/// ```
/// # use maptrace::maptrace;
/// mod their {
///     # use std::hash::{BuildHasherDefault, DefaultHasher};
///     pub type Table<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
/// }
/// #[maptrace(kind = HashMap)]
/// use their::Table;
/// #[maptrace(kind = HashMap)]
/// type Sessions = their::Table<u64, u64>;
/// # let (mut a, b): (Table<u8, u8>, _) = (Table::default(), Sessions::default());
/// # a.insert(1, b.len() as u8);
/// ```
///
/// (`AHashMap` is a type of its own, which becomes `HashMap<K, V, ahash::RandomState>`; of what it has beside that,
/// `new()` and `with_capacity()` stay.)
///
/// **Type aliases.** The name is the alias's.
///
/// ```
/// # use maptrace::maptrace;
/// # use std::{collections::HashMap, sync::{Arc, RwLock}};
/// #[maptrace]
/// pub type Routes = Arc<RwLock<HashMap<String, u16>>>;
/// ```
///
/// **Structs and enums.** Each field is named `Struct.field`, `Struct.0` or `Enum::Variant.field`. The code that builds
/// such a value has to name the same type, so `HashMap::new()` elsewhere wants its `use` annotated too, while
/// `Default::default()` and `collect()` follow by themselves.
///
/// ```
/// # use maptrace::maptrace;
/// # use std::collections::{BTreeSet, HashMap};
/// #[maptrace]
/// #[derive(Default)]
/// struct Cache {
///     by_id: HashMap<u64, String>,
///     #[maptrace(name = "cache index", sample = 64)]
///     index: Option<BTreeSet<String>>,
///     #[maptrace(skip)]
///     scratch: HashMap<u64, u64>,
/// }
/// # let _ = Cache::default();
/// ```
///
/// **Statics and constants.** The initialiser is rewritten with the type, closures included.
///
/// ```
/// # use maptrace::maptrace;
/// # use std::collections::HashMap;
/// # use std::sync::{LazyLock, Mutex};
/// #[maptrace]
/// static SEEN: LazyLock<Mutex<HashMap<u64, u32>>> = LazyLock::new(|| Mutex::new(HashMap::new()));
/// # SEEN.lock().unwrap().insert(1, 2);
/// ```
///
/// A type with several maps gives one declaration for each, in the order in which they are written, outer before
/// inner: `Tables`, `Tables#2`, `Tables#3`.
///
/// **Functions, `impl` blocks, traits, modules and `thread_local!`.** In all of it, in types and in code alike, the names
/// of the maps mean the traced ones, as if its own imports came from `maptrace::collections`; behind `fn` pointers,
/// `dyn`, `impl` and `Fn(..)` as well, as body and signature have to agree. A method may be annotated by itself.
///
/// ```
/// # use maptrace::maptrace;
/// # use std::collections::{HashMap, HashSet};
/// #[maptrace]
/// struct Index {
///     by_mail: HashMap<String, u64>,
///     by_name: HashMap<String, u64>, // of the same type: what fills them tells them apart
/// }
///
/// #[maptrace]
/// impl Index {
///     fn new() -> Self {
///         let by_mail = HashMap::new(); // `Index.by_mail`, as it becomes that field
///         Self { by_mail, by_name: HashMap::with_capacity(100) } // `Index.by_name`
///     }
///
///     fn users(&self) -> usize {
///         let seen: HashSet<&u64> = self.by_mail.values().chain(self.by_name.values()).collect(); // `Index::users::seen`
///         seen.len()
///     }
///
///     #[maptrace(skip)] // goes to code that wants the plain map
///     fn plain(&self) -> HashMap<u64, u64> {
///         HashMap::new()
///     }
/// }
///
/// #[maptrace]
/// mod service {
///     use std::collections::BTreeMap;
///     thread_local! {
///         static LATELY: std::cell::RefCell<BTreeMap<u64, u32>> = const { std::cell::RefCell::new(BTreeMap::new()) };
///     }
/// }
/// # assert_eq!(Index::new().users() + Index::new().plain().len(), 0);
/// ```
///
/// In code the name is, in this order:
///
/// - of the field that a struct expression or `self.field = ..` gives the map to: `Index.by_name`. A variable that a
///   struct expression takes by its name has the field's, even if it lives on elsewhere. If the struct is annotated too,
///   such maps are listed under its field. `Self { .. }` in a method annotated by itself is `new::by_name`, as nobody
///   knows of which type;
/// - of the variable: `users::seen`, `Index::users::seen`; a second one of that name is `users::seen#2`;
/// - of the function, for a map that has neither, as what it returns: `Index::users`. An argument of a method has
///   neither, as it is made for the map, not for what the call gives.
///
/// What stands between is looked through: `let a = Arc::new(Mutex::new(HashMap::new()))` is `a`. A map that the standard
/// library makes, as by `collect()`, is found by its type if that is written down and has no parameter in it: by
/// `let seen: HashMap<u8, u8>`, `collect::<HashMap<u8, u8>>()` or the return type.
///
/// Each nested item goes by its own rule. One with a `#[maptrace]` of its own is left to that, and needs no import of it
/// (but below `crate = path`, where a path goes there as well). Macros are looked into if
/// what they take are expressions or, in braces, statements, and `matches!` and, which take entries, `hashmap!` and its like.
/// Of a module the items of other files are not seen. `#[cfg(test)] mod tests` is a module like others; write `#[maptrace::maptrace(skip)]` above it
/// if its maps are to stay plain.
///
/// A method of a foreign trait that names std's map has to keep it: `#[maptrace(skip)]` on that method.
///
/// # Options
///
/// | option | on | meaning |
/// |---|---|---|
/// | `name = "..."` | item, part | The name to show. On an import it names every map made through it |
/// | `sample = N` | item, part | Record one operation in `N` as an event, `N` from 1; all of a map that is small and new. Counts stay exact |
/// | `sample = "auto"` | item, part | Record as many operations as the load allows |
/// | `skip` | item, part | Leave the plain maps |
/// | `kind = HashMap` | `use`, `type` | Which map the name stands for, if that does not show |
/// | `crate = path` | item | Where the crate maptrace is, if not at `::maptrace` |
///
/// A part is a field, a `let`, a field's value in a struct expression, a member of an `impl` or trait, or a static of
/// `thread_local!`. What a part says goes before what its item says. On parts the options stand in a helper attribute,
/// `#[maptrace(...)]`, whatever name the outer attribute was imported under.
///
/// ```
/// use maptrace::maptrace;
///
/// mod prelude {
///     pub use maptrace as tracing;
/// }
///
/// #[maptrace(name = "prices", sample = "auto", crate = prelude::tracing)]
/// type Prices = std::collections::BTreeMap<u32, u64>;
/// # Prices::new().insert(1, 2);
/// ```
///
/// # Errors
///
/// All mistakes in an item are compile errors, reported together, each where it was made:
///
/// - the item is none of `use`, `type`, `struct`, `enum`, `static`, `const`, `fn`, `impl`, `trait`, inline `mod` and
///   `thread_local!`;
/// - there is no map in it, or only maps of another crate, or all of them are skipped;
/// - it names a map that would be traced if its `use`, or a `type` of the file that stands for it, were annotated, unless
///   `#[maptrace(skip)]` stands there or on the part;
/// - it is a `type` or `const` of an `impl` or `trait` by itself, or the attribute is inside the item, `#![maptrace]`;
/// - it names a map of `hashbrown` or `indexmap`, and maptrace is built without the feature of that name;
/// - a `#[derive]` stands above the attribute, where it would see the plain maps (this one is found only if the
///   compiler has the source as a file, and not if the derive is inside a `cfg_attr`);
/// - an option is unknown, given twice, without a value, or has a wrong one (an empty name, `sample = 0`);
/// - an option has no effect: beside `skip`, on a part without a map, `name` for several maps at once, `name` or
///   `sample` where there are only entry or iterator types;
/// - a helper attribute stands on what is no part, as a variant, a statement or an argument, or in a `cfg_attr`.
///
/// ```compile_fail
/// # use maptrace::maptrace;
/// #[maptrace(sampel = 64)] // unknown option `sampel`; did you mean `sample`?
/// type Sessions = std::collections::HashMap<String, u64>;
/// ```
///
/// Where the rewritten type does not fit (a plain map comes from, or goes to, code that is not annotated), the
/// compiler reports mismatched types at the user's own tokens.
///
/// # Items that another macro writes
///
/// The lines of a `static`, `const` or function that comes out of a `macro_rules!` are those of the macro's definition,
/// while its maps are created, as far as the compiler says, where the macro is called. The two are not brought together:
/// such maps are traced and counted, but listed by the line of the call, without the item's name and `sample`. Annotate
/// a `type` alias that the macro's item uses instead; it is found by its type.
///
/// # Panics
///
/// Never; what it cannot read, it hands on to the compiler with an error.
#[cfg(not(maptrace_fuzz))]
#[proc_macro_attribute]
pub fn maptrace(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut homes = vec![Home::Std];
    if cfg!(feature = "hashbrown") {
        homes.push(Home::Hashbrown);
    }
    if cfg!(feature = "indexmap") {
        homes.push(Home::Indexmap);
    }
    let setting = Setting {
        enabled: cfg!(feature = "enable"),
        homes,
        imports: around::imports(proc_macro2::Span::call_site()),
    };
    expand::expand(arguments.into(), item.into(), &setting).into()
}
