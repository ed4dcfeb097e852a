//! Off is off: with the feature `enable` off, `#[maptrace]` changes not one byte of machine code.
//!
//! `src/functions.rs` is compiled as a user's release build would compile it: once with plain maps, without maptrace
//! as a dependency; and with `#[maptrace]` in each of its forms, (a) without `enable` and (b) with `enable` and
//! `release_off`. The object files must be equal, function by function, bytes and what the bytes refer to, and so must
//! the data. The programs must hold no symbol and no text of maptrace. (c) With `enable`, which is the control, all of
//! that must be found different: a comparison that cannot tell would prove nothing.
//!
//! Run it with `ci/off_is_off.sh`, which also shows the table.

mod code;
mod differences;
mod variant;

use code::{Code, traces_of_maptrace};
use differences::{Listing, data_that_differs, functions_that_differ};
use variant::{VARIANTS, Variant, Variants};

/// The functions of `src/functions.rs`, found in its source so that none can be forgotten.
fn expected() -> Vec<String> {
    include_str!("../../src/functions.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split(['(', '<']).next())
        .map(|name| format!("disabled::functions::{name}"))
        .collect()
}

fn read(variant: &Variant) -> Code {
    let code = Code::read(&variant.object);
    for name in expected() {
        assert!(
            code.functions.contains_key(&name),
            "{name} is not in the object of {}",
            variant.described()
        );
    }
    code
}

fn same_as_plain(variant: &Variant) {
    let (plain, other) = (read(&VARIANTS.plain), read(variant));
    if let Some(name) = functions_that_differ(&plain, &other).first() {
        panic!(
            "{name} differs between {} and {}:\n{}",
            VARIANTS.plain.described(),
            variant.described(),
            Listing::of(&VARIANTS.plain, &plain, name).diff(&Listing::of(variant, &other, name))
        );
    }
    let data = data_that_differs(&plain, &other);
    assert!(
        data.is_empty(),
        "the data of {} differs: {data:#?}",
        variant.described()
    );
}

#[test]
fn without_enable_the_code_is_that_of_plain_maps() {
    same_as_plain(&VARIANTS.attribute);
}

#[test]
fn with_release_off_the_code_is_that_of_plain_maps() {
    same_as_plain(&VARIANTS.release_off);
}

#[test]
fn with_enable_every_function_that_changes_a_map_differs() {
    let (plain, enable) = (read(&VARIANTS.plain), read(&VARIANTS.enable));
    let differ = functions_that_differ(&plain, &enable);
    for name in expected() {
        assert!(
            name.contains("::read_") || differ.contains(&name),
            "{name} is the same with tracing on: either it is not traced, or the comparison cannot tell"
        );
    }
}

#[test]
fn one_changed_byte_or_reference_is_found() {
    let name = "disabled::functions::remove";
    let plain = read(&VARIANTS.plain);
    let mut changed = read(&VARIANTS.plain);
    assert_eq!(functions_that_differ(&plain, &changed), [""; 0]);

    changed.functions.get_mut(name).unwrap()[0].bytes[7] ^= 1;
    assert_eq!(functions_that_differ(&plain, &changed), [name]);

    let mut changed = read(&VARIANTS.plain);
    let target = &mut changed.functions.get_mut(name).unwrap()[0].refers_to[0];
    target.push('!');
    assert_eq!(functions_that_differ(&plain, &changed), [name]);

    let mut changed = read(&VARIANTS.plain);
    changed.functions.remove(name);
    assert_eq!(functions_that_differ(&plain, &changed), [name]);
    assert_eq!(functions_that_differ(&changed, &plain), [name]);

    let mut changed = read(&VARIANTS.plain);
    changed.data[0].push('!');
    assert_eq!(data_that_differs(&plain, &changed).len(), 2);
}

#[test]
fn nothing_of_maptrace_is_in_the_programs() {
    for variant in VARIANTS.off().into_iter().chain([&VARIANTS.plain]) {
        let traces = traces_of_maptrace(&variant.program_bytes());
        assert!(traces.is_empty(), "{} has {traces:#?}", variant.described());
    }
    let traces = traces_of_maptrace(&VARIANTS.enable.program_bytes());
    assert!(
        traces.iter().any(|trace| trace.starts_with("symbol "))
            && traces.iter().any(|trace| !trace.starts_with("symbol ")),
        "with tracing on there are symbols and text to find, or this test would prove nothing: {traces:#?}"
    );
}

#[test]
fn the_programs_say_the_same() {
    let plain = VARIANTS.plain.run();
    assert!(plain.status.success() && plain.stderr.is_empty());
    let answer = String::from_utf8(plain.stdout).unwrap();
    assert!(answer.lines().count() > 20);
    for variant in VARIANTS.off().into_iter().chain([&VARIANTS.enable]) {
        let output = variant.run();
        assert!(output.status.success(), "{}", variant.described());
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            answer,
            "{}",
            variant.described()
        );
        // The environment asks for a report and has a wrong value. Whoever looks at it has something to say.
        let silent = output.stderr.is_empty();
        assert_eq!(
            silent,
            variant.title != "enable",
            "{}: {}",
            variant.described(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Not a check: the table for people, seen with `--nocapture`.
#[test]
fn table() {
    let Variants {
        plain,
        attribute,
        release_off,
        enable,
    } = &*VARIANTS;
    let plain = read(plain);
    let columns = [attribute, release_off, enable].map(|variant| (variant.title, read(variant)));
    let table = differences::table(&expected(), &plain, &columns);
    assert_eq!(table.lines().count(), expected().len() + 3, "{table}");
    println!("{table}");
}
