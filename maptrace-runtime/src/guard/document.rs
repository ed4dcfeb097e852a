//! The document: what is known of all live maps, as JSON. `docs/mapguard.md` has its form.

use std::sync::atomic::Ordering;
use std::time::UNIX_EPOCH;

use super::books::{Books, Doubt, Row};
use super::matter::Matter;
use super::out::Out;
use super::panics::{self, Panicked};
use super::sites::Sites;
use super::walk::{Deed, Last};
use super::{Why, install::Installed};
use crate::clock;
use crate::hub::Phase;
use crate::snapshot::Cause;
use crate::thread::Producer;

/// Of the form. It changes when a reader of this one could not read the next one.
const VERSION: u64 = 1;
/// Threads that are listed: the panicking one, and the first of the others.
const MOST_THREADS: usize = 256;

/// What the writing of a document needs, beside what it is about.
pub(super) struct Document<'d> {
    pub(super) out: &'d mut Out,
    pub(super) matter: &'d mut Matter,
    pub(super) sites: &'d mut Sites,
    pub(super) last: &'d mut Last,
}

impl Document<'_> {
    /// Writes all of it; `books` are none if tracing is off. Returns the number of the last panic that it tells of.
    pub(super) fn write(&mut self, installed: &Installed, why: Why<'_>, number: u32, books: Option<&Books>) -> u32 {
        let now = books.map_or_else(clock::now_ns, |books| books.now);
        let panicked = why.panic();
        self.matter
            .look(books, panicked.map_or(Deed::NONE, |it| it.deed), self.sites);
        self.begin(installed, why, number, books, now);
        if let Some(books) = books {
            self.losses(books);
            self.sums();
            self.maps(books);
            self.threads(books, installed.operations, panicked.map_or(0, |it| it.ring));
        }
        self.list_sites();
        let told = self.panics(now);
        self.out.raw(",\n\"end\":true}\n");
        told
    }

    fn begin(&mut self, installed: &Installed, why: Why<'_>, number: u32, books: Option<&Books>, now: u64) {
        let out = &mut *self.out;
        out.raw("{");
        out.pair("mapguard", VERSION);
        out.field("why");
        out.text(why.as_str());
        out.field("program");
        out.text(&installed.program);
        out.pair("pid", u64::from(std::process::id()));
        out.pair("number", u64::from(number));
        let at = clock::to_system_time(now)
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        out.pair("at_unix_ms", u64::try_from(at.as_millis()).unwrap_or(u64::MAX));
        out.field("tracing");
        out.raw(if books.is_some() { "true" } else { "false" });
        if let Some(books) = books {
            let up = clock::to_system_time(now)
                .duration_since(books.hub.started_at())
                .unwrap_or_default();
            out.pair("up_ms", u64::try_from(up.as_millis()).unwrap_or(u64::MAX));
            out.field("exact");
            let doubt = books.doubt();
            out.raw(if doubt.is_none() { "true" } else { "false" });
            out.field("inexact_because");
            out.maybe_text(doubt.map(Doubt::as_str));
            out.field("off_by_at_most");
            out.maybe(doubt.map_or(Some(0), Doubt::most));
        }
        out.raw(",\n\"panic\":");
        match why.panic() {
            Some(panicked) => panic(out, panicked, now),
            None => out.raw("null"),
        }
    }

    fn losses(&mut self, books: &Books) {
        let (out, hub) = (&mut *self.out, books.hub);
        out.raw(",\n\"losses\":{");
        let mut sampled_out = 0;
        let mut dropped = [0_u64; Cause::ALL.len()];
        for (sum, n) in dropped.iter_mut().zip(&hub.dropped) {
            *sum = n.load(Ordering::Relaxed);
        }
        for producer in hub.each_producer() {
            for (sum, n) in dropped.iter_mut().zip(&producer.told.dropped) {
                *sum += n.load(Ordering::Relaxed);
            }
            sampled_out += producer.sampled_out();
        }
        // Those of the sinks: two may fail the same episode.
        dropped[Cause::ExportFailed as usize] += hub.export_failed();
        for (cause, n) in Cause::ALL.into_iter().zip(dropped) {
            out.pair(cause.as_str(), n);
        }
        out.pair("sampled_out", sampled_out);
        let counts = books.core.as_ref().map(|core| core.delivered());
        out.field("delivered");
        out.maybe(counts.map(|(delivered, _)| delivered));
        out.field("gaps");
        out.maybe(counts.map(|(_, gaps)| gaps));
        out.pair("maps_past_cap", hub.past_cap.load(Ordering::Relaxed));
        out.pair("collector_restarts", hub.restarts.load(Ordering::Relaxed));
        out.field("collector");
        out.text(match (hub.phase(), &books.core) {
            (Phase::Running, Some(_)) => "running",
            (Phase::Running, None) => "busy",
            (Phase::Shutdown, _) => "shut down",
            (Phase::Dead, _) => "dead",
        });
        out.raw("}");
    }

    fn sums(&mut self) {
        let (out, matter) = (&mut *self.out, &*self.matter);
        out.raw(",\n\"sums\":{");
        out.pair("maps", matter.maps);
        out.pair("entries", matter.entries);
        out.pair("held_bytes", matter.held_bytes);
        out.raw("},\n\"matter\":[");
        let mut first = true;
        matter.each(|row, reason| {
            out.raw(if std::mem::take(&mut first) { "{" } else { ",{" });
            out.field("map");
            out.maybe((!row.is_shared()).then_some(row.serial));
            out.pair("site", u64::from(row.site.info.id));
            out.field("name");
            out.text(&row.site.info.name);
            out.field("why");
            out.text(reason);
            out.raw("}");
        });
        out.raw("]");
    }

    fn maps(&mut self, books: &Books) {
        let out = &mut *self.out;
        out.raw(
            ",\n\"map_columns\":[\"map\",\"site\",\"maps\",\"entries\",\"capacity\",\"tombstones\",\"held_bytes\",\
             \"needed_bytes\",\"age_ms\",\"per_second\",\"assigns_new\",\"assigns_replaced\",\"deletes_hit\",\
             \"deletes_miss\",\"cleared\",\"grows\",\"rehashes\",\"shrinks\",\"clears\",\"batches\"],\n\"maps\":[",
        );
        let mut before = "\n";
        books.each(|row| {
            out.raw(before);
            before = ",\n";
            map(out, row);
        });
        out.raw("\n]");
    }

    fn threads(&mut self, books: &Books, operations: usize, panicked: u32) {
        self.out
            .raw(",\n\"operation_columns\":[\"ms_ago\",\"what\",\"result\",\"map\",\"site\"],\n\"threads\":[");
        let is_alive = |producer: &&Producer| !producer.idle.load(Ordering::Relaxed);
        let first = |first: bool| {
            move |producer: &&'static Producer| is_alive(producer) && (producer.number() == panicked) == first
        };
        let (of_panic, others) = (
            books.hub.each_producer().filter(first(true)),
            books.hub.each_producer().filter(first(false)),
        );
        let mut before = "\n";
        for producer in of_panic.chain(others.take(MOST_THREADS)) {
            self.out.raw(before);
            before = ",\n";
            self.thread(producer, operations, producer.number() == panicked, books.now);
        }
        let alive = books.hub.each_producer().filter(is_alive).count();
        self.out.raw("\n]");
        self.out.pair("threads_alive", alive as u64);
    }

    fn thread(&mut self, producer: &Producer, operations: usize, panicking: bool, now: u64) {
        self.last.read(&producer.ring, operations);
        let out = &mut *self.out;
        out.raw("{");
        out.pair("ring", u64::from(producer.number()));
        out.field("name");
        out.text(panics::text(&producer.told.name.get()));
        out.field("panicking");
        out.raw(if panicking { "true" } else { "false" });
        out.field("ended");
        out.raw(if producer.ring.is_closed() { "true" } else { "false" });
        out.pair("lost", producer.told.dropped.iter().map(|n| n.load(Ordering::Relaxed)).sum());
        if self.last.torn {
            out.field("torn");
            out.raw("true");
        }
        out.field("operations");
        out.raw("[");
        let mut before = "";
        for deed in self.last.each() {
            out.raw(before);
            before = ",";
            if let Some(site) = operation(out, deed, now) {
                self.sites.mention(site);
            }
        }
        out.raw("]}");
    }

    fn list_sites(&mut self) {
        let out = &mut *self.out;
        out.raw(",\n\"sites\":[");
        let mut before = "\n{";
        for (site, maps, held) in self.sites.each() {
            let info = &site.info;
            out.raw(before);
            before = ",\n{";
            out.pair("site", u64::from(info.id));
            out.field("name");
            out.text(&info.name);
            out.field("kind");
            out.text(info.kind.as_str());
            out.field("type");
            out.text(&info.type_name);
            out.field("file");
            out.text(&info.file);
            out.pair("line", u64::from(info.line));
            out.field("function");
            out.maybe_text(info.function.as_deref());
            out.pair("entry_bytes", site.entry_size);
            out.pair("maps", maps);
            out.pair("held_bytes", held);
            out.raw("}");
        }
        out.raw("\n]");
    }

    /// Last, so that those are told of that came while the rest was written.
    fn panics(&mut self, now: u64) -> u32 {
        let out = &mut *self.out;
        out.raw(",\n\"panics\":[");
        let mut before = "\n";
        let told = panics::after(super::dump::told(), |panicked| {
            out.raw(before);
            before = ",\n";
            panic(out, panicked, now);
        });
        out.raw("\n]");
        told
    }
}

fn map(out: &mut Out, row: &Row) {
    let (live, totals) = (&row.live, &row.live.totals);
    let is_table = row.site.info.kind.is_table();
    let shared = row.is_shared();
    let columns = [
        (!shared).then_some(row.serial),
        Some(u64::from(row.site.info.id)),
        Some(live.maps),
        Some(live.entries),
        is_table.then_some(live.capacity),
        (is_table && !shared).then_some(live.tombstones),
        is_table.then_some(live.held_bytes),
        Some(live.needed_bytes),
        (!shared).then_some(row.age_ns / 1_000_000),
        row.rate,
        Some(totals.assigns_new),
        Some(totals.assigns_replaced),
        Some(totals.deletes_hit),
        Some(totals.deletes_miss),
        Some(totals.cleared),
        Some(live.grows),
        Some(live.rehashes),
        Some(live.shrinks),
        Some(live.clears),
        Some(live.batches),
    ];
    let mut before = "[";
    for column in columns {
        out.raw(before);
        before = ",";
        out.maybe(column);
    }
    out.raw("]");
}

/// Writes one operation, and returns its map's site.
fn operation(out: &mut Out, deed: Deed, now: u64) -> Option<u32> {
    let (what, result) = deed.what();
    let subject = deed.subject(now);
    out.raw("[");
    out.number(now.saturating_sub(deed.at(now)) / 1_000_000);
    out.raw(",");
    out.text(what);
    out.raw(",");
    out.maybe_text(result);
    out.raw(",");
    out.maybe(subject.and_then(|(map, _)| map));
    out.raw(",");
    out.maybe(subject.map(|(_, site)| u64::from(site)));
    out.raw("]");
    subject.map(|(_, site)| site)
}

fn panic(out: &mut Out, panicked: &Panicked, now: u64) {
    out.raw("{");
    out.pair("panic", u64::from(panicked.number));
    out.pair("ms_ago", now.saturating_sub(panicked.at) / 1_000_000);
    out.field("thread");
    out.text(panicked.name());
    out.field("ring");
    out.maybe((panicked.ring != 0).then_some(u64::from(panicked.ring)));
    out.field("file");
    out.text(panicked.path());
    out.pair("line", u64::from(panicked.line));
    out.pair("column", u64::from(panicked.column));
    out.field("touched");
    if panicked.deed.is_some() {
        let _ = operation(out, panicked.deed, now);
    } else {
        out.raw("null");
    }
    out.raw("}");
}
