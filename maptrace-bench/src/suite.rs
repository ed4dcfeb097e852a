//! What is compared with what: cases (a map with its key, value and hasher) and variants (ways in which it is recorded).

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use crate::map::{Again, Map, Plain, Traced};
use crate::names;
use crate::plan::{self, Preset};
use crate::variant::{self, Variant};
use crate::which::Which;
use crate::workload::{Bench, Input, State, Workload};

/// The side of a case that every other is compared with: [`Plain`].
pub const PLAIN: &str = "plain";
/// The plain map once more, for the variant `off`: [`Again`].
pub const AGAIN: &str = "again";
/// The traced map, for maptrace's variants: [`Traced`].
pub const TRACED: &str = "traced";

/// Cases and variants, to be run by [`main`](crate::main).
///
/// ```
/// let suite = maptrace_bench::Suite::new().hash_map::<u32, String, std::hash::RandomState>("names", |i| {
///     (i as u32, format!("name {i}"))
/// });
/// assert_eq!(suite.cases().len(), 1);
/// ```
#[derive(Debug)]
pub struct Suite {
    cases: Vec<Case>,
    variants: Vec<Variant>,
    /// What is run when no row is named.
    presets: fn(Preset) -> Vec<Which>,
    /// Whether it is mapbench's own.
    is_matrix: bool,
}

impl Default for Suite {
    fn default() -> Self {
        Self::new()
    }
}

impl Suite {
    /// No case, and maptrace's own [variants](Variant::ours).
    #[must_use]
    pub fn new() -> Self {
        Self::with_variants(Variant::ours())
    }

    /// No case, and these variants.
    #[must_use]
    pub fn with_variants(variants: impl IntoIterator<Item = Variant>) -> Self {
        let variants = variants.into_iter().collect();
        Self {
            cases: Vec::new(),
            variants,
            presets: plan::preset_of_others,
            is_matrix: false,
        }
    }

    /// Adds a case.
    #[must_use]
    pub fn case(mut self, case: impl Into<Case>) -> Self {
        self.cases.push(case.into());
        self
    }

    /// Adds std's `HashMap<K, V, S>`, called `label`. `make` gives the entry of a number; different numbers have to have
    /// different keys.
    #[must_use]
    pub fn hash_map<K, V, S>(self, label: &str, make: impl Fn(u64) -> (K, V) + Send + Sync + 'static) -> Self
    where
        K: Clone + Eq + Hash + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        S: BuildHasher + Default + 'static,
    {
        self.case(
            Case::new("HashMap", label, &names::short::<S>(), make)
                .side::<Plain<HashMap<K, V, S>>>(PLAIN)
                .side::<Again<HashMap<K, V, S>>>(AGAIN)
                .side::<Traced<maptrace_runtime::collections::HashMap<K, V, S>>>(TRACED),
        )
    }

    /// As [`hash_map`](Self::hash_map), of the crate hashbrown.
    #[must_use]
    pub fn hashbrown<K, V, S>(self, label: &str, make: impl Fn(u64) -> (K, V) + Send + Sync + 'static) -> Self
    where
        K: Clone + Eq + Hash + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        S: BuildHasher + Default + 'static,
    {
        self.case(
            Case::new("hashbrown", label, &names::short::<S>(), make)
                .side::<Plain<hashbrown::HashMap<K, V, S>>>(PLAIN)
                .side::<Again<hashbrown::HashMap<K, V, S>>>(AGAIN)
                .side::<Traced<maptrace_runtime::hashbrown::HashMap<K, V, S>>>(TRACED),
        )
    }

    /// As [`hash_map`](Self::hash_map), an `IndexMap`. Deleting is `swap_remove`.
    #[must_use]
    pub fn index_map<K, V, S>(self, label: &str, make: impl Fn(u64) -> (K, V) + Send + Sync + 'static) -> Self
    where
        K: Clone + Eq + Hash + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        S: BuildHasher + Default + 'static,
    {
        self.case(
            Case::new("IndexMap", label, &names::short::<S>(), make)
                .side::<Plain<indexmap::IndexMap<K, V, S>>>(PLAIN)
                .side::<Again<indexmap::IndexMap<K, V, S>>>(AGAIN)
                .side::<Traced<maptrace_runtime::indexmap::IndexMap<K, V, S>>>(TRACED),
        )
    }

    /// As [`hash_map`](Self::hash_map), a `BTreeMap`.
    #[must_use]
    pub fn btree_map<K, V>(self, label: &str, make: impl Fn(u64) -> (K, V) + Send + Sync + 'static) -> Self
    where
        K: Clone + Ord + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        self.case(
            Case::new("BTreeMap", label, NO_HASHER, make)
                .side::<Plain<BTreeMap<K, V>>>(PLAIN)
                .side::<Again<BTreeMap<K, V>>>(AGAIN)
                .side::<Traced<maptrace_runtime::collections::BTreeMap<K, V>>>(TRACED),
        )
    }

    /// The cases.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The variants.
    #[must_use]
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// For mapbench's own cases, of which these are run when none is named.
    #[cfg(feature = "matrix")]
    pub(crate) fn of_matrix(presets: fn(Preset) -> Vec<Which>) -> Self {
        Self {
            presets,
            is_matrix: true,
            ..Self::new()
        }
    }

    /// Whether it is mapbench's own, with more cases than anybody wants to run at once.
    pub(crate) fn is_matrix(&self) -> bool {
        self.is_matrix
    }

    pub(crate) fn preset(&self, preset: Preset) -> Vec<Which> {
        (self.presets)(preset)
    }

    /// Whether a variant can be run on a case.
    pub(crate) fn fits(&self, variant: &Variant, case: &Case) -> bool {
        case.sides.contains(&variant.side)
    }

    pub(crate) fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// Whether maptrace is what is compared, so that its own health is of interest.
    pub(crate) fn is_ours(&self) -> bool {
        self.variants.iter().any(|variant| variant.side == TRACED) && variant::COMPILED_IN
    }
}

/// What stands for the hasher of a tree.
pub(crate) const NO_HASHER: &str = "none";

/// One map type with its keys and values, plain and in the forms that it is to be compared with.
pub struct Case {
    /// Which map: `HashMap`.
    pub(crate) map: String,
    /// What its keys are, or what the user calls it.
    pub(crate) key: String,
    /// The hasher's name.
    pub(crate) hasher: String,
    sides: Vec<&'static str>,
    prepare: Box<dyn Fn(usize) -> Box<dyn Prepared> + Send + Sync>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({} {} {}, {:?})", self.map, self.key, self.hasher, self.sides)
    }
}

/// A case whose sides are still to be named, with the types of its keys and values.
#[must_use = "a case has to be added to a suite"]
pub struct CaseOf<K, V> {
    map: String,
    key: String,
    hasher: String,
    make: Arc<dyn Fn(u64) -> (K, V) + Send + Sync>,
    sides: Vec<(&'static str, Begin<K, V>)>,
}

impl<K, V> fmt::Debug for CaseOf<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaseOf({} {} {})", self.map, self.key, self.hasher)
    }
}

/// Makes the state of a workload on the thread that is to do it.
type Begin<K, V> = fn(Workload, Arc<Input<K, V>>) -> Box<dyn Bench>;

impl Case {
    /// A case without any side. `make` gives the entry of a number; different numbers have to have different keys.
    // The builder of a case has the types of its entries; a finished case has forgotten them.
    #[expect(
        clippy::new_ret_no_self,
        reason = "a case with types becomes one without when it is added"
    )]
    pub fn new<K, V>(
        map: &str,
        key: &str,
        hasher: &str,
        make: impl Fn(u64) -> (K, V) + Send + Sync + 'static,
    ) -> CaseOf<K, V> {
        CaseOf {
            map: map.into(),
            key: key.into(),
            hasher: hasher.into(),
            make: Arc::new(make),
            sides: Vec::new(),
        }
    }

    /// Whether a workload makes sense for it.
    pub(crate) fn can(&self, workload: Workload) -> bool {
        self.hasher != NO_HASHER || !workload.needs_capacity()
    }

    /// Its entries, made.
    pub(crate) fn prepare(&self, size: usize) -> Box<dyn Prepared> {
        (self.prepare)(size)
    }
}

impl<K, V> CaseOf<K, V>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Adds a side: `plain`, which every case has to have, or what a [`Variant`](crate::Variant) asks for.
    pub fn side<M: Map<Key = K, Value = V> + 'static>(mut self, name: &'static str) -> Self {
        self.sides
            .push((name, |workload, input| Box::new(State::<M>::new(workload, input))));
        self
    }
}

impl<K, V> From<CaseOf<K, V>> for Case
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn from(case: CaseOf<K, V>) -> Self {
        let CaseOf {
            map,
            key,
            hasher,
            make,
            sides,
        } = case;
        let names = sides.iter().map(|(name, _)| *name).collect();
        let sides = Arc::new(sides);
        let prepare = move |size| -> Box<dyn Prepared> {
            Box::new(Entries {
                input: Arc::new(Input::new(size, |i| make(i))),
                sides: Arc::clone(&sides),
            })
        };
        Self {
            map,
            key,
            hasher,
            sides: names,
            prepare: Box::new(prepare),
        }
    }
}

/// The entries of a case at one size, for all threads and sides.
pub(crate) trait Prepared: Send + Sync {
    /// A workload on one side, if there is that side.
    fn bench(&self, side: &str, workload: Workload) -> Option<Box<dyn Bench>>;
}

struct Entries<K, V> {
    input: Arc<Input<K, V>>,
    sides: Arc<Vec<(&'static str, Begin<K, V>)>>,
}

impl<K, V> Prepared for Entries<K, V>
where
    K: Send + Sync,
    V: Send + Sync,
{
    fn bench(&self, side: &str, workload: Workload) -> Option<Box<dyn Bench>> {
        let (_, begin) = self.sides.iter().find(|(name, _)| *name == side)?;
        Some(begin(workload, Arc::clone(&self.input)))
    }
}
