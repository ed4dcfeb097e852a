//! Sites: the places in the source where traced maps come from.
//!
//! A site is *declared* by an attribute (a static, registered through `inventory`, so that it is known before it is
//! first used) or *interned* when a map that no declaration fits is first changed. Names are run-time data: nothing
//! of this is in a map's type.

use std::cmp::{Ordering as Order, Reverse};
use std::fmt::Write;
use std::panic::Location;
use std::ptr;
#[cfg(feature = "race")]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::SAMPLE_AUTO;
use crate::global;
use crate::lasting::Lasting;
use crate::lean::search;
use crate::memory::{Text, boxed, shared};
use crate::places::{self, Entry, PLACES};
use crate::snapshot::{Kind, SiteInfo};
use crate::table::Shape;

mod decl;
mod label;
mod source;

pub use decl::{SAMPLE_DEFAULT, Scope, SiteDecl, Traceable, TypeInfo};
use source::{file_name, is_library};

/// Declarations named in the name of a map that may be any one's.
const MOST_NAMES: usize = 3;
/// Sites at most; further places share site 0.
pub(crate) const MAX_SITES: usize = 16_384;
/// The site of maps for which no other could be had.
pub(crate) const OVERFLOW_SITE: u32 = 0;
const CHUNK: usize = 64;

/// One site.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) info: Arc<SiteInfo>,
    /// Bytes of an entry, where the type is known.
    pub(crate) entry_size: u64,
    /// One in how many operations is recorded now; moves only if `auto`.
    pub(crate) sample: AtomicU32,
    /// Whether `sample` follows the load.
    pub(crate) auto: bool,
    /// Set when a map that may be this declaration's or another's of the same type is counted elsewhere: then that this
    /// one was never used cannot be said.
    pub(crate) ambiguous: AtomicBool,
    /// How often two threads were found in one of its maps.
    #[cfg(feature = "race")]
    pub(crate) races: AtomicU64,
    origin: Origin,
}

impl Site {
    /// How often two threads were found in one of its maps.
    pub(crate) fn races(&self) -> u64 {
        #[cfg(feature = "race")]
        return self.races.load(Ordering::Relaxed);
        #[cfg(not(feature = "race"))]
        0
    }

    /// What the size of its maps follows from.
    pub(crate) fn shape(&self) -> Shape {
        Shape::new(self.info.kind, self.entry_size)
    }

    /// Whether it was made for this declaration, or for one that is alike in all that can be seen.
    fn is_of(&self, decl: &SiteDecl, info: &TypeInfo, type_name: &str) -> bool {
        let site = &self.info;
        let place = (decl.name, decl.file, decl.line, info.kind, info.entry_size as u64);
        matches!(self.origin, Origin::Known)
            && site.declared
            && place == (site.name.as_str(), site.file.as_str(), site.line, site.kind, self.entry_size)
            && site.type_name == type_name
    }
}

/// How a site came to be, so that a forked child finds its parent's sites again.
#[derive(Clone, Copy, Debug)]
enum Origin {
    /// [`OVERFLOW_SITE`], or declared with its type.
    Known,
    /// Declared without its type, and used with this one.
    Late(&'static SiteDecl, &'static str),
    Interned(Place),
}

/// Sites, in the order of their numbers. Append-only and readable without a lock, across a fork as well.
static SITES: [Lasting<[Lasting<Site>; CHUNK]>; MAX_SITES / CHUNK] = [const { Lasting::new() }; MAX_SITES / CHUNK];

/// How many of them there are, or a few less for a moment.
static LEN: AtomicU32 = AtomicU32::new(0);

/// How many there are, as far as this thread knows.
pub(crate) fn count() -> usize {
    LEN.load(Ordering::Relaxed) as usize
}

/// The site with this number, if there is one.
pub(crate) fn get(id: u32) -> Option<&'static Site> {
    SITES.get(id as usize / CHUNK)?.get()?[id as usize % CHUNK].get()
}

/// What the size of this site's maps follows from.
pub(crate) fn shape(id: u32) -> Shape {
    get(id).map_or(Shape::new(Kind::HashMap, 0), Site::shape)
}

/// All sites, in order.
pub(crate) fn all() -> impl Iterator<Item = &'static Site> {
    (0..MAX_SITES as u32).map_while(get)
}

/// Whether any site was made with `sample = "auto"`. Never goes back.
static ANY_AUTO: AtomicBool = AtomicBool::new(false);

/// Whether there is a site whose sampling follows the load.
pub(crate) fn any_auto() -> bool {
    // Relaxed: nothing is read on the strength of it that is not published by itself.
    ANY_AUTO.load(Ordering::Relaxed)
}

/// Finds or makes the site of a map. One per fork generation, because a lock may be held at a fork.
pub(crate) struct Interner {
    inner: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    ready: bool,
    /// One past the last site that this index knows.
    len: u32,
    /// Declarations with the number of the site each has.
    declared: Vec<Declared>,
    /// Sites of declarations that did not know their type, with the types they were used with.
    late: Vec<(&'static SiteDecl, &'static str, u32)>,
    /// In the order of their places. A hash table would be 4,000 lines of LLVM IR for what is looked up once for each place
    /// as a rule.
    interned: Vec<(Place, u32)>,
}

/// A declaration and its site, if its type is known.
type Declared = (&'static SiteDecl, Option<u32>);

/// What tells interned sites apart.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: &'static str,
    line: u32,
    column: u32,
    type_name: &'static str,
}

impl Place {
    /// Some order. What is quick to compare, and differs as a rule, comes first.
    fn order(&self, other: &Self) -> Order {
        let lines = self.line.cmp(&other.line).then(self.column.cmp(&other.column));
        lines.then_with(|| self.file.cmp(other.file)).then_with(|| self.type_name.cmp(other.type_name))
    }
}

impl Interner {
    pub(crate) fn new() -> Self {
        Self { inner: Mutex::new(Index::default()) }
    }

    /// Makes the sites that attributes declared, as far as there is memory for them. Idempotent.
    pub(crate) fn prepare(&self, default_sample: u32) {
        drop(self.lock(default_sample));
    }

    /// `None` if there is no memory to make it ready.
    fn lock(&self, default_sample: u32) -> Option<std::sync::MutexGuard<'_, Index>> {
        let mut index = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if index.ready || index.prepare(default_sample).is_some() { Some(index) } else { None }
    }

    /// Tells the recording, which has begun, of the sites that there are already.
    pub(crate) fn file(&self) {
        let _index = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = global::recording() {
            all().for_each(|site| flight.add_site(site));
        }
    }

    /// The site of a map of type `info` whose constructor was called at `caller`; [`OVERFLOW_SITE`], for this time, if there is no
    /// memory for its own. Takes a lock.
    pub(crate) fn site_of(
        &self,
        caller: &'static Location<'static>,
        info: &'static TypeInfo,
        default_sample: u32,
    ) -> u32 {
        let Some(mut index) = self.lock(default_sample) else { return OVERFLOW_SITE };
        let Some(site) = index.resolve(caller, info, default_sample) else { return OVERFLOW_SITE };
        PLACES.add(place_of(caller, info), site);
        site
    }
}

/// What [`Interner::site_of`] found before, for the same place and type, on any thread. Takes no lock.
#[inline]
pub(crate) fn known_place(caller: &'static Location<'static>, info: &'static TypeInfo) -> Option<&'static Entry> {
    PLACES.find(place_of(caller, info))
}

#[inline]
fn place_of(caller: &'static Location<'static>, info: &'static TypeInfo) -> places::Key {
    (ptr::from_ref(caller).addr() as u64, ptr::from_ref(info).addr() as u64)
}

impl Index {
    /// Begins anew if there was no memory for the whole of it: then it is `None`.
    fn prepare(&mut self, default_sample: u32) -> Option<()> {
        *self = Self::default();
        self.late.try_reserve(count()).ok()?;
        self.interned.try_reserve(count()).ok()?;
        // In a forked child the parent's sites are there already.
        for site in all() {
            match site.origin {
                Origin::Known => {}
                Origin::Late(decl, type_name) => self.late.push((decl, type_name, site.info.id)),
                Origin::Interned(place) => self.intern(place, site.info.id),
            }
            self.len += 1;
        }
        if self.len == 0 {
            let other = SiteInfo {
                id: 0,
                name: Text::of("(other)").whole()?,
                kind: Kind::HashMap,
                type_label: Text::of("any").whole()?,
                type_name: String::new(),
                file: String::new(),
                line: 0,
                function: None,
                declared: false,
                sample: default_sample,
            };
            self.push(other, 0, Origin::Known)?;
        }
        let mut decls: Vec<&'static SiteDecl> = Vec::new();
        let mut len = 0;
        for _ in inventory::iter::<SiteDecl>() {
            len += 1;
        }
        decls.try_reserve_exact(len).ok()?;
        self.declared.try_reserve_exact(len).ok()?;
        // inventory promises no order; people and tests want one.
        let key = |decl: &SiteDecl| (decl.file, decl.line, decl.name, decl.kind.as_str(), decl.from);
        for decl in inventory::iter::<SiteDecl>() {
            let before = |i: usize| if key(decls[i]) <= key(decl) { Order::Less } else { Order::Greater };
            let (Ok(at) | Err(at)) = search(decls.len(), &before);
            decls.insert(at, decl);
        }
        for decl in &decls {
            let decl = *decl;
            // Its type is not known yet: generic, or a `use`. Its sites are made as the types appear. So are those of
            // places in code: each would be listed as not used, though most only say how a map elsewhere is made.
            let Some(info) = decl.info.map(|info| info()).filter(|_| !decl.is_in_code()) else {
                self.declared.push((decl, None));
                continue;
            };
            // A parent's site: one that no declaration before this one has.
            let type_name = label::type_name(info, " -> ");
            let mut known = None;
            for site in all() {
                let id = Some(site.info.id);
                if site.is_of(decl, info, type_name.so_far()) && !self.has(id) {
                    known = id;
                    break;
                }
            }
            let id = match known {
                Some(id) => id,
                None => self.push_declared(decl, info, default_sample, Origin::Known)?,
            };
            self.declared.push((decl, Some(id)));
        }
        self.ready = true;
        Some(())
    }

    /// Whether a declaration has this site.
    fn has(&self, site: Option<u32>) -> bool {
        for (_, id) in &self.declared {
            if *id == site {
                return true;
            }
        }
        false
    }

    fn push_declared(
        &mut self,
        decl: &'static SiteDecl,
        info: &TypeInfo,
        default_sample: u32,
        origin: Origin,
    ) -> Option<u32> {
        let function = match decl.function {
            Some(within) => label::function_around(within()),
            None => Text::new(),
        };
        let sample = sample_of(decl.sample, default_sample);
        self.push_texts(Text::of(decl.name), function, (decl.file, decl.line), info, sample, origin)
    }

    /// `perhaps`: see [`Asked::fits`].
    fn push_interned(
        &mut self,
        place: &Place,
        info: &TypeInfo,
        sample: u32,
        perhaps: &dyn Fn(&SiteDecl) -> bool,
    ) -> Option<u32> {
        // The first of them, each once.
        let (mut names, mut len) = ([""; MOST_NAMES], 0);
        let mut name = Text::new();
        self.each(perhaps, &mut |(decl, _)| {
            for known in &names {
                if *known == decl.name {
                    return;
                }
            }
            if len < MOST_NAMES {
                names[len] = decl.name;
                name.add(if len == 0 { "" } else { " or " });
                name.add(decl.name);
            } else if len == MOST_NAMES {
                name.add(" or another");
            }
            len += 1;
        });
        name.add(if len == 0 { "" } else { " (" });
        if place.file.is_empty() {
            name.add(info.kind.as_str());
            name.add("<");
            name.add(label::type_name(info, ", ").so_far());
            name.add(">");
        } else {
            // Two such maps often come from one line, `Cache { a: HashMap::new(), b: HashMap::new() }`, and a table has
            // no room for a long path. The whole of it is in `file` all the same.
            let short = file_name(place.file);
            let is_short = len > 0 && !short.is_empty();
            name.add(if is_short { short } else { place.file });
            // Writing to it does not fail.
            let _ = write!(name, ":{}", place.line);
            if is_short {
                let _ = write!(name, ":{}", place.column);
            }
        }
        name.add(if len == 0 { "" } else { ")" });
        let place = *place;
        let id = self.push_texts(name, Text::new(), (place.file, place.line), info, sample, Origin::Interned(place))?;
        self.each(perhaps, &mut doubt);
        Some(id)
    }

    fn push_texts(
        &mut self,
        name: Text,
        function: Text,
        (file, line): (&str, u32),
        info: &TypeInfo,
        sample: u32,
        origin: Origin,
    ) -> Option<u32> {
        let has_function = !function.so_far().is_empty();
        let function = function.whole()?;
        let info_of_site = SiteInfo {
            id: 0,
            name: name.whole()?,
            kind: info.kind,
            type_label: label::type_label(info).whole()?,
            type_name: label::type_name(info, " -> ").whole()?,
            file: Text::of(file).whole()?,
            line,
            function: if has_function { Some(function) } else { None },
            declared: !matches!(origin, Origin::Interned(_)),
            sample,
        };
        self.push(info_of_site, info.entry_size as u64, origin)
    }

    fn push(&mut self, mut info: SiteInfo, entry_size: u64, origin: Origin) -> Option<u32> {
        let id = self.len;
        if id as usize >= MAX_SITES {
            return Some(OVERFLOW_SITE);
        }
        info.id = id;
        let sample = info.sample;
        let chunk = &SITES[id as usize / CHUNK];
        let chunk = match chunk.get() {
            Some(chunk) => chunk,
            None => chunk.keep(boxed(|| [const { Lasting::new() }; CHUNK])?),
        };
        let slot = &chunk[id as usize % CHUNK];
        debug_assert!(slot.get().is_none(), "sites are appended under the lock");
        let info = shared(info)?;
        let site = slot.keep(boxed(|| Site {
            info,
            entry_size,
            sample: AtomicU32::new(sample.max(1)),
            auto: sample == SAMPLE_AUTO,
            ambiguous: AtomicBool::new(false),
            #[cfg(feature = "race")]
            races: AtomicU64::new(0),
            origin,
        })?);
        if let Some(flight) = global::recording() {
            flight.add_site(site);
        }
        if sample == SAMPLE_AUTO {
            ANY_AUTO.store(true, Ordering::Relaxed);
        }
        self.len += 1;
        // Relaxed: a hint of how many there are, for who makes room.
        LEN.store(self.len, Ordering::Relaxed);
        Some(id)
    }

    fn resolve(
        &mut self,
        caller: &'static Location<'static>,
        info: &'static TypeInfo,
        default_sample: u32,
    ) -> Option<u32> {
        let type_name = (info.type_name)();
        let lost = is_library(caller.file());
        let place = Place {
            file: if lost { "" } else { caller.file() },
            line: if lost { 0 } else { caller.line() },
            column: if lost { 0 } else { caller.column() },
            type_name,
        };
        if let Ok(at) = self.find(&place) {
            return Some(self.interned[at].1);
        }
        // Before a site is made, so that there is none that is not found again.
        self.interned.try_reserve(1).ok()?;
        let asked = Asked::new(self, caller, lost, info, type_name);
        let id = match self.declared_for(&asked) {
            Some((_, Some(id))) => id,
            Some((decl, None)) if decl.named || decl.scope != Scope::File => {
                let decl = self.first_alike(decl);
                match self.late.iter().find(|(known, name, _)| std::ptr::eq(*known, decl) && *name == type_name) {
                    Some(&(_, _, id)) => id,
                    None => {
                        self.late.try_reserve(1).ok()?;
                        let id = self.push_declared(decl, info, default_sample, Origin::Late(decl, type_name))?;
                        self.late.push((decl, type_name, id));
                        id
                    }
                }
            }
            // A `use` without a name only carries options for the places it covers.
            other => {
                // The declarations of this very type, when there are several and a map may be any one's: those of the
                // caller's file, else all.
                let any_here = self.declared.iter().any(|(decl, _)| asked.fits(decl) && asked.is_here(decl));
                let perhaps = |decl: &SiteDecl| asked.fits(decl) && (!any_here || asked.is_here(decl));
                // What all candidates say goes before what the `use` says.
                let (mut agreed, mut differ) = (None, false);
                self.each(&perhaps, &mut |(decl, _)| {
                    differ |= *agreed.get_or_insert(decl.sample) != decl.sample;
                });
                let agreed = agreed.filter(|&sample| sample != SAMPLE_DEFAULT && !differ);
                let asked_for = agreed.or(other.map(|(decl, _)| decl.sample)).unwrap_or(SAMPLE_DEFAULT);
                self.push_interned(&place, info, sample_of(asked_for, default_sample), &perhaps)?
            }
        };
        self.intern(place, id);
        Some(id)
    }

    /// Where this place is among those interned, or would be.
    fn find(&self, place: &Place) -> Result<usize, usize> {
        search(self.interned.len(), &|i| self.interned[i].0.order(place))
    }

    /// There is room.
    fn intern(&mut self, place: Place, id: u32) {
        if let Err(at) = self.find(&place) {
            self.interned.insert(at, (place, id));
        }
    }

    /// Hands on the declarations that are `wanted`, in their order.
    fn each(&self, wanted: &dyn Fn(&SiteDecl) -> bool, hand: &mut dyn FnMut(Declared)) {
        for declared in &self.declared {
            if wanted(declared.0) {
                hand(*declared);
            }
        }
    }

    /// The one declaration that is `wanted`, or `None` if there are several that do not go by one name: a guess would mislead. Of
    /// those that do the name is right, and the map counts for the first of them though it may be another's.
    fn only(&self, wanted: &dyn Fn(&SiteDecl) -> bool) -> Option<Declared> {
        let (mut first, mut differ): (Option<Declared>, _) = (None, false);
        self.each(wanted, &mut |declared| match first {
            Some((known, _)) => differ |= known.name != declared.0.name,
            None => first = Some(declared),
        });
        let first = first.filter(|_| !differ)?;
        self.each(wanted, &mut |declared| {
            if !ptr::eq(declared.0, first.0) {
                doubt(declared);
            }
        });
        Some(first)
    }

    /// The declaration that fits best, if one fits for certain.
    fn declared_for(&self, asked: &Asked<'_>) -> Option<Declared> {
        let around = self.innermost(asked);
        if let Some((decl, _)) = around
            && decl.scope != Scope::Body
        {
            let field = self.field_of(decl, asked.type_name);
            return if field.is_some() { field } else { around };
        }
        let of_type_here = self.only(&|decl| asked.is_here(decl) && asked.fits(decl));
        if of_type_here.is_some() {
            return of_type_here;
        }
        // A name that was given to what this file makes says more than a type that is also another file's.
        let covering = self.covering(asked);
        if let Some((decl, _)) = covering
            && decl.named
        {
            return covering;
        }
        let of_type = self.only(&|decl| asked.fits(decl));
        if of_type.is_some() {
            return of_type;
        }
        // Of a body.
        if around.is_some() {
            return around;
        }
        let untyped = self.only(&|decl| {
            let is_untyped = decl.scope == Scope::Type && decl.info.is_none();
            is_untyped && decl.is_of_kind(asked.info) && asked.is_here(decl)
        });
        if untyped.is_some() { untyped } else { covering }
    }

    /// The `use` that covers the caller. Modules of one file may each have one: the last one above the caller.
    fn covering(&self, asked: &Asked<'_>) -> Option<Declared> {
        let mut covering = None;
        for known in &self.declared {
            let (decl, _) = known;
            // Declarations are in the order of their lines.
            if decl.scope == Scope::File
                && decl.is_of_kind(asked.info)
                && asked.is_here(decl)
                && (covering.is_none() || decl.line <= asked.caller.line())
            {
                covering = Some(*known);
            }
        }
        covering
    }

    /// Of the places around the caller the one that starts last, as they nest; of two that start together the shorter,
    /// then the one whose type says more.
    fn innermost(&self, asked: &Asked<'_>) -> Option<Declared> {
        let is_around = |decl: &SiteDecl| {
            matches!(decl.scope, Scope::Item | Scope::Place | Scope::Body)
                && decl.is_of_kind(asked.info)
                && decl.contains(asked.caller)
                && (decl.info.is_none() || decl.is_of_type(asked.type_name))
        };
        let key = |(decl, _): &Declared| (Reverse(decl.from), decl.to, decl.info.is_none());
        let mut best: Option<Declared> = None;
        self.each(&is_around, &mut |other| match &best {
            // The first of equals.
            Some(best) if key(best) <= key(&other) => {}
            _ => best = Some(other),
        });
        best
    }

    /// The declared field that a place in a struct expression fills: the place tells fields of one type apart, and the
    /// field says how its maps are listed.
    fn field_of(&self, place: &SiteDecl, type_name: &str) -> Option<Declared> {
        if place.named || place.scope != Scope::Place {
            return None;
        }
        let is_field = |decl: &SiteDecl| {
            decl.scope == Scope::Type
                && (decl.kind, decl.of_hashbrown, decl.path) == (place.kind, place.of_hashbrown, place.path)
        };
        let (mut best, mut of_type, mut untyped) = (None, None, None);
        self.each(&is_field, &mut |field| {
            let (here, is_of_type) = (field.0.file == place.file, field.0.is_of_type(type_name));
            if here && is_of_type && best.is_none() {
                best = Some(field);
            }
            if is_of_type && of_type.is_none() {
                of_type = Some(field);
            }
            if here && field.0.info.is_none() && untyped.is_none() {
                untyped = Some(field);
            }
        });
        best.or(of_type).or(untyped)
    }

    /// The declaration whose sites this one's maps are listed under.
    fn first_alike(&self, decl: &'static SiteDecl) -> &'static SiteDecl {
        let alike = self.declared.iter().find(|(known, _)| known.is_alike(decl));
        alike.map_or(decl, |(known, _)| *known)
    }
}

/// A map that somebody asks the site of.
struct Asked<'a> {
    caller: &'a Location<'a>,
    /// Whether `caller` says nothing of who called.
    lost: bool,
    info: &'a TypeInfo,
    type_name: &'a str,
    /// Whether places and bodies do not count: a map made elsewhere is not a variable's, nor one whose type an item has.
    any_type: bool,
}

impl<'a> Asked<'a> {
    fn new(index: &Index, caller: &'a Location<'a>, lost: bool, info: &'a TypeInfo, type_name: &'a str) -> Self {
        let mut asked = Self { caller, lost, info, type_name, any_type: !lost };
        asked.any_type |= index.declared.iter().any(|(decl, _)| decl.scope == Scope::Type && asked.is_type_of(decl));
        asked
    }

    fn is_type_of(&self, decl: &SiteDecl) -> bool {
        decl.is_of_kind(self.info) && decl.is_of_type(self.type_name)
    }

    fn is_here(&self, decl: &SiteDecl) -> bool {
        decl.file == self.caller.file()
    }

    /// Whether a map of this type may be of a declaration, wherever it was made. A map made elsewhere is not a static's,
    /// nor a variable's, whatever its type. One made nowhere known may well be: a static's, or, if no item has the type,
    /// a variable's. (Beside an item they would only make its name doubtful, as through `mem::take(&mut cache.entries)`.)
    fn fits(&self, decl: &SiteDecl) -> bool {
        let fits = match decl.scope {
            Scope::Type => true,
            Scope::Item => self.lost,
            Scope::Place | Scope::Body => !self.any_type,
            Scope::File => false,
        };
        fits && self.is_type_of(decl)
    }
}

/// A map that may well be of this declaration is counted elsewhere.
fn doubt((_, id): Declared) {
    if let Some(site) = id.and_then(get) {
        site.ambiguous.store(true, Ordering::Relaxed);
    }
}

fn sample_of(declared: u32, default: u32) -> u32 {
    if declared == SAMPLE_DEFAULT { default } else { declared }
}

/// How a record is sampled now.
pub(crate) fn sample(id: u32) -> u32 {
    get(id).map_or(1, |site| site.sample.load(Ordering::Relaxed))
}

#[cfg(test)]
pub(crate) mod tests;
