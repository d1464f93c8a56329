//! The findings of each target, worst first, each with what it rests on and its case.

use maud::{Markup, html};
use reinstate_model::rules::{Impact, catalogue};

use super::answer::weight;
use super::room::{Room, Shown};
use super::{Column, SHOWN, exchange, lanes};
use crate::finding::Finding;
use crate::report::layout::one_line;
use crate::report::source;
use crate::report::standing::impact_title;

/// Places that a finding names.
const PLACES: usize = 12;

/// What can be told of a finding, from the most needed to the least. Where a page has no room, the last
/// are left out first.
pub const PARTS: [fn(&Finding) -> Markup; 3] = [facts, lanes::case, exchange::section];

/// The place of the requests among these.
const CASE: usize = 1;

pub fn section(columns: &[Column<'_>], room: &Room) -> Markup {
    html! {
        section #findings {
            h2 { "Findings" }
            p { button type="button" data-unfold { "Unfold all" } }
            @for column in columns { (target(column, room, columns.len() == 1)) }
        }
    }
}

fn target(column: &Column<'_>, room: &Room, alone: bool) -> Markup {
    let groups = Impact::ALL
        .map(|impact| (impact_title(impact), Some(impact)))
        .into_iter()
        .chain([("Reported, not counted", None)]);
    html! {
        div.target {
            @if !alone { h3 id={"findings/" (column.slug)} { (column.name) } }
            @if column.findings().next().is_none() { p.muted { "Nothing that was seen differs." } }
            @for (title, impact) in groups { (group(title, impact, column, room)) }
        }
    }
}

/// The findings of one impact that count, or all that do not.
fn group(title: &str, impact: Option<Impact>, column: &Column<'_>, room: &Room) -> Markup {
    let wanted = |finding: &&Finding| finding.fails.then_some(finding.impact) == impact;
    let findings: Vec<&Finding> = column.findings().filter(wanted).collect();
    let left_out =
        findings.iter().filter(|finding| room.shown(column.number, finding).is_none()).count();
    html! {
        @if !findings.is_empty() {
            div.group {
                h4 { (title) " " span.muted { (findings.len()) } }
                @for finding in findings {
                    @if let Some(shown) = room.shown(column.number, finding) {
                        (one(finding, column, shown))
                    }
                }
                @if left_out > 0 {
                    p.muted { (left_out) " more are left out to keep the page small; the JSON report has them." }
                }
            }
        }
    }
}

/// One finding with those of its parts that there is room for.
pub fn one(finding: &Finding, column: &Column<'_>, shown: &Shown) -> Markup {
    let rule = catalogue().get(&finding.rule);
    let cell = column.cell(&finding.rule);
    let class = if finding.fails { weight(finding.impact) } else { "r" };
    html! {
        details.finding.(class) id={(cell) "/" (finding.kind)}
            data-o=(one_line(&finding.operation, 60)) data-i=(finding.impact) data-v=(verdict_class(finding)) {
            summary {
                span.id { (one_line(&finding.rule, 20)) } " "
                span.what { (rule.map_or("", |rule| rule.title.as_str())) } " "
                span.kind { (finding.kind) } " "
                span.op { (one_line(&finding.operation, 60)) }
            }
            p.rule { (one_line(&finding.sentence, SHOWN)) }
            @for part in &shown.parts { (part) }
            @if let Some(number) = shown.packed {
                p.muted data-rest=(number) { "The rest is packed: it takes a script to show it." }
            } @else if shown.parts.len() < PARTS.len() {
                p.muted { "The rest is left out to keep the page small; the JSON report has it." }
            }
            p.actions {
                @if shown.parts.len() > CASE || shown.packed.is_some() { button type="button" data-copy="case" { "Copy the requests" } }
                button type="button" data-copy="link" { "Copy a link" }
                a href={"#" (cell)} { "in the matrix" }
            }
        }
    }
}

/// What it is about, and how we know.
fn facts(finding: &Finding) -> Markup {
    html! {
        dl {
            @if !finding.pointer.is_empty() {
                dt { "at" } dd { code { (one_line(&finding.pointer, SHOWN)) } }
            }
            dt { "expected" } dd { code.want { (one_line(&finding.expected, SHOWN)) } }
            dt { "got" } dd { code.got { (one_line(&finding.got, SHOWN)) } }
            dt { (finding.level) } dd {
                (sources(finding.sources.iter().map(String::as_str)))
                @if let Some((file, line)) = catalogue().place(&finding.rule) {
                    p.muted { "The rule stands in fixtures/rules/" (file) ", line " (line) "; `reinstate explain " (finding.rule) "` tells more." }
                }
            }
            @if finding.places.len() > 1 {
                dt { "also in" } dd { (places(finding)) }
            }
            dt { "case" } dd {
                code { (one_line(&finding.case, 40)) } " " (one_line(&finding.title, SHOWN))
                @if finding.cases > 1 { ", and " (finding.cases - 1) " more" }
                p.muted {
                    @if finding.shrunk { "Nothing can be left out of it." }
                    @else { "Some of it may not be needed." }
                }
            }
        }
    }
}

/// Sources in words, with a link to those that have an address.
pub fn sources<'a>(references: impl Iterator<Item = &'a str>) -> Markup {
    html! {
        ul.places {
            @for reference in references.take(PLACES) {
                @let source = source::of(reference);
                li {
                    @match &source.address {
                        Some(address) => a href=(address) rel="noreferrer" { (one_line(&source.words, SHOWN)) },
                        None => (one_line(&source.words, SHOWN)),
                    }
                }
            }
        }
    }
}

fn verdict_class(finding: &Finding) -> &'static str {
    use reinstate_model::oracle::DifferenceKind;
    match finding.kind {
        _ if !finding.fails => "r",
        DifferenceKind::TooFast => "f",
        _ => weight(finding.impact),
    }
}

fn places(finding: &Finding) -> Markup {
    let here = format!("{} {}", finding.operation, finding.pointer);
    let others: Vec<&String> =
        finding.places.iter().filter(|place| **place != here.trim_end()).collect();
    html! {
        ul.places {
            @for place in others.iter().take(PLACES) { li { code { (one_line(place, SHOWN)) } } }
            @if others.len() > PLACES { li { "and " (others.len() - PLACES) " more" } }
        }
    }
}
