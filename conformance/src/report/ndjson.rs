//! One JSON object on each line: the run, then each rule's verdict, then each finding. For `grep`,
//! `jq` and log collectors.

use serde::Serialize;

use super::{Report, Summary, Target};
use crate::finding::Finding;
use crate::verdict::Verdict;

/// One line; `type` tells which.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    /// The run as a whole.
    Run {
        schema: &'a str,
        version: &'a str,
        target: &'a Target,
        seed: u64,
        plan: &'a str,
        summary: &'a Summary,
        unsupported: &'a [String],
    },
    /// What the run says of one rule.
    Verdict { target: &'a str, rule: &'a str, verdict: Verdict },
    /// One thing that it does otherwise.
    Finding {
        target: &'a str,
        #[serde(flatten)]
        finding: &'a Finding,
    },
}

/// All reports, one after the other.
pub fn render(reports: &[Report]) -> String {
    let mut out = String::new();
    for report in reports {
        let target = report.target.name.as_str();
        let run = Line::Run {
            schema: &report.schema,
            version: &report.version,
            target: &report.target,
            seed: report.seed,
            plan: &report.plan,
            summary: &report.summary,
            unsupported: &report.unsupported,
        };
        let verdicts = report.rules.iter().map(|(rule, verdict)| Line::Verdict {
            target,
            rule,
            verdict: *verdict,
        });
        let findings = report.findings.iter().map(|finding| Line::Finding { target, finding });
        for line in std::iter::once(run).chain(verdicts).chain(findings) {
            out.push_str(&serde_json::to_string(&line).expect("a report is made of plain values"));
            out.push('\n');
        }
    }
    out
}
