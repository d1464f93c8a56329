//! SARIF 2.1.0: a run for each target, a result for each finding. There is no line of the endpoint's
//! source to point at, so a result points at the rule that it breaks: GitHub shows only what is in a
//! file of the repository.

use std::fmt::Write;

use reinstate_model::rules::{Impact, Rule, catalogue};
use serde_json::{Value, json};

use super::Report;
use super::layout::one_line;
use super::standing::target_name;
use crate::finding::Finding;

/// The longest text of an endpoint's own in a message, in characters.
const SHOWN: usize = 500;

/// All reports as one SARIF file.
pub fn render(reports: &[Report]) -> String {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": reports.iter().map(run).collect::<Vec<_>>(),
    });
    format!("{log:#}\n")
}

fn run(report: &Report) -> Value {
    let known = catalogue().rules();
    let results: Vec<Value> =
        report.findings.iter().map(|finding| result(finding, report)).collect();
    json!({
        "tool": {
            "driver": {
                "name": "Reinstate",
                "semanticVersion": report.version,
                "rules": known.iter().map(descriptor).collect::<Vec<_>>(),
            },
        },
        // What keeps the targets of one upload apart.
        "automationDetails": {"id": format!("reinstate/{}/", target_name(&report.target))},
        "invocations": [{"executionSuccessful": report.summary.exchanges > 0}],
        "results": results,
        "properties": {
            "target": report.target,
            "seed": report.seed,
            "plan": report.plan,
            "summary": report.summary,
        },
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.sentence},
        "help": {"text": help(rule, false), "markdown": help(rule, true)},
        "defaultConfiguration": {"level": level(rule.impact, true)},
        "properties": {
            "impact": rule.impact,
            "evidence": rule.level,
            "tags": rule.operations,
        },
    })
}

/// What a rule says and how we know it.
fn help(rule: &Rule, markdown: bool) -> String {
    let sources: Vec<String> = rule.sources.iter().map(ToString::to_string).collect();
    let mut text = if markdown {
        format!("**{}** {}", rule.id, rule.sentence)
    } else {
        format!("{} {}", rule.id, rule.sentence)
    };
    let _ = write!(
        text,
        "\n\nImpact: {}. Evidence: {}, from {}.",
        rule.impact,
        rule.level,
        sources.join(", ")
    );
    for message in &rule.messages {
        if markdown {
            let _ = write!(text, "\n\n- Message: `{}`", message.text);
        } else {
            let _ = write!(text, "\n\nMessage: {}", message.text);
        }
    }
    text
}

fn result(finding: &Finding, report: &Report) -> Value {
    let index = catalogue().rules().iter().position(|rule| rule.id == finding.rule);
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.impact, finding.fails),
        "message": {"text": message(finding, report)},
        "locations": [location(finding)],
        "partialFingerprints": {"reinstateFinding/v1": fingerprint(finding, report)},
        "occurrenceCount": finding.cases,
        "properties": {
            "kind": finding.kind,
            "impact": finding.impact,
            "evidence": finding.level,
            "counts": finding.is_above_text(),
            "case": finding.case,
            "places": finding.places,
        },
    });
    if let Some(reason) = &finding.waived {
        result["suppressions"] = json!([
            {"kind": "external", "status": "accepted", "justification": one_line(reason, SHOWN)}
        ]);
    }
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn message(finding: &Finding, report: &Report) -> String {
    let at = match finding.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" at {pointer}"),
    };
    format!(
        "{}: {} Instead, {}{at} has {} where {} is expected.",
        target_name(&report.target),
        finding.sentence,
        finding.operation,
        one_line(&finding.got, SHOWN),
        one_line(&finding.expected, SHOWN),
    )
}

/// The same finding on the same target has the same fingerprint, whatever its version.
fn fingerprint(finding: &Finding, report: &Report) -> String {
    format!("{}/{}", report.target.name, finding.identity())
}

fn location(finding: &Finding) -> Value {
    let mut logical = vec![json!({
        "name": finding.operation,
        "fullyQualifiedName": finding.operation,
        "kind": "function",
    })];
    if !finding.pointer.is_empty() {
        logical.push(json!({
            "name": finding.pointer,
            "fullyQualifiedName": format!("{}#{}", finding.operation, finding.pointer),
            "kind": "member",
        }));
    }
    let mut location = json!({"logicalLocations": logical});
    if let Some((file, line)) = catalogue().place(&finding.rule) {
        location["physicalLocation"] = json!({
            "artifactLocation": {"uri": format!("fixtures/rules/{file}")},
            "region": {"startLine": line},
        });
    }
    location
}

fn level(impact: Impact, counts: bool) -> &'static str {
    match impact {
        _ if !counts => "note",
        Impact::DataLoss | Impact::WrongData | Impact::UnsafeAccept => "error",
        Impact::Lifecycle | Impact::WrongError => "warning",
        Impact::Text => "note",
    }
}
