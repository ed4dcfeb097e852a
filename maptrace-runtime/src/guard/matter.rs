//! The maps that matter: few enough for a terminal, each with the reason why it is among them.

use std::fmt::Write as _;

use super::books::{Books, Row};
use super::out::Out;
use super::sites::Sites;
use super::walk::Deed;

/// How many maps are told of.
const MOST: usize = 5;

/// Why a map matters, in the order in which they are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The panicking thread's last recorded operation was on it.
    Touched,
    /// It holds most memory.
    Holds,
    /// It holds most memory that its entries do not need.
    Wastes,
    /// Most operations a second, lately.
    Busy,
    /// It has most entries.
    Entries,
}

const REASONS: [Reason; 5] = [
    Reason::Touched,
    Reason::Holds,
    Reason::Wastes,
    Reason::Busy,
    Reason::Entries,
];

impl Reason {
    /// For the map that comes first, or for one further down.
    const fn as_str(self, is_first: bool) -> &'static str {
        match (self, is_first) {
            (Self::Touched, _) => "touched last by the panicking thread",
            (Self::Holds, true) => "holds most memory",
            (Self::Holds, false) => "holds much memory",
            (Self::Wastes, true) => "holds most memory that its entries do not need",
            (Self::Wastes, false) => "holds much memory that its entries do not need",
            (Self::Busy, true) => "busiest lately",
            (Self::Busy, false) => "busy lately",
            (Self::Entries, true) => "most entries",
            (Self::Entries, false) => "many entries",
        }
    }

    /// 0 if it is no reason to name this map.
    fn weight(self, row: &Row, touched: Deed) -> u64 {
        match self {
            Self::Touched => u64::from(touched.is_some() && touched.id() == row.id),
            Self::Holds => row.live.held_bytes,
            Self::Wastes => waste(row),
            Self::Busy => row.rate.unwrap_or(0),
            Self::Entries => row.live.entries,
        }
    }
}

/// Bytes that the entries do not need. A tree's are not known.
fn waste(row: &Row) -> u64 {
    row.live.held_bytes.saturating_sub(row.live.needed_bytes)
}

/// The heaviest rows for one reason, each of another site.
type Best = [Option<(u64, Row)>; MOST];

/// Sums of all rows, and those that matter.
pub(super) struct Matter {
    touched: Deed,
    best: [Best; REASONS.len()],
    pub(super) maps: u64,
    pub(super) entries: u64,
    pub(super) held_bytes: u64,
}

impl Matter {
    pub(super) const fn new() -> Self {
        Self {
            touched: Deed::NONE,
            best: [[None; MOST]; REASONS.len()],
            maps: 0,
            entries: 0,
            held_bytes: 0,
        }
    }

    /// Looks at all maps.
    pub(super) fn look(&mut self, books: Option<&Books>, touched: Deed, sites: &mut Sites) {
        *self = Self::new();
        self.touched = touched;
        sites.clear();
        let Some(books) = books else { return };
        books.each(|row| {
            self.add(row);
            sites.add(row);
        });
    }

    fn add(&mut self, row: &Row) {
        self.maps += row.live.maps;
        self.entries += row.live.entries;
        self.held_bytes += row.live.held_bytes;
        for (reason, best) in REASONS.into_iter().zip(&mut self.best) {
            let mut next = (reason.weight(row, self.touched), *row);
            if next.0 == 0 {
                continue;
            }
            let same = best
                .iter()
                .position(|it| it.is_some_and(|(_, it)| it.site.info.id == row.site.info.id));
            if let Some(at) = same {
                if best[at].is_some_and(|(weight, _)| weight >= next.0) {
                    continue;
                }
                best[at..].rotate_left(1);
                best[MOST - 1] = None;
            }
            for place in best {
                match place {
                    Some(held) if held.0 >= next.0 => {}
                    Some(held) => std::mem::swap(held, &mut next),
                    None => {
                        *place = Some(next);
                        break;
                    }
                }
            }
        }
    }

    /// The maps that matter, each once and one of each site, but for the one that was touched; with the first reason for
    /// it.
    pub(super) fn each(&self, mut each: impl FnMut(&Row, &str)) {
        let mut told: [Option<(u32, u32)>; MOST] = [None; MOST];
        let mut n = 0;
        // The first of each reason, then the second, and so on, as far as there is room.
        for rank in 0..MOST {
            for (reason, best) in REASONS.into_iter().zip(&self.best) {
                let Some((_, row)) = best[rank] else { continue };
                let site = row.site.info.id;
                if n < MOST && !told.iter().flatten().any(|&it| it.0 == row.id || it.1 == site) {
                    told[n] = Some((row.id, if reason == Reason::Touched { u32::MAX } else { site }));
                    n += 1;
                    each(&row, reason.as_str(rank == 0));
                }
            }
        }
    }

    /// Writes them for people.
    pub(super) fn tell(&self, out: &mut Out, sites: &Sites) {
        self.each(|row, reason| {
            let (site, live) = (&row.site.info, &row.live);
            out.raw("maptrace:   ");
            out.plain(&site.name);
            // The name of a site without one is its place.
            if !site.file.is_empty() && !site.name.starts_with(&site.file) {
                out.raw(" (");
                out.plain(&site.file);
                let _ = write!(out, ":{})", site.line);
            }
            let _ = write!(out, ", {}: ", site.kind.as_str());
            if row.is_shared() {
                let _ = write!(out, "{} small maps, ", Grouped(live.maps));
            }
            let _ = write!(out, "{} entries", Grouped(live.entries));
            if site.kind.is_table() {
                let _ = write!(
                    out,
                    ", room for {}, {} held",
                    Grouped(live.capacity),
                    Bytes(live.held_bytes)
                );
                if waste(row) > 0 {
                    let _ = write!(out, ", {} needed", Bytes(live.needed_bytes));
                }
            }
            if let Some(rate) = row.rate.filter(|&rate| rate > 0) {
                let _ = write!(out, ", {} operations/s", Grouped(rate));
            }
            let (maps, held) = sites.of(site.id);
            if !row.is_shared() && maps > 1 {
                let _ = write!(out, ", one of {} with {} together", Grouped(maps), Bytes(held));
            }
            out.raw(": ");
            out.raw(reason);
            out.raw("\n");
        });
    }
}

/// All digits, in groups of three.
pub(super) struct Grouped(pub(super) u64);

impl std::fmt::Display for Grouped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut unit = 1_u64;
        while self.0 / unit >= 1_000 {
            unit *= 1_000;
        }
        write!(f, "{}", self.0 / unit)?;
        while unit > 1 {
            unit /= 1_000;
            write!(f, ",{:03}", self.0 / unit % 1_000)?;
        }
        Ok(())
    }
}

/// A size, as the report has it: decimal, in three digits.
pub(super) struct Bytes(pub(super) u64);

impl std::fmt::Display for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: [(&str, u64); 4] = [
            ("TB", 1_000_000_000_000),
            ("GB", 1_000_000_000),
            ("MB", 1_000_000),
            ("kB", 1_000),
        ];
        match UNITS.into_iter().find(|&(_, unit)| self.0 >= unit) {
            Some((name, unit)) if self.0 / unit < 100 => {
                write!(f, "{}.{} {name}", self.0 / unit, self.0 % unit / (unit / 10))
            }
            Some((name, unit)) => write!(f, "{} {name}", self.0 / unit),
            None => write!(f, "{} B", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Grouped};

    #[test]
    fn numbers_are_read_by_people() {
        let grouped = [0, 999, 1_000, 1_000_001, u64::MAX].map(|n| Grouped(n).to_string());
        assert_eq!(
            grouped,
            ["0", "999", "1,000", "1,000,001", "18,446,744,073,709,551,615"]
        );
        let bytes =
            [0, 999, 1_000, 99_950, 6_420_000, 570_000_000, 2_000_000_000_000_000].map(|n| Bytes(n).to_string());
        assert_eq!(
            bytes,
            ["0 B", "999 B", "1.0 kB", "99.9 kB", "6.4 MB", "570 MB", "2000 TB"]
        );
    }
}
