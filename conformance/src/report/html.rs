//! One HTML page for one or several targets: self-contained, at most two megabytes, readable without
//! a network, a script or a mouse. What an endpoint sent is text in it and nothing else.
//!
//! The parts, in the order of the page: the answer, the matrix of rules by target, the life cycles,
//! the findings with their cases, coverage, and what the run does not show.

mod answer;
mod coverage;
mod exchange;
mod findings;
mod lanes;
mod machine;
mod matrix;
mod packed;
mod programs;
mod room;

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use reinstate_model::rules::Impact;

use self::room::Room;
use super::Report;
use super::layout::one_line;
use super::standing::{Line, lines, target_name};
use crate::finding::Finding;
use crate::verdict::Verdict;

/// The size that a page keeps below, in bytes.
pub const LARGEST: usize = 2_000_000;

/// The longest text of an endpoint's own on one line of the page, in characters.
const SHOWN: usize = 300;

/// The most rules of another version that a column shows.
const UNKNOWN: usize = 100;

/// What the parts of the page need of one target.
struct Column<'a> {
    report: &'a Report,
    /// Its place among the targets.
    number: usize,
    /// Its name and version.
    name: String,
    /// Its name in the address of a cell: `#RTB-25/moto`.
    slug: String,
    /// Its rules.
    lines: Vec<Line<'a>>,
}

impl<'a> Column<'a> {
    /// One for each report; two of one target get names of their own.
    fn all(reports: &'a [Report]) -> Vec<Self> {
        let mut columns: Vec<Self> = Vec::new();
        for (number, report) in reports.iter().enumerate() {
            let base: String = report
                .target
                .name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
                .take(40)
                .collect();
            let taken = |slug: &str| columns.iter().any(|column| column.slug == slug);
            let slug = (1..)
                .map(|n| if n == 1 { base.clone() } else { format!("{base}_{n}") })
                .find(|slug| !taken(slug))
                .expect("there are numbers enough");
            let (known, mut lines): (Vec<_>, Vec<_>) =
                lines(report).into_iter().partition(|line| line.rule.is_some());
            lines.truncate(UNKNOWN);
            let lines = known.into_iter().chain(lines).collect();
            columns.push(Self { report, number, name: target_name(&report.target), slug, lines });
        }
        columns
    }

    /// Those of targets that have backups: of the others there is nothing to be seen.
    fn judged<'c>(columns: &'c [Self]) -> impl Iterator<Item = &'c Self> + use<'c, 'a> {
        columns.iter().filter(|column| !column.report.is_unsupported())
    }

    /// Its findings, each once: a report that somebody put together may hold one twice.
    fn findings(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let mut seen = BTreeSet::new();
        self.report.findings.iter().filter(move |finding| seen.insert(finding.identity()))
    }

    /// The address of its cell for a rule.
    fn cell(&self, rule: &str) -> String {
        format!("{}/{}", one_line(rule, 40), self.slug)
    }
}

/// All reports as one page.
pub fn render(reports: &[Report]) -> String {
    render_within(LARGEST, reports)
}

fn render_within(largest: usize, reports: &[Report]) -> String {
    let mut columns = Column::all(reports);
    // What every page has comes first, and what is left of the size is for findings. So many targets
    // that not even that fits are no use to look at: the last are left out, and the page says so.
    let room = loop {
        let least = page(&columns, reports.len(), &Room::default()).into_string().len();
        if least <= largest || columns.len() <= 1 {
            break Room::of(&columns, largest.saturating_sub(least));
        }
        // What all have is in this share too, so it is rather too few than too many.
        columns.truncate((columns.len() * largest / least).max(1));
    };
    page(&columns, reports.len(), &room).into_string()
}

/// The page; of `reports`, some may have no column.
fn page(columns: &[Column<'_>], reports: usize, room: &Room) -> Markup {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let title = format!("{}: backup and restore, by Reinstate", names.join(", "));
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Nothing is ever loaded, whatever an endpoint put into its answers.
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
                link rel="icon" href="data:,";
                title { (one_line(&title, SHOWN)) }
                style { (PreEscaped(include_str!("html/page.css"))) }
            }
            body {
                a.skip href="#matrix" { "Skip to the matrix" }
                header.top {
                    p.brand { "Reinstate" span { "backup and restore, held against its specification" } }
                    nav aria-label="Parts of this page" {
                        @for (at, name) in [
                            ("answer", "Answer"), ("matrix", "Matrix"), ("cycles", "Life cycles"),
                            ("findings", "Findings"), ("coverage", "Coverage"), ("not-shown", "Not shown"),
                        ] {
                            a href={"#" (at)} { (name) }
                        }
                    }
                }
                main {
                    (answer::section(columns, reports - columns.len()))
                    (matrix::section(columns, room))
                    (machine::section(columns))
                    (findings::section(columns, room))
                    (coverage::section(columns))
                    (coverage::not_shown(columns))
                }
                footer {
                    @for column in columns {
                        p {
                            (column.name) ": Reinstate " (one_line(&column.report.version, 40))
                            ", plan " code { (one_line(&column.report.plan, 40)) }
                            ", seed " (column.report.seed)
                            ", evidence " (format!("{:?}", column.report.evidence).to_lowercase())
                        }
                    }
                }
                p #said.sr role="status" aria-live="polite" {}
                @if !room.packed.is_empty() { template #packed { (room.packed) } }
                script { (PreEscaped(include_str!("html/page.js"))) }
            }
        }
    }
}

/// A text between tags. Quotation marks are nothing special there, and JSON is full of them.
fn plain(text: &str) -> PreEscaped<String> {
    PreEscaped(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// What a cell of the matrix says of a rule: the word, and the class that colours it.
fn state(line: &Line<'_>) -> (&'static str, &'static str) {
    let worst = line.findings.iter().find(|finding| finding.fails).map(|finding| finding.impact);
    match line.verdict {
        Verdict::Pass if line.findings.is_empty() => ("p", "pass"),
        Verdict::Pass => ("t", "text"),
        Verdict::NotRun => ("n", "not run"),
        Verdict::Unsupported => ("n", "unsupported"),
        Verdict::Waived => ("r", "waived"),
        Verdict::StaleWaiver => ("p", "pass, though waived"),
        Verdict::Reported => ("r", "reported"),
        Verdict::TooFast => ("f", "too fast"),
        Verdict::Diverges => match worst {
            Some(impact) => (answer::weight(impact), cost(impact)),
            None => ("d", "diverges"),
        },
    }
}

/// What a breach costs, in a word or two.
fn cost(impact: Impact) -> &'static str {
    match impact {
        Impact::DataLoss => "data loss",
        Impact::WrongData => "wrong data",
        Impact::UnsafeAccept => "unsafe accept",
        Impact::Lifecycle => "life cycle",
        Impact::WrongError => "wrong error",
        Impact::Text => "text",
    }
}

#[cfg(test)]
mod tests;
