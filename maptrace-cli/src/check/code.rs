//! Code: functions, `impl` blocks and traits, in which std's maps may be written with their path.
//!
//! A line above such an item traces all maps in it. It is asked for where nothing less does: a map that is imported is
//! traced by the line above its `use`.

use std::collections::BTreeSet;

use proc_macro2::{LineColumn, Span, TokenStream};
use syn::spanned::Spanned as _;
use syn::visit::Visit as _;
use syn::{Attribute, Stmt};

use super::attributes::{Annotated, annotated, start_of};
use super::find::Finder;
use super::finding::{ATTRIBUTE, Finding, Insertion, Verdict};
use super::macros::{self, Content};
use super::maps::{Foreign, Kin, StdPart, attribute_sees};
use super::names::{Origin, Scope, Words};
use super::verdict;

/// An item around the current place that takes the attribute. The outermost is the module.
pub(super) struct Code {
    /// How many blocks are around it: what those within it bring, the attribute sees.
    blocks: usize,
    /// How many findings there were before it.
    findings: usize,
    /// Std's maps that are written with their path, and are nobody else's to trace.
    written: Vec<(LineColumn, String)>,
    /// Names that the attribute would take for std's, and which are not.
    mistaken: BTreeSet<String>,
    /// Maps that it would refuse to leave plain beside others.
    refused: BTreeSet<String>,
    /// What the imports in it want if a line stands above it, and nothing else.
    pub(super) wanted: Vec<Finding>,
    /// How many members are to be annotated.
    members: usize,
    is_module: bool,
}

impl Code {
    pub(super) fn module() -> Self {
        Self {
            is_module: true,
            ..Self::new(0, 0)
        }
    }

    fn new(blocks: usize, findings: usize) -> Self {
        Self {
            blocks,
            findings,
            written: Vec::new(),
            mistaken: BTreeSet::new(),
            refused: BTreeSet::new(),
            wanted: Vec::new(),
            members: 0,
            is_module: false,
        }
    }

    /// What keeps the attribute from standing above it, and what it would want.
    pub(super) fn ended(mut self) -> (BTreeSet<String>, Vec<Finding>) {
        self.mistaken.append(&mut self.refused);
        (self.mistaken, self.wanted)
    }
}

/// Findings inside an item whose own line traces them.
#[derive(Default)]
pub(super) struct Covered {
    /// What that line does not trace.
    pub(super) rest: Vec<Finding>,
    /// The maps that it does.
    pub(super) maps: BTreeSet<String>,
    /// How many lines it stands for.
    pub(super) lines: usize,
    /// The insertions that are needed all the same, as those that leave a field out.
    kept: Vec<Insertion>,
}

impl Covered {
    pub(super) fn add(&mut self, mut finding: Finding) {
        let is_line = |insertion: &mut Insertion| insertion.text == ATTRIBUTE;
        if let Verdict::Add { insert } = &mut finding.verdict
            && insert.extract_if(.., is_line).count() > 0
        {
            self.lines += 1;
            self.kept.append(insert);
            self.maps.append(&mut finding.maps);
        } else {
            self.rest.push(finding);
        }
    }

    /// Of the item with the `line`, or with none if it is there already.
    pub(super) fn verdict(self, line: Option<Insertion>) -> Verdict {
        let insert: Vec<Insertion> = line.into_iter().chain(self.kept).collect();
        if insert.is_empty() {
            Verdict::Present
        } else {
            Verdict::Add { insert }
        }
    }
}

impl Finder<'_> {
    /// An item with code. An `impl` or trait `gathers` its members: a line above it is less than one above each, and
    /// knows what they belong to.
    pub(super) fn code(
        &mut self,
        attributes: &[Attribute],
        bare: Span,
        what: String,
        gathers: bool,
        visit: impl FnOnce(&mut Self),
    ) {
        let has_own = annotated(attributes) != Annotated::No;
        // What has a line of its own is left to that by one around it.
        let around = if has_own {
            std::mem::take(&mut self.codes)
        } else {
            Vec::new()
        };
        self.codes.push(Code::new(self.blocks.len(), self.findings.len()));
        self.around.push(what.clone());
        visit(self);
        self.around.pop();
        let code = self.codes.pop().expect("pushed above");
        if has_own {
            self.codes = around;
        }

        let first = code.written.iter().map(|(at, _)| *at).min();
        let written: BTreeSet<String> = code.written.into_iter().map(|(_, map)| map).collect();
        let is_needed = !written.is_empty() || (gathers && code.members > 0);
        if !has_own && !is_needed {
            return self.want(code.wanted);
        }
        let in_the_way = match (code.mistaken.is_empty(), code.refused.is_empty()) {
            (false, _) => Some(verdict::same_name(&code.mistaken)),
            (true, false) => Some(verdict::beside_plain(&code.refused)),
            (true, true) => None,
        };
        if let (false, Some(verdict)) = (has_own, in_the_way) {
            // The members have their own lines.
            if let Some(at) = first {
                self.report(at, what, written, verdict);
            }
            return self.want(code.wanted);
        }
        let mut covered = Covered::default();
        self.findings
            .drain(code.findings..)
            .for_each(|finding| covered.add(finding));
        self.findings.append(&mut covered.rest);
        covered.maps.extend(written);
        if has_own || !covered.maps.is_empty() {
            self.findings.extend(code.wanted);
        }
        if covered.maps.is_empty() {
            return;
        }
        let line = (!has_own).then(|| self.insertion(start_of(attributes, bare.start()), ATTRIBUTE));
        if let (false, Some(outer)) = (has_own, self.codes.last_mut()) {
            outer.members += 1;
        }
        let maps = std::mem::take(&mut covered.maps);
        self.report(bare.start(), what, maps, covered.verdict(line));
    }

    /// What imports want is asked of the next item around them that takes a line.
    fn want(&mut self, mut wanted: Vec<Finding>) {
        if let Some(outer) = self.codes.last_mut() {
            outer.wanted.append(&mut wanted);
        }
    }

    /// A path in code or in a signature.
    pub(super) fn path(&mut self, path: &syn::Path) {
        let words = Words::from(path);
        let sees = attribute_sees(&words.words);
        let origin = self.origin(&words);
        if origin == Origin::Other {
            self.names_item(&words);
        }
        match origin {
            Origin::Std(StdPart::Map(map) | StdPart::Beside(map)) if sees => {
                if words.is_from_root() {
                    let at = path.span().start();
                    self.written(at, &words, |finder| finder.report_full_path(at, map));
                } else if self.is_conditional(&words) {
                    self.mistake(&words);
                }
            }
            Origin::Std(StdPart::Map(_) | StdPart::Beside(_)) => match self.by_other_name_of_std(&words) {
                Some(true) => self.written(path.span().start(), &words, |_| ()),
                Some(false) => self.report_other_name(path.span().start(), &words),
                None => {}
            },
            Origin::Foreign(map) if map.kin == Kin::Module => self.of_module(&words, &map, path.span()),
            Origin::Foreign(map) => {
                if self.begins_with_crate(&words) || self.is_unnamed(&words, &map) {
                    self.foreign_map(&words, &map, path.span());
                    if self.is_refused(&words, &map) {
                        self.refuse(&words);
                    }
                }
                if sees {
                    self.mistake(&words);
                }
            }
            Origin::Plain {
                is_map: true,
                is_skipped: false,
            } => self.refuse(&words),
            Origin::Other | Origin::Unseen if sees && !self.is_left(&words) => self.mistake(&words),
            _ => {}
        }
    }

    /// A map of a crate that maptrace has a module for. One that is imported is traced by its import.
    fn of_module(&mut self, words: &Words, map: &Foreign, at: Span) {
        if self.begins_with_crate(words) {
            self.written(at.start(), words, |finder| finder.foreign_map(words, map, at));
        }
    }

    /// A map that is written with its path. `otherwise` says what of it if it is in no item that takes the attribute.
    fn written(&mut self, at: LineColumn, words: &Words, otherwise: impl FnOnce(&mut Self)) {
        match self.codes.last_mut() {
            Some(code) if !code.is_module => code.written.push((at, words.through_map())),
            _ => otherwise(self),
        }
    }

    /// Notes that the attribute would take this for one of std's maps. It does not where something in its item brings
    /// the name.
    pub(super) fn mistake(&mut self, words: &Words) {
        let Some(first) = words.words.first() else { return };
        let is_module_s = self.names.brings(self.module, first);
        for code in &mut self.codes {
            let inside = self.blocks[code.blocks..].iter().any(|block| block.brings(first));
            let is_brought = inside || (code.is_module && is_module_s);
            if !is_brought {
                code.mistaken.insert(words.to_string());
            }
        }
    }

    /// The same of an import, above whatever is around it.
    pub(super) fn mistake_import(&mut self, words: &Words) {
        for code in &mut self.codes {
            code.mistaken.insert(words.to_string());
        }
    }

    /// Notes that the attribute would refuse to leave this plain, above whatever is around it.
    pub(super) fn refuse(&mut self, words: &Words) {
        for code in &mut self.codes {
            code.refused.insert(words.through_type());
        }
    }

    /// A macro that is called in code.
    pub(super) fn call(&mut self, mac: &syn::Macro) {
        // `maplit::hashmap!`.
        self.path(&mac.path);
        match Content::of(mac) {
            Some(Content::Statements(statements)) => self.statements(&statements),
            Some(content) => content.visit(self),
            None => self.tokens(mac.tokens.clone(), &macros::name(mac), false),
        }
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) {
        let items = statements.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            _ => None,
        });
        self.blocks.push(Scope::of(items));
        statements.iter().for_each(|statement| self.visit_stmt(statement));
        self.blocks.pop();
    }

    /// Maps in tokens that nobody but a macro can read. A bare name is one that has been imported.
    pub(super) fn tokens(&mut self, tokens: TokenStream, macro_name: &str, is_definition: bool) {
        let mut maps = BTreeSet::new();
        let mut at = None;
        for (words, span) in macros::paths(tokens) {
            if words.is_from_root()
                && let Origin::Std(StdPart::Map(_) | StdPart::Beside(_) | StdPart::Collections) = self.origin(&words)
            {
                at.get_or_insert(span);
                maps.insert(words.through_map());
            }
        }
        let Some(at) = at else { return };
        let (place, verdict) = if is_definition {
            (format!("`macro_rules! {macro_name}`"), verdict::in_macro_body())
        } else {
            (self.place(&format!("`{macro_name}!`")), verdict::in_macro_call())
        };
        self.report(at.start(), place, maps, verdict);
    }
}
