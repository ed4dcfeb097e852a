//! A run from the sides that documentation shows: by workload, variant, map, key, size and threads. Each is a chart
//! ([`View::chart`]) and a table in Markdown ([`View::table`]) of the same rows.

use std::collections::BTreeMap;

use crate::chart::{self, Entry, Group, Line, Panel};
use crate::expect;
use crate::report::{Key, Report, Row};
use crate::suite::NO_HASHER;
use crate::table::{Table, thousands};
use crate::workload::{SHORT, Workload};

/// Some rows of a run, and what tells them from each other.
pub(crate) struct View<'a> {
    /// What its files are called.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    about: String,
    form: Form,
    /// What the rows of a workload differ in: hashers, variants, ... or sizes and numbers of threads.
    columns: Vec<String>,
    lines: Vec<Of<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A colour for each column.
    Colours,
    /// A place from left to right for each column.
    Places,
}

/// The rows of a workload, and with places of a hasher.
struct Of<'a> {
    workload: Workload,
    hasher: Option<&'a str>,
    cells: BTreeMap<usize, &'a Row>,
}

/// What all views of a run begin at: its first map type with every operation recorded, at the least size.
#[derive(Clone, Copy)]
struct Base<'a> {
    map: &'a str,
    key: &'a str,
    hasher: &'a str,
    size: usize,
}

impl<'a> Base<'a> {
    fn of(report: &'a Report) -> Option<Self> {
        let rows = || {
            let rows = report.rows.iter().map(|row| &row.of);
            rows.filter(|row| row.variant == expect::DEFAULT && row.threads == 1)
        };
        let Key { map, key, hasher, .. } = rows().next()?;
        let sizes = rows().filter(|row| row.map == *map && row.key == *key && row.workload != Workload::ShortLived);
        Some(Self {
            map,
            key,
            hasher,
            size: sizes.map(|row| row.size).min().unwrap_or(SHORT),
        })
    }

    fn is_type_of(&self, row: &Key) -> bool {
        row.map == self.map && row.key == self.key
    }

    /// At its size; of maps that live shortly there is no other.
    fn is_size_of(&self, row: &Key) -> bool {
        row.size == self.size || row.workload == Workload::ShortLived
    }

    /// A tree has none, and is there with any.
    fn is_hasher_of(&self, row: &Key) -> bool {
        row.hasher == self.hasher || row.hasher == NO_HASHER
    }
}

/// The views that the rows of a run are enough for, at least one.
pub(crate) fn views(report: &Report) -> Result<Vec<View<'_>>, String> {
    let base = Base::of(report).ok_or_else(|| {
        let variant = expect::DEFAULT;
        format!("charts and their tables are of the variant `{variant}` on one thread, which this run does not have")
    })?;
    let Base { map, key, hasher, size } = base;
    let entries = thousands(size as u64);
    let recorded = |row: &Key| row.variant == expect::DEFAULT;
    let at_base = |row: &Key| row.threads == 1 && base.is_size_of(row);
    let mut views = vec![
        View::by_colour(
            "workloads",
            "Every operation recorded, by hasher",
            format!("{map} of {key}, {entries} entries"),
            rows(report, |row| recorded(row) && at_base(row) && base.is_type_of(row)),
            |row| &row.hasher,
        ),
        View::by_colour(
            "variants",
            "From nothing to everything recorded",
            format!("{map} of {key}, hasher {hasher}, {entries} entries"),
            rows(report, |row| {
                at_base(row) && base.is_type_of(row) && row.hasher == hasher
            }),
            |row| &row.variant,
        ),
        View::by_colour(
            "maps",
            "Every operation recorded, by map",
            format!("keys of {key}, hasher {hasher}, {entries} entries"),
            rows(report, |row| {
                recorded(row) && at_base(row) && row.key == key && base.is_hasher_of(row)
            }),
            |row| &row.map,
        ),
        View::by_colour(
            "keys",
            "Every operation recorded, by key",
            format!("{map}, hasher {hasher}, {entries} entries"),
            rows(report, |row| {
                recorded(row) && at_base(row) && row.map == map && row.hasher == hasher
            }),
            |row| &row.key,
        ),
        View::by_place(
            "sizes",
            "Every operation recorded, by entries of the map",
            format!("{map} of {key}, one thread"),
            rows(report, |row| {
                recorded(row) && base.is_type_of(row) && row.threads == 1 && row.workload != Workload::ShortLived
            }),
            |row| row.size,
        ),
        View::by_place(
            "threads",
            "Every operation recorded, by threads, each with a map of its own",
            format!("{map} of {key}, {entries} entries"),
            rows(report, |row| {
                recorded(row) && base.is_type_of(row) && base.is_size_of(row)
            }),
            |row| row.threads,
        ),
    ];
    // One colour compares nothing, but shows the workloads; more than there are cannot be told apart.
    for view in views.iter_mut().filter(|view| view.name != "workloads") {
        view.lines.retain(|line| line.cells.len() > 1);
    }
    views.retain(|view| match view.form {
        _ if view.name == "workloads" => true,
        Form::Colours => (2..=chart::COLOURS.len()).contains(&view.columns.len()) && !view.lines.is_empty(),
        Form::Places => view.columns.len() > 1,
    });
    Ok(views)
}

fn rows(report: &Report, is_in: impl Fn(&Key) -> bool) -> Vec<&Row> {
    report.rows.iter().filter(|row| is_in(&row.of)).collect()
}

impl<'a> View<'a> {
    /// A colour for each value of a part of the rows, in the order in which they come.
    fn by_colour(
        name: &'static str,
        title: &'static str,
        about: String,
        rows: Vec<&'a Row>,
        part: fn(&Key) -> &String,
    ) -> Self {
        let mut columns: Vec<String> = Vec::new();
        let mut lines: BTreeMap<Workload, BTreeMap<usize, &Row>> = BTreeMap::new();
        for row in rows {
            let value = part(&row.of);
            let column = columns.iter().position(|column| column == value).unwrap_or_else(|| {
                columns.push(value.clone());
                columns.len() - 1
            });
            lines.entry(row.of.workload).or_default().insert(column, row);
        }
        let lines = lines.into_iter().map(|(workload, cells)| Of {
            workload,
            hasher: None,
            cells,
        });
        Self {
            name,
            title,
            about,
            form: Form::Colours,
            columns,
            lines: lines.collect(),
        }
    }

    /// A place for each number, of the workloads and hashers that were measured at several of them.
    fn by_place(
        name: &'static str,
        title: &'static str,
        about: String,
        rows: Vec<&'a Row>,
        number: fn(&Key) -> usize,
    ) -> Self {
        // By workload and by the number of the hasher, whose name comes with the rows.
        type ByNumber<'a> = BTreeMap<usize, &'a Row>;
        let mut lines: BTreeMap<(Workload, usize), (&str, ByNumber<'_>)> = BTreeMap::new();
        let mut hashers: Vec<&str> = Vec::new();
        for row in rows {
            let hasher = row.of.hasher.as_str();
            let place = hashers.iter().position(|known| *known == hasher).unwrap_or_else(|| {
                hashers.push(hasher);
                hashers.len() - 1
            });
            let (_, cells) = lines
                .entry((row.of.workload, place))
                .or_insert((hasher, BTreeMap::new()));
            cells.insert(number(&row.of), row);
        }
        lines.retain(|_, (_, cells)| cells.len() > 1);
        let mut numbers: Vec<usize> = lines.values().flat_map(|(_, cells)| cells.keys().copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let place = |number: usize| numbers.partition_point(|known| *known < number);
        let lines = lines.into_iter().map(|((workload, _), (hasher, cells))| Of {
            workload,
            hasher: Some(hasher),
            cells: cells.into_iter().map(|(number, row)| (place(number), row)).collect(),
        });
        Self {
            name,
            title,
            about,
            form: Form::Places,
            lines: lines.collect(),
            columns: numbers.iter().map(|number| thousands(*number as u64)).collect(),
        }
    }

    /// As a picture, that stands alone.
    pub(crate) fn chart(&self, report: &Report) -> String {
        let ratio = format!(
            "time of an operation as a multiple of the plain map's, median and quartiles; {}",
            self.about
        );
        match self.form {
            Form::Colours => {
                let groups = self.lines.iter().map(|line| Group {
                    name: line.workload.as_str().to_owned(),
                    points: line
                        .cells
                        .iter()
                        .map(|(column, row)| (self.colour(*column), *row))
                        .collect(),
                });
                let noise = report.noise.map_or(0.0, |noise| noise.nine_in_ten_within);
                let drawing = chart::points(&groups.collect::<Vec<_>>(), noise);
                drawing.file(self.title, &ratio, &self.legend(self.columns.iter()))
            }
            Form::Places => {
                let mut hashers: Vec<&str> = Vec::new();
                let mut panels: Vec<Panel<'_>> = Vec::new();
                for lines in self.lines.chunk_by(|a, b| a.workload == b.workload) {
                    let mut panel = Panel {
                        name: lines[0].workload.as_str().to_owned(),
                        lines: Vec::new(),
                    };
                    for line in lines {
                        let hasher = line.hasher.unwrap_or_default();
                        if !hashers.contains(&hasher) {
                            hashers.push(hasher);
                        }
                        panel.lines.push(Line {
                            colour: self.colour(hashers.iter().position(|known| *known == hasher).unwrap_or(0)),
                            points: line.cells.iter().map(|(place, row)| (*place, *row)).collect(),
                        });
                    }
                    panels.push(panel);
                }
                chart::panels(&panels, &self.columns).file(self.title, &ratio, &self.legend(hashers.iter()))
            }
        }
    }

    /// As a table: nanoseconds of the plain map, what tracing adds, and the ratio.
    pub(crate) fn table(&self) -> Table {
        let names: &[&str] = match self.form {
            Form::Colours => &["workload"],
            Form::Places => &["workload", "hasher"],
        };
        let heads: Vec<&str> = names
            .iter()
            .copied()
            .chain(self.columns.iter().map(String::as_str))
            .collect();
        let mut table = Table::new(names.len(), &heads);
        for line in &self.lines {
            let names = [Some(line.workload.as_str()), line.hasher];
            let cells =
                (0..self.columns.len()).map(|column| line.cells.get(&column).map_or(String::new(), |row| cell(row)));
            table.row(names.into_iter().flatten().map(str::to_owned).chain(cells));
        }
        table
    }

    /// The colour of the value with this number. Variants have those of the page, where the first is grey, as it is `off`.
    fn colour(&self, number: usize) -> usize {
        const STRONG_FIRST: [usize; 8] = [5, 6, 2, 3, 4, 7, 1, 0];
        if self.name == "variants" {
            number
        } else {
            STRONG_FIRST[number % STRONG_FIRST.len()]
        }
    }

    fn legend<T: ToString>(&self, names: impl Iterator<Item = T>) -> Vec<Entry> {
        let entry = |(number, name): (usize, T)| Entry {
            colour: self.colour(number),
            name: name.to_string(),
        };
        names.enumerate().map(entry).collect()
    }

    /// What its rows have in common.
    pub(crate) fn about(&self) -> &str {
        &self.about
    }
}

/// `15.0 +3.7 x 1.25`.
fn cell(row: &Row) -> String {
    let digits = if row.plain_ns_per_op < 10.0 { 2 } else { 1 };
    format!(
        "{:.digits$} {:+.digits$} x {:.2}",
        row.plain_ns_per_op, row.added_ns, row.ratio
    )
}

#[cfg(test)]
mod tests;
