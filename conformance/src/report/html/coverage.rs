//! What was looked at, and what the run does not show.

use std::collections::BTreeMap;

use maud::{Markup, html};
use reinstate_model::rules::catalogue;

use super::{Column, SHOWN};
use crate::coverage::Reached;
use crate::report::layout::one_line;
use crate::report::standing::Line;

pub fn section(columns: &[Column<'_>]) -> Markup {
    html! {
        section #coverage {
            h2 { "Coverage" }
            p { "Rules that some answer of the run bore on, by operation. A rule counts for each operation that it speaks of." }
            div.scroll tabindex="0" role="region" aria-label="Coverage by operation" {
                table.coverage {
                    thead { tr {
                        th scope="col" { "operation" }
                        @for column in columns { th scope="col" { (column.name) } }
                    } }
                    tbody {
                        @for operation in operations() {
                            tr {
                                th scope="row" { (if operation == "*" { "every operation" } else { operation }) }
                                @for column in columns { (bar(seen(column, operation))) }
                            }
                        }
                    }
                }
            }
            div.scroll tabindex="0" role="region" aria-label="Cases" {
                table.coverage.cases {
                    thead { tr {
                        th scope="col" { "target" }
                        @for name in ["cases", "judged to their end", "lost", "indeterminate", "unanswered", "exchanges"] {
                            th.num scope="col" { (name) }
                        }
                    } }
                    tbody { @for column in columns { (cases(column)) } }
                }
            }
            @for column in Column::judged(columns) { (unfinished(column)) }
            p {
                "Transitions of the model: whether an endpoint answered as the model does, by what there was before. "
                "An endpoint that does at once what takes time is never seen where something is under way."
            }
            div.scroll tabindex="0" role="region" aria-label="Transitions" {
                table.coverage {
                    thead { tr {
                        th scope="col" { "target" }
                        @for name in ["from rest", "while something is under way", "pairs in a row", "errors"] {
                            th scope="col" { (name) }
                        }
                    } }
                    tbody { @for column in Column::judged(columns) { (transitions(column)) } }
                }
            }
            @for column in Column::judged(columns) { (missed(column)) }
        }
    }
}

fn operations() -> Vec<&'static str> {
    let mut operations: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in catalogue().rules() {
        for operation in &rule.operations {
            *operations.entry(operation).or_default() += 1;
        }
    }
    // The operations that most is known of come first.
    let mut operations: Vec<(&str, usize)> = operations.into_iter().collect();
    operations.sort_by_key(|(name, rules)| (std::cmp::Reverse(*rules), *name));
    operations.into_iter().map(|(name, _)| name).collect()
}

/// How many of the rules of an operation some answer bore on, and how many there are.
fn seen(column: &Column<'_>, operation: &str) -> (usize, usize) {
    let of_it = |line: &&Line<'_>| {
        line.rule.is_some_and(|rule| rule.operations.iter().any(|name| name == operation))
    };
    let lines = column.lines.iter().filter(of_it);
    let seen = lines.clone().filter(|line| line.verdict.is_exercised()).count();
    (seen, lines.count())
}

fn bar((seen, all): (usize, usize)) -> Markup {
    let percent = (seen * 100).checked_div(all).unwrap_or(0);
    html! {
        td {
            span.bar aria-hidden="true" { span style={"width:" (percent) "%"} {} }
            " " (seen) " of " (all)
        }
    }
}

fn cases(column: &Column<'_>) -> Markup {
    let summary = &column.report.summary;
    html! {
        tr {
            th scope="row" { (column.name) }
            @for figure in [
                summary.cases, summary.cases_completed, summary.cases_lost,
                summary.cases_indeterminate, summary.cases_unanswered, summary.exchanges,
            ] { td.num { (figure) } }
        }
    }
}

fn transitions(column: &Column<'_>) -> Markup {
    let coverage = &column.report.coverage;
    let figure = |it: Reached| bar((it.reached, it.of));
    html! {
        tr {
            th scope="row" { (column.name) }
            (figure(coverage.at_rest))
            (figure(coverage.in_flight))
            @match coverage.pairs {
                Some(pairs) => (figure(pairs)),
                None => td.muted { "not tried" },
            }
            (figure(coverage.errors()))
        }
    }
}

/// The situations that are named of each action that was missed.
const SITUATIONS: usize = 3;

fn missed(column: &Column<'_>) -> Markup {
    let coverage = &column.report.coverage;
    let count = coverage.missed.values().flatten().map(|(_, before)| before.len()).sum::<usize>();
    html! {
        @if count > 0 {
            details {
                summary { (count) " transitions that " (column.name) " did not take as the model does" }
                @for (scope, actions) in &coverage.missed {
                    h4 { (scope) }
                    ul {
                        @for (action, before) in actions {
                            li {
                                (action) " (" (before.len()) ")"
                                @for before in before.iter().take(SITUATIONS) {
                                    br; span.muted { (before) }
                                }
                            }
                        }
                    }
                }
            }
        }
        @let errors = coverage.unseen_errors();
        @if !errors.is_empty() {
            details {
                summary { (errors.len()) " errors that were not seen on " (column.name) }
                ul { @for (operation, error) in errors { li { (operation) ": " (error) } } }
            }
        }
    }
}

fn unfinished(column: &Column<'_>) -> Markup {
    html! {
        @if !column.report.unfinished.is_empty() {
            h3 { "Why cases did not come to an end on " (column.name) }
            ul {
                @for (reason, unfinished) in column.report.unfinished.iter().take(50) {
                    li {
                        (unfinished.cases) " × " (one_line(reason, SHOWN))
                        span.muted { ", such as: " (one_line(&unfinished.example, 120)) }
                    }
                }
            }
        }
    }
}

pub fn not_shown(columns: &[Column<'_>]) -> Markup {
    html! {
        section #not-shown {
            h2 { "What this does not show" }
            @for column in columns {
                @if columns.len() > 1 { h3 { (column.name) } }
                ul {
                    @for note in &column.report.does_not_show { li { (one_line(note, SHOWN)) } }
                }
                (not_run(column))
            }
        }
    }
}

fn not_run(column: &Column<'_>) -> Markup {
    let lines: Vec<&Line<'_>> =
        column.lines.iter().filter(|line| !line.verdict.is_exercised()).collect();
    html! {
        @if !lines.is_empty() {
            details {
                summary { (lines.len()) " rules that no answer bore on" }
                p.ids {
                    @for (index, line) in lines.iter().enumerate() {
                        @if index > 0 { ", " }
                        a href={"#" (line.id) "/" (column.slug)} { (line.id) }
                    }
                }
            }
        }
    }
}
