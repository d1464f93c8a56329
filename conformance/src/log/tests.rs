use std::path::Path;

use reinstate_model::oracle::{Difference, DifferenceKind};
use serde_json::json;

use super::*;
use crate::drive::{End, Step};
use crate::scenario::{Source, call};
use crate::transport::TransportError;

fn header() -> Header {
    Header {
        schema: SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        target: Target { name: "somewhere".to_owned(), version: None },
        plan: "0123456789abcdef".to_owned(),
        planned: 9,
        selected: 9,
        cases: 9,
        seed: 1,
        depth: Depth::Quick,
        evidence: Evidence::Both,
        selection: Selection::default(),
        shard: Some("2/3".parse().unwrap()),
    }
}

fn case(number: usize, end: End) -> Case {
    let step = Step {
        operation: "ListTables".to_owned(),
        request: "{}".to_owned(),
        status: 200,
        answer: "{\"TableNames\":[\"\u{1F4A5}\\n\"]}\n".to_owned(),
        differences: vec![Difference {
            kind: DifferenceKind::TooFast,
            rule: "RTB-90",
            pointer: "/TableNames/0".to_owned(),
            expected: "none".to_owned(),
            got: "one".to_owned(),
        }],
        rules: vec!["RTB-90", "PRO-03"],
        is_poll: true,
        is_judged: true,
        ..Step::default()
    };
    let run = CaseRun { steps: vec![step], end, tables: vec!["t".to_owned()], backups: vec![] };
    let actions = vec![call("ListTables", json!({}))];
    Case { number, scenario: Scenario::new("a case", Source::Scenario, actions).into(), run }
}

/// A log of three cases that ended in another order than that of the plan, as bytes.
fn written(name: &str) -> (Vec<u8>, Vec<Case>) {
    let file = std::env::temp_dir().join(format!("reinstate-log-{name}-{}", std::process::id()));
    let cases = vec![
        case(7, End::NoAnswer(TransportError::TimedOut { after_millis: 5 })),
        case(2, End::Indeterminate("it took too long".to_owned())),
        case(5, End::Completed),
    ];
    let writer = LogWriter::create(&file, &header()).unwrap();
    for case in &cases {
        writer.ended(case).unwrap();
    }
    writer.done(Done { cases: 3, because: Because::OutOfBudget }).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    (bytes, cases)
}

fn parse(bytes: &[u8]) -> Result<Log, LogError> {
    Log::parse(Path::new("x.log"), bytes)
}

#[test]
fn a_log_reads_back_as_it_was_written_in_the_order_of_the_plan() {
    let (bytes, mut cases) = written("whole");
    let log = parse(&bytes).unwrap();
    assert_eq!(log.header, header());
    assert_eq!(log.done, Some(Done { cases: 3, because: Because::OutOfBudget }));
    cases.sort_by_key(|case| case.number);
    assert_eq!(log.cases, cases);
}

#[test]
fn a_log_that_is_cut_off_anywhere_is_readable_up_to_its_last_whole_line() {
    let (bytes, _) = written("cut");
    let ends: Vec<usize> = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
        .collect();
    for length in 0..=bytes.len() {
        let lines = ends.iter().filter(|end| **end <= length).count();
        match parse(&bytes[..length]) {
            Ok(log) => {
                assert_eq!(log.cases.len(), (lines - 1).min(3), "cut at {length}");
                assert_eq!(log.done.is_some(), lines == 5);
                assert_eq!(log.whole_bytes, ends[(lines - 1).min(3)] as u64);
            }
            Err(error) => assert_eq!(lines, 0, "cut at {length}: {error}"),
        }
    }
}

#[test]
fn what_is_no_log_is_refused_with_its_file_and_line() {
    let (bytes, _) = written("wrong");
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let says = |lines: &[&str], wanted: &str| {
        let error = parse((lines.join("\n") + "\n").as_bytes()).unwrap_err().to_string();
        assert!(error.contains(wanted) && error.contains("x.log"), "{error}");
    };
    says(&[], "line 1: no JSON");
    says(&["{}"], "line 1: no header of a `reinstate-log/1`");
    says(&[lines[0], lines[0]], "line 2: a second header");
    says(&[lines[0], lines[2], lines[2]], "line 3: case 2 ended twice");
    says(&[lines[0], lines[4], lines[1]], "line 3: the run has ended before");
    says(&[lines[0], "{\"case\":{}}"], "line 2: missing field");
    says(&[lines[0], &lines[1].replace("RTB-90", "RTB-9O")], "no rule `RTB-9O`");
    says(&[&lines[0].replace(env!("CARGO_PKG_VERSION"), "9.9.9")], "written by Reinstate 9.9.9");
}

fn minimal(rule: &str, calls: usize, is_minimal: bool) -> Minimal {
    let scenario = Scenario::new(
        "a case",
        Source::Scenario,
        std::iter::repeat_n(call("ListTables", json!({})), calls).collect(),
    );
    let run = CaseRun { steps: vec![], end: End::Completed, tables: vec![], backups: vec![] };
    Minimal { rule: rule.to_owned(), kind: DifferenceKind::TooFast, is_minimal, scenario, run }
}

#[test]
fn minimal_cases_follow_all_others_and_are_looked_for_again_if_the_run_was_killed() {
    let file = std::env::temp_dir().join(format!("reinstate-log-minimal-{}", std::process::id()));
    let writer = LogWriter::create(&file, &header()).unwrap();
    writer.ended(&case(5, End::Completed)).unwrap();
    let cases_end = std::fs::metadata(&file).unwrap().len();
    writer.minimal(&minimal("RTB-90", 2, true)).unwrap();
    let killed = std::fs::read(&file).unwrap();
    writer.done(Done { cases: 1, because: Because::Finished }).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(parse(&bytes).unwrap().minimal, [minimal("RTB-90", 2, true)]);
    assert_eq!(parse(&killed).unwrap().whole_bytes, cases_end);
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let late = [lines[0], lines[2], lines[1]].concat();
    let error = parse(late.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("line 3: a case after those of the findings"), "{error}");
}

#[test]
fn of_the_minimal_cases_of_all_shares_the_smallest_is_kept() {
    let share = |index: u32, minimal: Vec<Minimal>| {
        let shard = format!("{index}/2").parse().ok();
        let header = Header { shard, ..header() };
        let file = std::path::PathBuf::from(format!("{index}.log"));
        (file, Log { header, cases: vec![], minimal, done: None, whole_bytes: 0 })
    };
    let first = vec![minimal("RTB-90", 3, true), minimal("RTB-63", 9, true)];
    let second = vec![minimal("RTB-90", 2, true), minimal("RTB-63", 1, false)];
    let kept = merge(vec![share(1, first), share(2, second)]).unwrap().minimal;
    assert_eq!(kept, [minimal("RTB-90", 2, true), minimal("RTB-63", 9, true)]);
}

#[test]
fn what_got_no_answer_may_be_tried_again_and_the_later_case_counts() {
    let (bytes, _) = written("again");
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let again = lines[2].replace("\"number\":2", "\"number\":7");
    let log = parse([lines[0], lines[1], &again].concat().as_bytes()).unwrap();
    assert_eq!(log.cases.len(), 1);
    assert!(matches!(log.cases[0].run.end, End::Indeterminate(_)));
}

#[test]
fn a_run_that_was_killed_in_mid_line_goes_on_as_if_it_had_not_been() {
    let (bytes, cases) = written("killed");
    let second_case =
        bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0;
    let file = std::env::temp_dir().join(format!("reinstate-log-resumed-{}", std::process::id()));
    std::fs::write(&file, &bytes[..second_case + 20]).unwrap();
    let writer = LogWriter::resume(&file, &Log::read(&file).unwrap()).unwrap();
    for case in &cases[1..] {
        writer.ended(case).unwrap();
    }
    writer.done(Done { cases: 3, because: Because::OutOfBudget }).unwrap();
    let resumed = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(resumed, bytes);
}
