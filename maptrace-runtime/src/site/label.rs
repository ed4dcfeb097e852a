//! Short type labels, for metrics, and readable type names, for people.

use super::TypeInfo;
use crate::lean::cut;
use crate::memory::Text;

/// `string_int`: key and value, shortened. For a set, the element alone.
pub(super) fn type_label(info: &TypeInfo) -> Text {
    let mut label = Text::new();
    short(&mut label, (info.key_name)());
    if let Some(value) = info.value_name {
        label.add("_");
        short(&mut label, value());
    }
    label
}

/// `String -> Vec<u8>`, with ` -> ` for `between`: key and value without their paths. For a set, the element alone.
pub(super) fn type_name(info: &TypeInfo, between: &str) -> Text {
    let mut name = Text::new();
    without_paths(&mut name, (info.key_name)());
    if let Some(value) = info.value_name {
        name.add(between);
        without_paths(&mut name, value());
    }
    name
}

/// `shop::Cache::new`, of an item in a declaration in that function, as in
/// `shop::Cache<_>::new::{{closure}}::_::__INVENTORY::{{closure}}::here`. Empty if it is in none.
///
/// Closures and blocks are the function's, and what a type's parameters are does not matter here.
pub(super) fn function_around(here: &str) -> Text {
    // How many names there are in all, and up to the last `_`.
    let (mut names, mut function) = (0, 0);
    each_segment(here, &mut |segment| match segment {
        "_" => function = names,
        "" | "{{closure}}" => {}
        _ => names += 1,
    });
    let mut path = Text::new();
    each_segment(here, &mut |segment| match segment {
        "_" | "" | "{{closure}}" => {}
        _ if function == 0 => {}
        _ => {
            path.add(if path.so_far().is_empty() { "" } else { "::" });
            path.add(segment);
            function -= 1;
        }
    });
    let mut name = Text::new();
    let mut rest = path.so_far();
    while let Some((before, after)) = cut(rest, b'<') {
        name.add(before);
        rest = after;
        let Some(mut end) = rest.strip_prefix('_') else {
            name.add("<");
            continue;
        };
        while let Some(more) = end.strip_prefix(", _") {
            end = more;
        }
        match end.strip_prefix('>') {
            Some(end) => rest = end,
            None => name.add("<"),
        }
    }
    name.add(rest);
    name
}

/// Hands on what is between colons.
fn each_segment<'a>(path: &'a str, hand: &mut dyn FnMut(&'a str)) {
    let mut rest = path;
    loop {
        let (segment, more) = cut(rest, b':').unwrap_or((rest, ""));
        hand(segment);
        if more.is_empty() {
            break;
        }
        rest = more;
    }
}

/// Words for the types that keys are made of; anything else by its own name in lower case.
fn short(label: &mut Text, full: &str) {
    let mut bare = full;
    while let Some(referent) = bare.strip_prefix('&') {
        bare = referent;
    }
    let mut plain = Text::new();
    without_paths(&mut plain, bare.strip_prefix("mut ").unwrap_or(bare));
    let plain = plain.so_far();
    let word = match plain {
        "String" | "str" | "Box<str>" | "Arc<str>" | "Rc<str>" | "Cow<str>" => "string",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "int",
        "f32" | "f64" => "float",
        "bool" | "char" => plain,
        "()" => "unit",
        "Vec<u8>" | "Box<[u8]>" | "[u8]" | "Arc<[u8]>" | "Bytes" => "bytes",
        _ => match plain.as_bytes() {
            [b'(', ..] => "tuple",
            [b'[', ..] => "array",
            _ => return snake(label, cut(plain, b'<').map_or(plain, |(head, _)| head)),
        },
    };
    label.add(word);
}

/// `HttpStatus` as `http_status`, with nothing in it that a label would have to escape.
fn snake(label: &mut Text, name: &str) {
    let before = label.so_far().len();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() {
            if after_lower {
                label.add("_");
            }
            for lower in c.to_lowercase() {
                label.add_char(lower);
            }
            after_lower = false;
        } else if c.is_alphanumeric() || c == '_' {
            label.add_char(c);
            after_lower = c.is_lowercase() || c.is_numeric();
        }
    }
    if label.so_far().len() == before {
        label.add("other");
    }
}

/// Drops the module path of every name in a type.
fn without_paths(out: &mut Text, full: &str) {
    let mut start = 0;
    for (at, c) in full.char_indices() {
        if c.is_alphanumeric() || c == '_' || c == ':' {
            continue;
        }
        add_last(out, &full[start..at]);
        out.add_char(c);
        start = at + c.len_utf8();
    }
    add_last(out, &full[start..]);
}

fn add_last(out: &mut Text, path: &str) {
    let (bytes, mut start) = (path.as_bytes(), path.len());
    while start > 0 && bytes[start - 1] != b':' {
        start -= 1;
    }
    out.add(&path[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written to a text.
    fn written(write: impl Fn(&mut Text)) -> String {
        let mut text = Text::new();
        write(&mut text);
        text.whole().expect("memory")
    }

    #[test]
    fn names_lose_their_paths() {
        let without_paths = |full| written(|text| super::without_paths(text, full));
        assert_eq!(without_paths("alloc::string::String"), "String");
        assert_eq!(without_paths("alloc::vec::Vec<(u8, core::option::Option<a::b::C>)>"), "Vec<(u8, Option<C>)>");
        assert_eq!(without_paths("&str"), "&str");
    }

    #[test]
    fn the_function_is_what_is_around() {
        for (here, expected) in [
            ("shop::main::_::__INVENTORY::{{closure}}::here", "shop::main"),
            ("shop::cart::Cart<_>::new::_::_::__INVENTORY::{{closure}}::here", "shop::cart::Cart::new"),
            ("<shop::Cart<_, _> as shop::Fill<_>>::fill::_::X::here", "<shop::Cart as shop::Fill>::fill"),
            ("shop::load::{{closure}}::inner::{{closure}}::_::X::here", "shop::load::inner"),
            ("shop::_::<impl shop::Cart<u8>>::new::_::X::here", "shop::<impl shop::Cart<u8>>::new"),
        ] {
            assert_eq!(function_around(here).so_far(), expected, "{here}");
        }
        assert_eq!(function_around("somewhere").so_far(), "");
    }

    #[test]
    fn labels_are_short() {
        for (full, expected) in [
            ("alloc::string::String", "string"),
            ("&str", "string"),
            ("&mut u64", "int"),
            ("usize", "int"),
            ("f32", "float"),
            ("()", "unit"),
            ("alloc::vec::Vec<u8>", "bytes"),
            ("alloc::vec::Vec<u16>", "vec"),
            ("(u8, u8)", "tuple"),
            ("[u8; 32]", "array"),
            ("server::http::HttpStatus", "http_status"),
            ("IPv4Addr", "ipv4_addr"),
            ("dyn core::any::Any", "any"),
        ] {
            let got = written(|text| short(text, full));
            if full.starts_with("dyn") {
                assert!(!got.contains(' '), "{got}");
            } else {
                assert_eq!(got, expected, "{full}");
            }
        }
    }
}
