//! The code and data of an object file in a form that can be compared: what depends only on names of crates is left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use object::{
    File, Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, Section, SectionKind, Symbol,
};

/// How far data is followed that refers to data without a name; more than real code ever nests.
const DEPTH: usize = 16;

/// Everything in an object that ends up in a program.
#[derive(PartialEq, Eq)]
pub(crate) struct Code {
    /// The machine code of each function, with what it refers to, under the function's name.
    pub(crate) functions: BTreeMap<String, Vec<Function>>,
    /// Constants, statics and the tables of landing pads, sorted: their order and private names mean nothing.
    pub(crate) data: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Function {
    /// The bytes, with zeros where the linker fills in addresses.
    pub(crate) bytes: Vec<u8>,
    /// What is filled in, and where.
    pub(crate) refers_to: Vec<String>,
    /// The name in the object, which is no part of what is compared.
    pub(crate) symbol: Symbolic,
}

/// A name that is equal to every other.
#[derive(Clone, Debug)]
pub(crate) struct Symbolic(pub(crate) String);

impl PartialEq for Symbolic {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Symbolic {}

impl PartialOrd for Symbolic {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Symbolic {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl Code {
    pub(crate) fn read(object: &[u8]) -> Self {
        let file = File::parse(object).expect("an object file");
        let mut functions = BTreeMap::<String, Vec<Function>>::new();
        for symbol in file.symbols() {
            let Some(section) = symbol.section_index() else {
                continue;
            };
            if symbol.kind() != object::SymbolKind::Text {
                continue;
            }
            let section = file.section_by_index(section).expect("the section of a symbol");
            functions
                .entry(readable(symbol.name().expect("a name")))
                .or_default()
                .push(function(&file, &section, &symbol));
        }
        functions.values_mut().for_each(|same_name| same_name.sort());

        let mut data: Vec<String> = file
            .sections()
            .filter(|section| section.size() > 0 && is_data(section))
            .map(|section| contents(&file, &section, DEPTH))
            .collect();
        data.sort();
        Self { functions, data }
    }
}

fn function(file: &File<'_>, section: &Section<'_, '_>, symbol: &Symbol<'_, '_>) -> Function {
    let start = symbol.address() - section.address();
    let range = start..start + symbol.size();
    let all = section.data().expect("the section's bytes");
    let bytes = all[range.start as usize..range.end as usize].to_vec();
    assert!(!bytes.is_empty(), "functions have a size in this object format");
    let refers_to = section
        .relocations()
        .filter(|(at, _)| range.contains(at))
        .map(|(at, relocation)| {
            format!(
                "{:#x} {:?} {:+} {}",
                at - range.start,
                relocation.flags(),
                relocation.addend(),
                target(file, relocation.target(), DEPTH)
            )
        })
        .collect();
    Function {
        bytes,
        refers_to,
        symbol: Symbolic(symbol.name().expect("a name").to_owned()),
    }
}

/// What the linker puts into a place: a thing with a name by its name, any other by its contents.
fn target(file: &File<'_>, target: RelocationTarget, depth: usize) -> String {
    let RelocationTarget::Symbol(index) = target else {
        return format!("{target:?}");
    };
    let symbol = file.symbol_by_index(index).expect("the symbol of a relocation");
    let name = symbol.name().expect("a name");
    // A function that only this object calls goes by its section, whose name has the crate's hash in it.
    let is_section = symbol.kind() == object::SymbolKind::Section;
    let private = name.is_empty() || is_section || name.starts_with(".L") || name.starts_with("anon.");
    match symbol.section_index() {
        Some(section) if private => {
            let section = file.section_by_index(section).expect("the section of a symbol");
            // A jump table leads back into its function, whose section bears the function's name.
            let what = match (section.kind(), section.name()) {
                (SectionKind::Text, Ok(name)) => {
                    readable(name.trim_start_matches(".text.").trim_start_matches("unlikely."))
                }
                _ => contents(file, &section, depth),
            };
            format!("{:#x} into {what}", symbol.address())
        }
        _ => readable(name),
    }
}

fn is_data(section: &Section<'_, '_>) -> bool {
    let landing_pads = section.name().is_ok_and(|name| name.starts_with(".gcc_except_table"));
    landing_pads
        || matches!(
            section.kind(),
            SectionKind::Data
                | SectionKind::ReadOnlyDataWithRel
                | SectionKind::ReadOnlyString
                | SectionKind::Tls
                | SectionKind::UninitializedData
                | SectionKind::UninitializedTls
        )
        // Unwinding's own tables follow the order of the functions, which means nothing.
        || (section.kind() == SectionKind::ReadOnlyData && section.name() != Ok(".eh_frame"))
}

fn contents(file: &File<'_>, section: &Section<'_, '_>, depth: usize) -> String {
    assert!(depth > 0, "data that refers to itself");
    let mut text = format!(
        "{:?} align {} size {} ",
        section.kind(),
        section.align(),
        section.size()
    );
    for byte in section.data().expect("the section's bytes") {
        match byte {
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => write!(text, "\\{byte:02x}").expect("a string"),
        }
    }
    for (at, relocation) in section.relocations() {
        let target = target(file, relocation.target(), depth - 1);
        write!(
            text,
            " [{at:#x} {:?} {:+} {target}]",
            relocation.flags(),
            relocation.addend()
        )
        .expect("a string");
    }
    text
}

/// The name without hashes, and without what tells crates of one name apart: features are among that.
fn readable(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// Where a program speaks of maptrace: its symbols, and the text in its data.
pub(crate) fn traces_of_maptrace(program: &[u8]) -> Vec<String> {
    let file = File::parse(program).expect("an executable file");
    assert!(
        file.symbols()
            .any(|symbol| symbol.name().is_ok_and(|name| name.contains("8disabled"))),
        "the symbols were stripped, so nothing can be found"
    );
    let symbols = file
        .symbols()
        .chain(file.dynamic_symbols())
        .filter_map(|symbol| symbol.name().ok())
        // A crate's name is spelt out in every mangled name.
        .filter(|name| name.to_ascii_lowercase().contains("maptrace"))
        .map(|name| format!("symbol {}", readable(name)));
    let texts = file.sections().filter(is_data).filter_map(|section| {
        let data = section.data().ok()?;
        let at = data
            .windows(8)
            .position(|word| word.eq_ignore_ascii_case(b"maptrace"))?;
        let text = String::from_utf8_lossy(&data[at..data.len().min(at + 40)]);
        Some(format!("{} {text:?}", section.name().unwrap_or("section")))
    });
    symbols.chain(texts).collect()
}
