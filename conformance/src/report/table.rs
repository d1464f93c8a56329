//! A table of everything that counts and differs, rule by target, as Markdown: for a page that people
//! link to. Only what is documented or was observed, and is not contested, is in it.

use std::collections::BTreeSet;
use std::fmt::Write;

use reinstate_model::rules::catalogue;

use super::Report;
use super::markdown::plain;
use super::standing::target_name;
use crate::finding::Finding;

/// The table of all reports; a target without backups has no column.
pub fn render(reports: &[Report]) -> String {
    let judged: Vec<&Report> = reports.iter().filter(|report| !report.is_unsupported()).collect();
    let broken: BTreeSet<&str> = judged
        .iter()
        .flat_map(|report| counted(report))
        .map(|finding| finding.rule.as_str())
        .collect();
    let mut rules: Vec<_> = broken.iter().filter_map(|rule| catalogue().get(rule)).collect();
    rules.sort_by_key(|rule| rule.impact);
    let mut out = format!(
        "{} rules are broken by at least one of {} targets.\n\n| rule | impact | evidence |",
        rules.len(),
        judged.len()
    );
    for report in &judged {
        let _ = write!(out, " {} |", plain(&target_name(&report.target)));
    }
    out.push_str("\n| --- | --- | --- |");
    out.push_str(&" --- |".repeat(judged.len()));
    out.push('\n');
    for rule in rules {
        let _ = write!(
            out,
            "| **{}** {} | {} | {} |",
            rule.id,
            plain(&rule.sentence),
            rule.impact,
            rule.level
        );
        for report in &judged {
            let _ = write!(out, " {} |", cell(report, &rule.id));
        }
        out.push('\n');
    }
    out
}

fn counted(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.is_above_text())
}

/// The ways in which a target breaks a rule, and the case that shows it; or that it was kept or not seen.
fn cell(report: &Report, rule: &str) -> String {
    let ways: Vec<String> = counted(report)
        .filter(|finding| finding.rule == rule)
        .map(|finding| format!("{} `{}`", finding.kind, plain(&finding.case)))
        .collect();
    match report.rules.get(rule) {
        _ if !ways.is_empty() => ways.join(", "),
        Some(verdict) if verdict.is_exercised() => "kept".to_owned(),
        _ => "not seen".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example::{clean, hostile};

    #[test]
    fn only_what_counts_has_a_row_and_only_targets_with_backups_a_column() {
        let mut bare = clean("bare");
        bare.unsupported = vec!["CreateBackup".to_owned()];
        let text = render(&[hostile(), clean("other"), bare]);
        assert!(text.starts_with("3 rules are broken by at least one of 2 targets."), "{text}");
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| **")).collect();
        assert_eq!(rows.len(), 3, "{text}");
        assert!(rows.iter().all(|row| row.matches(" | ").count() == 4), "{text}");
        assert!(rows[0].starts_with("| **RTB-25**") && rows[0].contains("wrong-member `0123"));
        assert!(rows.iter().all(|row| row.ends_with(" kept |") || row.ends_with(" not seen |")));
        assert!(!text.contains("RTB-31a") && !text.contains("bare"), "{text}");
    }
}
