//! A case as a lane diagram: the client on the left, the endpoint on the right, time downwards. What
//! the service does by itself stands on its lane; the answer that differs is marked.

use maud::{Markup, html};

use super::plain;
use crate::finding::{Finding, Request, Wait};
use crate::report::excerpt::{Mark, around};
use crate::report::layout::{self, one_line, visible};

/// Characters of a line of a body, and lines and characters of one body, that are shown.
const WIDTH: usize = 56;
const LINES: usize = 40;
const BODY: usize = 1_500;

/// The case of a finding.
pub fn case(finding: &Finding) -> Markup {
    let last = finding.requests.len().saturating_sub(1);
    html! {
        ol.lanes {
            li.heads aria-hidden="true" { span { "client" } span {} span { "endpoint" } }
            @for (index, request) in finding.requests.iter().enumerate() {
                @for wait in &request.waited { (event(wait)) }
                (exchange(request, (index == last).then_some(finding)))
            }
        }
    }
}

fn event(wait: &Wait) -> Markup {
    html! {
        li.event {
            span.say { "asks until " (one_line(&wait.what, 80)) " is at rest" }
            span.wire aria-hidden="true" {}
            span.say { (one_line(&wait.statuses.join(" then "), 200)) }
        }
    }
}

/// A request and its answer; the one that a finding is about is marked and laid out, and the way to it
/// takes as little room as it can.
fn exchange(request: &Request, finding: Option<&Finding>) -> Markup {
    let width = if finding.is_some() { WIDTH } else { BODY };
    let body: String = visible(&layout::json(&request.body, 0, width)).chars().take(BODY).collect();
    let cut = body.lines().count() > LINES || request.body.chars().count() > BODY;
    let shown: Vec<&str> = body.lines().take(LINES).collect();
    html! {
        li.differs[finding.is_some()] {
            div.ask {
                b { (one_line(&request.operation, 60)) }
                pre { (plain(&shown.join("\n"))) @if cut { "\n... (cut)" } }
            }
            span.wire aria-hidden="true" { i.to {} i.from {} }
            div.reply {
                b { (status(request)) }
                (answer(request, finding))
            }
        }
    }
}

fn status(request: &Request) -> String {
    match request.status {
        0 => "no answer".to_owned(),
        status => format!("HTTP {status}"),
    }
}

fn answer(request: &Request, finding: Option<&Finding>) -> Markup {
    let Some(finding) = finding else {
        // An answer that is as it should be is not shown unless it refuses.
        return html! {
            @if request.status != 200 { pre { (plain(&one_line(&request.answer, 200))) } }
        };
    };
    html! {
        @if let Some(header) = finding.pointer.strip_prefix("header ") {
            pre {
                mark.got { (one_line(header, 80)) ": " (one_line(&finding.got, 120)) }
                "\n" span.want { "expected " (one_line(&finding.expected, 120)) }
            }
        } @else {
            @if finding.pointer.is_empty() {
                pre {
                    mark.got { (one_line(&finding.got, 160)) } "\n"
                    span.want { "expected " (one_line(&finding.expected, 300)) }
                }
            }
            pre {
                @for (index, line) in around(&request.answer, &finding.pointer, &finding.expected).iter().enumerate() {
                    @if index > 0 { "\n" }
                    @match line.mark {
                        Mark::Around => (plain(&line.text)),
                        Mark::Got => mark.got { (plain(&line.text)) },
                        Mark::Expected => span.want { (plain(&line.text)) },
                    }
                }
            }
        }
    }
}
