//! What rustdoc's page of a type says about its methods and traits, in a form that can be compared.

use std::collections::{BTreeMap, BTreeSet};

/// What counts on a page.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Rules {
    /// What says since when it is stable; the allocator is no part of that.
    Std,
    /// Everything.
    All,
}

/// A method's or an impl's signature.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) text: String,
    pub(crate) stable: bool,
}

/// A type's page.
pub(crate) struct Page {
    /// Inherent methods, by name.
    pub(crate) methods: BTreeMap<String, Signature>,
    /// Traits, also those that the compiler derives from the fields.
    pub(crate) traits: Vec<Signature>,
}

impl Page {
    pub(crate) fn parse(html: &str, rules: Rules) -> Self {
        let mut page = Self {
            methods: BTreeMap::new(),
            traits: Vec::new(),
        };
        let mut of = Header::default();
        for section in sections(part(html, "implementations"), rules) {
            if section.id.starts_with("impl-") {
                of = Header::parse(&section.header);
            } else if section.id.starts_with("method.") {
                let (name, text) = method(&section.header, &of);
                page.methods.insert(
                    name,
                    Signature {
                        text,
                        stable: section.stable,
                    },
                );
            }
        }
        for section in sections(part(html, "trait-implementations"), rules) {
            // A wrapper needs no `Drop` to be dropped as what it holds, and must have none: see `identity.rs`.
            if section.id.starts_with("impl-") && !section.id.starts_with("impl-Drop-") {
                let text = Header::parse(&section.header).text();
                let text = if text.starts_with("Send for") || text.starts_with("Sync for") {
                    as_derived(&text)
                } else {
                    text
                };
                page.traits.push(Signature {
                    text,
                    stable: section.stable,
                });
            }
        }
        for section in sections(part(html, "synthetic-implementations"), rules) {
            let text = as_derived(&Header::parse(&section.header).text());
            // `UnwindSafe` is left to the suites: std implements it by hand, and rustdoc then derives a wrong one too.
            let stable = ["Send", "Sync", "Unpin", "RefUnwindSafe"]
                .iter()
                .any(|name| text.starts_with(name));
            page.traits.push(Signature { text, stable });
        }
        page
    }
}

/// `Send` or `Sync` in the same words, whether it was written by hand or found by the compiler.
fn as_derived(text: &str) -> String {
    text.replace("<'a, ", "<'_, ")
        .replace("Allocator + ", "")
        .replace(" | Alloc: Allocator", "")
}

/// The names that a module's page lists, experimental ones left out.
pub(crate) fn names(html: &str) -> BTreeSet<String> {
    let listed = html.split("<dt").skip(1).filter_map(|item| item.split("</dt>").next());
    let stable = listed.filter(|item| !item.contains("Experimental"));
    stable
        .flat_map(|item| listed_names(&text(&item[item.find('>').map_or(0, |at| at + 1)..])))
        .collect()
}

/// `Name`, or `pub use path::Name;`, or `pub use path::{Name, Other};`.
fn listed_names(text: &str) -> Vec<String> {
    let text = text.trim().trim_end_matches(';');
    let names = text
        .strip_prefix("pub use ")
        .map_or(text, |path| path.rsplit("::").next().unwrap_or(path));
    vec![names.trim().to_owned()]
}

struct Section<'a> {
    id: &'a str,
    stable: bool,
    header: String,
}

/// The part of the page under this heading.
fn part<'a>(html: &'a str, heading: &str) -> &'a str {
    let Some(start) = html.find(&format!("<h2 id=\"{heading}\"")) else {
        return "";
    };
    let rest = &html[start + 4..];
    &rest[..rest.find("<h2 id=\"").unwrap_or(rest.len())]
}

fn sections(html: &str, rules: Rules) -> impl Iterator<Item = Section<'_>> {
    html.split("<section id=\"").skip(1).filter_map(move |chunk| {
        let id = &chunk[..chunk.find('"')?];
        let (before, header) = chunk[..chunk.find("</section>")?].split_once("class=\"code-header\">")?;
        // Docs of an impl follow its heading.
        let header = header.split("</h").next()?;
        Some(Section {
            id,
            stable: rules == Rules::All || before.contains("class=\"since\""),
            header: with_allocator(&text(header), rules),
        })
    })
}

/// A piece of HTML as one line of text.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.replace("<div", " <div").chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            // The mark of a notable trait.
            'ⓘ' => {}
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    for (entity, c) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, c);
    }
    // Soft hyphens of long names, and line breaks.
    text.replace('\u{ad}', "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The allocator is no part of what is stable in std: what is of `A` is left out. Where it counts, it is not called `A`.
fn with_allocator(text: &str, rules: Rules) -> String {
    match rules {
        Rules::Std => text.replace(", A>", ">").replace(", A = Global>", ">"),
        Rules::All => {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let words = text.split_inclusive(|c| !is_word(c));
            let renamed = words.map(|word| match word.strip_prefix('A') {
                Some(rest) if !rest.starts_with(is_word) => format!("Alloc{rest}"),
                _ => word.to_owned(),
            });
            renamed.collect()
        }
    }
}

/// `impl<...> Trait for Type where ...`, or `impl<...> Type where ...`.
#[derive(Default)]
struct Header {
    /// What stands between the generics and `where`.
    subject: String,
    bounds: Bounds,
}

impl Header {
    fn parse(header: &str) -> Self {
        let (generics, rest) = generics(header.strip_prefix("impl").unwrap_or(header));
        let (subject, predicates) = split_where(rest);
        let mut bounds = Bounds::default();
        generics
            .iter()
            .chain(&split(predicates))
            .for_each(|item| bounds.add(item));
        Self {
            subject: subject.to_owned(),
            bounds,
        }
    }

    fn text(&self) -> String {
        format!("{}{}", self.subject, self.bounds.text())
    }
}

/// `pub const unsafe fn name<...>(...) -> ... where ...`: its name and its normalised text. The names of parameters
/// are left out, `Self` is spelled out, and the bounds of the impl are added.
fn method(header: &str, of: &Header) -> (String, String) {
    let (qualifiers, rest) = header.split_once("fn ").expect("a function");
    let name_end = rest.find(['<', '(']).expect("a parameter list");
    let (name, rest) = rest.split_at(name_end);
    let (generics, rest) = generics(rest);
    let close = matching(rest, '(', ')');
    let (result, predicates) = split_where(&rest[close + 1..]);
    let types: Vec<String> = split(&rest[1..close])
        .iter()
        .map(|parameter| match parameter.split_once(": ") {
            Some((_, of_type)) if !parameter.ends_with("self") => of_type.to_owned(),
            _ => parameter.clone(),
        })
        .collect();
    let mut bounds = of.bounds.clone();
    generics
        .iter()
        .chain(&split(predicates))
        .for_each(|item| bounds.add(item));
    let names: Vec<&str> = generics
        .iter()
        .map(|item| item.split(':').next().unwrap_or(item))
        .collect();
    let text = format!(
        "{qualifiers}fn {name}<{}>({}){result}{}",
        names.join(", "),
        types.join(", "),
        bounds.text()
    );
    let text = text.replace("Self", &of.subject);
    (name.to_owned(), text)
}

/// Bounds by what they are of, wherever they were written and in whatever order.
#[derive(Clone, Default)]
struct Bounds(BTreeMap<String, BTreeSet<String>>);

impl Bounds {
    fn add(&mut self, item: &str) {
        let Some((of, bounds)) = item.split_once(':') else {
            return;
        };
        if of != "A" {
            // `K: 'a` follows from the types, whether it is written or not.
            let mut bounds = split_at(bounds, '+');
            bounds.retain(|bound| !bound.starts_with('\''));
            if !bounds.is_empty() {
                self.0.entry(of.to_owned()).or_default().extend(bounds);
            }
        }
    }

    fn text(&self) -> String {
        let bounds = |(of, bounds): (&String, &BTreeSet<String>)| {
            let bounds: Vec<&str> = bounds.iter().map(String::as_str).collect();
            format!(" | {of}: {}", bounds.join(" + "))
        };
        self.0.iter().map(bounds).collect()
    }
}

/// The generic parameters at the beginning, and the rest.
fn generics(text: &str) -> (Vec<String>, &str) {
    let text = text.trim_start();
    if !text.starts_with('<') {
        return (Vec::new(), text);
    }
    let close = matching(text, '<', '>');
    let mut items = split(&text[1..close]);
    items.retain(|item| item != "A" && !item.starts_with("A:"));
    (items, text[close + 1..].trim_start())
}

fn split_where(text: &str) -> (&str, &str) {
    let (before, after) = text.split_once("where ").unwrap_or((text, ""));
    (before.trim_end(), after)
}

/// The parts between the commas that are in no bracket.
fn split(list: &str) -> Vec<String> {
    split_at(list, ',')
}

fn split_at(list: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    let mut last = ' ';
    for c in list.chars() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if last == '-' => {}
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if c == separator && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().expect("never empty").push(c);
        }
        last = c;
    }
    let trimmed = parts.iter().map(|part| part.trim().to_owned());
    trimmed.filter(|part| !part.is_empty()).collect()
}

/// Where the bracket that opens first is closed.
fn matching(text: &str, open: char, close: char) -> usize {
    let mut depth = 0;
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close && last != '-' {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
        last = c;
    }
    panic!("no {close} in {text}");
}
