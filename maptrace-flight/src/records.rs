//! Sites, and the records and counts of maps.

use std::collections::BTreeMap;

use crate::bytes::Bytes;
use crate::events::OPS;
use crate::file::{Kind as SegmentKind, Segment};
use crate::recording::{Damage, Kind};

/// Most sites there are.
const MAX_SITES: u32 = 16_384;
/// Words of the figures of a site.
pub(crate) const TALLY_WORDS: usize = 27;
/// Least bytes of what is read of each.
const SITE_BYTES: u64 = 328;
const RECORD_BYTES: u64 = 128;

/// A site as the file has it.
pub(crate) struct Site {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) type_name: String,
    pub(crate) file: String,
    pub(crate) function: String,
    pub(crate) kind: Kind,
    pub(crate) line: u32,
    pub(crate) sample: u32,
    pub(crate) entry_size: u64,
    pub(crate) declared: bool,
    pub(crate) tally: [u64; TALLY_WORDS],
}

/// Sites by their numbers.
pub(crate) fn sites(bytes: Bytes<'_>, segments: &[Segment<'_>], damage: &mut Damage) -> BTreeMap<u32, Site> {
    let mut sites = BTreeMap::new();
    for segment in segments
        .iter()
        .filter(|segment| segment.kind == SegmentKind::Sites && segment.stride >= SITE_BYTES)
    {
        for i in 0..segment.len.min(u64::from(MAX_SITES)) {
            let at = i * segment.stride;
            let number = u64::from(segment.number) + i;
            let Some(number) = u32::try_from(number).ok().filter(|&number| number < MAX_SITES) else {
                break;
            };
            let slot = segment.body.part(at, segment.stride);
            if slot.u32(0) != Some(1) {
                continue;
            }
            match site(bytes, slot) {
                Some(site) => {
                    sites.insert(number, site);
                }
                None => damage.add(segment.at + at, format!("site {number} cannot be read")),
            }
        }
    }
    sites
}

fn site(bytes: Bytes<'_>, slot: Bytes<'_>) -> Option<Site> {
    let text = |i: u64| {
        let [at, len] = slot.words(32 + 16 * i)?;
        let bytes = bytes.get(at, if len > 4096 { return None } else { len })?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    };
    Some(Site {
        name: text(0)?,
        label: text(1)?,
        type_name: text(2)?,
        file: text(3)?,
        function: text(4)?,
        kind: Kind::of(slot.u32(4)?)?,
        line: slot.u32(8)?,
        sample: slot.u32(12)?,
        entry_size: slot.u64(16)?,
        declared: slot.u64(24)? != 0,
        tally: slot.words(112)?,
    })
}

/// A record.
#[derive(Clone, Copy)]
pub(crate) struct Record {
    pub(crate) counts: [u64; OPS],
    pub(crate) cleared: u64,
    pub(crate) lost: u64,
    pub(crate) full: u64,
    pub(crate) tombstones: u64,
    pub(crate) born: u64,
    pub(crate) serial: u64,
    pub(crate) site: u32,
    pub(crate) owner: u32,
    pub(crate) rehashes: u32,
    pub(crate) shrinks: u32,
    pub(crate) moving: bool,
    pub(crate) grows: u64,
    pub(crate) clears: u64,
    pub(crate) batches: u64,
}

/// Records and counts by the ids of their maps.
pub(crate) struct Records<'a> {
    /// By the first of their ids.
    chunks: BTreeMap<u32, Segment<'a>>,
    drained: BTreeMap<u32, Segment<'a>>,
}

impl<'a> Records<'a> {
    pub(crate) fn new(segments: &[Segment<'a>]) -> Self {
        let of = |kind| {
            segments
                .iter()
                .filter(move |segment| segment.kind == kind && segment.stride > 0)
                .copied()
        };
        let chunks = of(SegmentKind::Records).filter(|segment| segment.stride >= RECORD_BYTES);
        Self {
            chunks: chunks.map(|segment| (segment.number, segment)).collect(),
            drained: of(SegmentKind::Drained)
                .map(|segment| (segment.number, segment))
                .collect(),
        }
    }

    /// The record of an id.
    pub(crate) fn get(&self, id: u32) -> Option<Record> {
        let (first, chunk) = self.chunks.range(..=id).next_back()?;
        read(chunk, u64::from(id - first))
    }

    /// What was drained of an id.
    pub(crate) fn drained(&self, id: u32) -> [u64; OPS] {
        let words = || {
            let (first, chunk) = self.drained.range(..=id).next_back()?;
            let i = u64::from(id - first);
            if i < chunk.len {
                chunk.body.words(i * chunk.stride)
            } else {
                None
            }
        };
        words().unwrap_or_default()
    }

    /// All that are in use by this hub, with their ids.
    pub(crate) fn of_hub(&self, hub: u32) -> impl Iterator<Item = (u32, Record)> {
        let all = self.chunks.values().flat_map(|chunk| {
            // As many as there are bytes for, whatever the segment says.
            let there = chunk.len.min(chunk.body.len() / chunk.stride);
            (0..there).filter_map(move |i| Some((chunk.number.checked_add(i as u32)?, read(chunk, i)?)))
        });
        all.filter(move |(_, record)| record.owner == hub && hub != 0)
    }
}

fn read(chunk: &Segment<'_>, i: u64) -> Option<Record> {
    if i >= chunk.len {
        return None;
    }
    let bytes = chunk.body.part(i * chunk.stride, chunk.stride);
    let [a, b, c, d, cleared, lost, full, tombstones, born, serial] = bytes.words(0)?;
    Some(Record {
        counts: [a, b, c, d],
        cleared,
        lost,
        full,
        tombstones,
        born,
        serial,
        site: bytes.u32(80)?,
        owner: bytes.u32(84)?,
        rehashes: bytes.u32(92)?,
        shrinks: bytes.u32(96)?,
        moving: bytes.u32(100)? != 0,
        grows: bytes.u64(104)?,
        clears: bytes.u64(112)?,
        batches: bytes.u64(120)?,
    })
}
