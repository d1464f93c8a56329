//! The matrix of rules by target, with what filters it. Every cell has an address: `#RTB-25/moto`.

use std::collections::BTreeSet;

use maud::{Markup, html};
use reinstate_model::rules::{Impact, Rule, catalogue};

use super::findings::sources;
use super::room::Room;
use super::{Column, state};
use crate::report::layout::one_line;
use crate::report::standing::{Line, impact_title};

/// The most targets whose verdicts stand in words.
const FEW: usize = 4;

pub fn section(columns: &[Column<'_>], room: &Room) -> Markup {
    html! {
        section #matrix {
            h2 { "Rules by target" }
            (filters())
            a.skip href="#cycles" { "Skip the matrix" }
            div.scroll.rules tabindex="0" role="region" aria-label="Matrix of rules by target" {
                table.matrix.many[columns.len() > FEW] {
                    caption.sr { "The verdict on every rule for every target. A verdict that has findings leads to them." }
                    thead { tr {
                        th scope="col" { "rule" }
                        th.i scope="col" { "impact" }
                        @for column in columns { th.v scope="col" { (column.name) } }
                    } }
                    @for (title, ids) in groups(columns) {
                        tbody {
                            tr.group { th colspan=(columns.len() + 2) scope="rowgroup" { (title) } }
                            @for id in ids { (row(id, columns, room)) }
                        }
                    }
                }
            }
            p.none hidden { "No rule is like that. " button type="button" data-reset { "Show all" } }
        }
    }
}

/// The ids under their headings. Rules that this version does not know come last.
fn groups<'a>(columns: &'a [Column<'_>]) -> Vec<(&'static str, Vec<&'a str>)> {
    let present: BTreeSet<&str> =
        columns.iter().flat_map(|column| column.lines.iter().map(|line| line.id)).collect();
    let mut groups: Vec<(&'static str, Vec<&'a str>)> = catalogue()
        .sections()
        .map(|(title, rules)| {
            let ids = rules.iter().filter_map(|rule| present.get(rule.id.as_str()).copied());
            (title, ids.collect())
        })
        .collect();
    let unknown = present.iter().copied().filter(|id| catalogue().get(id).is_none());
    groups.push(("Rules of another version", unknown.collect()));
    groups.retain(|(_, ids)| !ids.is_empty());
    groups
}

fn row(id: &str, columns: &[Column<'_>], room: &Room) -> Markup {
    let rule = catalogue().get(id);
    html! {
        tr data-o=[rule.map(|rule| rule.operations.join(" "))] data-i=[rule.map(|rule| rule.impact)] {
            th scope="row" { (head(id, rule)) }
            td.i { @if let Some(rule) = rule { (rule.impact) } }
            @for column in columns {
                @match column.lines.iter().find(|line| line.id == id) {
                    Some(line) => (cell(line, column, columns.len() > FEW, room)),
                    None => td {},
                }
            }
        }
    }
}

/// A rule in few words; opened, in full and with what it rests on.
fn head(id: &str, rule: Option<&Rule>) -> Markup {
    let Some(rule) = rule else {
        return html! { span.id { (one_line(id, 40)) } " a rule of another version" };
    };
    html! {
        details {
            summary { span.id { (id) } " " (rule.title) }
            p { (rule.sentence) }
            p.muted { (rule.level) ":" }
            (sources(rule.sources.iter().map(|source| source.reference.as_str())))
        }
    }
}

fn cell(line: &Line<'_>, column: &Column<'_>, many: bool, room: &Room) -> Markup {
    let (class, word) = state(line);
    let at = column.cell(line.id);
    let listed = line.findings.iter().find(|finding| room.shown(column.number, finding).is_some());
    let to = match listed {
        Some(finding) => format!("#{at}/{}", finding.kind),
        None => format!("#{at}"),
    };
    html! { td id=(at) class=(class) { a href=(to) title=[many.then_some(word)] { span { (word) } } } }
}

fn filters() -> Markup {
    let operations: BTreeSet<&str> = catalogue()
        .rules()
        .iter()
        .flat_map(|rule| rule.operations.iter().map(String::as_str))
        .filter(|name| *name != "*")
        .collect();
    html! {
        form.filters role="search" aria-label="Filter rules and findings" {
            label { "Text" input #q type="search" placeholder="id, word ( / )" autocomplete="off" spellcheck="false"; }
            label { "Operation" select #op {
                option value="" { "any" }
                @for operation in operations { option { (operation) } }
            } }
            label { "Impact" select #im {
                option value="" { "any" }
                @for impact in Impact::ALL { option value=(impact) { (impact_title(impact)) } }
            } }
            label { "Verdict" select #ve {
                option value="" { "any" }
                @for (value, name) in [
                    ("p", "pass"), ("d u e f", "diverges"), ("f", "too fast"), ("t", "text only"),
                    ("r", "reported only"), ("n", "not run"),
                ] { option value=(value) { (name) } }
            } }
            label.check { input #di type="checkbox"; "Only differences" }
            button type="button" data-reset { "Reset" }
            output #count for="q op im ve di" {}
        }
    }
}
