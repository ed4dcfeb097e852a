//! What stands in the parentheses of `#[maptrace(...)]`, on an item or on a part of one.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Path, Token};

use crate::ast::parse_all;
use crate::errors::Errors;
use crate::maps::{Home, Kind};

/// Where the options were written, which decides the ones that may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Item,
    Part,
}

impl Place {
    fn options(self) -> &'static [&'static str] {
        match self {
            Place::Item => &["name", "sample", "skip", "kind", "crate"],
            Place::Part => &["name", "sample", "skip"],
        }
    }

    fn accepted(self) -> &'static str {
        match self {
            Place::Item => {
                "`name = \"...\"`, `sample = N`, `sample = \"auto\"`, `skip`, `kind = HashMap` and `crate = path`"
            }
            Place::Part => "`name = \"...\"`, `sample = N`, `sample = \"auto\"` and `skip`",
        }
    }
}

/// How many of a map's operations become events.
#[derive(Clone)]
pub(crate) enum Sample {
    /// One in so many.
    OneIn(u32),
    /// As many as the load allows.
    Auto,
}

/// The options of one attribute; each was given at most once.
#[derive(Default)]
pub(crate) struct Options {
    /// The names of all that were given, for errors about them.
    pub(crate) keys: Vec<Ident>,
    pub(crate) name: Option<String>,
    pub(crate) sample: Option<Sample>,
    pub(crate) kind: Option<Kind>,
    pub(crate) krate: Option<Path>,
}

impl Options {
    /// Reads the options, reporting each wrong one and keeping the rest.
    pub(crate) fn parse(tokens: TokenStream, place: Place, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        options.read(tokens, place, errors);
        options
    }

    /// Reads one `#[maptrace(...)]` helper attribute, in addition to what was read before.
    pub(crate) fn read_helper(&mut self, attribute: &Attribute, errors: &mut Errors) {
        match &attribute.meta {
            Meta::List(list) if !list.tokens.is_empty() => self.read(list.tokens.clone(), Place::Part, errors),
            meta => errors.on(
                meta,
                format!(
                    "these maps are traced already, as the item is annotated; inside it `#[maptrace(...)]` sets one of {}",
                    Place::Part.accepted()
                ),
            ),
        }
    }

    pub(crate) fn is_skipped(&self) -> bool {
        self.key("skip").is_some()
    }

    /// The name of this option, if it was given.
    pub(crate) fn key(&self, name: &str) -> Option<&Ident> {
        self.keys.iter().find(|key| *key == name)
    }

    fn read(&mut self, tokens: TokenStream, place: Place, errors: &mut Errors) {
        // Option by option, so that one wrong value does not hide the mistakes after it.
        for piece in &split_at_commas(tokens, place, errors) {
            let read = |input: ParseStream<'_>| self.read_one(input, place);
            if let Err(error) = parse_all(piece.clone(), read) {
                errors.push(error);
            }
        }
    }

    fn read_one(&mut self, input: ParseStream<'_>, place: Place) -> syn::Result<()> {
        let key = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("expected an option; accepted are {}", place.accepted()),
            )
        })?;
        let key_text = key.to_string();
        if !place.options().contains(&key_text.as_str()) {
            return Err(syn::Error::new(key.span(), unknown(&key_text, place)));
        }
        if self.keys.contains(&key) {
            // Whatever its value.
            input.parse::<TokenStream>()?;
            return Err(syn::Error::new(
                key.span(),
                format!("`{key}` is given twice; keep one of them"),
            ));
        }
        match key_text.as_str() {
            "name" => self.name = Some(name(&value(input, &key, NAME_TAKES)?)?),
            "sample" => self.sample = Some(sample(&value(input, &key, SAMPLE_TAKES)?)?),
            "skip" => {
                if !input.is_empty() {
                    return Err(input.error("`skip` takes no value: write `skip` alone"));
                }
            }
            "kind" => self.kind = Some(kind(&value(input, &key, KIND_TAKES)?)?),
            _ => self.krate = Some(crate_path(value(input, &key, CRATE_TAKES)?)?),
        }
        self.keys.push(key);
        Ok(())
    }
}

const NAME_TAKES: &str = "`name` takes a string literal that is not empty: `name = \"sessions\"`";
const SAMPLE_TAKES: &str = "`sample` takes a whole number from 1 to 1000000, where 64 records one operation in 64 \
                            (`sample = 64`), or `sample = \"auto\"`";
const KIND_TAKES: &str = "`kind` takes the map that the name stands for, `HashMap`, `HashSet`, `BTreeMap`, `BTreeSet`, \
                          or one of `hashbrown` or `indexmap`: `kind = HashMap`, `kind = hashbrown::HashMap`";
const CRATE_TAKES: &str = "`crate` takes the path of the crate maptrace, without quotes: `crate = my_crate::maptrace`";

/// Cuts at the commas that stand in no bracket. A comma with nothing before it is reported.
fn split_at_commas(tokens: TokenStream, place: Place, errors: &mut Errors) -> Vec<TokenStream> {
    let mut pieces = Vec::new();
    let mut piece = TokenStream::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                if piece.is_empty() {
                    errors.on(
                        &token,
                        format!(
                            "expected an option before this comma; accepted are {}",
                            place.accepted()
                        ),
                    );
                } else {
                    pieces.push(std::mem::take(&mut piece));
                }
            }
            _ => token.to_tokens(&mut piece),
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// The tokens after `key =`.
fn value(input: ParseStream<'_>, key: &Ident, takes: &str) -> syn::Result<TokenStream> {
    if input.is_empty() {
        return Err(syn::Error::new(key.span(), takes));
    }
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return Err(syn::Error::new_spanned(input.parse::<TokenStream>()?, takes));
    }
    let value: TokenStream = input.parse()?;
    if value.is_empty() {
        Err(syn::Error::new(key.span(), takes))
    } else {
        Ok(value)
    }
}

fn name(value: &TokenStream) -> syn::Result<String> {
    let name = parse_all(value.clone(), <LitStr as Parse>::parse).map(|literal| literal.value());
    match name {
        Ok(name) if !name.trim().is_empty() => Ok(name),
        _ => Err(syn::Error::new_spanned(value, NAME_TAKES)),
    }
}

fn sample(value: &TokenStream) -> syn::Result<Sample> {
    if let Ok(literal) = parse_all(value.clone(), LitInt::parse)
        && let Ok(one_in @ 1..=1_000_000) = literal.base10_parse::<u32>()
    {
        return Ok(Sample::OneIn(one_in));
    }
    if parse_all(value.clone(), <LitStr as Parse>::parse).is_ok_and(|literal| literal.value() == "auto") {
        return Ok(Sample::Auto);
    }
    Err(syn::Error::new_spanned(value, SAMPLE_TAKES))
}

fn kind(value: &TokenStream) -> syn::Result<Kind> {
    let path = parse_all(value.clone(), Path::parse_mod_style).ok();
    let kind = path.and_then(|path| {
        let mut idents = path.segments.iter().map(|segment| &segment.ident);
        match (idents.next()?, idents.next(), idents.next()) {
            (name, None, _) => Home::Std.kind_named(name).or_else(|| Home::Indexmap.kind_named(name)),
            (krate, Some(name), None) if krate == "hashbrown" => Home::Hashbrown.kind_named(name),
            (krate, Some(name), None) if krate == "indexmap" => Home::Indexmap.kind_named(name),
            _ => None,
        }
    });
    kind.ok_or_else(|| syn::Error::new_spanned(value, KIND_TAKES))
}

fn crate_path(value: TokenStream) -> syn::Result<Path> {
    parse_all(value.clone(), Path::parse_mod_style).map_err(|_| syn::Error::new_spanned(value, CRATE_TAKES))
}

fn unknown(key: &str, place: Place) -> String {
    if place == Place::Part && key == "kind" {
        return "`kind` is said of a `use` or `type` item: `#[maptrace::maptrace(kind = HashMap)]` above it".to_owned();
    }
    if place == Place::Part && key == "crate" {
        return "`crate` is said once, on the item: `#[maptrace(crate = path)]` above it".to_owned();
    }
    let (mut nearest, mut hint) = ((3, ""), String::new());
    for option in place.options() {
        nearest = nearest.min((distance(key, option), option));
    }
    if nearest.0 < 3 {
        hint = format!("did you mean `{}`? ", nearest.1);
    }
    format!("unknown option `{key}`; {hint}accepted are {}", place.accepted())
}

/// The number of letters to insert, delete or change to come from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let mut row = vec![0];
    for _ in b.chars() {
        row.push(row.len());
    }
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.chars().enumerate() {
            let change = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[row.len() - 1]
}

/// The crate maptrace as an absolute path, for items without `crate = path`.
pub(crate) fn default_crate() -> Path {
    let here = Span::mixed_site();
    let mut path = Path::from(Ident::new("maptrace", here));
    path.leading_colon = Some(Token![::](here));
    path
}
