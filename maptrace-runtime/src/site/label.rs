//! Short type labels, for metrics, and readable type names, for people.

use super::TypeInfo;
use crate::lean::{cut, join};

/// `string_int`: key and value, shortened. For a set, the element alone.
pub(super) fn type_label(info: &TypeInfo) -> String {
    let mut label = short((info.key_name)());
    if let Some(value) = info.value_name {
        label.push('_');
        label.push_str(&short(value()));
    }
    label
}

/// `String -> Vec<u8>`, with ` -> ` for `between`: key and value without their paths. For a set, the element alone.
pub(super) fn type_name(info: &TypeInfo, between: &str) -> String {
    let mut name = without_paths((info.key_name)());
    if let Some(value) = info.value_name {
        name.push_str(between);
        name.push_str(&without_paths(value()));
    }
    name
}

/// `shop::Cache::new`, of an item in a declaration in that function, as in
/// `shop::Cache<_>::new::{{closure}}::_::__INVENTORY::{{closure}}::here`.
///
/// Closures and blocks are the function's, and what a type's parameters are does not matter here.
pub(super) fn function_around(here: &str) -> Option<String> {
    let mut segments = Vec::new();
    let mut function = 0;
    let mut rest = here;
    loop {
        let (segment, more) = cut(rest, b':').unwrap_or((rest, ""));
        match segment {
            "_" => function = segments.len(),
            "" | "{{closure}}" => {}
            _ => segments.push(segment),
        }
        if more.is_empty() {
            break;
        }
        rest = more;
    }
    if function == 0 {
        return None;
    }
    let path = join(&segments[..function], "::");
    let mut name = String::with_capacity(path.len());
    let mut rest = path.as_str();
    while let Some((before, after)) = cut(rest, b'<') {
        name.push_str(before);
        rest = after;
        let Some(mut end) = rest.strip_prefix('_') else {
            name.push('<');
            continue;
        };
        while let Some(more) = end.strip_prefix(", _") {
            end = more;
        }
        match end.strip_prefix('>') {
            Some(end) => rest = end,
            None => name.push('<'),
        }
    }
    name.push_str(rest);
    Some(name)
}

/// Words for the types that keys are made of; anything else by its own name in lower case.
fn short(full: &str) -> String {
    let mut bare = full;
    while let Some(referent) = bare.strip_prefix('&') {
        bare = referent;
    }
    let plain = without_paths(bare.strip_prefix("mut ").unwrap_or(bare));
    match plain.as_str() {
        "String" | "str" | "Box<str>" | "Arc<str>" | "Rc<str>" | "Cow<str>" => return "string".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            return "int".to_owned();
        }
        "f32" | "f64" => return "float".to_owned(),
        "bool" | "char" => return plain,
        "()" => return "unit".to_owned(),
        "Vec<u8>" | "Box<[u8]>" | "[u8]" | "Arc<[u8]>" | "Bytes" => return "bytes".to_owned(),
        _ => {}
    }
    match plain.as_bytes() {
        [b'(', ..] => "tuple".to_owned(),
        [b'[', ..] => "array".to_owned(),
        _ => snake(cut(&plain, b'<').map_or(&plain, |(head, _)| head)),
    }
}

/// `HttpStatus` as `http_status`, with nothing in it that a label would have to escape.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() {
            if after_lower {
                out.push('_');
            }
            for lower in c.to_lowercase() {
                out.push(lower);
            }
            after_lower = false;
        } else if c.is_alphanumeric() || c == '_' {
            out.push(c);
            after_lower = c.is_lowercase() || c.is_numeric();
        }
    }
    if out.is_empty() { "other".to_owned() } else { out }
}

/// Drops the module path of every name in a type.
fn without_paths(full: &str) -> String {
    let mut out = String::with_capacity(full.len());
    let mut start = 0;
    for (at, c) in full.char_indices() {
        if c.is_alphanumeric() || c == '_' || c == ':' {
            continue;
        }
        push_last(&mut out, &full[start..at]);
        out.push(c);
        start = at + c.len_utf8();
    }
    push_last(&mut out, &full[start..]);
    out
}

fn push_last(out: &mut String, path: &str) {
    let (bytes, mut start) = (path.as_bytes(), path.len());
    while start > 0 && bytes[start - 1] != b':' {
        start -= 1;
    }
    out.push_str(&path[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_paths() {
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
            assert_eq!(function_around(here).as_deref(), Some(expected), "{here}");
        }
        assert_eq!(function_around("somewhere"), None);
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
            let got = short(full);
            if full.starts_with("dyn") {
                assert!(!got.contains(' '), "{got}");
            } else {
                assert_eq!(got, expected, "{full}");
            }
        }
    }
}
