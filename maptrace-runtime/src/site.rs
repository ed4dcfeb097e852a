//! Sites: the places in the source where traced maps come from.
//!
//! A site is *declared* by an attribute (a static, registered through `inventory`, so that it is known before it is
//! first used) or *interned* when a map that no declaration fits is first changed. Names are run-time data: nothing
//! of this is in a map's type.

use std::cmp::{Ordering as Order, Reverse};
use std::panic::Location;
use std::ptr;
#[cfg(feature = "race")]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::SAMPLE_AUTO;
use crate::global;
use crate::lasting::Lasting;
use crate::lean::{join, order, search};
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
    fn is_of(&self, decl: &SiteDecl, info: &TypeInfo) -> bool {
        let site = &self.info;
        let place = (decl.name, decl.file, decl.line, info.kind, info.entry_size as u64);
        matches!(self.origin, Origin::Known)
            && site.declared
            && place == (site.name.as_str(), site.file.as_str(), site.line, site.kind, self.entry_size)
            && site.type_name == label::type_name(info, " -> ")
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
    /// One past the last site.
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

    /// Makes the sites that attributes declared. Idempotent.
    pub(crate) fn prepare(&self, default_sample: u32) {
        drop(self.lock(default_sample));
    }

    fn lock(&self, default_sample: u32) -> std::sync::MutexGuard<'_, Index> {
        let mut index = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if !index.ready {
            index.prepare(default_sample);
        }
        index
    }

    /// Tells the recording, which has begun, of the sites that there are already.
    pub(crate) fn file(&self) {
        let _index = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = global::recording() {
            all().for_each(|site| flight.add_site(site));
        }
    }

    /// The site of a map of type `info` whose constructor was called at `caller`. Takes a lock.
    pub(crate) fn site_of(
        &self,
        caller: &'static Location<'static>,
        info: &'static TypeInfo,
        default_sample: u32,
    ) -> u32 {
        let mut index = self.lock(default_sample);
        let site = index.resolve(caller, info, default_sample);
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
    fn prepare(&mut self, default_sample: u32) {
        self.ready = true;
        // In a forked child the parent's sites are there already.
        for site in all() {
            self.len += 1;
            match site.origin {
                Origin::Known => {}
                Origin::Late(decl, type_name) => self.late.push((decl, type_name, site.info.id)),
                Origin::Interned(place) => {
                    self.intern(place, site.info.id);
                }
            }
        }
        if self.len == 0 {
            let other = SiteInfo {
                id: 0,
                name: "(other)".to_owned(),
                kind: Kind::HashMap,
                type_label: "any".to_owned(),
                type_name: String::new(),
                file: String::new(),
                line: 0,
                function: None,
                declared: false,
                sample: default_sample,
            };
            self.push(other, 0, Origin::Known);
        }
        let mut decls: Vec<&'static SiteDecl> = Vec::new();
        for decl in inventory::iter::<SiteDecl>() {
            decls.push(decl);
        }
        // inventory promises no order; people and tests want one.
        let key = |i: usize| {
            let decl = decls[i];
            (decl.file, decl.line, decl.name, decl.kind.as_str(), decl.from)
        };
        for i in order(decls.len(), &|a, b| key(a).cmp(&key(b))) {
            let decl = decls[i];
            // Its type is not known yet: generic, or a `use`. Its sites are made as the types appear. So are those of
            // places in code: each would be listed as not used, though most only say how a map elsewhere is made.
            let Some(info) = decl.info.map(|info| info()).filter(|_| !decl.is_in_code()) else {
                self.declared.push((decl, None));
                continue;
            };
            // A parent's site: one that no declaration before this one has.
            let mut known = None;
            for site in all() {
                let id = Some(site.info.id);
                if site.is_of(decl, info) && !self.has(id) {
                    known = id;
                    break;
                }
            }
            let id = match known {
                Some(id) => id,
                None => self.push_declared(decl, info, default_sample, Origin::Known),
            };
            self.declared.push((decl, Some(id)));
        }
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

    fn push_declared(&mut self, decl: &'static SiteDecl, info: &TypeInfo, default_sample: u32, origin: Origin) -> u32 {
        let sample = sample_of(decl.sample, default_sample);
        self.push(
            SiteInfo {
                id: 0,
                name: decl.name.to_owned(),
                kind: info.kind,
                type_label: label::type_label(info),
                type_name: label::type_name(info, " -> "),
                file: decl.file.to_owned(),
                line: decl.line,
                function: decl.function.and_then(|within| label::function_around(within())),
                declared: true,
                sample,
            },
            info.entry_size as u64,
            origin,
        )
    }

    fn push_interned(&mut self, place: &Place, info: &TypeInfo, sample: u32, perhaps: &[Declared]) -> u32 {
        let type_name = label::type_name(info, " -> ");
        let mut name = if place.file.is_empty() {
            format!("{}<{}>", info.kind.as_str(), label::type_name(info, ", "))
        } else {
            format!("{}:{}", place.file, place.line)
        };
        if !perhaps.is_empty() {
            let mut names: Vec<&str> = Vec::new();
            for (decl, _) in perhaps {
                if !names.contains(&decl.name) {
                    names.push(decl.name);
                }
            }
            let more = if names.len() > MOST_NAMES { " or another" } else { "" };
            names.truncate(MOST_NAMES);
            // Two such maps often come from one line, `Cache { a: HashMap::new(), b: HashMap::new() }`, and a table has
            // no room for a long path. The whole of it is in `file` all the same.
            let at = match file_name(place.file) {
                "" => name,
                file => format!("{file}:{}:{}", place.line, place.column),
            };
            name = format!("{}{more} ({at})", join(&names, " or "));
        }
        doubt(perhaps);
        self.push(
            SiteInfo {
                id: 0,
                name,
                kind: info.kind,
                type_label: label::type_label(info),
                type_name,
                file: place.file.to_owned(),
                line: place.line,
                function: None,
                declared: false,
                sample,
            },
            info.entry_size as u64,
            Origin::Interned(*place),
        )
    }

    fn push(&mut self, mut info: SiteInfo, entry_size: u64, origin: Origin) -> u32 {
        let id = self.len;
        if id as usize >= MAX_SITES {
            return OVERFLOW_SITE;
        }
        info.id = id;
        let sample = info.sample;
        let chunk = &SITES[id as usize / CHUNK];
        let chunk = match chunk.get() {
            Some(chunk) => chunk,
            None => chunk.keep(Box::new([const { Lasting::new() }; CHUNK])),
        };
        let slot = &chunk[id as usize % CHUNK];
        debug_assert!(slot.get().is_none(), "sites are appended under the lock");
        let site = slot.keep(Box::new(Site {
            info: Arc::new(info),
            entry_size,
            sample: AtomicU32::new(sample.max(1)),
            auto: sample == SAMPLE_AUTO,
            ambiguous: AtomicBool::new(false),
            #[cfg(feature = "race")]
            races: AtomicU64::new(0),
            origin,
        }));
        if let Some(flight) = global::recording() {
            flight.add_site(site);
        }
        if sample == SAMPLE_AUTO {
            ANY_AUTO.store(true, Ordering::Relaxed);
        }
        self.len += 1;
        id
    }

    fn resolve(&mut self, caller: &'static Location<'static>, info: &'static TypeInfo, default_sample: u32) -> u32 {
        let type_name = (info.type_name)();
        let lost = is_library(caller.file());
        let place = Place {
            file: if lost { "" } else { caller.file() },
            line: if lost { 0 } else { caller.line() },
            column: if lost { 0 } else { caller.column() },
            type_name,
        };
        if let Ok(at) = self.find(&place) {
            return self.interned[at].1;
        }
        let id = match self.declared_for(caller, lost, info, type_name) {
            Some((_, Some(id))) => id,
            Some((decl, None)) if decl.named || decl.scope != Scope::File => {
                let decl = self.first_alike(decl);
                match self.late.iter().find(|(known, name, _)| std::ptr::eq(*known, decl) && *name == type_name) {
                    Some(&(_, _, id)) => id,
                    None => {
                        let id = self.push_declared(decl, info, default_sample, Origin::Late(decl, type_name));
                        self.late.push((decl, type_name, id));
                        id
                    }
                }
            }
            // A `use` without a name only carries options for the places it covers.
            other => {
                let perhaps = self.perhaps(caller, lost, info, type_name);
                // What all candidates say goes before what the `use` says.
                let agreed = perhaps.first().map(|(decl, _)| decl.sample).filter(|&sample| {
                    sample != SAMPLE_DEFAULT && perhaps.iter().all(|(decl, _)| decl.sample == sample)
                });
                let asked = agreed.or(other.map(|(decl, _)| decl.sample)).unwrap_or(SAMPLE_DEFAULT);
                self.push_interned(&place, info, sample_of(asked, default_sample), &perhaps)
            }
        };
        self.intern(place, id);
        id
    }

    /// Where this place is among those interned, or would be.
    fn find(&self, place: &Place) -> Result<usize, usize> {
        search(self.interned.len(), &|i| self.interned[i].0.order(place))
    }

    fn intern(&mut self, place: Place, id: u32) {
        if let Err(at) = self.find(&place) {
            self.interned.insert(at, (place, id));
        }
    }

    /// The declarations of this very type, when there are several and a map may be any one's: those of the caller's
    /// file, else all.
    fn perhaps(&self, caller: &Location<'_>, lost: bool, info: &TypeInfo, type_name: &str) -> Vec<Declared> {
        let here = self.of_type(lost, info, type_name, Some(caller.file()));
        if here.is_empty() { self.of_type(lost, info, type_name, None) } else { here }
    }

    /// The declarations that a map of this type may be of, wherever it was made. A map made elsewhere is not a static's,
    /// nor a variable's, whatever its type. One made nowhere known may well be: a static's, or, if no item has the type,
    /// a variable's. (Beside an item they would only make its name doubtful, as through `mem::take(&mut cache.entries)`.)
    /// Of all files, or of one.
    fn of_type(&self, lost: bool, info: &TypeInfo, type_name: &str, file: Option<&str>) -> Vec<Declared> {
        let same_type = |decl: &SiteDecl| decl.is_of_kind(info) && decl.is_of_type(type_name);
        let any_type =
            !lost || self.declared.iter().any(|(decl, _)| decl.scope == Scope::Type && same_type(decl));
        let fits = |decl: &SiteDecl| match decl.scope {
            Scope::Type => true,
            Scope::Item => lost,
            Scope::Place | Scope::Body => !any_type,
            Scope::File => false,
        };
        self.which(&|decl| fits(decl) && file.is_none_or(|file| decl.file == file) && same_type(decl))
    }

    /// The declarations that are `wanted`, in their order.
    fn which(&self, wanted: &dyn Fn(&SiteDecl) -> bool) -> Vec<Declared> {
        let mut found = Vec::new();
        for declared in &self.declared {
            if wanted(declared.0) {
                found.push(*declared);
            }
        }
        found
    }

    /// The declaration that fits best, if one fits for certain. `lost` is whether `caller` says nothing of who called.
    fn declared_for(&self, caller: &Location<'_>, lost: bool, info: &TypeInfo, type_name: &str) -> Option<Declared> {
        let here = |decl: &SiteDecl| decl.file == caller.file();
        let around = self.innermost(caller, info, type_name);
        let body = match around {
            Some((decl, _)) if decl.scope != Scope::Body => return self.field_of(decl, type_name).or(around),
            body => body,
        };
        // Modules of one file may each have a `use`: the last one above the caller.
        let covering = || {
            let uses = self.which(&|decl| decl.scope == Scope::File && decl.is_of_kind(info) && here(decl));
            // Declarations are in the order of their lines.
            let mut above = uses.first();
            for known in &uses {
                if known.0.line <= caller.line() {
                    above = Some(known);
                }
            }
            above.copied()
        };
        let untyped = |decl: &SiteDecl| {
            decl.scope == Scope::Type && decl.is_of_kind(info) && decl.info.is_none() && here(decl)
        };
        only(&self.of_type(lost, info, type_name, Some(caller.file())))
            // A name that was given to what this file makes says more than a type that is also another file's.
            .or_else(|| covering().filter(|(decl, _)| decl.named))
            .or_else(|| only(&self.of_type(lost, info, type_name, None)))
            .or(body)
            .or_else(|| only(&self.which(&untyped)))
            .or_else(covering)
    }

    /// Of the places around the caller the one that starts last, as they nest; of two that start together the shorter,
    /// then the one whose type says more.
    fn innermost(&self, caller: &Location<'_>, info: &TypeInfo, type_name: &str) -> Option<Declared> {
        let around = self.which(&|decl| {
            matches!(decl.scope, Scope::Item | Scope::Place | Scope::Body)
                && decl.is_of_kind(info)
                && decl.contains(caller)
                && (decl.info.is_none() || decl.is_of_type(type_name))
        });
        let key = |(decl, _): &Declared| (Reverse(decl.from), decl.to, decl.info.is_none());
        let mut best = around.first();
        for other in &around {
            // The first of equals.
            if best.is_some_and(|best| key(other) < key(best)) {
                best = Some(other);
            }
        }
        best.copied()
    }

    /// The declared field that a place in a struct expression fills: the place tells fields of one type apart, and the
    /// field says how its maps are listed.
    fn field_of(&self, place: &SiteDecl, type_name: &str) -> Option<Declared> {
        if place.named || place.scope != Scope::Place {
            return None;
        }
        let fields = self.which(&|decl| {
            decl.scope == Scope::Type
                && (decl.kind, decl.of_hashbrown, decl.path) == (place.kind, place.of_hashbrown, place.path)
        });
        let first = |wanted: &dyn Fn(&SiteDecl) -> bool| fields.iter().find(|(decl, _)| wanted(decl)).copied();
        let here = |decl: &SiteDecl| decl.file == place.file;
        first(&|decl| here(decl) && decl.is_of_type(type_name))
            .or_else(|| first(&|decl| decl.is_of_type(type_name)))
            .or_else(|| first(&|decl| here(decl) && decl.info.is_none()))
    }

    /// The declaration whose sites this one's maps are listed under.
    fn first_alike(&self, decl: &'static SiteDecl) -> &'static SiteDecl {
        let alike = self.declared.iter().find(|(known, _)| known.is_alike(decl));
        alike.map_or(decl, |(known, _)| *known)
    }
}

/// The one item, or `None` if there are several that do not go by one name: a guess would mislead. Of those that do the
/// name is right, and the map counts for the first of them though it may be another's.
fn only(decls: &[Declared]) -> Option<Declared> {
    let (first, others) = decls.split_first()?;
    if others.iter().any(|(decl, _)| decl.name != first.0.name) {
        return None;
    }
    doubt(others);
    Some(*first)
}

/// A map that may well be of these declarations is counted elsewhere.
fn doubt(decls: &[Declared]) {
    for (_, id) in decls {
        if let Some(site) = id.and_then(get) {
            site.ambiguous.store(true, Ordering::Relaxed);
        }
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
