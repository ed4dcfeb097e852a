//! What a Cargo.toml needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_metadata::{Dependency, DependencyKind, Package};
use serde::Serialize;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::source::Source;
use crate::traits::FEATURES;

/// The feature that turns tracing on.
const FEATURE: &str = "trace-maps";
const ENABLE: &str = "maptrace/enable";

/// A line to add, or one that gets more.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    pub(super) table: &'static str,
    pub(super) key: &'static str,
    pub(super) value: String,
    /// What was there: an array gets the elements of `value`, and a dependency its features.
    is_more: bool,
}

/// The feature of `package` that turns tracing on, if it has one.
pub(super) fn switch(package: &Package) -> Option<String> {
    package
        .features
        .iter()
        .find(|(_, enables)| enables.iter().any(|enables| enables == ENABLE))
        .map(|(name, _)| name.clone())
}

fn normal<'p>(package: &'p Package, name: &str) -> Option<&'p Dependency> {
    package
        .dependencies
        .iter()
        .find(|dependency| dependency.name == name && dependency.kind == DependencyKind::Normal)
}

/// `modules` are the features of maptrace's for maps of other crates that the lines need. A crate without std gets none by
/// maptrace either.
pub(super) fn missing(
    package: &Package,
    source: &Source,
    modules: &BTreeSet<&'static str>,
    without_std: bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let present = normal(package, "maptrace");
    let is_missing = |feature: &&str| present.is_none_or(|present| !present.features.iter().any(|has| has == feature));
    let features: Vec<&str> = FEATURES
        .iter()
        .filter(|feature| {
            package.dependencies.iter().any(|dependency| {
                // Of those that are only there now and then, a feature of the package's own would have to say so.
                let is_always = dependency.kind == DependencyKind::Normal && !dependency.optional;
                is_always && feature.is_for(&dependency.name, &dependency.req)
            })
        })
        .map(|feature| feature.name)
        .chain(modules.iter().copied())
        .filter(is_missing)
        .collect();
    let feature_array = || Value::from(Array::from_iter(features.iter().copied()));
    if present.is_none() {
        let mut dependency = source.dependency("");
        if without_std {
            dependency.insert("default-features", false.into());
        }
        if !features.is_empty() {
            dependency.insert("features", feature_array());
        }
        let value = match (source, dependency.len()) {
            (Source::Registry, 1) => Value::from(env!("CARGO_PKG_VERSION")),
            _ => dependency.into(),
        };
        lines.push(Line::new("dependencies", "maptrace", &value, false));
    } else if !features.is_empty() {
        let more = InlineTable::from_iter([("features", feature_array())]);
        lines.push(Line::new("dependencies", "maptrace", &more.into(), true));
    }
    let is_on = present.is_some_and(|present| present.features.iter().any(|feature| feature == "enable"));
    if !is_on && switch(package).is_none() {
        let value = Array::from_iter([ENABLE]).into();
        let is_more = package.features.contains_key(FEATURE);
        lines.push(Line::new("features", FEATURE, &value, is_more));
    }
    lines
}

impl Line {
    fn new(table: &'static str, key: &'static str, value: &Value, is_more: bool) -> Self {
        Self {
            table,
            key,
            value: value.to_string().trim().to_owned(),
            is_more,
        }
    }

    fn put_into(&self, table: &mut dyn TableLike) -> Result<()> {
        let value: Value = self.value.parse().context("a value of our own")?;
        match table.get_mut(self.key).filter(|_| self.is_more) {
            Some(there) => add(there, &value).with_context(|| format!("`{}` is not as cargo has it", self.key)),
            None => {
                table.insert(self.key, Item::Value(value));
                Ok(())
            }
        }
    }
}

/// Adds the elements of an array, or the features of a dependency.
fn add(there: &mut Item, more: &Value) -> Option<()> {
    if let Some(version) = there.as_value_mut()
        && let Some(text) = version.as_str()
    {
        let mut table = Value::from(InlineTable::from_iter([("version", text)]));
        // Comments and blanks around it.
        *table.decor_mut() = version.decor().clone();
        *version = table;
    }
    match more {
        Value::Array(more) => push(there.as_array_mut()?, more),
        more => {
            let more = more.as_inline_table()?.get("features")?;
            let features = there.as_table_like_mut()?.entry("features");
            let features = features.or_insert_with(|| Item::Value(Array::new().into()));
            push(features.as_array_mut()?, more.as_array()?);
        }
    }
    Some(())
}

fn push(array: &mut Array, more: &Array) {
    more.iter()
        .filter_map(Value::as_str)
        .for_each(|element| array.push(element));
}

/// The text of the manifest with `lines` in it. What was there stays as it was.
pub(super) fn with_lines(manifest: &Path, lines: &[Line]) -> Result<String> {
    let text = fs::read_to_string(manifest).with_context(|| format!("reading {}", manifest.display()))?;
    let mut document: DocumentMut = text
        .parse()
        .with_context(|| format!("reading {}", manifest.display()))?;
    for line in lines {
        let table = document
            .entry(line.table)
            .or_insert_with(|| Item::Table(Table::new()))
            .as_table_like_mut()
            .with_context(|| format!("`{}` is no table in {}", line.table, manifest.display()))?;
        line.put_into(table)?;
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, lines: &[Line]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("Cargo.toml");
        fs::write(&manifest, text).unwrap();
        with_lines(&manifest, lines).unwrap()
    }

    #[test]
    fn what_is_there_stays_and_gets_more() {
        let features = InlineTable::from_iter([("features", Value::from(Array::from_iter(["serde"])))]).into();
        let lines = [
            Line::new("dependencies", "maptrace", &features, true),
            Line::new("features", FEATURE, &Array::from_iter([ENABLE]).into(), true),
        ];
        let text = |dependency: &str, feature: &str| {
            format!("[dependencies]\nmaptrace = {dependency} # pinned\n\n[features]\ntrace-maps = [{feature}] # ours\n")
        };
        for (before, after) in [
            ("\"0.1\"", "{ version = \"0.1\", features = [\"serde\"] }"),
            (
                "{ workspace = true, features = [\"enable\"] }",
                "{ workspace = true, features = [\"enable\", \"serde\"] }",
            ),
        ] {
            assert_eq!(
                with(&text(before, "\"other\""), &lines),
                text(after, "\"other\", \"maptrace/enable\"")
            );
        }
    }
}
