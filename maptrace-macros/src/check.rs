//! Everything an accepted item can be refused for.

use proc_macro2::Span;
use quote::ToTokens;

use crate::above;
use crate::args::Options;
use crate::ast::{Input, Item};
use crate::errors::Errors;
use crate::maps::{Home, Needed, SUPPORTED};
use crate::plan::Plan;

/// Reports a derive that ran before the attribute.
pub(crate) fn derive_above(input: &Input, errors: &mut Errors) {
    let derivable = matches!(input.item, Item::Struct(_) | Item::Enum(_));
    // The one use of the call site: as the place of the attribute, not as the scope of a name.
    let attribute = Span::call_site();
    if derivable && above::is_below_derive(attribute) {
        errors.at(
            attribute,
            "a `#[derive]` above #[maptrace] has already run, on the maps as they were; put #[maptrace] above every \
             `#[derive]`",
        );
    }
}

/// Reports every mistake in how options and item go together.
pub(crate) fn check(input: &Input, options: &Options, plan: &Plan, known: &[Home], errors: &mut Errors) {
    skip_stands_alone(options, errors);
    if options.is_skipped() {
        return;
    }
    features(plan, known, errors);
    parts(options, plan, errors);
    if let Some(key) = options.key("kind") {
        let alone = match input.item {
            Item::Use(_) => plan.aliases == 1 && plan.sites.len() == 1,
            Item::Type(_) => true,
            _ => false,
        };
        if !alone {
            errors.on(
                key,
                "`kind` says which map a name stands for, so it goes on a `type`, or on a `use` of that one name",
            );
            return;
        }
    }
    for (at, why) in &plan.untraced {
        errors.on(at, why);
    }
    if plan.touched {
        item_options(input, options, plan, errors);
    } else if plan.untraced.is_empty() {
        no_map(input, plan, errors);
    }
}

/// Maps of crates that maptrace is built without. They cannot be left plain: another crate of the same build may ask
/// for the feature, and they would be traced from then on.
fn features(plan: &Plan, known: &[Home], errors: &mut Errors) {
    let mut told = known.to_vec();
    for Needed { at, home } in &plan.needed {
        if !told.contains(home) {
            told.push(*home);
            let name = home.module();
            errors.on(
                at,
                format!(
                    "maps of `{name}` are traced with the feature `{name}` of maptrace: `cargo add maptrace --features \
                     {name}`. Or leave them plain: `#[maptrace::maptrace(skip)]` above their `use`, or above the field, \
                     `let` or method that names them"
                ),
            );
        }
    }
}

fn skip_stands_alone(options: &Options, errors: &mut Errors) {
    if !options.is_skipped() {
        return;
    }
    for key in &options.keys {
        if key != "skip" {
            errors.on(
                key,
                format!("`skip` leaves everything as it is, so `{key}` has no effect; remove one of them"),
            );
        }
    }
}

/// Options on parts of the item that do nothing there.
fn parts(item_options: &Options, plan: &Plan, errors: &mut Errors) {
    for part in &plan.parts {
        let options = &part.options;
        skip_stands_alone(options, errors);
        if !part.touched {
            for key in &options.keys {
                errors.on(
                    key,
                    format!(
                        "`{key}` has no effect, as there is no map in this {}; remove it; {SUPPORTED}",
                        part.what
                    ),
                );
            }
        } else if !options.is_skipped() {
            if part.maps == 0 {
                no_place(options, errors);
            }
            let Some(key) = options.key("name") else { continue };
            if item_options.name.is_some() {
                errors.on(
                    key,
                    "the item has a `name` already; keep this one and remove that of the item",
                );
            }
            if part.names > 1 {
                several(options, EACH, errors);
            }
        }
    }
}

/// `each` is what to name instead.
fn several(options: &Options, each: &str, errors: &mut Errors) {
    let (Some(key), Some(name)) = (options.key("name"), &options.name) else {
        return;
    };
    let first = format!("{name} 1");
    errors.on(
        key,
        format!(
            "several maps come from here, which would all have this name; in place of it put one of its own on {each}: \
             `#[maptrace(name = {first:?})]`"
        ),
    );
}

const EACH: &str = "the `let`, field or item that makes each";

/// Options on the item that do nothing there.
fn item_options(input: &Input, options: &Options, plan: &Plan, errors: &mut Errors) {
    if plan.declared == 0 {
        no_place(options, errors);
    }
    if plan.names > 1 {
        let has_fields = matches!(input.item, Item::Struct(_) | Item::Enum(_));
        several(options, if has_fields { "each field" } else { EACH }, errors);
    }
}

/// `name` and `sample` describe a place; entry and iterator types are none.
fn no_place(options: &Options, errors: &mut Errors) {
    for key in &options.keys {
        if key == "name" || key == "sample" {
            errors.on(
                key,
                format!("`{key}` has no effect, as no map comes from here, only types that belong to one; remove it"),
            );
        }
    }
}

fn no_map(input: &Input, plan: &Plan, errors: &mut Errors) {
    let skipped = plan.parts.iter().any(|part| part.touched);
    let at = match &input.item {
        Item::Use(item) => item.tree.to_token_stream(),
        Item::Type(item) => item.ty.to_token_stream(),
        Item::Static(item) => item.ty.to_token_stream(),
        Item::Const(item) => item.ty.to_token_stream(),
        Item::Struct(item) => item.ident.to_token_stream(),
        Item::Enum(item) => item.ident.to_token_stream(),
        Item::Fn(item) => item.sig.ident.to_token_stream(),
        Item::Impl(item) => item.impl_token.to_token_stream(),
        Item::Trait(item) => item.ident.to_token_stream(),
        Item::Mod(item) => item.ident.to_token_stream(),
        Item::ThreadLocal(item) => item.mac.path.to_token_stream(),
    };
    if skipped {
        errors.on(
            &at,
            "every map of this item is skipped; write `#[maptrace::maptrace(skip)]` once, above it, in place of \
             #[maptrace]",
        );
    } else if let Some((map, why)) = plan.foreign.as_ref().or(plan.aliased.as_ref()) {
        errors.on(map, why);
    } else if plan.left {
        errors.on(
            &at,
            "there is no map in here but in items with a #[maptrace] of their own, which do without this one; remove it",
        );
    } else if let Item::Use(_) = &input.item {
        errors.on(
            &at,
            format!(
                "no map is imported here; {SUPPORTED}, and the types of their modules; if it stands for one of them, say which: \
                 `#[maptrace::maptrace(kind = HashMap)]` above a `use` of that name alone; else take #[maptrace] away"
            ),
        );
    } else {
        let outside = if input.item.is_scope() { "outside " } else { "" };
        errors.on(
            &at,
            format!(
                "there is no map in here; {SUPPORTED}, under their own names; if a `type` or a renamed `use` {outside}\
                 stands for one of them, annotate that item, with `kind = HashMap` or what it is if its name does not say so; else take \
                 #[maptrace] away"
            ),
        );
    }
}
