//! The report as one page, that needs nothing else: no script, no font, no picture from elsewhere.

use std::fmt::{self, Write as _};

use crate::budget::Verdict;
use crate::chart::{self, Group};
use crate::compare;
use crate::expect;
use crate::markup::Text;
use crate::report::{self, Report, Row};
use crate::table;

const STYLE: &str = include_str!("html/style.css");

/// Writes the page.
pub(crate) fn page(report: &Report, old: Option<&Report>, verdict: Option<&Verdict>) -> String {
    let mut html = String::new();
    // Writing to a string does not fail.
    _ = write(&mut html, report, old, verdict);
    html
}

fn write(html: &mut String, report: &Report, old: Option<&Report>, verdict: Option<&Verdict>) -> fmt::Result {
    write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>mapbench</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n",
        chart::STYLE
    )?;
    head(html, report)?;
    if let Some(verdict) = verdict {
        budget(html, verdict)?;
    }
    if let Some(old) = old {
        comparison(html, old, report)?;
    }
    let expected = expect::rows(report);
    if !expected.is_empty() {
        writeln!(html, "<h2>What to expect</h2>")?;
        open_table(html, 5, &expect::heads())?;
        for row in expected {
            table_row(html, 5, row)?;
        }
        writeln!(html, "</table></div>")?;
    }
    writeln!(html, "<h2>Ratios</h2>")?;
    writeln!(
        html,
        "<p>Each point is the median of the rounds' ratios to the plain map of the same type, each line reaches from quartile \
         to quartile. 1 is the plain map; the grey band is where nine in ten points of the plain map beside itself lie. Point \
         at one to see its figures.</p>"
    )?;
    legend(html, report)?;
    for (n, rows) in report::groups(&report.rows).enumerate() {
        section(html, report, rows, n == 0)?;
    }
    writeln!(html, "</body>\n</html>")
}

fn head(html: &mut String, report: &Report) -> fmt::Result {
    writeln!(html, "<h1>mapbench</h1>")?;
    writeln!(
        html,
        "<p>What recording costs a map, beside the plain map of the same type, on this machine.</p>"
    )?;
    let warnings = report.machine.warnings();
    for line in table::footer(report).lines() {
        // Warnings come after all else, in a colour of their own.
        if let Some(warning) = line
            .strip_prefix("! ")
            .filter(|line| warnings.iter().any(|warning| warning == line))
        {
            writeln!(html, "<p class=\"warning\">{}</p>", Text(warning))?;
        } else {
            writeln!(html, "<p class=\"faint\">{}</p>", Text(line))?;
        }
    }
    Ok(())
}

fn budget(html: &mut String, verdict: &Verdict) -> fmt::Result {
    writeln!(html, "<h2>Budget</h2>")?;
    if verdict.is_kept() {
        return writeln!(
            html,
            "<p class=\"good\">Kept: {} figures within their limits.</p>",
            verdict.held
        );
    }
    let (broken, held) = (verdict.broken.len(), verdict.held);
    writeln!(
        html,
        "<p class=\"bad\">Broken: {broken} figures above their limits, {held} within.</p>"
    )?;
    open_table(html, 2, &["row", "figure", "limit", "found"])?;
    for broken in &verdict.broken {
        let figures = [format!("{}", broken.most), format!("{:.3}", broken.found)];
        table_row(
            html,
            2,
            [broken.row.clone(), broken.figure.to_owned()]
                .into_iter()
                .chain(figures),
        )?;
    }
    writeln!(html, "</table></div>")
}

fn comparison(html: &mut String, old: &Report, new: &Report) -> fmt::Result {
    writeln!(html, "<h2>Compared with an earlier run</h2>")?;
    writeln!(html, "<p class=\"faint\">That was on {}.</p>", Text(old.machine.line()))?;
    let changes = compare::changes(old, new);
    let clear: Vec<_> = changes.iter().filter(|change| change.is_clear()).collect();
    writeln!(
        html,
        "<p>Of {} rows that are in both runs, the quartiles of {} do not meet those of the earlier run.</p>",
        changes.len(),
        clear.len()
    )?;
    if clear.is_empty() {
        return Ok(());
    }
    open_table(html, 1, &["row", "old ratio", "new ratio", "change"])?;
    for change in clear {
        let percent = (change.factor() - 1.0) * 100.0;
        table_row(
            html,
            1,
            [
                change.new.of.text(),
                format!("{:.3}", change.old.ratio),
                format!("{:.3}", change.new.ratio),
                format!("{percent:+.1} %"),
            ],
        )?;
    }
    writeln!(html, "</table></div>")
}

fn legend(html: &mut String, report: &Report) -> fmt::Result {
    writeln!(html, "<ul class=\"legend\">")?;
    for (n, variant) in report.variants.iter().enumerate() {
        let class = chart::colour(n);
        let (name, about) = (Text(&variant.name), Text(&variant.about));
        writeln!(
            html,
            "<li><i class=\"{class}\"></i><b>{name}</b> <span class=\"faint\">{about}</span></li>"
        )?;
    }
    writeln!(html, "</ul>")
}

fn section(html: &mut String, report: &Report, rows: &[Row], open: bool) -> fmt::Result {
    let workloads = rows.chunk_by(|a, b| a.of.workload == b.of.workload).count();
    let open = if open { " open" } else { "" };
    writeln!(html, "<details{open}>")?;
    writeln!(
        html,
        "<summary>{}<span>{}</span></summary>",
        Text(report::title(rows)),
        if workloads == 1 {
            "1 workload".to_owned()
        } else {
            format!("{workloads} workloads")
        },
    )?;
    let place = |row: &Row| {
        report
            .variants
            .iter()
            .position(|variant| variant.name == row.of.variant)
            .unwrap_or(0)
    };
    let groups: Vec<Group<'_>> = rows
        .chunk_by(|a, b| a.of.workload == b.of.workload)
        .map(|rows| Group {
            name: rows[0].of.workload.as_str().to_owned(),
            points: rows.iter().map(|row| (place(row), row)).collect(),
        })
        .collect();
    let drawing = chart::points(&groups, report.noise.map_or(0.0, |noise| noise.nine_in_ten_within));
    writeln!(html, "<div class=\"scroll\">\n{}", drawing.inline())?;
    writeln!(html, "</div>\n<details><summary>Figures</summary>")?;
    let columns = table::columns(rows.iter().any(|row| row.instructions_per_op.is_some()));
    let heads = ["workload", "variant"]
        .into_iter()
        .chain(columns.iter().map(|column| column.head));
    open_table(html, 2, &heads.collect::<Vec<_>>())?;
    for row in rows {
        let names = [row.of.workload.as_str().to_owned(), row.of.variant.clone()];
        table_row(
            html,
            2,
            names.into_iter().chain(columns.iter().map(|column| (column.cell)(row))),
        )?;
    }
    writeln!(html, "</table></div></details>\n</details>")
}

fn open_table(html: &mut String, texts: usize, heads: &[&str]) -> fmt::Result {
    write!(html, "<div class=\"scroll\"><table><tr>")?;
    for (n, head) in heads.iter().enumerate() {
        write!(
            html,
            "<th{}>{}</th>",
            if n < texts { " class=\"text\"" } else { "" },
            Text(head)
        )?;
    }
    writeln!(html, "</tr>")
}

fn table_row(html: &mut String, texts: usize, cells: impl IntoIterator<Item = String>) -> fmt::Result {
    write!(html, "<tr>")?;
    for (n, cell) in cells.into_iter().enumerate() {
        write!(
            html,
            "<td{}>{}</td>",
            if n < texts { " class=\"text\"" } else { "" },
            Text(cell)
        )?;
    }
    writeln!(html, "</tr>")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::fixture::{report, row};

    #[test]
    fn nothing_of_the_page_comes_from_elsewhere() {
        let old = report(vec![row("events", 1.1, [1.0, 1.1])]);
        let html = page(&report(vec![row("events", 1.5, [1.4, 1.6])]), Some(&old), None);
        for from_elsewhere in ["http://", "https://", "<script", "<link", "<img", "@import", "url("] {
            assert!(!html.contains(from_elsewhere), "{from_elsewhere}");
        }
        for part in ["<svg", "1.500", "+36.4 %", "every operation is an event", "</html>"] {
            assert!(html.contains(part), "{part}");
        }
    }

    #[test]
    fn each_cell_has_a_head() {
        let mut counted = row("events", 1.5, [1.4, 1.6]);
        (counted.plain_instructions_per_op, counted.instructions_per_op) = (Some(60.0), Some(118.0));
        let html = page(&report(vec![row("off", 1.0, [0.9, 1.1]), counted]), None, None);
        assert!(
            html.contains("<th>instr</th>") && html.contains("<td>118.0</td>"),
            "{html}"
        );
        for table in html.split("<table>").skip(1) {
            let mut rows = table.split("</table>").next().unwrap().split("</tr>");
            let heads = rows.next().unwrap().matches("<th").count();
            for row in rows.filter(|row| row.contains("<td")) {
                assert_eq!(row.matches("<td").count(), heads, "{row}");
            }
        }
    }

    proptest! {
        /// With a text in every place that a report has one, the page has the tags that it has with a plain word there.
        #[test]
        fn no_text_becomes_markup(hostile in r#"[<>&"'a/=! -]{1,12}"#) {
            let with = |text: &str| {
                let mut one = row(text, 1.5, [1.4, 1.6]);
                (one.of.map, one.of.key, one.of.hasher) = (text.into(), text.into(), text.into());
                let mut report = report(vec![one]);
                report.variants[0].name = text.into();
                report.variants[0].about = text.into();
                (report.machine.cpu, report.machine.rustc, report.machine.system) = (text.into(), text.into(), text.into());
                let old = report.clone();
                let html = page(&report, Some(&old), None);
                (html.matches('<').count(), html.matches('>').count(), html.matches('"').count())
            };
            prop_assert_eq!(with(&hostile), with("word"));
        }
    }
}
