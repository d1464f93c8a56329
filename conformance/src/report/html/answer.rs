//! The answer first: can restores on this target be trusted?

use maud::{Markup, html};

use super::{Column, SHOWN};
use crate::report::layout::one_line;
use crate::report::standing::{Answer, impact_title, tallies};

pub fn section(columns: &[Column<'_>], left_out: usize) -> Markup {
    html! {
        section #answer {
            h1 {
                @if columns.len() == 1 { "Can restores on " (columns[0].name) " be trusted?" }
                @else { "Can restores on these targets be trusted?" }
            }
            @for column in columns {
                (verdict(column, columns.len() == 1))
            }
            @if left_out > 0 {
                p.answer { (left_out) " more targets are left out: a page of them all would be too large to open." }
            }
            (figures(columns))
        }
    }
}

fn verdict(column: &Column<'_>, alone: bool) -> Markup {
    let answer = Answer::of(column.report);
    html! {
        p.answer.(class(answer)) {
            @if !alone { span.who { (column.name) } }
            span {
                strong { (answer.word()) "." } " "
                (sentence(&answer.to_string()))
                @if !column.report.unsupported.is_empty() && !column.report.is_unsupported() {
                    " It does not have " (one_line(&column.report.unsupported.join(", "), SHOWN)) "."
                }
            }
        }
    }
}

fn figures(columns: &[Column<'_>]) -> Markup {
    let all: Vec<_> = columns.iter().map(|column| tallies(column.report)).collect();
    html! {
        div.scroll tabindex="0" role="region" aria-label="Figures by impact" {
            table.figures {
                caption {
                    "Ways in which each target diverges and that count, by what they cost. Below: rules of that kind "
                    "that some answer bore on. The two are never added up: what was not seen is not known."
                }
                thead { tr {
                    th scope="col" { "target" }
                    @for tally in &all[..1.min(all.len())].concat() {
                        th.num scope="col" { (impact_title(tally.impact)) }
                    }
                    th.num scope="col" { "Rules seen" }
                } }
                tbody {
                    @for (column, tallies) in columns.iter().zip(&all) {
                        tr {
                            th scope="row" { (column.name) }
                            @for tally in tallies {
                                td.num.zero[tally.counted == 0].(weight(tally.impact)) {
                                    b { (tally.counted) }
                                    small title="rules of this kind that some answer bore on" {
                                        (tally.exercised) " of " (tally.rules) " seen"
                                    }
                                }
                            }
                            td.num {
                                b { (column.report.summary.rules_exercised) }
                                small { "of " (column.report.summary.rules) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The class that colours an impact.
pub fn weight(impact: reinstate_model::rules::Impact) -> &'static str {
    use reinstate_model::rules::Impact;
    match impact {
        Impact::DataLoss | Impact::WrongData => "d",
        Impact::UnsafeAccept | Impact::Lifecycle => "u",
        Impact::WrongError => "e",
        Impact::Text => "t",
    }
}

fn class(answer: Answer) -> &'static str {
    match answer {
        Answer::Unsupported | Answer::Unanswered => "n",
        Answer::Conforms => "p",
        Answer::Diverges(impact) => weight(impact),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
