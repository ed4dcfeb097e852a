//! The header and the segments of a file.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use crate::bytes::Bytes;
use crate::error::Error;
use crate::events::{ID_BITS, LOW_BITS, OPS, PACKED, TICK_BITS, TICK_SHIFT};
use crate::recording::Damage;

const MAGIC: &[u8] = b"MAPTRACE";
const SEGMENT_MAGIC: &[u8] = b"MTSEGMNT";
/// As it is read where it was written.
const ENDIANNESS: u32 = 0x0403_0201;
/// The version of the format that is known.
pub(crate) const MAJOR: u16 = 1;
const LIVE_AT: u64 = 512;
const SEGMENT_HEADER: u64 = 128;
/// Where the program's name and maptrace's version are, and how long.
const PROGRAM: (u64, u64) = (48, 64);
const VERSION: (u64, u64) = (112, 32);

/// What the file says of the process.
pub(crate) struct Header {
    pub(crate) pid: u32,
    /// Nanoseconds since 1970.
    pub(crate) started: u64,
    pub(crate) group: u64,
    pub(crate) program: String,
    pub(crate) version: String,
    pub(crate) state: u32,
    pub(crate) hub: u32,
    pub(crate) pass_at: u64,
    pub(crate) passes: u64,
    pub(crate) busy: bool,
    pub(crate) delivered: u64,
    pub(crate) gaps: u64,
    pub(crate) past_cap: u64,
    pub(crate) missing: u64,
    pub(crate) dropped: [u64; 8],
    /// Bytes of the file that are in use; 0 if that is not known.
    used: u64,
    align: u64,
}

impl Header {
    pub(crate) fn read(bytes: Bytes<'_>) -> Result<Self, Error> {
        if bytes.get(0, 8) != Some(MAGIC) {
            return Err(Error::NotARecording);
        }
        let endianness = bytes.u32(8).ok_or(Error::NotARecording)?;
        if endianness == ENDIANNESS.swap_bytes() {
            return Err(Error::OtherByteOrder);
        }
        let major = bytes.u16(12).ok_or(Error::NotARecording)?;
        let version = bytes.text(VERSION.0, VERSION.1).unwrap_or_default();
        if major != MAJOR || endianness != ENDIANNESS {
            return Err(Error::UnknownVersion {
                major,
                written_by: version,
            });
        }
        let words = [
            LOW_BITS as u8,
            ID_BITS as u8,
            TICK_BITS as u8,
            TICK_SHIFT as u8,
            PACKED as u8,
            OPS as u8,
            0,
            0,
        ];
        if bytes.get(16, 8) != Some(&words) {
            return Err(Error::OtherWords);
        }
        let align = u64::from(bytes.u32(24).unwrap_or(0));
        let live = bytes.part(LIVE_AT, 256);
        let word = |at| live.u64(at).unwrap_or(0);
        Ok(Self {
            // Whatever it says: where a segment may begin, if the one before it cannot be read.
            align: if align.is_power_of_two() && align >= 1024 {
                align
            } else {
                4096
            },
            pid: bytes.u32(28).unwrap_or(0),
            started: bytes.u64(32).unwrap_or(0),
            group: bytes.u64(40).filter(|&group| group == 8).unwrap_or(16),
            program: bytes.text(PROGRAM.0, PROGRAM.1).unwrap_or_default(),
            version,
            state: live.u32(0).unwrap_or(0),
            hub: live.u32(4).unwrap_or(0),
            pass_at: word(8),
            passes: word(16),
            busy: word(24) != 0,
            delivered: word(32),
            gaps: word(40),
            past_cap: word(48),
            missing: word(56),
            dropped: live.words(64).unwrap_or_default(),
            used: word(128),
        })
    }
}

/// When the process of this file began; 0 if it does not say.
pub(crate) fn started_of(file: &File) -> u64 {
    let mut started = [0; 8];
    file.read_exact_at(&mut started, 32)
        .map_or(0, |()| u64::from_le_bytes(started))
}

/// What a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Names,
    Sites,
    Records,
    Drained,
    Ring,
}

/// A segment that is in use.
#[derive(Clone, Copy)]
pub(crate) struct Segment<'a> {
    pub(crate) kind: Kind,
    pub(crate) number: u32,
    /// Where in the file it begins.
    pub(crate) at: u64,
    /// What is before the body, from its begin on.
    pub(crate) head: Bytes<'a>,
    pub(crate) body: Bytes<'a>,
    pub(crate) stride: u64,
    /// As many elements as are in the body.
    pub(crate) len: u64,
}

/// All segments, in order, as far as there are any.
pub(crate) fn segments<'a>(bytes: Bytes<'a>, header: &Header, damage: &mut Damage) -> Vec<Segment<'a>> {
    let mut found = Vec::new();
    let mut at = header.align;
    let mut lost = None;
    while at < bytes.len() {
        match segment(bytes, at, header.align) {
            Some((bytes_long, segment)) => {
                if let Some(from) = lost.take() {
                    damage.add(from, format!("{} bytes are no segment", at - from));
                }
                match segment {
                    Ok(Some(segment)) => {
                        if segment.at + bytes_long > bytes.len() {
                            damage.add(at, format!("{:?} {} is cut off", segment.kind, segment.number));
                        }
                        found.push(segment);
                    }
                    // Not yet in use.
                    Ok(None) => {}
                    Err(kind) => damage.add(at, format!("a segment of a kind that is not known, {kind}")),
                }
                at = at.saturating_add(bytes_long);
            }
            None => {
                // Blocks that were allocated for a segment that was not made any more are zero.
                if lost.is_none() && !bytes.part(at, header.align).0.iter().all(|&byte| byte == 0) {
                    lost = Some(at);
                }
                at = at.saturating_add(header.align);
            }
        }
    }
    if let Some(from) = lost {
        damage.add(from, format!("{} bytes at the end are no segment", bytes.len() - from));
    }
    if header.used > bytes.len() {
        damage.add(
            bytes.len(),
            format!("the file is cut off: it has {} of {} bytes", bytes.len(), header.used),
        );
    }
    found
}

/// The segment at a place, and how long it is, in bytes. An unknown kind is an error, one that is not in use `None`.
fn segment(bytes: Bytes<'_>, at: u64, align: u64) -> Option<(u64, Result<Option<Segment<'_>>, u32>)> {
    let header = bytes.part(at, SEGMENT_HEADER);
    if header.get(0, 8)? != SEGMENT_MAGIC {
        return None;
    }
    let (kind, number) = (header.u32(8)?, header.u32(12)?);
    let (long, body) = (header.u64(16)?, header.u64(24)?);
    let (stride, len) = (u64::from(header.u32(32)?), u64::from(header.u32(36)?));
    let state = header.u32(40)?;
    let needed = stride.checked_mul(len)?.checked_add(body)?;
    if long == 0 || long % align != 0 || needed > long || body < SEGMENT_HEADER {
        return None;
    }
    let kind = match kind {
        1 => Kind::Names,
        2 => Kind::Sites,
        3 => Kind::Records,
        4 => Kind::Drained,
        5 => Kind::Ring,
        other => return Some((long, Err(other))),
    };
    if state != 1 {
        return Some((long, Ok(None)));
    }
    let start = at.checked_add(body)?;
    let segment = Segment {
        kind,
        number,
        at,
        head: bytes.part(at, body),
        body: bytes.part(start, stride * len),
        stride,
        len,
    };
    Some((long, Ok(Some(segment))))
}
