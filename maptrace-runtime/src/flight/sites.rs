//! Names and figures of sites in the file.

use std::sync::atomic::Ordering;

use super::layout::{Filed, SITES};
use super::{Flight, SEGMENT_HEADER, SegmentKind, SegmentState, TALLY_WORDS};
use crate::hub::lock;
use crate::site::Site;

/// Bytes of a segment of names.
const NAMES: u64 = 16 << 10;
/// Most bytes of one text; more are cut off.
const MOST_TEXT: usize = 4096;

impl Flight {
    /// Takes what is known of a site, if it has not. Under the lock of those who make sites.
    pub(crate) fn add_site(&self, site: &Site) {
        let Some(filed) = self.filed(site.info.id, true) else { return };
        if filed.state.load(Ordering::Relaxed) != 0 {
            return;
        }
        let info = &site.info;
        let function = info.function.as_deref().unwrap_or_default();
        let texts = [info.name.as_str(), &info.type_label, &info.type_name, &info.file, function];
        for (place, text) in filed.texts.iter().zip(texts) {
            let Some(found) = self.add_text(text) else { return };
            for (word, value) in place.iter().zip(found) {
                word.store(value, Ordering::Relaxed);
            }
        }
        filed.kind.store(info.kind as u32, Ordering::Relaxed);
        filed.line.store(info.line, Ordering::Relaxed);
        filed.sample.store(info.sample, Ordering::Relaxed);
        filed.entry_size.store(site.entry_size, Ordering::Relaxed);
        filed.declared.store(u64::from(info.declared), Ordering::Relaxed);
        // Release: for a reader of a process that goes on, which then sees all before it.
        filed.state.store(1, Ordering::Release);
    }

    /// Takes the figures of a site. Collector only.
    pub(crate) fn set_tally(&self, site: u32, words: [u64; TALLY_WORDS]) {
        let Some(filed) = self.filed(site, false) else { return };
        for (word, value) in filed.tally.iter().zip(words) {
            word.store(value, Ordering::Relaxed);
        }
    }

    /// The place of a site, with a segment for it if one is to be made.
    fn filed(&self, site: u32, make: bool) -> Option<&'static Filed> {
        let segment = self.sites.get((site / SITES) as usize)?;
        // Acquire: pairs with the Release store below, on another thread.
        let mut at = segment.load(Ordering::Acquire);
        if at == 0 && make {
            let shape = (size_of::<Filed>() as u64, u64::from(SITES));
            at = self.segment(SegmentKind::Sites, site / SITES * SITES, shape, SEGMENT_HEADER)?;
            self.set_state(at, SegmentState::InUse);
            segment.store(at, Ordering::Release);
        }
        let place = SEGMENT_HEADER + u64::from(site % SITES) * size_of::<Filed>() as u64;
        (at != 0).then(|| self.mapping.at(at + place))
    }

    /// Writes a text, and returns where it is and how long.
    fn add_text(&self, text: &str) -> Option<[u64; 2]> {
        let text = &text[..text.floor_char_boundary(MOST_TEXT)];
        let bytes = text.len() as u64;
        let mut space = lock(&self.space);
        if space.names.1 < bytes {
            match self.segment_in(&mut space, SegmentKind::Names, 0, (1, NAMES - SEGMENT_HEADER), SEGMENT_HEADER) {
                Ok(at) => {
                    self.set_state(at, SegmentState::InUse);
                    space.names = (at + SEGMENT_HEADER, NAMES - SEGMENT_HEADER);
                }
                Err(error) => {
                    self.miss(SegmentKind::Names, &error);
                    return None;
                }
            }
        }
        let (at, left) = space.names;
        self.mapping.write(text.as_bytes(), at).ok()?;
        space.names = (at + bytes, left - bytes);
        Some([at, bytes])
    }
}
