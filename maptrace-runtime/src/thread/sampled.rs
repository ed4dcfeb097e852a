//! Operations of maps whose sites are sampled: most are counted and no more.

use std::sync::atomic::Ordering;

use super::chance::{self, Lot};
use super::{PRODUCER, Producer, emit, producer};
use crate::event::OPS;
use crate::registry::{Record, Writers, add, record};
use crate::site;

/// Counts one operation of a map whose site is sampled, and returns `true`; or `false` if there is no ring: then comes
/// [`emit_sampled`].
#[inline(always)]
pub(crate) fn leave_out_quickly(record: &Record, op: u64) -> bool {
    match PRODUCER.get() {
        Some(producer) => {
            leave_out(producer, record, op, Writers::One);
            true
        }
        None => false,
    }
}

/// Records one operation of a map whose site is sampled, and returns what is left of its lot.
pub(crate) fn emit_sampled(op: u64, id: u32, lot: Lot) -> Lot {
    let Ok(producer) = producer() else {
        // It would have been lost as an event, too.
        emit(op, id, Writers::One);
        return lot;
    };
    let record = record(id);
    let lot = if lot.left == 0 && lot.open { Lot::draw(producer, record) } else { lot };
    if lot.left > 0 {
        leave_out(producer, record, op, Writers::One);
        return Lot { left: lot.left - 1, ..lot };
    }
    emit(op, id, Writers::One);
    Lot::draw(producer, record)
}

/// The lot of a map that has this record; `None` if each of its operations is an event.
pub(crate) fn lot_for(record: &Record) -> Option<Lot> {
    let site = site::get(record.site.load(Ordering::Relaxed))?;
    if site.sample.load(Ordering::Relaxed) == 1 && !site.auto {
        return None;
    }
    Some(producer().map_or(Lot { left: 0, open: true }, |producer| Lot::draw(producer, record)))
}

#[inline(always)]
fn leave_out(producer: &Producer, record: &Record, op: u64, writers: Writers) {
    let op = op as usize % OPS;
    add(&producer.left_out[op], 1, Writers::One);
    add(&record.counts[op], 1, writers);
}

/// Records one operation of a map whose site is sampled, or that shares its record with others.
#[inline(never)]
pub(crate) fn emit_thinned(op: u64, id: u32, writers: Writers) {
    let record = record(id);
    let rate = sample_of(record);
    if rate > 1
        && let Ok(producer) = producer()
        && !chance::takes(producer, rate)
    {
        return leave_out(producer, record, op, writers);
    }
    emit(op, id, writers);
}

/// One in how many operations is an event now.
fn sample_of(record: &Record) -> u32 {
    site::sample(record.site.load(Ordering::Relaxed))
}
