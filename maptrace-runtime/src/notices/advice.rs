//! Hints that have become true, and requests that waited.

use std::time::Duration;

use super::{Finding, Lasting, Look, count, time};
use crate::hints::{Hint, hints};
use crate::notice::{Figure, NoticeKind, NoticeState};
use crate::report::units::{count as written, duration};

/// How long a hint has to hold, and not to hold: tables that empty and fill again in between are as they should be.
const HOLD: Duration = Duration::from_secs(60);

/// One pause that a request can feel, as the hint of that name has it.
const LONG_PAUSE: Duration = Duration::from_millis(10);

/// The hints that are told, and whether they may end. The storm of rehashes and the long pause are found by what happens now.
const TOLD: [(NoticeKind, bool); 4] = [
    (NoticeKind::Presize, false),
    (NoticeKind::WastedMemory, true),
    (NoticeKind::Tombstones, true),
    (NoticeKind::Misses, true),
];

#[derive(Default)]
pub(super) struct Advice([Lasting; TOLD.len()]);

impl Advice {
    pub(super) fn look(&mut self, look: &Look<'_>, findings: &mut Vec<Finding>) {
        let due = hints(look.map);
        for ((kind, ends), lasting) in TOLD.into_iter().zip(&mut self.0) {
            let hint = due.iter().find(|hint| kind_of(hint) == Some(kind));
            if hint.is_none() && !ends && lasting.is_so {
                continue;
            }
            match (lasting.turn(hint.is_some(), look.now, HOLD), hint) {
                (Some(true), Some(hint)) => {
                    let state = if ends { NoticeState::Began } else { NoticeState::Once };
                    findings.push(Finding::new(kind, state, hint.to_string(), figures(hint)));
                }
                (Some(false), _) => {
                    let body = over(kind, look.map.entries, look.map.held_bytes);
                    let mut figures = vec![count("map.entries", look.map.entries)];
                    figures.extend(look.map.held_bytes.map(|held| count("map.bytes.held", held)));
                    findings.push(Finding::new(kind, NoticeState::Ended, body, figures));
                }
                _ => {}
            }
        }
        if let Some(pause) = look.seen.pause.filter(|pause| pause.duration >= LONG_PAUSE) {
            let body = format!(
                "a request waited {} while {} entries were laid out anew: reserve ahead, where nobody waits",
                duration(pause.duration),
                written(pause.entries),
            );
            let figures = vec![time("map.pause", pause.duration), count("map.entries", pause.entries)];
            findings.push(Finding {
                context: Some(pause.context),
                pause: Some(pause.duration),
                ..Finding::new(NoticeKind::LongPause, NoticeState::Once, body, figures)
            });
        }
    }
}

/// The sentence on wasted memory, if there is something to say.
pub(super) fn waste(look: &Look<'_>) -> Option<String> {
    let hint = hints(look.map).into_iter().find(|hint| matches!(hint, Hint::ShrinkToFit { .. }))?;
    Some(hint.to_string())
}

fn kind_of(hint: &Hint) -> Option<NoticeKind> {
    match hint {
        Hint::Presize { .. } => Some(NoticeKind::Presize),
        Hint::ShrinkToFit { .. } => Some(NoticeKind::WastedMemory),
        Hint::Tombstones { .. } => Some(NoticeKind::Tombstones),
        Hint::Misses { .. } => Some(NoticeKind::Misses),
        Hint::RehashStorm { .. } | Hint::LongPause { .. } => None,
    }
}

fn over(kind: NoticeKind, entries: u64, held: Option<u64>) -> String {
    let entries = written(entries);
    match (kind, held) {
        (NoticeKind::WastedMemory, Some(held)) => {
            format!("holds no more than it should: {} for {entries} entries", crate::report::units::bytes(held))
        }
        (NoticeKind::Tombstones, _) => format!("tombstones are few again; {entries} entries"),
        _ => format!("most deletes find their key again; {entries} entries"),
    }
}

fn figures(hint: &Hint) -> Vec<Figure> {
    match *hint {
        Hint::Presize { grows, maps, capacity, saved, .. } => vec![
            count("map.grows", grows),
            count("map.instances", maps),
            count("map.capacity.advised", capacity),
            time("map.pause.total", saved),
        ],
        Hint::ShrinkToFit { held, entries, maps, freed } => vec![
            count("map.bytes.held", held),
            count("map.bytes.needed", held - freed),
            count("map.entries", entries),
            count("map.instances", maps),
        ],
        Hint::Tombstones { tombstones, capacity } => {
            vec![count("map.tombstones", tombstones), count("map.capacity", capacity)]
        }
        Hint::Misses { misses, deletes } => vec![count("map.deletes.miss", misses), count("map.deletes", deletes)],
        Hint::RehashStorm { .. } | Hint::LongPause { .. } => Vec::new(),
    }
}
