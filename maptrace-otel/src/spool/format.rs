//! What is in a file of the spool, byte for byte.
//!
//! ```text
//! file   = "maptrace" version:u32 crc:u32 record*         crc of the 12 bytes before it
//! record = state:u8 signal:u8 0:u16 length:u32 items:u64 since:u64 crc:u32 crc:u32 body
//!                                                         crc of the body, then of the bytes from `signal` on
//! ```
//!
//! All numbers are little-endian. Bytes are only ever appended, but for a record's state, which is turned over when the
//! record is done with: that is one byte, so a process that dies then leaves the old state or the new one.

use crate::shared::Signal;

pub(super) const VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"maptrace";
pub(super) const FILE_HEAD: usize = 16;
pub(super) const RECORD_HEAD: usize = 32;
/// No request is near this. A length that is comes from a broken file, and is not worth the memory.
pub(super) const MAX_BODY: usize = 8 * 1024 * 1024;
/// Likewise of items: they are added up.
const MAX_ITEMS: u64 = u32::MAX as u64;

/// Each other bit differs, so that no single broken one makes a record go away.
const LIVE: u8 = 0b0100_1100;
pub(super) const DONE: u8 = !LIVE;

/// What the first bytes of a file say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Known,
    /// Of a version that we do not know.
    Foreign(u32),
    /// Nothing that we have written, or broken.
    Broken,
}

pub(super) fn file_head() -> [u8; FILE_HEAD] {
    file_head_of(VERSION)
}

pub(super) fn file_head_of(version: u32) -> [u8; FILE_HEAD] {
    let mut head = [0; FILE_HEAD];
    head[..8].copy_from_slice(MAGIC);
    head[8..12].copy_from_slice(&version.to_le_bytes());
    let crc = crc32fast::hash(&head[..12]);
    head[12..].copy_from_slice(&crc.to_le_bytes());
    head
}

pub(super) fn file_kind(head: &[u8; FILE_HEAD]) -> FileKind {
    let version = u32_at(head, 8);
    if head[..8] != *MAGIC || u32_at(head, 12) != crc32fast::hash(&head[..12]) {
        FileKind::Broken
    } else if version == VERSION {
        FileKind::Known
    } else {
        FileKind::Foreign(version)
    }
}

/// The head of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) live: bool,
    /// `None` for one that we do not know.
    pub(super) signal: Option<Signal>,
    pub(super) length: usize,
    /// How many episodes' or notices' fate depends on it.
    pub(super) items: u64,
    body_crc: u32,
}

impl Head {
    /// The whole record's length.
    pub(super) fn total(&self) -> u64 {
        (RECORD_HEAD + self.length) as u64
    }

    pub(super) fn fits(&self, body: &[u8]) -> bool {
        crc32fast::hash(body) == self.body_crc
    }

    /// `None` if the bytes are not what was written.
    pub(super) fn read(bytes: &[u8; RECORD_HEAD]) -> Option<Self> {
        let length = usize::try_from(u32_at(bytes, 4)).ok()?;
        let whole = u32_at(bytes, 28) == crc32fast::hash(&bytes[1..28]);
        let items = u64_at(bytes, 8);
        (whole && length <= MAX_BODY && items <= MAX_ITEMS).then(|| Self {
            live: bytes[0] != DONE,
            signal: Signal::of_code(bytes[1]),
            length,
            items,
            body_crc: u32_at(bytes, 24),
        })
    }
}

/// A record, ready to be appended. `since` is when it was written, for whoever looks into a file.
pub(super) fn record(signal: Signal, items: u64, since: u64, body: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(body.len()).ok().filter(|_| body.len() <= MAX_BODY)?;
    let mut bytes = Vec::with_capacity(RECORD_HEAD + body.len());
    bytes.extend([LIVE, signal.code(), 0, 0]);
    bytes.extend(length.to_le_bytes());
    bytes.extend(items.to_le_bytes());
    bytes.extend(since.to_le_bytes());
    bytes.extend(crc32fast::hash(body).to_le_bytes());
    let crc = crc32fast::hash(&bytes[1..]);
    bytes.extend(crc.to_le_bytes());
    bytes.extend(body);
    Some(bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

#[cfg(test)]
mod tests {
    use super::{FILE_HEAD, FileKind, Head, RECORD_HEAD, VERSION, file_head, file_head_of, file_kind, record};
    use crate::shared::Signal;

    #[test]
    fn a_record_is_what_the_documentation_says() {
        let bytes = record(Signal::Metrics, 0x0102, 0x0304, b"body").expect("a record");
        assert_eq!(bytes.len(), RECORD_HEAD + 4);
        assert_eq!(bytes[..8], [0x4c, 1, 0, 0, 4, 0, 0, 0]);
        assert_eq!(bytes[8..24], [2, 1, 0, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes[24..28], crc32fast::hash(b"body").to_le_bytes());
        assert_eq!(bytes[32..], *b"body");
        assert_eq!(file_head()[..12], *b"maptrace\x01\0\0\0");
    }

    #[test]
    fn more_items_than_there_can_be_are_none() {
        let head = |items| {
            let record = record(Signal::Traces, items, 1, b"").expect("a record");
            Head::read(&record[..RECORD_HEAD].try_into().expect("a head"))
        };
        assert!(head(u64::from(u32::MAX)).is_some());
        assert_eq!(head(u64::from(u32::MAX) + 1), None);
        assert_eq!(head(u64::MAX), None);
    }

    #[test]
    fn any_broken_byte_of_a_head_is_noticed() {
        let record = record(Signal::Traces, 7, 1, b"body").expect("a record");
        let head: [u8; RECORD_HEAD] = record[..RECORD_HEAD].try_into().expect("a head");
        assert!(Head::read(&head).is_some_and(|head| head.live && head.fits(b"body") && !head.fits(b"bodY")));
        for at in 0..RECORD_HEAD {
            for bit in 0..8 {
                let mut broken = head;
                broken[at] ^= 1 << bit;
                match Head::read(&broken) {
                    // The state is one byte that is written later, and has no check but that a record stays.
                    Some(head) => assert!(at == 0 && head.live, "byte {at}, bit {bit}"),
                    None => assert!(at > 0),
                }
            }
        }
        let file = file_head();
        for at in 0..FILE_HEAD {
            let mut broken = file;
            broken[at] ^= 1;
            assert_eq!(file_kind(&broken), FileKind::Broken, "byte {at}");
        }
        assert_eq!(file_kind(&file_head_of(VERSION + 6)), FileKind::Foreign(VERSION + 6));
    }
}
