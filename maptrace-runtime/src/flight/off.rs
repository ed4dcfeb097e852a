//! Without the feature `flight` there is no recording.

use crate::config::Config;
use crate::hub::Hub;
use crate::registry::{Drained, Record};
use crate::ring::Ring;
use crate::say::say;
use crate::site::Site;
use crate::table::CLASSES;
use crate::thread::Told;

/// Figures of a site.
pub(crate) const TALLY_WORDS: usize = 17 + CLASSES.len() + 3;

/// There is none.
pub(crate) enum Flight {}

/// Says that there is none if one is asked for.
pub(crate) fn start(config: &Config) -> Option<Flight> {
    let folder = config.flight.as_deref()?;
    if cfg!(target_os = "linux") {
        say(format_args!(
            "no flight recorder in {}: it was not compiled in. Build with maptrace's feature `flight`, in Cargo.toml \
             `trace-maps = [\"maptrace/enable\", \"maptrace/flight\"]` or by `cargo run --features \
             trace-maps,maptrace/flight`; the service goes on without it",
            folder.display()
        ));
    } else {
        say(format_args!(
            "no flight recorder in {}: there is one on Linux only; the service goes on without it",
            folder.display()
        ));
    }
    None
}

impl Flight {
    pub(crate) fn belongs_to(&self, _hub: &Hub) {
        match *self {}
    }

    pub(crate) fn leave(&self) {
        match *self {}
    }

    pub(crate) fn end(&self) {
        match *self {}
    }

    pub(crate) fn ring(&self, _hub: &Hub, _number: u32, _words: usize) -> Option<(Ring, &'static Told)> {
        match *self {}
    }

    pub(crate) fn records(&self, _first: u32, _n: usize) -> Option<&'static [Record]> {
        match *self {}
    }

    pub(crate) fn drained(&self, _first: u32, _n: usize) -> Option<&'static [Drained]> {
        match *self {}
    }

    pub(crate) fn begin_pass(&self, _now: u64) {
        match *self {}
    }

    pub(crate) fn end_pass(&self, _hub: &Hub, _passes: u64, _delivered: u64, _gaps: u64) {
        match *self {}
    }

    pub(crate) fn set_tally(&self, _site: u32, _words: [u64; TALLY_WORDS]) {
        match *self {}
    }

    pub(crate) fn add_site(&self, _site: &Site) {
        match *self {}
    }
}
