//! What the name of a file says of the code in it.

/// Whether a caller's location lies in the standard library, in ours, or in a crate of maps: then `#[track_caller]` was
/// lost on the way. The first is so through `collect()` and `mem::take`, the last through `or_default()` of a plain map of
/// maps, the second where a constructor is passed on as a function, as in
/// `LazyLock::new(HashMap::new)`: its caller is then the place of its own definition.
pub(super) fn is_library(file: &str) -> bool {
    const LIBRARY: &str = "/lib/rustlib/src/rust/library/";
    // With whatever separators this system has.
    let (ours, _) = file!().split_at(file!().len() - "site/source.rs".len());
    // What begins with each of its folders, and behind that, as a search for a string would be 1,400 lines of LLVM IR.
    let mut start = 0;
    for (at, byte) in file.as_bytes().iter().enumerate() {
        if is_separator(*byte) {
            if is_map_crate(&file[start..at]) || file[at..].starts_with(LIBRARY) {
                return true;
            }
            start = at + 1;
        }
    }
    if file.starts_with("/rustc/") || is_map_crate(&file[start..]) {
        return true;
    }
    let Some(file) = file.strip_prefix(ours) else { return false };
    for constructors in &["collections", "hashbrown", "indexmap", "declare.rs"] {
        if file.starts_with(*constructors) {
            return true;
        }
    }
    false
}

/// Whether cargo has unpacked a crate of maps into a folder of this name: it has the crate's name and version.
fn is_map_crate(folder: &str) -> bool {
    for name in &["hashbrown-", "indexmap-"] {
        if let Some(version) = folder.strip_prefix(*name) {
            return matches!(version.as_bytes(), [b'0'..=b'9', ..]);
        }
    }
    false
}

/// Whether it is what folders end with, on some system.
const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

/// A path without its folders.
pub(super) fn file_name(path: &str) -> &str {
    let (bytes, mut start) = (path.as_bytes(), path.len());
    while start > 0 && !is_separator(bytes[start - 1]) {
        start -= 1;
    }
    &path[start..]
}
