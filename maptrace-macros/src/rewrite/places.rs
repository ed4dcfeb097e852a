//! Places in code: which variable, field or function a map is made for, and what that is called.
//!
//! Everything between a variable and the constructor is looked through, as in `Arc::new(Mutex::new(HashMap::new()))`. A
//! nested variable or struct expression is a place of its own, and an argument of a method belongs to none: in
//! `let old = map.insert(key, HashMap::new())` the new map is not `old`.

use syn::ext::IdentExt as _;
use syn::visit_mut::{self, VisitMut as _};
use syn::{
    Attribute, Block, Expr, ExprAssign, ExprCall, ExprMethodCall, ExprStruct, Ident, Local, Member, Pat, Stmt, Type,
};

use super::values::{Shorthands, identifiers, is_type, literal_owner, loses_its_caller, types_said};
use super::{FoundMap, Given, Rewriter};
use crate::ast::Range;
use crate::errors::Errors;
use crate::maps::{ImportedMap, Kind};
use crate::plan::{Scope, Site};
use crate::walk::{Visitor as _, elements, elements_mut};

/// The body of a function.
#[derive(Clone)]
pub(super) struct Code {
    /// `Cache::load`.
    path: String,
    range: Range,
    /// Whether a place inside is around the current one.
    in_place: bool,
    /// The variables in reach of the current place, the latest last.
    variables: Vec<Variable>,
    /// Variables that become fields by a shorthand, `Cache { entries }`, with the field's name; the last one counts.
    shorthands: Vec<(String, String)>,
    /// How many places there are of each name.
    numbers: Vec<(String, usize)>,
}

/// A variable that may be assigned to.
#[derive(Clone)]
struct Variable {
    name: String,
    place: Place,
    /// The path of its site for each kind.
    paths: Vec<(Kind, String)>,
    given: Given,
}

/// What a place is called.
#[derive(Clone)]
struct Place {
    base: String,
    /// Whether it is a field, which has its name to itself; variables of one name are numbered.
    is_field: bool,
    line: usize,
}

impl Code {
    /// `handle::seen`.
    pub(super) fn below(&self, name: &Ident) -> String {
        format!("{}::{}", self.path, name.unraw())
    }

    /// Which of the variables the name means.
    fn variable(&self, name: &Ident) -> Option<usize> {
        self.variables.iter().rposition(|variable| name == &variable.name)
    }

    /// Counts one more place of that name.
    fn number(&mut self, base: &str) -> usize {
        if let Some((_, number)) = self.numbers.iter_mut().find(|(known, _)| known == base) {
            *number += 1;
            return *number;
        }
        self.numbers.push((base.to_owned(), 1));
        1
    }
}

impl Rewriter<'_> {
    /// Rewrites the body of the function that is called `path`. `returned` are the maps of its return type.
    pub(super) fn body(
        &mut self,
        path: &str,
        name: &Ident,
        block: &mut Block,
        returned: &[FoundMap],
        header: Vec<(Vec<Attribute>, ImportedMap)>,
    ) {
        let mut shorthands = Shorthands {
            owner: self.owner.as_deref(),
            path,
            found: Vec::new(),
        };
        shorthands.visit_block_mut(&mut block.clone());
        let range = Range::between(name.span(), block.brace_token.span.close());
        let collected = match block.stmts.last() {
            Some(Stmt::Expr(value, None)) => loses_its_caller(value),
            _ => false,
        };
        let code = Code {
            shorthands: shorthands.found,
            path: path.to_owned(),
            range,
            in_place: false,
            variables: Vec::new(),
            numbers: Vec::new(),
        };
        let code = self.code.replace(code);
        let kinds = std::mem::take(&mut self.kinds);
        self.block(block, header, &mut |this| {
            let kinds = std::mem::take(&mut this.kinds);
            if kinds.is_empty() && !returned.is_empty() && !this.returning.iter().any(|known| known == path) {
                this.returning.push(path.to_owned());
            }
            for (index, map) in returned.iter().enumerate() {
                let ty = map.declared(&this.generics, this.krate);
                let ty = ty.filter(|_| collected);
                // Without a type it would only repeat what the body says.
                if ty.is_some() || !(map.inner || kinds.contains(&map.kind)) {
                    this.site(
                        numbered(path, index + 1),
                        index,
                        map.kind,
                        Scope::Body,
                        range.from.0,
                        range,
                        ty,
                    );
                }
            }
            if !kinds.is_empty() {
                this.call(path);
            }
            for &kind in &kinds {
                this.site(path.to_owned(), 0, kind, Scope::Body, range.from.0, range, None);
            }
        });
        self.kinds = kinds;
        self.code = code;
    }

    /// How many variables there are outside of a block that starts here.
    pub(super) fn variables(&self) -> usize {
        self.code.as_ref().map_or(0, |code| code.variables.len())
    }

    /// Forgets the variables of a block that ends here.
    pub(super) fn leave_variables(&mut self, outside: usize) {
        if let Some(code) = &mut self.code {
            code.variables.truncate(outside);
        }
    }

    /// `let`.
    pub(super) fn local(&mut self, local: &mut Local) {
        let options = self.take_helpers(&mut local.attrs);
        self.visit_attributes_mut(&mut local.attrs);
        self.part("`let`", &[], options, local, |this, local| {
            let range = Range::of(&Local {
                attrs: Vec::new(),
                ..local.clone()
            });
            let (pat, ty) = match &mut local.pat {
                Pat::Type(typed) => (&mut *typed.pat, Some(&mut *typed.ty)),
                pat => (pat, None),
            };
            let init = local.init.as_mut();
            let (init, diverge) = init.map_or((None, None), |init| (Some(&mut *init.expr), init.diverge.as_mut()));
            this.bind(pat, ty, init, range);
            if let Some((_, diverge)) = diverge {
                this.visit_expr_mut(diverge);
            }
        });
    }

    /// Rewrites a pattern with the type and the value that belong to it.
    fn bind(&mut self, pat: &mut Pat, ty: Option<&mut Type>, init: Option<&mut Expr>, range: Range) {
        if let (Pat::Tuple(pats), Some(Expr::Tuple(values))) = (&mut *pat, &init)
            && pats.elems.len() == values.elems.len()
            && !elements(&pats.elems).any(|pat| matches!(pat, Pat::Rest(_)))
        {
            let Some(Expr::Tuple(values)) = init else { return };
            let mut types = match ty {
                Some(Type::Tuple(types)) => Some(elements_mut(&mut types.elems)),
                Some(other) => {
                    self.visit_type_mut(other);
                    None
                }
                None => None,
            };
            let mut values = elements_mut(&mut values.elems);
            for pat in elements_mut(&mut pats.elems) {
                let Some(value) = values.next() else { return };
                let range = Range::of(value);
                let ty = types.as_mut().and_then(|types| types.next());
                self.bind(pat, ty, Some(value), range);
            }
            return;
        }
        self.walk().visit_pat_mut(pat);
        let [name] = &identifiers(pat)[..] else {
            // No one name for it.
            if let Some(ty) = ty {
                self.visit_type_mut(ty);
            }
            if let Some(init) = init {
                self.visit_expr_mut(init);
            }
            return;
        };
        let place = self.variable(name, range);
        let mut maps = ty.map_or_else(Vec::new, |ty| self.places_in(ty, false));
        let mut kinds = Vec::new();
        let mut collected = false;
        if let Some(init) = init {
            collected = loses_its_caller(init);
            kinds = self.inside_place(init);
            if maps.is_empty() {
                maps = self.made_by(init);
            }
        }
        let paths = self.declare_place(&place, &maps, &kinds, range, collected);
        let given = self.given.clone();
        if let Some(code) = &mut self.code {
            let name = name.to_string();
            code.variables.push(Variable {
                name,
                place,
                paths,
                given,
            });
        }
    }

    /// What the variable `name` is called.
    fn variable(&mut self, name: &Ident, range: Range) -> Place {
        let code = self.code.as_ref().expect("in a function");
        match code.shorthands.iter().rfind(|(variable, _)| name == variable) {
            Some((_, field)) => self.field_place(field.clone(), range),
            None => Place {
                base: code.below(name),
                is_field: false,
                line: range.from.0,
            },
        }
    }

    fn field_place(&mut self, base: String, range: Range) -> Place {
        let known = self.field_lines.iter().find(|(field, _)| *field == base);
        let line = match known {
            Some((_, line)) => *line,
            None => {
                self.field_lines.push((base.clone(), range.from.0));
                range.from.0
            }
        };
        Place {
            base,
            is_field: true,
            line,
        }
    }

    /// A struct expression.
    pub(super) fn literal(&mut self, expr: &mut ExprStruct) {
        self.visit_attributes_mut(&mut expr.attrs);
        let owner = literal_owner(&expr.path, self.owner.as_deref());
        if let Some(qself) = &mut expr.qself {
            self.walk().visit_qself_mut(qself);
            visit_mut::visit_path_mut(&mut self.walk(), &mut expr.path);
        } else if expr.path.segments.len() > 1 {
            self.visit_path_mut(&mut expr.path);
        } else {
            visit_mut::visit_path_mut(&mut self.walk(), &mut expr.path);
        }
        for field in elements_mut(&mut expr.fields) {
            let options = self.take_helpers(&mut field.attrs);
            self.visit_attributes_mut(&mut field.attrs);
            let attrs = field.attrs.clone();
            let base = self.field_name(owner.as_deref(), &field.member);
            self.part("field", &attrs, options, &mut field.expr, |this, value| {
                this.field_value(base.clone(), value)
            });
        }
        if let Some(rest) = &mut expr.rest {
            self.visit_expr_mut(rest);
        }
    }

    /// `Self(HashMap::new())` and `Self::Hashed(HashMap::new())`. Of other calls nobody knows whether they are fields.
    pub(super) fn call_expr(&mut self, expr: &mut ExprCall) {
        let own = match &*expr.func {
            Expr::Path(func) if func.path.segments[0].ident == "Self" => {
                literal_owner(&func.path, self.owner.as_deref())
            }
            _ => None,
        };
        // Not `Self::new(..)`.
        let Some(owner) = own.filter(|own| own.split("::").last().is_some_and(is_type)) else {
            self.plain_call(expr);
            return;
        };
        self.visit_attributes_mut(&mut expr.attrs);
        self.visit_expr_mut(&mut expr.func);
        for (index, value) in elements_mut(&mut expr.args).enumerate() {
            self.field_value(format!("{owner}.{index}"), value);
        }
    }

    fn field_value(&mut self, path: String, value: &mut Expr) {
        let range = Range::of(value);
        let place = self.field_place(path, range);
        let collected = loses_its_caller(value);
        let kinds = self.inside_place(value);
        let maps = self.made_by(value);
        self.declare_place(&place, &maps, &kinds, range, collected);
    }

    /// `Cache.entries`, or `load::entries` if nobody knows what `Self` is.
    fn field_name(&self, owner: Option<&str>, member: &Member) -> String {
        let member = match member {
            Member::Named(name) => name.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        match (owner, &self.code) {
            (Some(owner), _) => format!("{owner}.{member}"),
            (None, Some(code)) => format!("{}::{member}", code.path),
            (None, None) => member,
        }
    }

    /// `seen = HashMap::new()`, or `self.entries = HashMap::new()`.
    pub(super) fn assignment(&mut self, expr: &mut ExprAssign) {
        self.visit_attributes_mut(&mut expr.attrs);
        let range = Range::of(&expr.right);
        let target = match &*expr.left {
            Expr::Path(path) => path.path.get_ident().and_then(|name| self.nearest(name)),
            Expr::Field(field) => match &*field.base {
                Expr::Path(base) if base.path.is_ident("self") => {
                    let base = self.field_name(self.owner.clone().as_deref(), &field.member);
                    let place = self.field_place(base, range);
                    Some(Variable {
                        name: String::new(),
                        place,
                        paths: Vec::new(),
                        given: self.given.clone(),
                    })
                }
                _ => None,
            },
            _ => None,
        };
        self.visit_expr_mut(&mut expr.left);
        let Some(mut variable) = target else {
            self.no_place(&mut expr.right);
            return;
        };
        let kinds = self.inside_place(&mut expr.right);
        let given = std::mem::replace(&mut self.given, variable.given.clone());
        for kind in kinds {
            match variable.paths.iter().find(|(known, _)| *known == kind) {
                Some((_, path)) => {
                    let line = variable.place.line;
                    self.site(path.clone(), 0, kind, Scope::Place, line, range, None);
                }
                None => {
                    let paths = self.declare_place(&variable.place, &[], &[kind], range, false);
                    variable.paths.extend(paths);
                }
            }
        }
        self.given = given;
        if let Expr::Path(path) = &*expr.left
            && let Some(name) = path.path.get_ident()
            && let Some(code) = &mut self.code
            && let Some(known) = code.variable(name)
        {
            code.variables[known] = variable;
        }
    }

    fn nearest(&self, name: &Ident) -> Option<Variable> {
        let code = self.code.as_ref()?;
        Some(code.variables[code.variable(name)?].clone())
    }

    /// Its arguments are made for the map, not for what the call gives.
    pub(super) fn method_call(&mut self, expr: &mut ExprMethodCall) {
        self.visit_attributes_mut(&mut expr.attrs);
        self.visit_expr_mut(&mut expr.receiver);
        if let Some(turbofish) = &mut expr.turbofish {
            self.walk().visit_angle_bracketed_generic_arguments_mut(turbofish);
        }
        for argument in elements_mut(&mut expr.args) {
            self.no_place(argument);
        }
    }

    /// Rewrites what is no variable's and no field's, although one may be around it.
    fn no_place(&mut self, expr: &mut Expr) {
        let code = self.code.as_ref().expect("in a function");
        if !code.in_place {
            self.visit_expr_mut(expr);
            return;
        }
        let (path, line) = (code.path.clone(), code.range.from.0);
        let range = Range::of(expr);
        let kinds = self.inside_place(expr);
        if !kinds.is_empty() {
            self.call(&path);
        }
        for &kind in &kinds {
            self.site(path.clone(), 0, kind, Scope::Body, line, range, None);
        }
    }

    /// Rewrites `expr`. Returns the kinds that it names and that no place in it has.
    fn inside_place(&mut self, expr: &mut Expr) -> Vec<Kind> {
        let kinds = std::mem::take(&mut self.kinds);
        let around = self
            .code
            .as_mut()
            .map(|code| std::mem::replace(&mut code.in_place, true));
        self.visit_expr_mut(expr);
        if let (Some(code), Some(around)) = (&mut self.code, around) {
            code.in_place = around;
        }
        std::mem::replace(&mut self.kinds, kinds)
    }

    /// The maps whose types the outermost call of a rewritten value says, as in `.collect::<HashMap<u8, u8>>()`.
    fn made_by(&mut self, value: &Expr) -> Vec<FoundMap> {
        let mut errors = Errors::default();
        let mut reader = self.fork(&mut errors);
        let mut maps = Vec::new();
        for ty in &mut types_said(value) {
            maps.append(&mut reader.places_in(ty, false));
        }
        maps
    }

    /// Declares a place for each map of its type, and for each further kind named in its value. Returns their paths.
    ///
    /// A map is found by its type only if its caller may be lost: if it is `collected`, or made by another's entry.
    /// Otherwise its range says all, and its type would only make others of the type doubtful.
    fn declare_place(
        &mut self,
        place: &Place,
        maps: &[FoundMap],
        kinds: &[Kind],
        range: Range,
        collected: bool,
    ) -> Vec<(Kind, String)> {
        let mut found: Vec<(Kind, Option<Type>)> = Vec::new();
        for map in maps {
            let ty = map
                .declared(&self.generics, self.krate)
                .filter(|_| collected || map.inner);
            if ty.is_some() || found.iter().all(|(kind, _)| *kind != map.kind) {
                found.push((map.kind, ty));
            }
        }
        for kind in kinds {
            if found.iter().all(|(known, _)| known != kind) {
                found.push((*kind, None));
            }
        }
        let mut paths = Vec::new();
        for (index, (kind, ty)) in found.iter().enumerate() {
            let number = match &mut self.code {
                Some(code) if !place.is_field => code.number(&place.base),
                _ => index + 1,
            };
            let path = numbered(&place.base, number);
            if index == 0 {
                self.call(&path);
            }
            self.site(path.clone(), index, *kind, Scope::Place, place.line, range, ty.clone());
            paths.push((*kind, path));
        }
        paths
    }

    /// Remembers that something is called `path`.
    fn call(&mut self, path: &str) {
        if !self.called.iter().any(|called| called == path) {
            self.called.push(path.to_owned());
        }
    }

    /// Declares one map of a place, the one of this `index`.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the fields of one value, named where it is made"
    )]
    fn site(
        &mut self,
        path: String,
        index: usize,
        kind: Kind,
        scope: Scope,
        line: usize,
        range: Range,
        ty: Option<Type>,
    ) {
        let name = self.given.name.as_ref().map(|name| numbered(name, index + 1));
        self.declared += 1;
        self.sites.push(Site {
            attrs: self.conditions.clone(),
            named: name.is_some(),
            name: name.unwrap_or_else(|| path.clone()),
            path,
            kind,
            scope,
            sample: self.given.sample.clone(),
            line,
            range,
            ty: if self.in_macro { None } else { ty },
        });
    }
}

/// `name`, `name#2`, `name#3`.
pub(crate) fn numbered(name: &str, number: usize) -> String {
    if number == 1 {
        name.to_owned()
    } else {
        format!("{name}#{number}")
    }
}
