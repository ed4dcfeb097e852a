//! What there is once in a process: the global hub, started when the first map is changed, and what a fork or the end
//! of the process means to it.
#![expect(unsafe_code, reason = "registers handlers with pthread_atfork and atexit, for which std has no interface")]

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::clock;
use crate::collector::{self, Core};
use crate::config::{Config, ReportTo};
use crate::flight::{self, Flight};
use crate::hub::{Hub, Phase, lock};
use crate::lasting::Lasting;
use crate::memory::boxed;
use crate::registry::IdPool;
use crate::report::Report;
use crate::say::say;
use crate::sink::Sink;
use crate::site::Interner;
use crate::snapshot::Snapshot;
use crate::spawn::spawn;
use crate::thread::AtWork;
use crate::{race, thread};

#[cfg(not(feature = "guard"))]
mod no_guard;
#[cfg(not(feature = "listen"))]
mod no_page;
#[cfg(feature = "listen")]
mod page;

#[cfg(feature = "guard")]
use crate::guard;
#[cfg(not(feature = "guard"))]
use no_guard as guard;
#[cfg(not(feature = "listen"))]
use no_page::Page;
#[cfg(feature = "listen")]
use page::Page;

/// Width of a report that goes to a file, where there is no terminal to fit.
const FILE_WIDTH: usize = 160;

/// Everything that has locks, made anew in a forked child: a lock may be held at the fork by a thread that the child
/// does not have.
pub(crate) struct Generation {
    pub(crate) ids: IdPool,
    pub(crate) sites: Interner,
    hubs: Mutex<Vec<&'static Hub>>,
    /// `None` if tracing is switched off.
    global: OnceLock<Option<&'static Hub>>,
    /// For one at a time to start it.
    starting: Mutex<()>,
    page: Page,
    /// The recording of its global hub, if there is one.
    pub(crate) flight: Lasting<Flight>,
    /// That of the child this process was forked into. Always empty in the process whose generation this is.
    child: Lasting<Generation>,
}

/// The generation of the first process. Those of its forked descendants hang from it, each from its parent's.
static FIRST: Lasting<Generation> = Lasting::new();
/// How many forks deep this process is.
static DEPTH: AtomicUsize = AtomicUsize::new(0);
/// Hub numbers go on across forks, so that a record shows whether it was inherited.
static HUBS: AtomicU32 = AtomicU32::new(1);
/// What the environment and the builder said, in the first process.
static CONFIG: Lasting<Config> = Lasting::new();
/// Maps that came when there was no memory for a hub, and that no hub has counted yet.
static WITHOUT_HUB: AtomicU64 = AtomicU64::new(0);

impl Generation {
    fn new(first: u32) -> Self {
        Self {
            ids: IdPool::new(first),
            sites: Interner::new(),
            hubs: Mutex::default(),
            global: OnceLock::new(),
            starting: Mutex::default(),
            page: Page::default(),
            flight: Lasting::new(),
            child: Lasting::new(),
        }
    }

    pub(crate) fn next_hub_number(&self) -> u32 {
        HUBS.fetch_add(1, Ordering::Relaxed)
    }

    /// The hub with this number, if it is of this generation.
    pub(crate) fn hub(&self, number: u32) -> Option<&'static Hub> {
        lock(&self.hubs).iter().find(|hub| hub.number == number).copied()
    }

    /// Makes a hub that lives for ever, if there is memory for it.
    pub(crate) fn new_hub(&'static self, config: &'static Config, core: Core) -> Option<&'static Hub> {
        let _at_work = AtWork::begin();
        self.sites.prepare(config.sample);
        let mut hubs = lock(&self.hubs);
        hubs.try_reserve(1).ok()?;
        drop(hubs);
        let hub: &'static Hub = Box::leak(boxed(|| Hub::new(config, self, core))?);
        lock(&self.hubs).push(hub);
        Some(hub)
    }
}

/// This process's generation, if there is memory for one. A step of a list for each fork between it and the first process.
pub(crate) fn generation() -> Option<&'static Generation> {
    let mut generation = begun(&FIRST, 0)?;
    for _ in 0..DEPTH.load(Ordering::Acquire) {
        generation = begun(&generation.child, generation.ids.first_of_child())?;
    }
    Some(generation)
}

/// The generation in `cell`, made with ids from `first` on if there is none.
fn begun(cell: &Lasting<Generation>, first: u32) -> Option<&'static Generation> {
    match cell.get() {
        known @ Some(_) => known,
        None => {
            // At work: a traced map in the allocator must not start a hub, with settings that are not the builder's.
            let _at_work = AtWork::begin();
            Some(cell.keep(boxed(|| Generation::new(first))?))
        }
    }
}

/// This process's generation if there is one yet; makes none, and so may be asked from inside an allocation.
pub(crate) fn existing_generation() -> Option<&'static Generation> {
    let mut generation = FIRST.get()?;
    for _ in 0..DEPTH.load(Ordering::Acquire) {
        generation = generation.child.get()?;
    }
    Some(generation)
}

/// The recording of this process, if it has one.
pub(crate) fn recording() -> Option<&'static Flight> {
    existing_generation()?.flight.get()
}

/// The global hub, started if it was not; `None` if tracing is switched off, or if there is no memory for it now.
pub(crate) fn hub() -> Option<&'static Hub> {
    match generation()?.global.get() {
        Some(hub) => *hub,
        None => start_once(Config::default()).0,
    }
}

/// The global hub, and whether it was started just now, with a builder's settings.
fn start_once(builder: Config) -> (Option<&'static Hub>, bool) {
    // At work: a traced map in the allocator must not come here again.
    let _at_work = AtWork::begin();
    let Some(generation) = generation() else { return (None, false) };
    prepare_for_forks();
    let _alone = lock(&generation.starting);
    if let Some(known) = generation.global.get() {
        return (*known, false);
    }
    let Some(config) = config(builder) else { return (None, false) };
    let hub = if config.enabled { start_hub(generation, config) } else { None };
    if config.enabled && hub.is_none() {
        // Whoever comes next tries again.
        return (None, false);
    }
    let _ = generation.global.set(hub);
    (hub, true)
}

/// Counts a map that came when there was no memory for a hub, for the one that there is to be.
pub(crate) fn count_without_hub() {
    if !is_switched_off() {
        WITHOUT_HUB.fetch_add(1, Ordering::Relaxed);
    }
}

/// The global hub if it is running; starts nothing.
pub(crate) fn existing_hub() -> Option<&'static Hub> {
    existing_generation()?.global.get().copied().flatten()
}

/// Whether the settings are known, and say that nothing is to be traced. There is no way back.
#[inline]
pub(crate) fn is_switched_off() -> bool {
    CONFIG.get().is_some_and(|config| !config.enabled)
}

/// The settings: the environment over `builder`. The first caller decides.
fn config(builder: Config) -> Option<&'static Config> {
    if let Some(config) = CONFIG.get() {
        return Some(config);
    }
    let mut config = builder;
    let mut names = Vec::new();
    for (name, _) in std::env::vars_os() {
        if let Ok(name) = name.into_string()
            && name.starts_with("MAPTRACE_")
        {
            // Without memory nobody is told if it is an unknown one.
            if names.try_reserve(1).is_ok() {
                names.push(name);
            }
        }
    }
    let lookup = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    for warning in config.apply_environment(&lookup, names) {
        say(format_args!("{warning}"));
    }
    race::know(&config);
    Some(CONFIG.keep(boxed(|| config)?))
}

fn start_hub(generation: &'static Generation, config: &'static Config) -> Option<&'static Hub> {
    guard::start(config);
    if generation.flight.get().is_none()
        && let Some(flight) = flight::start(config)
    {
        generation.flight.keep(boxed(|| flight)?);
        generation.sites.file();
    }
    let hub = generation.new_hub(config, Core::filed(generation.flight.get()))?;
    hub.past_cap.fetch_add(WITHOUT_HUB.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    if let Some(flight) = generation.flight.get() {
        flight.belongs_to(hub);
    }
    let spawned = spawn(
        std::thread::Builder::new().name("maptrace".to_owned()),
        Box::new(move || collector::run(hub)),
    );
    if let Err(error) = spawned {
        hub.set_phase(Phase::Dead);
        say(format_args!(
            "the collector's thread could not be started ({error}); counts go on, spans and exports do not"
        ));
    }
    // A forked child has no page: the port is its parent's.
    if let (Some(address), 0) = (config.listen, DEPTH.load(Ordering::Relaxed)) {
        generation.page.serve(hub, address);
    }
    Some(hub)
}

/// Address of the page, if it is being served.
#[inline]
pub(crate) fn local_addr() -> Option<std::net::SocketAddr> {
    existing_generation()?.page.local_addr()
}

/// Starts the global hub with a builder's settings, unless it runs already; then only `sinks` are taken, and the
/// result is `false`. Where tracing is off there are no settings that were not used.
#[inline]
pub(crate) fn start(builder: Config, sinks: Vec<Box<dyn Sink>>) -> bool {
    let (hub, first) = start_once(builder);
    if let Some(hub) = hub {
        for sink in sinks {
            hub.add_sink(sink);
        }
    }
    first || hub.is_none()
}

/// A snapshot of the global hub, settled; an empty one if tracing is off.
#[inline]
pub(crate) fn snapshot() -> Arc<Snapshot> {
    hub().map_or_else(|| Arc::new(Snapshot::empty()), collector::snapshot)
}

/// Makes what a forked child goes on with, and registers the handlers of fork and exit. Before the global hub is made:
/// a child of a fork meanwhile must know that it is one, or it would wait for its parent's thread to make the hub.
fn prepare_for_forks() {
    clock::start();
    register_handlers();
}

/// Registers the handlers, once.
fn register_handlers() {
    static REGISTERED: AtomicBool = AtomicBool::new(false);
    if REGISTERED.swap(true, Ordering::AcqRel) {
        return;
    }
    // SAFETY: the handler is a plain function that lives as long as the program, and does only what is allowed in a
    // forked child: it stores to atomics and to this thread's locals. Kept by this file.
    unsafe { libc::pthread_atfork(None, None, Some(after_fork_in_child)) };
    // SAFETY: the handler is a plain function that lives as long as the program and does not unwind. Kept by this file.
    unsafe { libc::atexit(at_exit) };
}

extern "C" fn after_fork_in_child() {
    // First, as what follows may change something that lies in it.
    if let Some(flight) = recording() {
        flight.leave();
    }
    DEPTH.fetch_add(1, Ordering::AcqRel);
    thread::forget_producer();
    #[cfg(feature = "race")]
    race::after_fork();
}

extern "C" fn at_exit() {
    // Unwinding out of an exit handler would abort a process that ended well.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let Some(hub) = existing_hub() else { return };
        if let Some(flight) = hub.generation.flight.get() {
            flight.end();
        }
        if matches!(hub.config.report, ReportTo::Off) {
            return;
        }
        let snapshot = collector::snapshot(hub);
        print_report(&hub.config.report, &snapshot);
    }));
}

fn print_report(to: &ReportTo, snapshot: &Arc<Snapshot>) {
    match to {
        ReportTo::Off => {}
        // A standard error that is gone is nobody's loss: not a panic as with `eprint!`.
        ReportTo::Text => {
            let _ = write!(io::stderr(), "{}", Report::for_terminal(Arc::clone(snapshot), &io::stderr()));
        }
        ReportTo::Json => {
            let _ = writeln!(io::stderr(), "{}", Report::new(Arc::clone(snapshot)).to_json());
        }
        ReportTo::File(path) => {
            let report = Report::new(Arc::clone(snapshot)).width(FILE_WIDTH);
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            let json = matches!(extension.as_str(), "json");
            let text = if json { report.to_json() } else { report.to_string() };
            if let Err(error) = std::fs::write(path, text) {
                say(format_args!("the report could not be written to {} ({error})", path.display()));
            }
        }
    }
}
