//! What differs between two objects, and how to show it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use crate::code::Code;
use crate::variant::Variant;

/// Lines of a listing shown around the first difference.
const AROUND: usize = 6;

/// The functions that are only in one of both, or not the same in both.
pub(crate) fn functions_that_differ(one: &Code, other: &Code) -> Vec<String> {
    let names: BTreeSet<&String> = one.functions.keys().chain(other.functions.keys()).collect();
    names
        .into_iter()
        .filter(|name| one.functions.get(*name) != other.functions.get(*name))
        .cloned()
        .collect()
}

/// The pieces of data that one of both has more often than the other.
pub(crate) fn data_that_differs(one: &Code, other: &Code) -> Vec<String> {
    let pieces: BTreeSet<&String> = one.data.iter().chain(&other.data).collect();
    let times = |code: &Code, piece: &String| code.data.iter().filter(|other| *other == piece).count();
    pieces
        .into_iter()
        .filter(|piece| times(one, piece) != times(other, piece))
        .cloned()
        .collect()
}

/// A table of the functions: their size with plain maps, and whether each of the columns has the same code.
pub(crate) fn table(functions: &[String], plain: &Code, columns: &[(&str, Code)]) -> String {
    let last = |name: &str| name.rsplit("::").next().unwrap_or(name).to_owned();
    let width = functions.iter().map(|name| last(name).len()).max().unwrap_or(0).max(16);
    let mut table = format!("{:width$} {:>8}", "machine code of", "bytes");
    for (title, _) in columns {
        write!(table, " {title:>12}").expect("a string");
    }
    table.push('\n');
    let differ: Vec<Vec<String>> = columns
        .iter()
        .map(|(_, code)| functions_that_differ(plain, code))
        .collect();
    for name in functions {
        let bytes: usize = plain.functions[name].iter().map(|function| function.bytes.len()).sum();
        write!(table, "{:width$} {bytes:>8}", last(name)).expect("a string");
        for differ in &differ {
            let word = if differ.contains(name) { "differs" } else { "same" };
            write!(table, " {word:>12}").expect("a string");
        }
        table.push('\n');
    }
    let bytes: usize = plain
        .functions
        .values()
        .flatten()
        .map(|function| function.bytes.len())
        .sum();
    write!(
        table,
        "{:width$} {bytes:>8}",
        format!("all {} in the object", plain.functions.len())
    )
    .expect("a string");
    for differ in &differ {
        let word = match differ.len() {
            0 => "same".to_owned(),
            some => format!("{some} differ"),
        };
        write!(table, " {word:>12}").expect("a string");
    }
    write!(table, "\n{:width$} {:>8}", "pieces of data", plain.data.len()).expect("a string");
    for (_, code) in columns {
        let word = match data_that_differs(plain, code).len() {
            0 => "same".to_owned(),
            some => format!("{some} differ"),
        };
        write!(table, " {word:>12}").expect("a string");
    }
    table.push('\n');
    table
}

/// A function's code for people to read.
pub(crate) struct Listing(Vec<String>);

impl Listing {
    /// The disassembly, if there is an `objdump`; else the bytes and references as they were compared.
    pub(crate) fn of(variant: &Variant, code: &Code, name: &str) -> Self {
        let mut lines = Vec::new();
        for function in code.functions.get(name).into_iter().flatten() {
            let disassembly = Command::new("objdump")
                .args([
                    "--disassemble",
                    "--reloc",
                    "--no-addresses",
                    "--no-show-raw-insn",
                    "--demangle",
                ])
                .arg(variant.object_path())
                .output();
            match disassembly {
                Ok(output) if output.status.success() => {
                    let heading = format!("<{name}>:");
                    let text = String::from_utf8_lossy(&output.stdout);
                    let body = text.lines().skip_while(|line| *line != heading);
                    lines.extend(body.take_while(|line| !line.is_empty()).map(str::to_owned));
                }
                _ => {
                    lines.push(format!("{} has {} bytes", function.symbol.0, function.bytes.len()));
                    lines.extend(function.bytes.chunks(16).map(|bytes| format!("{bytes:02x?}")));
                }
            }
            lines.extend(function.refers_to.iter().cloned());
        }
        Self(lines)
    }

    /// The first difference, with some lines around it.
    pub(crate) fn diff(&self, other: &Self) -> String {
        let same = self
            .0
            .iter()
            .zip(&other.0)
            .take_while(|(one, other)| one == other)
            .count();
        let from = same.saturating_sub(AROUND);
        let mut text = String::new();
        for line in &self.0[from..same] {
            writeln!(text, "  {line}").expect("a string");
        }
        for (sign, listing) in [('-', self), ('+', other)] {
            for line in listing.0.iter().skip(same).take(AROUND) {
                writeln!(text, "{sign} {line}").expect("a string");
            }
        }
        text
    }
}
