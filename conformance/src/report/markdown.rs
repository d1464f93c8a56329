//! Markdown for the summary of a CI job: the answer and the figures of each target in one table, then
//! what counts, folded away.

use std::fmt::Write;

use reinstate_model::rules::Impact;

use super::Report;
use super::layout::one_line;
use super::standing::{Answer, impact_title, tallies, target_name};
use crate::coverage::Coverage;
use crate::finding::Finding;

/// Findings that are listed for each target: a job's summary may have a megabyte in all.
const LISTED: usize = 100;

/// The longest text of an endpoint's own, in characters.
const SHOWN: usize = 200;

/// All reports as one document.
pub fn render(reports: &[Report]) -> String {
    let mut out = String::from("## Can restores be trusted?\n\n| target | answer |");
    for impact in Impact::ALL {
        let _ = write!(out, " {} |", impact_title(impact).to_lowercase());
    }
    out.push_str(" rules exercised |\n| --- | --- |");
    out.push_str(&" ---: |".repeat(Impact::ALL.len() + 1));
    out.push('\n');
    for report in reports {
        row(&mut out, report);
    }
    out.push_str(
        "\nWays in which a target diverges, by impact. Divergence and coverage are two figures: what no \
         answer bore on is not known.\n",
    );
    for report in reports {
        section(&mut out, report);
    }
    out
}

fn row(out: &mut String, report: &Report) {
    let answer = Answer::of(report);
    let _ = write!(
        out,
        "| {} | **{}**: {answer} |",
        plain(&target_name(&report.target)),
        answer.word()
    );
    for tally in tallies(report) {
        let _ = write!(out, " {} |", tally.counted);
    }
    let _ = writeln!(out, " {} of {} |", report.summary.rules_exercised, report.summary.rules);
}

fn section(out: &mut String, report: &Report) {
    let (counted, noted): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.is_above_text());
    let _ = writeln!(
        out,
        "\n<details>\n<summary>{}: {} counted, {} reported only</summary>\n",
        plain(&target_name(&report.target)),
        counted.len(),
        noted.len()
    );
    if !counted.is_empty() {
        out.push_str(
            "| rule | impact | operation | expected | got |\n| --- | --- | --- | --- | --- |\n",
        );
    }
    for finding in counted.iter().take(LISTED) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            plain(&finding.rule),
            finding.impact,
            plain(&finding.operation),
            code(&finding.expected),
            code(&finding.got)
        );
    }
    if counted.len() > LISTED {
        let _ = writeln!(out, "\n... and {} more that count.", counted.len() - LISTED);
    }
    let Coverage { at_rest, in_flight, pairs, .. } = &report.coverage;
    let _ = write!(
        out,
        "\nTransitions of the model: {at_rest} from rest, {in_flight} while something is under way"
    );
    if let Some(pairs) = pairs {
        let _ = write!(out, ", {pairs} pairs");
    }
    let _ = writeln!(out, ". Errors: {} that requests can ask for.", report.coverage.errors());
    out.push_str("\nThis run does not show\n\n");
    for note in &report.does_not_show {
        let _ = writeln!(out, "- {}", plain(note));
    }
    out.push_str("\n</details>\n");
}

/// A text without anything that Markdown, HTML or a table takes for a sign.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text, SHOWN).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' | '@' | '!' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

/// A text as code, in a form that a table takes and that no text can end.
fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}
