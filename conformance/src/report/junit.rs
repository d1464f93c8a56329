//! JUnit: a suite for each target, a test case for each rule. A rule that is broken fails if that
//! fails the run; what is reported only and what no answer bore on is skipped, with the reason.

use quick_junit::{NonSuccessKind, Property, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use reinstate_model::rules::catalogue;

use super::Report;
use super::layout::{one_line, visible};
use super::standing::{Line, lines, target_name};
use crate::finding::Finding;
use crate::verdict::Verdict;

/// The longest message, in characters; the whole answer is in the description.
const MESSAGE: usize = 300;

/// All reports as one JUnit file.
pub fn render(reports: &[Report]) -> String {
    let mut junit = Junit::new("reinstate");
    for report in reports {
        let mut suite = TestSuite::new(target_name(&report.target));
        suite.add_properties([
            Property::new("reinstate", report.version.as_str()),
            Property::new("plan", report.plan.as_str()),
            Property::new("seed", report.seed.to_string()),
        ]);
        suite.add_test_cases(lines(report).iter().map(case));
        junit.add_test_suite(suite);
    }
    let skipped = format!(" skipped=\"{}\"", skipped(&junit));
    let text = junit.to_string().expect("the texts of a report are UTF-8");
    // Jenkins' schema, which others follow, knows no such attribute of the root, which comes first.
    text.replacen(&skipped, "", 1)
}

fn skipped(junit: &Junit) -> usize {
    junit.test_suites.iter().map(|suite| suite.skipped).sum()
}

fn case(line: &Line<'_>) -> TestCase {
    let mut case = TestCase::new(format!("{} {}", line.id, line.title()), status(line));
    let file = catalogue().place(line.id).map_or("other", |(file, _)| file);
    case.set_classname(format!("reinstate.{}", file.trim_end_matches(".toml")));
    // What does not fail the case is told all the same.
    if !line.fails() && !line.findings.is_empty() {
        case.set_system_out(description(&line.findings));
    }
    case
}

fn status(line: &Line<'_>) -> TestCaseStatus {
    if let Some(worst) = line.findings.iter().find(|finding| finding.fails_run()) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status
            .set_type(format!("{} {}", worst.impact, worst.kind))
            .set_message(message(worst))
            .set_description(description(&line.findings));
        return status;
    }
    let reason = match line.verdict {
        Verdict::Pass => return TestCaseStatus::success(),
        Verdict::NotRun => "no answer of this run bore on it".to_owned(),
        Verdict::Unsupported => "the target does not have what it is about".to_owned(),
        Verdict::Waived => waived(line),
        Verdict::StaleWaiver => return stale(),
        Verdict::Reported => "broken, but the rule is not sure enough to count".to_owned(),
        Verdict::Diverges | Verdict::TooFast => match line.findings.first() {
            Some(finding) => {
                format!("broken, but {} never fails a run: {}", finding.impact, message(finding))
            }
            None => "broken, because the operation is not supported".to_owned(),
        },
    };
    let mut status = TestCaseStatus::skipped();
    status.set_message(reason);
    status
}

/// Why a rule is waived.
fn waived(line: &Line<'_>) -> String {
    let reason = line.findings.iter().find_map(|finding| finding.waived.as_deref());
    format!("broken, as a waiver says: {}", one_line(reason.unwrap_or_default(), MESSAGE))
}

/// A waiver that is no longer true fails a run as well.
fn stale() -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type("stale waiver").set_message("kept, though a waiver says that it is broken");
    status
}

fn message(finding: &Finding) -> String {
    let text = format!(
        "{} {}: expected {}, got {}",
        finding.operation, finding.pointer, finding.expected, finding.got
    );
    one_line(&text, MESSAGE)
}

fn description(findings: &[&Finding]) -> String {
    findings
        .iter()
        .map(|finding| {
            let calls: String = finding
                .requests
                .iter()
                .enumerate()
                .map(|(index, request)| {
                    format!(
                        "  {}. {} {} -> {}\n",
                        index + 1,
                        request.operation,
                        request.body,
                        request.status
                    )
                })
                .collect();
            let text = format!(
                "{}\n{} {}\nexpected {}\ngot      {}\n{}: {}\ncase {}\n{calls}",
                finding.sentence,
                finding.operation,
                finding.pointer,
                finding.expected,
                finding.got,
                finding.level,
                finding.sources.join(", "),
                finding.case,
            );
            visible(&text)
        })
        .collect::<Vec<_>>()
        .join("\n")
}
