//! The report for people at a terminal.

use std::fmt::Write;

use super::Report;
use crate::finding::Finding;

/// Places that a block names beside its first one.
const PLACES: usize = 4;

/// The width that texts are broken at.
const WIDTH: usize = 100;

/// The report as text: one block for each cause, worst first, then the summary.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    let (counted, noted): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.is_above_text());
    for finding in &counted {
        block(&mut out, finding);
    }
    if !noted.is_empty() {
        let _ =
            writeln!(out, "\nreported, not counted (texts, and rules that are not sure enough):");
        for finding in &noted {
            line(&mut out, finding);
        }
    }
    summary(&mut out, report, counted.len());
    out
}

fn block(out: &mut String, finding: &Finding) {
    let _ = writeln!(
        out,
        "\n{} {} [{}] {}",
        finding.rule, finding.kind, finding.impact, finding.operation
    );
    wrapped(out, "  ", &finding.sentence);
    let at =
        if finding.pointer.is_empty() { String::new() } else { format!("{}  ", finding.pointer) };
    wrapped(out, "    ", &format!("{at}expected {}", finding.expected));
    wrapped(out, "    ", &format!("got {}", one_line(&finding.got)));
    let others = finding.places.len() - 1;
    if others > 0 {
        let here = format!("{} {}", finding.operation, finding.pointer);
        let also: Vec<&str> = finding
            .places
            .iter()
            .map(String::as_str)
            .filter(|place| *place != here.trim_end())
            .take(PLACES)
            .collect();
        let more =
            if others > PLACES { format!(", and {} more", others - PLACES) } else { String::new() };
        wrapped(out, "    ", &format!("also in {}{more}", also.join(", ")));
    }
    wrapped(out, "  ", &format!("{}: {}", finding.level, finding.sources.join(", ")));
    let more = match finding.cases {
        1 => String::new(),
        cases => format!(", and {} more", cases - 1),
    };
    let _ = writeln!(out, "  case {} ({}{more}):", finding.case, finding.title);
    for (index, request) in finding.requests.iter().enumerate() {
        let text =
            format!("{}. {} {} -> {}", index + 1, request.operation, request.body, request.status);
        wrapped(out, "    ", &text);
    }
}

fn line(out: &mut String, finding: &Finding) {
    let text = format!(
        "{} {} [{}] {} {}: expected {}, got {}",
        finding.rule,
        finding.kind,
        finding.level,
        finding.operation,
        finding.pointer,
        one_line(&finding.expected),
        one_line(&finding.got)
    );
    wrapped(out, "  ", &text);
}

fn summary(out: &mut String, report: &Report, counted: usize) {
    let summary = &report.summary;
    let version = report.target.version.as_deref().map(|v| format!(" {v}")).unwrap_or_default();
    let _ = writeln!(out, "\n{}{version}: {}", report.target.name, verdict(report, counted));
    if !report.unsupported.is_empty() {
        let _ = writeln!(out, "  unsupported  {}", report.unsupported.join(", "));
    }
    let _ = writeln!(
        out,
        "  rules        {} diverge, {} too fast, {} reported; {} of {} exercised",
        summary.rules_diverging,
        summary.rules_too_fast,
        summary.rules_reported,
        summary.rules_exercised,
        summary.rules
    );
    let _ = writeln!(
        out,
        "  cases        {}: {} judged to their end, {} lost, {} indeterminate, {} unanswered",
        summary.cases,
        summary.cases_completed,
        summary.cases_lost,
        summary.cases_indeterminate,
        summary.cases_unanswered
    );
    for (reason, unfinished) in &report.unfinished {
        let text = format!("{} x {reason} ({})", unfinished.cases, unfinished.example);
        wrapped(out, "               ", &text);
    }
    let _ = writeln!(out, "  exchanges    {}", summary.exchanges);
    let _ = writeln!(out, "  plan         {} (seed {})", report.plan, report.seed);
    let _ = writeln!(out, "  this run does not show");
    for note in &report.does_not_show {
        wrapped(out, "    - ", note);
    }
}

fn verdict(report: &Report, counted: usize) -> String {
    if report.is_unsupported() {
        "UNSUPPORTED: it has no backups to restore".to_owned()
    } else if report.summary.exchanges == 0 {
        "NOTHING WAS ANSWERED".to_owned()
    } else if counted == 0 {
        "CONFORMS, as far as this run shows".to_owned()
    } else {
        format!("DIVERGES in {counted} ways")
    }
}

fn one_line(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.len() <= 400 {
        return text;
    }
    let end = (0..=400).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}...", &text[..end])
}

/// Writes a text in lines of the terminal's width, each after the first one indented further.
fn wrapped(out: &mut String, indent: &str, text: &str) {
    let mut line = indent.to_owned();
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = " ".repeat(indent.len() + 2);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{line}");
}
