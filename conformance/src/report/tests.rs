//! What holds for every view.

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use super::example::{HOSTILE, clean, hostile};
use super::{Report, badge, json as json_view, markdown, ndjson, sarif, terminal};

const SCHEMA: &str = include_str!("../../../fixtures/schema/report-1.schema.json");

type View = fn(&[Report]) -> String;

fn views() -> Vec<(&'static str, View)> {
    let mut views: Vec<(&'static str, View)> = vec![
        ("json", json_view::write),
        ("ndjson", ndjson::render),
        ("sarif", sarif::render),
        ("markdown", markdown::render),
        ("badge", badge::render),
        ("terminal", |reports| terminal::render(&reports[0])),
    ];
    #[cfg(feature = "views")]
    views.extend([("junit", super::junit::render as View), ("html", super::html::render)]);
    views
}

/// The schema, closed: a member that it does not describe is refused. Readers pass over such members,
/// but what we write must be described.
fn closed(at: &str) -> (Schemas, boon::SchemaIndex) {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
    close(&mut schema);
    if at != "#" {
        schema.as_object_mut().unwrap().remove("oneOf");
        schema["$ref"] = json!(at);
    }
    let mut compiler = Compiler::new();
    compiler.add_resource("report.json", schema).unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("report.json", &mut schemas).unwrap();
    (schemas, index)
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let refers = members.contains_key("$ref");
            if members.contains_key("properties") && !refers {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn reports_and_sets_of_them_are_described_by_the_published_schema() {
    let (schemas, index) = closed("#");
    for reports in [vec![clean("a")], vec![hostile()], vec![hostile(), clean("a")]] {
        let value: Value = serde_json::from_str(&json_view::write(&reports)).unwrap();
        if let Err(error) = schemas.validate(&value, index) {
            panic!("fixtures/schema does not describe what is written: {error:#}");
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let (schemas, index) = closed("#");
    let mut value = serde_json::to_value(hostile()).unwrap();
    value["findings"][0]["impact"] = json!("bad");
    assert!(schemas.validate(&value, index).is_err());
    let mut value = serde_json::to_value(hostile()).unwrap();
    value.as_object_mut().unwrap().remove("rules");
    assert!(schemas.validate(&value, index).is_err());
    let mut value = serde_json::to_value(hostile()).unwrap();
    value["more"] = json!(1);
    assert!(schemas.validate(&value, index).is_err());
}

#[test]
fn every_line_of_ndjson_is_described_by_the_published_schema() {
    // A finding's line has two members beside those of a finding, so it is checked without them.
    let (schemas, index) = closed("#/$defs/line");
    let (finding_schemas, finding) = closed("#/$defs/finding");
    let text = ndjson::render(&[hostile(), clean("a")]);
    let mut findings = 0;
    for line in text.lines() {
        let mut value: Value = serde_json::from_str(line).unwrap();
        if value["type"] == "finding" {
            findings += 1;
            value.as_object_mut().unwrap().retain(|name, _| name != "type" && name != "target");
            finding_schemas.validate(&value, finding).unwrap_or_else(|error| panic!("{error:#}"));
        } else {
            schemas.validate(&value, index).unwrap_or_else(|error| panic!("{error:#}"));
        }
    }
    assert_eq!(findings, hostile().findings.len());
}

#[test]
fn equal_reports_give_equal_bytes_in_every_view() {
    for (name, view) in views() {
        let reports = [hostile(), clean("a")];
        let text = view(&reports);
        assert_eq!(text, view(&reports.clone()), "{name}");
        let read = json_view::read(&json_view::write(&reports)).unwrap();
        assert_eq!(text, view(&read), "{name} of a report that was saved");
    }
}

#[test]
fn a_report_reads_back_as_it_was_written() {
    let one = [hostile()];
    assert_eq!(json_view::read(&json_view::write(&one)).unwrap(), one);
    let two = [hostile(), clean("a")];
    assert_eq!(json_view::read(&json_view::write(&two)).unwrap(), two);
}

#[test]
fn what_is_no_report_is_refused_with_the_reason() {
    let error = |text: &str| json_view::read(text).unwrap_err().to_string();
    assert!(error("").contains("it is no report"));
    assert!(error("[]").contains("it is no report"));
    assert!(error("{}").contains("missing field"));
    assert!(error(r#"{"schema":"other/7"}"#).contains("`other/7`"));
    assert!(error(r#"{"schema":"reinstate-reports/1","reports":[]}"#).contains("no report"));
    let newer = json_view::write(&[clean("a"), clean("b")])
        .replace("\"reinstate-report/1\"", "\"reinstate-report/9\"");
    assert!(error(&newer).contains("`reinstate-report/9`"));
}

#[test]
fn what_an_endpoint_sends_cannot_break_out_of_markdown() {
    let text = markdown::render(&[hostile()]);
    assert!(!text.contains("<script"));
    assert!(!text.contains("](javascript"));
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    // No cell more or less than the head of its table has.
    for table in text.split("\n\n").filter(|block| block.starts_with("| ")) {
        let columns = |line: &str| line.matches('|').count();
        let head = columns(table.lines().next().unwrap());
        assert!(table.lines().all(|line| columns(line) == head), "{table}");
    }
}

#[cfg(feature = "views")]
#[test]
fn what_an_endpoint_sends_cannot_break_out_of_junit() {
    let text = super::junit::render(&[hostile()]);
    assert!(!text.contains("<script"));
    assert!(!text.chars().any(|c| matches!(c, '\0' | '\u{1b}' | '\u{fffe}')));
    let read = quick_junit::Report::deserialize_from_str(&text).unwrap();
    let cases = &read.test_suites[0].test_cases;
    assert_eq!(cases.len(), hostile().rules.len());
    let failed: Vec<_> = cases
        .iter()
        .filter(|case| {
            matches!(
                case.status,
                quick_junit::TestCaseStatus::NonSuccess {
                    kind: quick_junit::NonSuccessKind::Failure,
                    ..
                }
            )
        })
        .map(|case| case.name.as_str().split(' ').next().unwrap())
        .collect();
    // RTB-63 is waived.
    assert_eq!(failed, ["RTB-10", "RTB-25"]);
}

#[test]
fn a_sarif_result_names_its_rule_a_place_that_exists_and_a_fingerprint_of_its_own() {
    let log: Value = serde_json::from_str(&sarif::render(&[hostile()])).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), hostile().findings.len());
    let mut fingerprints = std::collections::BTreeSet::new();
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
        let text = std::fs::read_to_string(
            file.to_owned() + place["artifactLocation"]["uri"].as_str().unwrap(),
        )
        .unwrap();
        let line = place["region"]["startLine"].as_u64().unwrap() as usize;
        let wanted = format!("id = {}", result["ruleId"]);
        assert_eq!(text.lines().nth(line - 1), Some(wanted.as_str()));
        assert!(fingerprints.insert(result["partialFingerprints"].to_string()));
    }
    let levels: Vec<&str> = results.iter().map(|r| r["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "error", "warning", "note", "note"]);
}

#[test]
fn a_badge_says_what_was_found_and_how_much_was_seen() {
    let message = |reports: &[Report]| {
        let badge: Value = serde_json::from_str(&badge::render(reports)).unwrap();
        assert_eq!(badge["schemaVersion"], 1);
        (badge["message"].as_str().unwrap().to_owned(), badge["color"].as_str().unwrap().to_owned())
    };
    let seen = {
        let summary = clean("a").summary;
        format!("{} of {} rules seen", summary.rules_exercised, summary.rules)
    };
    assert_eq!(message(&[clean("a")]), (format!("conforms, {seen}"), "brightgreen".to_owned()));
    assert_eq!(message(&[hostile()]), (format!("diverges in 3 ways, {seen}"), "red".to_owned()));
    let mut without = clean("a");
    without.unsupported = vec!["CreateBackup".to_owned()];
    assert_eq!(message(&[without]), ("unsupported".to_owned(), "lightgrey".to_owned()));
    assert_eq!(message(&[clean("a"), hostile()]).0, "1 of 2 conform");
}

#[test]
fn a_hostile_answer_does_not_reach_the_terminal_as_control_characters() {
    let text = terminal::render(&hostile());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    assert!(HOSTILE.chars().any(char::is_control));
}
