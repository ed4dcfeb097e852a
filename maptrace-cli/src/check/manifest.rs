//! What a Cargo.toml needs.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_metadata::{DependencyKind, Package};
use serde::Serialize;
use toml_edit::{DocumentMut, Item, Table, Value};

use crate::source::Source;

/// The feature that turns tracing on.
const FEATURE: &str = "trace-maps";
const ENABLE: &str = "maptrace/enable";

/// A line to add.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    pub(super) table: &'static str,
    pub(super) key: &'static str,
    pub(super) value: String,
}

/// The feature of `package` that turns tracing on, if it has one.
pub(super) fn switch(package: &Package) -> Option<String> {
    package
        .features
        .iter()
        .find(|(_, enables)| enables.iter().any(|enables| enables == ENABLE))
        .map(|(name, _)| name.clone())
}

pub(super) fn missing(package: &Package, source: &Source) -> Vec<Line> {
    let mut lines = Vec::new();
    let dependency = package
        .dependencies
        .iter()
        .find(|dependency| dependency.name == "maptrace" && dependency.kind == DependencyKind::Normal);
    if dependency.is_none() {
        let value = match source {
            Source::Registry => Value::from(env!("CARGO_PKG_VERSION")),
            Source::Checkout(_) => source.dependency("").into(),
        };
        lines.push(Line {
            table: "dependencies",
            key: "maptrace",
            value: value.to_string(),
        });
    }
    let is_on = dependency.is_some_and(|dependency| dependency.features.iter().any(|feature| feature == "enable"));
    if !is_on && switch(package).is_none() {
        lines.push(Line {
            table: "features",
            key: FEATURE,
            value: toml_edit::Array::from_iter([ENABLE]).to_string(),
        });
    }
    lines
}

/// The text of the manifest with `lines` in it. What was there stays as it was.
pub(super) fn with_lines(manifest: &Path, lines: &[Line]) -> Result<String> {
    let text = fs::read_to_string(manifest).with_context(|| format!("reading {}", manifest.display()))?;
    let mut document: DocumentMut = text
        .parse()
        .with_context(|| format!("reading {}", manifest.display()))?;
    for line in lines {
        let value: Value = line.value.trim().parse().context("a value of our own")?;
        let table = document
            .entry(line.table)
            .or_insert_with(|| Item::Table(Table::new()))
            .as_table_like_mut()
            .with_context(|| format!("`{}` is no table in {}", line.table, manifest.display()))?;
        table.insert(line.key, Item::Value(value));
    }
    Ok(document.to_string())
}
