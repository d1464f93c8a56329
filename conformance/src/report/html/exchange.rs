//! The request that shows a finding and its answer as they went over the wire, with the difference
//! marked in the answer.

use maud::{Markup, html};

use super::{SHOWN, plain};
use crate::finding::Finding;
use crate::report::excerpt::{Line, Mark, whole};
use crate::report::layout::{json, one_line, visible};

/// The most lines and characters of a body.
const LINES: usize = 120;
const BODY: usize = 6_000;

/// The width of the lines of a request's body.
const WIDTH: usize = 88;

pub fn section(finding: &Finding) -> Markup {
    let request = &finding.exchange.request;
    // Reports of older versions have none.
    if request.method.is_empty() {
        return html! {};
    }
    let path = one_line(&request.path, SHOWN);
    html! {
        details.exchange {
            summary { "As it went over the wire" }
            div.wires {
                div {
                    p { "Request" button type="button" data-copy="pre" { "Copy" } }
                    pre tabindex="0" {
                        b { (one_line(&request.method, 20)) " " (path) } "\n"
                        (headers(&request.headers, None))
                        "\n" (plain(&cut(&visible(&json(&request.body, 0, WIDTH)))))
                    }
                }
                div {
                    p { "Answer" button type="button" data-copy="pre" { "Copy" } }
                    pre tabindex="0" { (answer(finding)) }
                }
            }
        }
    }
}

fn answer(finding: &Finding) -> Markup {
    let answer = &finding.exchange.answer;
    let status = html! { b { "HTTP " (answer.status) } };
    html! {
        @if finding.pointer.is_empty() {
            mark.got { (status) } (expected(finding))
        } @else {
            (status)
        }
        "\n"
        (headers(&answer.headers, Some(finding)))
        "\n"
        @if answer.body.len() > BODY {
            (plain(&cut(&visible(&answer.body))))
        } @else {
            (marked(&whole(&answer.body, body_pointer(finding), &finding.expected)))
        }
    }
}

/// Where in the body it differs: not at all, if it does in a header.
fn body_pointer(finding: &Finding) -> &str {
    if finding.pointer.starts_with('/') { &finding.pointer } else { "" }
}

fn marked(lines: &[Line]) -> Markup {
    html! {
        @for (number, line) in lines.iter().enumerate() {
            @let end = if number > 0 { "\n" } else { "" };
            @match line.mark {
                Mark::Around => { (end) (plain(&line.text)) }
                Mark::Got => { (end) mark.got { (plain(&line.text)) } }
                Mark::Expected => span.want { (end) (plain(&line.text)) },
            }
        }
    }
}

/// What should have come, on a line of its own, which whoever copies the answer leaves out.
fn expected(finding: &Finding) -> Markup {
    html! { span.want { "\nexpected " (one_line(&finding.expected, SHOWN)) } }
}

/// Headers; in those of an answer the one that a finding is about is marked, or its absence.
fn headers(headers: &[(String, String)], finding: Option<&Finding>) -> Markup {
    let differs = finding.and_then(|finding| finding.pointer.strip_prefix("header "));
    let is_it = |name: &str| differs.is_some_and(|it| it.eq_ignore_ascii_case(name));
    html! {
        @for (name, value) in headers {
            @let line = format!("{}: {}", one_line(name, 80), one_line(value, SHOWN));
            @if let (true, Some(finding)) = (is_it(name), finding) {
                mark.got { (line) } (expected(finding)) "\n"
            } @else {
                (line) "\n"
            }
        }
        @if let (Some(header), Some(finding)) = (differs, finding) {
            @if !headers.iter().any(|(name, _)| is_it(name)) {
                mark.got { (one_line(header, 80)) ": absent" } (expected(finding)) "\n"
            }
        }
    }
}

fn cut(text: &str) -> String {
    let shown: String = text.chars().take(BODY).collect();
    let lines: Vec<&str> = shown.lines().take(LINES).collect();
    let is_cut = shown.len() < text.len() || shown.lines().count() > LINES;
    lines.join("\n") + if is_cut { "\n... (cut)" } else { "" }
}
