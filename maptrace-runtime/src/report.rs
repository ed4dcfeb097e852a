//! The report: a snapshot as a table for a terminal, or as JSON.

mod char_width;
mod columns;
pub(crate) mod document;
mod terminal;
pub(crate) mod text;
pub(crate) mod units;

use std::cmp::Reverse;
use std::fmt;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use crate::api::COMPILED_IN;
use crate::hints::hints;
use crate::lean::{join, order};
use crate::snapshot::{Cause, MapSnapshot, Snapshot};
use columns::{GAP, Shown, Table, assigns, deletes};
use terminal::{DEFAULT_WIDTH, Look};
use text::{tidy, width, wrap};
use units::{bytes, count, date_time, duration, grouped, percent};

/// No line can be made narrower than this.
const MIN_WIDTH: usize = 20;

/// More rows than this are not read in a terminal; the JSON and the live page have them all.
const MAX_ROWS: usize = 100;

/// Less than one lost event of so many is no alarm: counts are exact, and what is told of single events hardly changes.
const FEW_OF: u128 = 100;

/// Names and places in running text are cut to this.
const INLINE_MAX: usize = 48;

/// Every map of a [`Snapshot`] in a table for people, largest first, with what to look into below it.
///
/// The table fits the width: where room is short it abbreviates, then leaves out the columns that matter least (and
/// says which), and cuts names in the middle; a row never wraps. Sizes are decimal: 1 MB is 1,000,000 bytes. Whatever
/// a terminal would act upon is spelt out in names. No key and no value is ever in it, because none is in a snapshot.
///
/// Costs about 10 microseconds per row when it is written, nothing before.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use maptrace_runtime::{Kind, MapSnapshot, Report, SiteInfo, Snapshot};
///
/// let mut map = MapSnapshot::new(Arc::new(SiteInfo::new(0, "sessions", Kind::HashMap)));
/// (map.created, map.live, map.entries) = (1, 1, 1_830_000);
/// let mut snapshot = Snapshot::new("server");
/// snapshot.maps.push(map);
///
/// let report = Report::new(Arc::new(snapshot)).width(80);
/// println!("{report}");
/// # assert!(report.to_string().lines().any(|line| line.starts_with("sessions") && line.contains("1.83M")));
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    snapshot: Arc<Snapshot>,
    width: usize,
    color: bool,
}

impl Report {
    /// The report of `snapshot`, 120 columns wide and without colour.
    #[must_use]
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        Self {
            snapshot,
            width: DEFAULT_WIDTH,
            color: false,
        }
    }

    /// The report of `snapshot` as `stream` can show it.
    ///
    /// The width is that of `COLUMNS`, else of the terminal, else 120, or 160 if `stream` is a file or a pipe. There is colour if `stream` is a terminal other
    /// than `TERM=dumb` and `NO_COLOR` is not set.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use std::sync::Arc;
    /// # use maptrace_runtime::{Report, Snapshot};
    /// # let snapshot = Arc::new(Snapshot::new("server"));
    /// eprintln!("{}", Report::for_terminal(snapshot, &std::io::stderr()));
    /// ```
    #[must_use]
    pub fn for_terminal(snapshot: Arc<Snapshot>, stream: &impl IsTerminal) -> Self {
        let Look { width, color } = Look::of(stream);
        Self { snapshot, width, color }
    }

    /// Sets how many columns a line may take; less than 20 is taken as 20.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns;
        self
    }

    /// Sets whether ANSI colours are used.
    #[must_use]
    pub fn color(mut self, on: bool) -> Self {
        self.color = on;
        self
    }

    /// The whole snapshot with its hints as one JSON object, the same that the live page fetches as `/maps.json`.
    ///
    /// Counts are exact integers, times are in nanoseconds (`..._ns`), moments in milliseconds since 1970 (`..._ms`),
    /// sizes in bytes. What a kind of map does not have is `null`. Strings are escaped so that the text may also stand
    /// inside an HTML script element.
    #[must_use]
    pub fn to_json(&self) -> String {
        document::render(&self.snapshot)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = Page {
            width: self.width.max(MIN_WIDTH),
            color: self.color,
        };
        let maps = &self.snapshot.maps;
        let key = |map: &MapSnapshot| {
            let size = map.held_bytes.unwrap_or(map.needed_bytes);
            (
                Reverse(size),
                Reverse(assigns(map).saturating_add(deletes(map))),
                map.site.id,
            )
        };
        let (mut used, mut unused) = (Vec::new(), Vec::new());
        for i in order(maps.len(), &|a, b| key(&maps[a]).cmp(&key(&maps[b]))) {
            if is_used(&maps[i]) {
                used.push(&maps[i]);
            }
        }
        for map in maps {
            if !is_used(map) && !map.ambiguous {
                unused.push(map);
            }
        }
        page.header(f, &self.snapshot, &used)?;
        if used.is_empty() {
            page.nothing_yet(f, &self.snapshot, unused.is_empty())?;
        } else {
            page.table(f, &used)?;
            page.hints(f, &used)?;
            page.whereabouts(f, &used)?;
        }
        if self.snapshot.program.is_empty() {
            return Ok(());
        }
        page.unused(f, &unused)?;
        page.footer(f, &self.snapshot)
    }
}

/// Whether any map of the site was ever changed. A declared site that was not only takes up room in a table.
fn is_used(map: &MapSnapshot) -> bool {
    !map.site.declared || map.created > 0 || map.live > 0 || assigns(map) > 0 || deletes(map) > 0 || map.batches > 0
}

/// ANSI styles, used on a terminal only.
#[derive(Clone, Copy)]
enum Ink {
    Strong,
    Faint,
    Warn,
    Bad,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Warn => "33",
            Self::Bad => "1;31",
        }
    }
}

/// Where the lines go: how wide, and in which colours.
#[derive(Clone, Copy)]
struct Page {
    width: usize,
    color: bool,
}

impl Page {
    fn ink(self, ink: Ink, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\x1b[{}m{text}\x1b[0m", ink.code())
        } else {
            text.to_owned()
        }
    }

    /// Short statements, as many on a line as fit, `, ` between them.
    fn statements(self, f: &mut fmt::Formatter<'_>, ink: Option<Ink>, parts: &[String]) -> fmt::Result {
        let mut line = String::new();
        for (i, part) in parts.iter().enumerate() {
            let mut part = tidy(part, self.width - 1);
            if i + 1 < parts.len() {
                part.push(',');
            }
            if !line.is_empty() && width(&line) + 1 + width(&part) > self.width {
                self.line(f, ink, &line)?;
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&part);
        }
        self.line(f, ink, &line)
    }

    fn line(self, f: &mut fmt::Formatter<'_>, ink: Option<Ink>, line: &str) -> fmt::Result {
        match ink {
            Some(ink) => writeln!(f, "{}", self.ink(ink, line)),
            None => writeln!(f, "{line}"),
        }
    }

    fn header(self, f: &mut fmt::Formatter<'_>, snapshot: &Snapshot, used: &[&MapSnapshot]) -> fmt::Result {
        let about = [
            format!("maptrace: {}", tidy(&snapshot.program, INLINE_MAX)),
            format!("pid {}", snapshot.pid),
            format!("up {}", duration(snapshot.uptime())),
            format!("{} UTC", date_time(snapshot.taken_at)),
        ];
        if snapshot.program.is_empty() {
            // Of no process: tracing is off, and what follows says how to switch it on.
            return self.line(f, Some(Ink::Strong), "maptrace: nothing is traced");
        }
        self.statements(f, Some(Ink::Strong), &about)?;
        if used.is_empty() {
            return Ok(());
        }
        let sum = |of: fn(&MapSnapshot) -> u64| used.iter().fold(0_u64, |sum, map| sum.saturating_add(of(map)));
        let mut paused = Duration::ZERO;
        for map in used {
            paused = paused.saturating_add(map.pause_total);
        }
        let entries = sum(|m| m.entries);
        let noun = if entries == 1 { "entry" } else { "entries" };
        let mut totals = vec![
            plural(sum(|m| m.live), "live map"),
            format!("{} {noun}", count(entries)),
        ];
        // What a B-tree holds is not known, so that only tables can be added up.
        let tables = sum(|m| u64::from(m.held_bytes.is_some()));
        if tables > 0 {
            let whose = if tables < used.len() as u64 {
                " in hash tables"
            } else {
                ""
            };
            let needed: fn(&MapSnapshot) -> u64 = |m| m.held_bytes.map_or(0, |_| m.needed_bytes);
            totals.push(format!("{} held{whose}", bytes(sum(|m| m.held_bytes.unwrap_or(0)))));
            totals.push(format!("{} needed", bytes(sum(needed))));
        }
        totals.push(plural(sum(assigns), "assign"));
        totals.push(plural(sum(deletes), "delete"));
        totals.push(plural(sum(|m| m.grows), "grow"));
        totals.push(format!("paused for {}", duration(paused)));
        self.statements(f, None, &totals)
    }

    fn nothing_yet(self, f: &mut fmt::Formatter<'_>, snapshot: &Snapshot, nothing_declared: bool) -> fmt::Result {
        let advice = if !COMPILED_IN && snapshot.program.is_empty() {
            "Tracing is not compiled in: build the program with maptrace's feature `enable`, as by \
             `cargo run --features trace-maps`; a map with #[maptrace] appears here with its first change."
        } else if snapshot.program.is_empty() {
            "Tracing is compiled in, and was switched off as the program started: by MAPTRACE_ENABLED, or by \
             `enabled(false)` of the builder."
        } else if nothing_declared {
            "No traced map yet. Put #[maptrace] on the `use`, `type`, `struct` or `static` of a map and build the \
             program with maptrace's feature `enable`; a map appears here with its first change."
        } else {
            "No traced map was changed yet; a map appears here with its first change."
        };
        writeln!(f)?;
        for line in wrap(advice, self.width) {
            self.line(f, None, &line)?;
        }
        Ok(())
    }

    fn table(self, f: &mut fmt::Formatter<'_>, used: &[&MapSnapshot]) -> fmt::Result {
        let rows = &used[..used.len().min(MAX_ROWS)];
        let table = Table::fit(rows, self.width);
        // A name that calls for a look is inked.
        let row = |look: bool, cell: &dyn Fn(&Shown) -> String| {
            let mut row = String::new();
            for column in &table.columns {
                if row.is_empty() && look {
                    row.push_str(&self.ink(Ink::Warn, &cell(column)));
                } else {
                    row.push_str(&cell(column));
                }
                row.push_str(GAP);
            }
            row.trim_ascii_end().to_owned()
        };
        let titles = row(false, &|column| column.pad(column.title));
        writeln!(f)?;
        self.line(f, Some(Ink::Strong), &titles)?;
        for (i, map) in rows.iter().enumerate() {
            let cells = row(!hints(map).is_empty(), &|column| column.pad(&column.cells[i]));
            writeln!(f, "{cells}")?;
        }
        if used.len() > rows.len() {
            let more = plural((used.len() - rows.len()) as u64, "smaller site");
            self.line(f, Some(Ink::Faint), &format!("and {more}"))?;
        }
        if !table.left_out.is_empty() {
            let text = format!("not shown at this width: {}", join(&table.left_out, ", "));
            for line in wrap(&text, self.width) {
                self.line(f, Some(Ink::Faint), &line)?;
            }
        }
        Ok(())
    }

    fn hints(self, f: &mut fmt::Formatter<'_>, used: &[&MapSnapshot]) -> fmt::Result {
        const BULLET: &str = "! ";
        let mut first = true;
        for map in used.iter().take(MAX_ROWS) {
            for hint in hints(map) {
                if std::mem::take(&mut first) {
                    writeln!(f)?;
                }
                let name = tidy(&map.site.name, INLINE_MAX);
                let text = format!("{name}{}: {hint}", place(map));
                for (i, line) in wrap(&text, self.width - BULLET.len()).iter().enumerate() {
                    let bullet = if i == 0 {
                        self.ink(Ink::Warn, BULLET)
                    } else {
                        format!("{:1$}", "", BULLET.len())
                    };
                    writeln!(f, "{bullet}{line}")?;
                }
            }
        }
        Ok(())
    }

    /// Where maps were made that nobody can look at any more, and what can be done about those of which that is not known. What
    /// has a hint has its place there.
    fn whereabouts(self, f: &mut fmt::Formatter<'_>, used: &[&MapSnapshot]) -> fmt::Result {
        let shown = &used[..used.len().min(MAX_ROWS)];
        let is_gone = |map: &MapSnapshot| map.live == 0 && !place(map).is_empty() && hints(map).is_empty();
        let is_lost = |map: &MapSnapshot| map.site.file.is_empty() && !map.site.type_name.is_empty();
        let named = |map: &MapSnapshot| format!("{}{}", tidy(&map.site.name, INLINE_MAX), place(map));
        let (mut gone, mut lost) = (Vec::new(), Vec::new());
        for map in shown {
            if is_gone(map) {
                gone.push(named(map));
            }
            if is_lost(map) {
                lost.push(named(map));
            }
        }
        self.some(f, "freed by now: ", gone)?;
        self.some(
            f,
            "made where the compiler does not tell, as in `collect()`; an annotated `let`, field or other item that alone \
             has their type names them: ",
            lost,
        )
    }

    /// The first of them, behind what they are.
    fn some(self, f: &mut fmt::Formatter<'_>, what: &str, mut all: Vec<String>) -> fmt::Result {
        const MOST: usize = 8;
        let Some(first) = all.first_mut() else { return Ok(()) };
        *first = format!("{what}{first}");
        let more = all.len().saturating_sub(MOST);
        all.truncate(MOST);
        if more > 0 {
            all.push(format!("and {more} more"));
        }
        writeln!(f)?;
        for line in wrap(&join(&all, ", "), self.width) {
            self.line(f, Some(Ink::Faint), &line)?;
        }
        Ok(())
    }

    /// One line, however many there are.
    fn unused(self, f: &mut fmt::Formatter<'_>, unused: &[&MapSnapshot]) -> fmt::Result {
        if unused.is_empty() {
            return Ok(());
        }
        let mut line = format!("{} not used yet: ", plural(unused.len() as u64, "declared map"));
        for (i, map) in unused.iter().enumerate() {
            let name = tidy(&map.site.name, INLINE_MAX);
            let separator = if i == 0 { "" } else { ", " };
            let more = unused.len() - i;
            let rest = if more > 1 {
                format!(", and {} more", more - 1)
            } else {
                String::new()
            };
            if width(&line) + width(separator) + width(&name) + width(&rest) > self.width {
                line = if i == 0 {
                    line.strip_suffix(": ").unwrap_or(&line).to_owned()
                } else {
                    format!("{line}, and {more} more")
                };
                break;
            }
            line.push_str(separator);
            line.push_str(&name);
        }
        writeln!(f)?;
        self.line(f, Some(Ink::Faint), &tidy(&line, self.width))
    }

    /// maptrace about itself: what it saw, what it lost and why, and what it takes.
    fn footer(self, f: &mut fmt::Formatter<'_>, snapshot: &Snapshot) -> fmt::Result {
        let health = &snapshot.health;
        let mut parts = vec![
            plural(health.emitted, "event"),
            format!("{} delivered", count(health.delivered)),
            format!("{} lost", count(health.dropped_total())),
        ];
        if health.sampled_out > 0 {
            parts.push(format!("{} sampled out", count(health.sampled_out)));
        }
        parts.push(plural(health.rings, "ring"));
        parts.push(if health.memory_limit_bytes > 0 {
            format!(
                "{} of {} of memory",
                bytes(health.memory_bytes),
                bytes(health.memory_limit_bytes)
            )
        } else {
            format!("{} of memory", bytes(health.memory_bytes))
        });
        let nanos = |d: Duration| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX);
        parts.push(format!(
            "collector busy {}",
            percent(nanos(health.busy), nanos(snapshot.uptime()))
        ));
        parts.push("1 MB is 1,000,000 bytes".to_owned());
        writeln!(f)?;
        self.statements(f, Some(Ink::Faint), &parts)?;
        self.trouble(f, snapshot)
    }

    /// What a reader has to know before believing the rest; nothing if all is well.
    fn trouble(self, f: &mut fmt::Formatter<'_>, snapshot: &Snapshot) -> fmt::Result {
        let health = &snapshot.health;
        let lost = health.dropped_total();
        let mut losses = Vec::new();
        if lost > 0 {
            losses.push(format!("events lost: {} (counts above stay exact)", grouped(lost)));
            for cause in &Cause::ALL {
                let lost = health.dropped[*cause as usize];
                if lost > 0 {
                    losses.push(format!("{} {}", cause.as_str(), grouped(lost)));
                }
            }
        }
        if health.gaps > 0 {
            losses.push(plural(health.gaps, "gap"));
        }
        // Of all causes this is the one that settings cure.
        if health.dropped[Cause::Full as usize] > 0 {
            losses.push("fewer with a larger MAPTRACE_RING_BYTES or MAPTRACE_SAMPLE=auto".to_owned());
        }
        let mild = u128::from(lost) * FEW_OF < u128::from(health.emitted);
        let mut past_cap = Vec::new();
        if health.instances_past_cap > 0 {
            past_cap.push(format!("{} without a record", plural(health.instances_past_cap, "map")));
            past_cap.push("counted by site alone".to_owned());
            past_cap.push("fewer with a larger MAPTRACE_INSTANCES or MAPTRACE_MEMORY".to_owned());
        }
        let mut restarts = Vec::new();
        if health.damaged > 0 {
            restarts.push(format!(
                "{} in rings passed over",
                plural(health.damaged, "damaged word")
            ));
        }
        if health.restarts > 0 {
            restarts.push(plural(health.restarts, "collector restart"));
        }
        for (parts, mild) in &[(losses, mild), (past_cap, true), (restarts, false)] {
            if !parts.is_empty() {
                let ink = if *mild { Ink::Warn } else { Ink::Bad };
                self.statements(f, Some(ink), parts)?;
            }
        }
        Ok(())
    }
}

/// ` (file:line)`, or nothing where the name says it already or the place is unknown.
fn place(map: &MapSnapshot) -> String {
    let place = format!("{}:{}", map.site.file, map.site.line);
    if map.site.file.is_empty() || map.site.name == place {
        String::new()
    } else {
        format!(" ({})", tidy(&place, INLINE_MAX))
    }
}

fn plural(n: u64, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{} {noun}s", count(n))
    }
}

#[cfg(test)]
mod tests;
