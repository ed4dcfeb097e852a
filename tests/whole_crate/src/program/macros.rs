//! Paths that macros write, std's macros by path, and maps inside macros.

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {{
        let mut map = ::std::collections::HashMap::new();
        $(map.insert($key, $value);)*
        map
    }};
}

macro_rules! keyed {
    ($name:ident) => {
        #[derive(std::fmt::Debug, std::clone::Clone, std::default::Default)]
        struct $name {
            map: std::collections::BTreeMap<u8, ::std::string::String>,
        }
    };
}

keyed!(Keyed);

std::thread_local! {
    static HITS: std::cell::RefCell<std::collections::HashMap<u8, u8>> = std::cell::RefCell::default();
}

thread_local! {
    static ORDERED: ::std::cell::RefCell<::std::collections::BTreeMap<u8, u8>> = const {
        ::std::cell::RefCell::new(::std::collections::BTreeMap::new())
    };
}

pub fn run() {
    let map: ::std::collections::HashMap<&str, i32> = map! { "one" => 1 };
    std::assert_eq!(map["one"], 1);
    std::println!("{map:?} {:?}", std::vec![1; 3]);

    let mut keyed = Keyed::default();
    keyed.map.insert(1, std::format!("{:?}", std::concat!("a", 1)));
    println!("{:?} {}", keyed.clone(), std::matches!(keyed.map.get(&1), Some(_)));

    HITS.with(|hits| *hits.borrow_mut().entry(1).or_insert(0) += 1);
    ORDERED.with_borrow_mut(|ordered| ordered.insert(2, 3));
    println!("{:?} {:?}", HITS.take(), ORDERED.take());

    std::debug_assert!(std::line!() > 1 && std::file!().ends_with("macros.rs") && !std::module_path!().is_empty());
    let _ = (
        std::env!("CARGO_PKG_NAME"),
        std::option_env!("NO_SUCH"),
        std::stringify!(a b),
        std::cfg!(test),
    );
    let mut text = String::new();
    std::fmt::Write::write_fmt(&mut text, std::format_args!("{}", 7)).unwrap();
    println!("{text}");
}
