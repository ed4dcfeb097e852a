//! The columns of the table, and which of them fit.

use crate::report::text::{tidy, width};
use crate::report::units::{bytes, count, count_short, duration, percent};
use crate::snapshot::MapSnapshot;

/// Between two columns.
pub(super) const GAP: &str = "  ";

/// Names wider than this are cut even where there is room: the rest of the row would be too far away.
const NAME_MAX: usize = 40;

/// Names are cut down to this before a column is left out.
const NAME_MIN: usize = 16;

/// As [`NAME_MAX`], for the types of key and value.
const TYPE_MAX: usize = 36;

/// One column.
pub(super) struct Column {
    pub(super) title: &'static str,
    /// The title where room is short.
    short: &'static str,
    /// Whether it is text, aligned to the left; numbers are aligned to the right.
    text: bool,
    /// The column with the highest number is the first to be left out; the name has 0 and always stays.
    rank: u8,
    cell: fn(&MapSnapshot, Style) -> String,
}

/// How cells are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// As one likes to read it.
    Full,
    /// With short titles, counts of at most five characters and no key and value types.
    Compact,
}

impl Style {
    fn count(self, n: u64) -> String {
        match self {
            Self::Full => count(n),
            Self::Compact => count_short(n),
        }
    }

    fn optional(self, n: Option<u64>) -> String {
        n.map_or_else(|| ABSENT.to_owned(), |n| self.count(n))
    }
}

/// For what a kind of map does not have.
const ABSENT: &str = "–";

const COLUMNS: [Column; 14] = [
    Column {
        title: "map",
        short: "map",
        text: true,
        rank: 0,
        cell: |m, _| tidy(&m.site.name, NAME_MAX),
    },
    Column {
        title: "type",
        short: "type",
        text: true,
        rank: 8,
        cell: type_cell,
    },
    Column {
        title: "live",
        short: "live",
        text: false,
        rank: 6,
        cell: |m, s| s.count(m.live),
    },
    Column {
        title: "entries",
        short: "entries",
        text: false,
        rank: 1,
        cell: |m, s| s.count(m.entries),
    },
    Column {
        title: "capacity",
        short: "cap",
        text: false,
        rank: 9,
        cell: |m, s| s.optional(m.capacity),
    },
    Column {
        title: "tombstones",
        short: "tombs",
        text: false,
        rank: 10,
        cell: |m, s| s.optional(m.tombstones),
    },
    Column {
        title: "held",
        short: "held",
        text: false,
        rank: 2,
        cell: |m, _| optional_bytes(m.held_bytes),
    },
    Column {
        title: "needed",
        short: "needed",
        text: false,
        rank: 13,
        cell: |m, _| bytes(m.needed_bytes),
    },
    Column {
        title: "assigns",
        short: "assigns",
        text: false,
        rank: 3,
        cell: |m, s| s.count(assigns(m)),
    },
    Column {
        title: "deletes",
        short: "deletes",
        text: false,
        rank: 4,
        cell: |m, s| s.count(deletes(m)),
    },
    Column {
        title: "hit rate",
        short: "hit",
        text: false,
        rank: 11,
        cell: hit_rate,
    },
    Column {
        title: "grows",
        short: "grows",
        text: false,
        rank: 7,
        cell: |m, s| s.count(m.grows),
    },
    Column {
        title: "pause",
        short: "pause",
        text: false,
        rank: 12,
        cell: |m, _| duration(m.pause_total),
    },
    Column {
        title: "worst",
        short: "worst",
        text: false,
        rank: 5,
        cell: |m, _| duration(m.pause_max),
    },
];

fn type_cell(map: &MapSnapshot, style: Style) -> String {
    let kind = map.site.kind.as_str();
    if style == Style::Compact || map.site.type_name.is_empty() {
        return kind.to_owned();
    }
    tidy(&format!("{kind} {}", map.site.type_name), TYPE_MAX)
}

fn optional_bytes(n: Option<u64>) -> String {
    n.map_or_else(|| ABSENT.to_owned(), bytes)
}

fn hit_rate(map: &MapSnapshot, _: Style) -> String {
    match deletes(map) {
        0 => ABSENT.to_owned(),
        all => percent(map.totals.deletes_hit, all),
    }
}

/// Assigns of whatever result.
pub(super) fn assigns(map: &MapSnapshot) -> u64 {
    map.totals.assigns_new.saturating_add(map.totals.assigns_replaced)
}

/// Deletes of whatever result; entries removed by `clear` are not among them.
pub(super) fn deletes(map: &MapSnapshot) -> u64 {
    map.totals.deletes_hit.saturating_add(map.totals.deletes_miss)
}

/// A table that fits: titles, cells and the width of each column.
pub(super) struct Table {
    pub(super) columns: Vec<Shown>,
    /// Titles of the columns that did not fit, in their usual order.
    pub(super) left_out: Vec<&'static str>,
}

/// One column of a [`Table`].
pub(super) struct Shown {
    pub(super) title: &'static str,
    pub(super) cells: Vec<String>,
    pub(super) width: usize,
    text: bool,
    rank: u8,
}

impl Shown {
    fn new(column: &Column, maps: &[&MapSnapshot], style: Style) -> Self {
        let title = if style == Style::Compact {
            column.short
        } else {
            column.title
        };
        let mut cells = Vec::new();
        let mut widest = width(title);
        for map in maps {
            let cell = (column.cell)(map, style);
            widest = widest.max(width(&cell));
            cells.push(cell);
        }
        Self {
            title,
            cells,
            width: widest,
            text: column.text,
            rank: column.rank,
        }
    }

    /// Whether no row has anything in it, so that nothing is lost without it.
    fn is_empty(&self) -> bool {
        self.rank > 0
            && self
                .cells
                .iter()
                .all(|cell| matches!(cell.as_str(), ABSENT | "0" | "0 B"))
    }

    /// `cell` with spaces up to the column's width, on the side its kind asks for.
    pub(super) fn pad(&self, cell: &str) -> String {
        let spaces = self.width.saturating_sub(width(cell));
        if self.text {
            format!("{cell}{:spaces$}", "")
        } else {
            format!("{:spaces$}{cell}", "")
        }
    }
}

impl Table {
    /// The table of `maps` in at most `limit` columns of text.
    ///
    /// First everything in full, then, before any name is cut, short titles and numbers, then without columns that say nothing in any row, then
    /// without the least important ones. What is left of the room decides how much of the names is seen.
    pub(super) fn fit(maps: &[&MapSnapshot], limit: usize) -> Self {
        let shown = |style| {
            let mut columns = Vec::new();
            for column in &COLUMNS {
                columns.push(Shown::new(column, maps, style));
            }
            columns
        };
        let mut columns = shown(Style::Full);
        if columns[0].width + other_widths(&columns) > limit {
            columns = shown(Style::Compact);
            while !fits(&columns, limit)
                && let Some(least) = least_important(&columns)
            {
                columns.remove(least);
            }
        }
        let mut left_out = Vec::new();
        for column in &COLUMNS {
            if columns.iter().all(|shown| shown.rank != column.rank) {
                left_out.push(column.title);
            }
        }
        cut_names(&mut columns, limit);
        Self { columns, left_out }
    }
}

/// Position of the column to leave out next; none when only the name is left.
fn least_important(columns: &[Shown]) -> Option<usize> {
    let order = |column: &Shown| (column.is_empty(), column.rank);
    let mut least: Option<usize> = None;
    for (i, column) in columns.iter().enumerate() {
        if column.rank > 0 && least.is_none_or(|least| order(column) > order(&columns[least])) {
            least = Some(i);
        }
    }
    least
}

fn fits(columns: &[Shown], limit: usize) -> bool {
    let name = columns[0].width.min(NAME_MIN);
    name + other_widths(columns) <= limit
}

/// Width of all columns but the first, gaps included.
fn other_widths(columns: &[Shown]) -> usize {
    columns[1..].iter().map(|column| GAP.len() + column.width).sum()
}

fn cut_names(columns: &mut [Shown], limit: usize) {
    let room = limit.saturating_sub(other_widths(columns));
    let names = &mut columns[0];
    if names.width > room {
        for cell in &mut names.cells {
            *cell = tidy(cell, room);
        }
        names.width = room;
    }
}
