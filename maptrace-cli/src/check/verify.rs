//! Compiles the project with tracing off and on, and says what its errors mean.

use std::io::BufReader;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use cargo_metadata::diagnostic::{DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{Message, Metadata, Package};
use serde::Serialize;

use super::manifest;

#[derive(Serialize)]
pub(super) struct Outcome {
    /// Errors with tracing off.
    pub(super) off: Vec<Error>,
    /// Errors with tracing on. None if no package has a feature that turns it on.
    pub(super) on: Option<Vec<Error>>,
}

/// An error of the compiler's.
#[derive(Serialize)]
pub(super) struct Error {
    /// Such as `E0308`.
    pub(super) code: Option<String>,
    pub(super) message: String,
    pub(super) place: Option<String>,
    /// What it means, if it is one of maptrace's.
    pub(super) meaning: Option<&'static str>,
    pub(super) rendered: String,
}

impl Outcome {
    pub(super) fn is_good(&self) -> bool {
        self.off.is_empty() && self.on.as_ref().is_some_and(Vec::is_empty)
    }
}

pub(super) fn verify(metadata: &Metadata) -> Result<Outcome> {
    let root = metadata.workspace_root.join("Cargo.toml");
    // Read again: the lines may just have been written.
    let metadata = super::metadata(root.as_std_path())?;
    let mut off = Vec::new();
    let mut on = None;
    for package in metadata.workspace_packages() {
        compile(package, None, &mut off)?;
        if let Some(switch) = manifest::switch(package) {
            compile(package, Some(&switch), on.get_or_insert_default())?;
        }
    }
    Ok(Outcome { off, on })
}

/// By the package's own manifest: there a feature goes by its plain name with every resolver.
fn compile(package: &Package, feature: Option<&str>, errors: &mut Vec<Error>) -> Result<()> {
    let mut child = crate::run::cargo()
        .args([
            "check",
            "--quiet",
            "--all-targets",
            "--keep-going",
            "--message-format=json",
        ])
        .args(feature.into_iter().flat_map(|feature| ["--features", feature]))
        .current_dir(package.manifest_path.parent().context("a manifest has a folder")?)
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo did not start")?;
    let output = child.stdout.take().context("cargo's output")?;
    let mut said_why = false;
    for message in Message::parse_stream(BufReader::new(output)) {
        let Message::CompilerMessage(message) = message? else {
            continue;
        };
        let diagnostic = message.message;
        // `aborting due to ...` has no place.
        if diagnostic.level != DiagnosticLevel::Error || diagnostic.spans.is_empty() {
            continue;
        }
        said_why = true;
        let rendered = diagnostic.rendered.unwrap_or_default();
        // A library is compiled for its tests as well.
        if errors.iter().any(|known| known.rendered == rendered) {
            continue;
        }
        let code = diagnostic.code.map(|code| code.code);
        let place = diagnostic.spans.iter().find(|span| span.is_primary).map(in_project);
        errors.push(Error {
            meaning: meaning(code.as_deref(), &diagnostic.message, &rendered),
            place: place.map(|span| format!("{}:{}", span.file_name, span.line_start)),
            message: diagnostic.message,
            code,
            rendered,
        });
    }
    if !child.wait()?.success() && !said_why {
        errors.push(Error {
            code: None,
            message: "cargo check failed, see above".to_owned(),
            place: None,
            meaning: None,
            rendered: String::new(),
        });
    }
    Ok(())
}

/// Where the project has it, if it is in a macro of another crate's, as `panic!`.
fn in_project(span: &DiagnosticSpan) -> &DiagnosticSpan {
    let mut around = Some(span);
    while let Some(span) = around {
        if Path::new(&span.file_name).is_relative() {
            return span;
        }
        around = span.expansion.as_ref().map(|expansion| &expansion.span);
    }
    span
}

/// Crates whose traits the traced maps have, if maptrace's feature of that name is on.
const WITH_A_FEATURE: &[&str] = &[
    "arbitrary",
    "borsh",
    "proptest",
    "quickcheck",
    "rayon",
    "rkyv",
    "schemars",
    "serde",
];

/// What an error means in a project with attribute lines. docs/adopting.md has each with an example.
fn meaning(code: Option<&str>, message: &str, rendered: &str) -> Option<&'static str> {
    if ["crate `maptrace`", "unresolved import `maptrace`"]
        .iter()
        .any(|missing| message.contains(missing))
    {
        return Some(
            "Cargo.toml has no dependency `maptrace`: `maptrace check --write` adds it; or, in the edition of 2015, the \
             crate's root has no `extern crate maptrace;`, and a `use` names maptrace, or annotated code a macro by its \
             path, as `maplit::hashmap!`: write the attribute by its path, `#[maptrace::maptrace]`, and an annotated \
             `use` for the macro, or that line",
        );
    }
    // With tracing off nothing says `maptrace`.
    if code == Some("E0119") && message.contains(" for type `std::collections::") {
        return Some(
            "if one `impl` is for a traced map and the other for std's: with tracing off both are one type, so write the \
             `impl` once, for the name that is annotated",
        );
    }
    if !rendered.contains("maptrace") {
        return None;
    }
    if message.contains("macro-expanded `extern crate`") {
        return Some("`extern crate maptrace_std as std;` has to be written by hand, at the root of the crate");
    }
    if message.starts_with("cannot find attribute") {
        return Some(
            "nothing brings the attribute here: write it by its path, `#[maptrace::maptrace]`, or `use maptrace::maptrace;` in \
             this module",
        );
    }
    if message.starts_with("expected non-macro attribute") {
        return Some(
            "the attribute goes on no field: annotate the struct, in which it reads `#[maptrace(name = \"sessions\")]`",
        );
    }
    if message.contains("#[maptrace") || (code.is_none() && message.contains("maptrace")) {
        return Some("the attribute says this itself, and what to do");
    }
    match code? {
        "E0259" => Some(
            "in the edition of 2015 std is an item at the crate's root already: take the edition of 2018 or newer, attribute \
             lines, or `cargo maptrace run`",
        ),
        "E0658" => Some("the attribute goes on no statement: annotate the `fn` around it, or the item"),
        "E0308" => Some(
            "a traced map meets code that names std's: annotate the `use` that the other side names its map by; where that \
             is another crate's, write `.into()`, which works both ways; where a type of your own is meant, \
             `#[maptrace::maptrace(skip)]` above the `use` or `type` that brings it",
        ),
        "E0599" if !message.starts_with("no function or associated item") => None,
        "E0107" | "E0283" | "E0599" | "E0782" => Some(
            "a name in an annotated item is taken for that of a map, and a type or trait of your own is meant: \
             `#[maptrace::maptrace(skip)]` above the `use` or `type` that brings it; of `AHashMap::new()`, write \
             `AHashMap::default()`",
        ),
        "E0423" => Some(
            "one `use` brings a map and a function or variant of its name: bring that one by another path, or leave the map \
             plain, `#[maptrace::maptrace(skip)]` above the `use`",
        ),
        "E0277" if message.starts_with("the trait bound `(): ") => Some(
            "a type of your own is called as a map with another hasher, and has bounds: `#[maptrace::maptrace(skip)]` above \
             the `use` or `type` that brings it",
        ),
        "E0596" => Some(
            "`&mut` of a traced map goes to code that names std's: annotate the `use` there; where that is another crate's, \
             leave this map plain, `#[maptrace(skip)]` on its field, or no attribute above its `use`",
        ),
        "E0277" if WITH_A_FEATURE.iter().any(|name| rendered.contains(name)) => Some(
            "the traits of serde and of some other crates come with maptrace's feature of the crate's name: \
             `maptrace = { features = [\"serde\"] }`; docs/ecosystem.md has them all",
        ),
        "E0277" => Some(
            "this trait is there for std's map alone: where a reference is asked for, give `&*map`; else leave this map \
             plain, `#[maptrace(skip)]` on its field, or no attribute above its `use`",
        ),
        "E0271" | "E0631" => Some(
            "an iterator, function or closure over one map meets code that asks for the other: convert each with \
             `.map(Into::into)` before it, or name std's map in the closure, which a reference derefs to",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::meaning;

    #[test]
    fn a_macro_by_its_path_wants_the_line_in_the_edition_of_2015() {
        let message = "cannot find module or crate `maptrace` in the crate root";
        let meaning = meaning(Some("E0433"), message, message).expect("it is explained");
        assert!(meaning.contains("a macro by its path"), "{meaning}");
    }
}
