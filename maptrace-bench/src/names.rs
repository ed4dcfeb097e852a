//! Short names of types, for labels.

/// The last part of a type's path, without its parameters: `RandomState`; with the part before it where that tells more.
pub(crate) fn short<T: ?Sized>() -> String {
    let full = std::any::type_name::<T>();
    let path = full.split('<').next().unwrap_or(full);
    // The hashers that have names of their own among people.
    match path {
        "std::hash::random::RandomState" => return "std".into(),
        path if path.starts_with("foldhash::") => return "foldhash".into(),
        path if path.starts_with("rustc_hash::") || full.contains("rustc_hash::FxHasher") => return "fx".into(),
        path if path.starts_with("ahash::") => return "ahash".into(),
        _ => {}
    }
    // `BuildHasherDefault<H>` says nothing; `H` does.
    let telling = full
        .strip_suffix('>')
        .and_then(|inner| inner.split_once("BuildHasherDefault<"))
        .map_or(path, |(_, inner)| inner);
    telling.rsplit("::").next().unwrap_or(telling).into()
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasherDefault, DefaultHasher, RandomState};

    use super::short;

    struct Mine;

    #[test]
    fn hashers_are_called_as_people_call_them() {
        assert_eq!(short::<RandomState>(), "std");
        assert_eq!(short::<foldhash::fast::RandomState>(), "foldhash");
        assert_eq!(short::<rustc_hash::FxBuildHasher>(), "fx");
        assert_eq!(short::<BuildHasherDefault<rustc_hash::FxHasher>>(), "fx");
        assert_eq!(short::<BuildHasherDefault<DefaultHasher>>(), "DefaultHasher");
        assert_eq!(short::<Mine>(), "Mine");
    }
}
