//! The report for people at a terminal.

use std::fmt::Write;

use super::layout::{self, visible};
use super::standing::target_name;
use super::{Report, reachable};
use crate::coverage::Coverage;
use crate::finding::{Finding, Request};
use crate::shrink;

/// Places that a block names beside its first one.
const PLACES: usize = 4;

/// Lines of one body, and characters of one line of it, that are shown.
const LINES: usize = 60;
const LONGEST: usize = 400;

/// The width that texts are broken at.
const WIDTH: usize = 100;

/// The report as text: one block for each cause, worst first, then the summary.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    let (counted, noted): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.is_above_text());
    let (waived, failing): (Vec<&Finding>, Vec<&Finding>) =
        counted.iter().partition(|finding| finding.waived.is_some());
    for finding in failing {
        block(&mut out, finding);
    }
    if !waived.is_empty() {
        let _ = writeln!(out, "\nwaived (told, but no reason to fail):");
        for finding in &waived {
            let reason = finding.waived.as_deref().unwrap_or_default();
            let text = format!(
                "{} {} [{}] {}: {}",
                finding.rule,
                finding.kind,
                finding.impact,
                finding.operation,
                cut(reason)
            );
            wrapped(&mut out, "  ", &text);
        }
    }
    if !report.stale_waivers.is_empty() {
        let _ = writeln!(out, "\nwaivers that are no longer true:");
        for stale in &report.stale_waivers {
            let text = format!("line {}: {}: {}", stale.line, stale.problem, cut(&stale.text));
            wrapped(&mut out, "  ", &text);
        }
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

/// Only the blocks: what fails a single case.
#[cfg(feature = "harness")]
pub fn blocks(findings: &[Finding]) -> String {
    let mut out = String::new();
    findings.iter().for_each(|finding| block(&mut out, finding));
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
    wrapped(out, "    ", &format!("{at}expected {}", cut(&finding.expected)));
    wrapped(out, "    ", &format!("got {}", cut(&finding.got)));
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
    let _ = writeln!(
        out,
        "  case {} ({}{more}):",
        visible(&finding.case),
        layout::one_line(&finding.title, WIDTH)
    );
    for (index, request) in finding.requests.iter().enumerate() {
        call(out, index + 1, request);
    }
}

/// One request of a case: on one line if it fits, else with its body below it.
fn call(out: &mut String, number: usize, request: &Request) {
    let answer =
        if request.status == 0 { "no answer".to_owned() } else { request.status.to_string() };
    let head = format!("    {number}. {}", visible(&request.operation));
    let flat = visible(&layout::json(&request.body, 0, usize::MAX));
    let one = format!("{head} {flat} -> {answer}");
    if one.chars().count() <= WIDTH && !flat.contains('\n') {
        let _ = writeln!(out, "{one}");
        return;
    }
    let _ = writeln!(out, "{head} -> {answer}");
    for line in visible(&layout::json(&request.body, 7, WIDTH)).lines().take(LINES) {
        let indent = if line.starts_with(' ') { "" } else { "       " };
        let line: String = line.chars().take(LONGEST).collect();
        let _ = writeln!(out, "{indent}{line}");
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
        cut(&finding.expected),
        cut(&finding.got)
    );
    wrapped(out, "  ", &text);
}

fn coverage(out: &mut String, report: &Report) {
    let Coverage { at_rest, in_flight, pairs, .. } = &report.coverage;
    let _ =
        write!(out, "  transitions  {at_rest} from rest, {in_flight} while something is under way");
    if let Some(pairs) = pairs {
        let _ = write!(out, "; {pairs} pairs");
    }
    out.push('\n');
    let errors = report.coverage.errors();
    let _ = writeln!(out, "  errors       {errors} that requests can ask for, by operation");
}

fn summary(out: &mut String, report: &Report, counted: usize) {
    let summary = &report.summary;
    let _ = writeln!(out, "\n{}: {}", target_name(&report.target), verdict(report, counted));
    if !report.unsupported.is_empty() {
        let _ = writeln!(out, "  unsupported  {}", report.unsupported.join(", "));
    }
    let _ = writeln!(
        out,
        "  rules        {} diverge, {} too fast, {} reported; {} of {} exercised that a request can reach",
        summary.rules_diverging,
        summary.rules_too_fast,
        summary.rules_reported,
        summary.rules_exercised,
        reachable(summary)
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
    coverage(out, report);
    for (reason, unfinished) in &report.unfinished {
        let text = format!("{} x {reason} ({})", unfinished.cases, unfinished.example);
        wrapped(out, "               ", &text);
    }
    let lengths = shrink::distribution(&report.findings);
    if let Some(median) = shrink::median(&lengths) {
        let lengths = lengths.iter().map(|(calls, count)| format!("{calls} x{count}"));
        let shrunk = report.findings.iter().filter(|finding| finding.shrunk).count();
        let text = format!(
            "  calls        median {median} in the cases above ({}); {shrunk} of {} are minimal",
            lengths.collect::<Vec<_>>().join(", "),
            report.findings.len()
        );
        wrapped(out, "", &text);
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
    } else if report.is_unanswered() {
        "NOT KNOWN: no case was answered to its end".to_owned()
    } else if counted == 0 {
        "CONFORMS, as far as this run shows".to_owned()
    } else {
        let waived = report.findings.iter().filter(|finding| finding.waived.is_some()).count();
        let waived = if waived > 0 { format!(", {waived} of them waived") } else { String::new() };
        format!("DIVERGES in {counted} ways{waived}")
    }
}

fn cut(text: &str) -> String {
    layout::one_line(text, LONGEST)
}

/// Writes a text in lines of the terminal's width, each after the first one indented further.
fn wrapped(out: &mut String, indent: &str, text: &str) {
    let text = visible(&text.replace(['\n', '\r', '\t'], " "));
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
