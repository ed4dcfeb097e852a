//! Every shape of expansion under lints that users forbid or deny: that this compiles is the test.
//!
//! `cargo clippy -p maptrace-lint-tests`, then the same with `--features enable`. Items that are public here are also
//! documented here, so that a lint can only be about what the attribute adds.

// Forbidden, where an `#[allow]` in an expansion would itself be an error. `non_upper_case_globals` can be denied alone:
// `inventory`, which registers the declarations, allows it in what it emits.
#![forbid(
    unsafe_code,
    unsafe_op_in_unsafe_fn,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    non_ascii_idents,
    non_camel_case_types,
    non_snake_case,
    dead_code,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    keyword_idents_2018,
    keyword_idents_2024,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    non_local_definitions,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unexpected_cfgs,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_attributes,
    unused_crate_dependencies,
    unused_extern_crates,
    unused_import_braces,
    unused_imports,
    unused_lifetimes,
    unused_macro_rules,
    unused_macros,
    unused_mut,
    unused_parens,
    unused_qualifications,
    unused_results,
    unused_variables,
    variant_size_differences
)]
#![deny(
    warnings,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    rust_2021_compatibility
)]
// `fields` expects it once.
#![deny(deprecated)]
#![deny(rust_2024_compatibility, unused)]
// Not `clippy::absolute_paths`: the paths in an initialiser have to look like the user's, for the lines of its calls.
#![deny(clippy::all, clippy::nursery, clippy::pedantic)]
#![deny(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::items_after_statements,
    clippy::missing_docs_in_private_items,
    clippy::min_ident_chars,
    clippy::single_char_lifetime_names,
    clippy::undocumented_unsafe_blocks,
    clippy::unwrap_used
)]

pub mod code;
pub mod constants;
pub mod fields;
pub mod imports;
pub mod local;
pub mod own;
