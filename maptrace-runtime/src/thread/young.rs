//! Maps that have no record of their own yet: their operations are events of their site's record, and what else there is
//! to know of them, that they begin and end, is an event of one word each.

use std::panic::Location;
use std::sync::atomic::Ordering;

use super::begin::own_record;
use super::{PRODUCER, Producer, Writers, hub_of, lost, producer_at_end, write};
use crate::clock;
use crate::event::{EventKind, OPS, Promotion, YoungWord, head, key};
use crate::hub::{Hub, count_shared};
use crate::registry::{Record, add, record};
use crate::site::{self, TypeInfo};
use crate::table;

/// The record that a new map of type `info`, made at `caller`, may have its operations counted in while it is young. Costs
/// a look into the table of places.
pub(crate) fn nursery(caller: &'static Location<'static>, info: &'static TypeInfo) -> Option<u32> {
    let hub = PRODUCER.get()?.hub;
    let known = site::known_place(caller, info).and_then(|place| place.nursery(hub.number));
    known.or_else(|| find_nursery(hub, caller, info))
}

#[cold]
fn find_nursery(hub: &'static Hub, caller: &'static Location<'static>, info: &'static TypeInfo) -> Option<u32> {
    // Which operations are slow is for maps of their own to tell.
    if !hub.config.nursery || hub.slow != 0 {
        return None;
    }
    let number = super::begin::site_in(hub, caller, info);
    // Where the ring cannot take all, the few operations of such maps are to be left out as well.
    if site::get(number)?.auto {
        return None;
    }
    let id = hub.shared_record_at_work(number)?;
    // None could be had for this site: the one that stands in is of all kinds of maps.
    if record(id).site.load(Ordering::Relaxed) != number {
        return None;
    }
    if let Some(place) = site::known_place(caller, info) {
        place.set_nursery(hub.number, id);
    }
    Some(id)
}

/// Records an operation of a young map: an event in any case, as to draw lots for the few that it has would cost more.
#[inline]
pub(crate) fn emit_shared_op(op: u64, id: u32) {
    super::emit(op, id, Writers::Many);
}

/// Records that a map began, which its site's record `id` has from now on.
#[inline]
pub(crate) fn begin_young(id: u32, class: u8, grew: bool) {
    let word = YoungWord::Begin { class, grew }.head(key(id, clock::stamp()));
    if !super::WRITER.with(|writer| writer.try_head(word)) {
        begin_slowly(id, class, grew, word);
    }
}

#[cold]
#[inline(never)]
fn begin_slowly(id: u32, class: u8, grew: bool, word: u64) {
    if !write(&[word], false) {
        let record = record(id);
        count_shared(record, true);
        untold(record, class, 1);
        add(&record.grows, u64::from(grew), Writers::Many);
    }
}

/// Records that a young map was dropped.
pub(crate) fn end_young(id: u32, class: u8, entries: u8) {
    let word = YoungWord::End { class, entries }.head(key(id, clock::stamp()));
    if !super::WRITER.with(|writer| writer.try_head(word)) {
        end_slowly(id, class, entries, word);
    }
}

#[cold]
#[inline(never)]
fn end_slowly(id: u32, class: u8, entries: u8, word: u64) {
    // Nobody is asked for the active span at a thread's end who was not before.
    let written = producer_at_end().map(|producer| producer.write(&[word], false)).unwrap_or_else(|cause| {
        lost(cause);
        false
    });
    if !written {
        let record = record(id);
        count_shared(record, false);
        untold(record, class, -1);
        record.lost.fetch_add(u64::from(entries), Ordering::Relaxed);
    }
}

/// Counts one young map more or less with a table of this size, of the site that has this record: no event tells of it.
fn untold(record: &Record, class: u8, one: i32) {
    if let Some(hub) = hub_of(record) {
        hub.untold.add(record.site.load(Ordering::Relaxed), class, one);
    }
}

/// What becomes of a map that is young no more.
pub(crate) enum Grown {
    /// It has a record of its own. `lot`: see [`lot_for`](super::lot_for).
    Own { id: u32, lot: Option<super::Lot> },
    /// There is none for it: it stays with its site's.
    Shared,
}

/// Gives a young map a record of its own. `id` is its site's.
pub(crate) fn promote(id: u32, class: u8, counts: [u8; OPS]) -> Grown {
    let nursery = record(id);
    let found = super::producer().ok().filter(|producer| producer.hub.number == nursery.owner.load(Ordering::Relaxed));
    let Some((producer, own)) = found.and_then(|producer| producer.take_id().map(|own| (producer, own))) else {
        if let Some(producer) = found {
            producer.hub.past_cap.fetch_add(1, Ordering::Relaxed);
        }
        // No young one any more, and its table may come to any size.
        untold(nursery, class, -1);
        nursery.full.fetch_add(table::CLASSES[class as usize], Ordering::Relaxed);
        return Grown::Shared;
    };
    let site = nursery.site.load(Ordering::Relaxed);
    let full = table::CLASSES[class as usize];
    own_record(producer.hub, site, own, full, producer.next_serial(), Producer::spend_clock(producer), true);
    let promotion = Promotion { id: own, class, counts };
    if !write(&[head(EventKind::Promoted, key(id, clock::stamp())), promotion.word()], false) {
        move_counts(promotion, id);
    }
    Grown::Own { id: own, lot: super::lot_for(record(own)) }
}

/// Does at once what the collector does when it reads of a promotion: that event was lost.
#[cold]
fn move_counts(promotion: Promotion, id: u32) {
    let (from, to) = (record(id), record(promotion.id));
    let [made, _] = from.past_cap();
    made.fetch_sub(1, Ordering::Relaxed);
    untold(from, promotion.class, -1);
    for op in 0..OPS {
        let n = u64::from(promotion.counts[op]);
        from.counts[op].fetch_sub(n, Ordering::Relaxed);
        add(&to.counts[op], n, Writers::One);
    }
    to.moving.store(0, Ordering::Release);
}
