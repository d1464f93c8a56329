//! One case run again: what was sent, what came, and in what it differs.

use std::fmt::Write;

use crate::drive::{CaseRun, End, Step};
use crate::report::layout::{json, one_line, visible};
use crate::scenario::Scenario;

/// The width that texts are broken at.
const WIDTH: usize = 100;

/// The whole run of a case, for people at a terminal. Polls are told in one line each.
pub fn render(scenario: &Scenario, run: &CaseRun) -> String {
    let mut out = String::new();
    let title = one_line(&scenario.title, WIDTH);
    let _ = writeln!(out, "case {} ({title})", scenario.id());
    for (index, step) in run.steps.iter().enumerate() {
        one(&mut out, index + 1, step);
    }
    let end = match &run.end {
        End::Completed => "judged to its end".to_owned(),
        End::Lost => "an answer left the endpoint's state unknown".to_owned(),
        End::Indeterminate(reason) => format!("indeterminate: {reason}"),
        End::Unsupported(operation) => format!("{operation} is not supported"),
        End::NoAnswer(error) => format!("no answer: {error}"),
    };
    let _ = writeln!(out, "  {}", visible(&end));
    out
}

fn one(out: &mut String, number: usize, step: &Step) {
    let operation = visible(&step.operation);
    let status = if step.status == 0 { "no answer".to_owned() } else { step.status.to_string() };
    if step.is_poll && step.differences.is_empty() {
        let request = one_line(&step.request, WIDTH);
        let _ =
            writeln!(out, "  {number}. {operation} {request} -> {status}, to see if it is done");
        return;
    }
    let _ = writeln!(out, "  {number}. {operation} {}", visible(&json(&step.request, 5, WIDTH)));
    let _ = writeln!(out, "     -> {status} {}", visible(&json(&step.answer, 5, WIDTH)));
    for difference in &step.differences {
        let at = format!("{} {}", difference.rule, difference.kind);
        let pointer = visible(&difference.pointer);
        let _ = writeln!(out, "     {at} {pointer}");
        let _ = writeln!(out, "       expected {}", one_line(&difference.expected, 400));
        let _ = writeln!(out, "       got      {}", one_line(&difference.got, 400));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Source, call};
    use reinstate_model::oracle::{Difference, DifferenceKind};
    use serde_json::json;

    #[test]
    fn every_request_its_answer_and_its_differences_are_told_and_how_it_ended() {
        let difference = Difference {
            kind: DifferenceKind::Accepted,
            rule: "RTB-10",
            pointer: String::new(),
            expected: "ValidationException".to_owned(),
            got: "accepted \u{1b}[31m".to_owned(),
        };
        let step = Step {
            operation: "RestoreTableFromBackup".to_owned(),
            request: "{\"BackupArn\":\"{backup:b}\"}".to_owned(),
            status: 200,
            answer: "{}".to_owned(),
            differences: vec![difference],
            ..Step::default()
        };
        let poll = Step { is_poll: true, status: 400, ..Step::default() };
        let run =
            CaseRun { steps: vec![poll, step], end: End::Lost, tables: vec![], backups: vec![] };
        let actions = vec![call("RestoreTableFromBackup", json!({}))];
        let text = render(&Scenario::new("a case", Source::Scenario, actions), &run);
        for part in [
            "(a case)",
            "-> 400, to see if it is done",
            "2. RestoreTableFromBackup {\"BackupArn\": \"{backup:b}\"}",
            "-> 200 {}",
            "RTB-10 accepted",
            "got      accepted",
            "left the endpoint's state unknown",
        ] {
            assert!(text.contains(part), "`{part}` is not in:\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "an endpoint does not paint the terminal");
    }
}
