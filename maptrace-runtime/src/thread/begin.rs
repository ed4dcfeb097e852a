//! A map's first change, where it gets a record of its own or one that it shares.

use std::panic::Location;
use std::sync::atomic::Ordering;

use super::chance::Lot;
use super::{COLLECTOR, LOCAL_HUB, PHASE, Phase, AtWork, hub, lot_for, producer, take_serials, write};
use crate::clock;
use crate::event::{EventKind, head, key};
use crate::global;
use crate::hub::Hub;
use crate::registry::record;
use crate::site::{self, OVERFLOW_SITE, TypeInfo};

/// What [`begin_map`] found for a new map.
pub(crate) enum Begun {
    /// Tracing is off.
    Off,
    /// A record of its own.
    Own {
        id: u32,
        /// See [`lot_for`].
        lot: Option<Lot>,
    },
    /// The record of the site.
    Shared { id: u32 },
}

/// Registers a map of type `info`, made at `caller`, at its first change.
pub(crate) fn begin_map(caller: &'static Location<'static>, info: &'static TypeInfo, full: u64) -> Begun {
    let site_in = |hub| site_in(hub, caller, info);
    if let Ok(producer) = producer() {
        let hub = producer.hub;
        let (site, id) = (site_in(hub), producer.take_id());
        return match id {
            Some(id) => own(hub, site, id, full, producer.next_serial(), producer.spend_clock()),
            None => shared(hub, site),
        };
    }
    if COLLECTOR.get() {
        return Begun::Off;
    }
    if matches!(PHASE.get(), Phase::Busy) {
        // From inside maptrace or the allocator: take no lock, start nothing.
        let hub = LOCAL_HUB.get().or_else(global::existing_hub);
        return hub.map_or(Begun::Off, |hub| shared(hub, OVERFLOW_SITE));
    }
    // No ring: the map is counted all the same, under an id taken from the pool itself.
    let Some(hub) = hub() else {
        global::count_without_hub();
        return Begun::Off;
    };
    let mut id = [0];
    let site = site_in(hub);
    let taken = {
        let _at_work = AtWork::begin();
        hub.take_ids(&mut id)
    };
    match taken {
        1 => own(hub, site, id[0], full, take_serials(1), clock::now_ns()),
        _ => shared(hub, site),
    }
}

/// The site of a map of type `info`, made at `caller`.
pub(super) fn site_in(hub: &'static Hub, caller: &'static Location<'static>, info: &'static TypeInfo) -> u32 {
    match site::known_place(caller, info) {
        Some(place) => place.site(),
        None => {
            let _at_work = AtWork::begin();
            hub.generation.sites.site_of(caller, info, hub.config.sample)
        }
    }
}

/// As [`site_in`], for whoever may be anywhere. Takes a lock, and may make the site.
#[cfg(feature = "race")]
pub(crate) fn site_of(caller: &'static Location<'static>, info: &'static TypeInfo) -> Option<u32> {
    // From inside maptrace or the allocator: take no lock.
    let may = !matches!(PHASE.get(), Phase::Busy);
    Some(site_in(may.then(hub).flatten()?, caller, info))
}

/// A map past the cap.
fn shared(hub: &Hub, site: u32) -> Begun {
    let id = hub.shared_record_at_work(site);
    // Also if there was no memory for a single record: then the map is told of by this alone.
    hub.past_cap.fetch_add(1, Ordering::Relaxed);
    match id {
        Some(id) => Begun::Shared { id },
        None => Begun::Off,
    }
}

/// Begins a map's own record. `moving` says that the collector is to hear first that the map has it.
pub(super) fn own_record(hub: &Hub, site: u32, id: u32, full: u64, serial: u64, born: u64, moving: bool) {
    // Without a precise reading, the time of the collector's last pass: a few milliseconds ago under load, which is when
    // readings run out.
    let born = if born == 0 { clock::coarse_ns() } else { born };
    record(id).begin(site, hub.number, serial, born, full, moving);
}

fn own(hub: &'static Hub, site: u32, id: u32, full: u64, serial: u64, born: u64) -> Begun {
    own_record(hub, site, id, full, serial, born, false);
    write(&[head(EventKind::Create, key(id, clock::stamp()))], false);
    Begun::Own { id, lot: lot_for(record(id)) }
}
