//! The runbook: what each alert means, and what to do.

use std::fmt::Write as _;

use super::MARKER;
use super::parameters::{PARAMETERS, Parameters};
use super::rules;

pub(super) fn page(parameters: &Parameters) -> String {
    let mut page = format!(
        "# Runbook\n\n<!-- {MARKER} -->\n\n\
         What the alerts on maps mean, and what to do. Names in *italics* are panels of the dashboard that the alert \
         links to; names in parentheses are what `maptrace dashboards --set NAME=VALUE` changes.\n"
    );
    for alert in rules::alerts(parameters) {
        write!(
            page,
            "\n## {}\n\n**{}.** Severity: {}.\n\n{}\n\n**In short:** {}\n\n**It fires when** {}\n\n**Look at**\n\n",
            alert.name,
            alert.summary,
            alert.severity,
            alert.meaning,
            alert.cure,
            uncapitalised(&alert.condition)
        )
        .expect("a String takes every write");
        list(&mut page, alert.look);
        page.push_str("\n**Do**\n\n");
        list(&mut page, alert.act);
        write!(page, "\n**When it is no trouble:** {}\n", alert.otherwise).expect("a String takes every write");
    }
    page.push_str("\n## Parameters\n\n| name | default | |\n|---|---|---|\n");
    for parameter in PARAMETERS {
        writeln!(
            page,
            "| `{}` | `{}` | {} |",
            parameter.name, parameter.default, parameter.help
        )
        .expect("a String takes every write");
    }
    page
}

fn list(page: &mut String, lines: &[&str]) {
    for line in lines {
        writeln!(page, "- {line}").expect("a String takes every write");
    }
}

fn uncapitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
