//! The fields of structs and enums.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::Visit as _;
use syn::{Attribute, Fields};

use super::attributes::{Annotated, annotated, is_skipped, start_of};
use super::find::Finder;
use super::finding::{ATTRIBUTE, SKIP};
use super::verdict;

impl Finder<'_> {
    pub(super) fn fields<'f>(
        &mut self,
        attributes: &[Attribute],
        bare: Span,
        place: String,
        fields: impl Iterator<Item = (String, &'f syn::Field)>,
    ) {
        self.around.push(place.clone());
        self.fields_of(attributes, bare, place, fields);
        self.around.pop();
    }

    fn fields_of<'f>(
        &mut self,
        attributes: &[Attribute],
        bare: Span,
        place: String,
        fields: impl Iterator<Item = (String, &'f syn::Field)>,
    ) {
        let mut maps = BTreeSet::new();
        let mut skipped = Vec::new();
        let mut unclear = Vec::new();
        let mut refused = Vec::new();
        for (name, field) in fields {
            if is_skipped(&field.attrs) {
                continue;
            }
            let found = self.look(|look| look.visit_type(&field.ty));
            if annotated(&field.attrs) != Annotated::No {
                // Its options are for the attribute above the item.
                maps.extend(found.rewritten.iter().map(|map| format!("{name}: {map}")));
                continue;
            }
            self.report_beside(&found);
            let without = syn::Field {
                attrs: Vec::new(),
                ..field.clone()
            };
            if found.is_clear() && (!found.refused.is_empty() || found.is_left && found.rewritten.is_empty()) {
                skipped.push(self.insertion(start_of(&field.attrs, without.span().start()), SKIP));
                self.report_refused(without.span(), &format!("{place}, field `{name}`"), &found);
                refused.extend(found.refused);
            } else if found.is_clear() {
                maps.extend(found.rewritten.iter().map(|map| format!("{name}: {map}")));
            } else if found.rewritten.is_empty() {
                let start = start_of(&field.attrs, without.span().start());
                skipped.push(self.insertion(start, SKIP));
                unclear.push((without.span(), found));
            } else {
                let place = format!("{place}, field `{name}`");
                found.mistaken.iter().for_each(|words| self.mistake(words));
                self.report(
                    without.span().start(),
                    place,
                    found.rewritten.clone(),
                    verdict::same_name(&found.others()),
                );
                return;
            }
        }
        if !maps.is_empty() {
            // Skipped fields are as they were: whatever they hold.
            self.item(attributes, bare, place, maps, ATTRIBUTE, skipped);
            return;
        }
        refused.iter().for_each(|words| self.refuse(words));
        for (span, found) in unclear {
            found.mistaken.iter().for_each(|words| self.mistake(words));
            self.report_unseen(span, &place, &found);
        }
    }
}

/// Fields with their names, or their numbers.
pub(super) fn named<'f>(fields: &'f Fields, before: &str) -> Vec<(String, &'f syn::Field)> {
    fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let name = field
                .ident
                .as_ref()
                .map_or_else(|| index.to_string(), ToString::to_string);
            (format!("{before}{name}"), field)
        })
        .collect()
}
