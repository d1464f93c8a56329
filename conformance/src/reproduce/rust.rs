//! The Rust form: the case as it is, run and judged by this library.

use std::fmt::Write;

use super::headline;
use crate::finding::Finding;

/// What is left to fill in is the case and the finding.
const PROGRAM: &str = include_str!("program.rs.txt");

pub(super) fn render(finding: &Finding) -> String {
    let mut out = String::new();
    for line in headline(finding) {
        let _ = writeln!(out, "// {line}");
    }
    let case = serde_json::to_string_pretty(&finding.scenario).unwrap_or_default();
    // More hashes than any text in it has in a row.
    let longest = case.split('"').map(|part| part.chars().take_while(|c| *c == '#').count()).max();
    let hashes = "#".repeat(longest.unwrap_or(0) + 1);
    let program = PROGRAM
        .replace("{rule}", &finding.rule)
        .replace("{kind}", finding.kind.as_str())
        .replace("{case}", &format!("r{hashes}\"{case}\"{hashes}"));
    out.push_str(&program);
    out
}
