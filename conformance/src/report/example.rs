//! Reports for the tests of the views: one of a target that sends whatever may break a page.

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::pointer;
use reinstate_model::rules::{Evidence, Impact, Level, catalogue};
use serde_json::json;

use super::{Coverage, Report, SCHEMA, Summary, Target, Unfinished};
use crate::exchange::{KeptAnswer, KeptExchange, KeptRequest};
use crate::finding::{Finding, Request, Wait};
use crate::scenario::{
    Action, Body, Call, Lane, Scenario, Signature, Source, Wire, call, labelled, wait,
};
use crate::verdict::Verdict;
use crate::waiver::{Problem, Stale};

/// Everything that ends a script, a string, a cell, a comment, CDATA or a line somewhere.
pub const HOSTILE: &str = "</script><script>alert(1)</script>\"'`|\\ \u{0}\u{1b}[31m\u{2028}\u{202e}]]>--><!-- &amp; \u{7f}\u{fffe}\r\n| **x** [y](javascript:z) {table:t}";

/// A report without findings.
pub fn clean(name: &str) -> Report {
    let rules: std::collections::BTreeMap<String, Verdict> = catalogue()
        .rules()
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            (rule.id.clone(), if index % 5 == 0 { Verdict::NotRun } else { Verdict::Pass })
        })
        .collect();
    let exercised = rules.values().filter(|verdict| **verdict == Verdict::Pass).count();
    Report {
        schema: SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        target: Target { name: name.to_owned(), version: Some("1.0".to_owned()) },
        seed: 1,
        plan: "0123456789abcdef".to_owned(),
        evidence: Evidence::Both,
        whole: true,
        summary: Summary {
            rules: rules.len(),
            rules_exercised: exercised,
            rules_diverging: 0,
            rules_too_fast: 0,
            rules_reported: 0,
            cases: 10,
            cases_completed: 9,
            cases_lost: 0,
            cases_indeterminate: 1,
            cases_unanswered: 0,
            exchanges: 99,
        },
        unsupported: vec![],
        findings: vec![],
        rules,
        coverage: Coverage::default(),
        unfinished: [(
            "table:a did not come to rest".to_owned(),
            Unfinished { cases: 1, example: "a restore".to_owned() },
        )]
        .into(),
        stale_waivers: vec![],
        does_not_show: vec!["whether requests are authenticated".to_owned()],
    }
}

/// A report whose target sends hostile texts wherever a target can: in what was got, in answers, in
/// pointers, and in its version.
pub fn hostile() -> Report {
    let mut report = clean("hostile");
    report.target.version = Some(HOSTILE.to_owned());
    report.unsupported = vec!["ListBackups".to_owned()];
    report.findings = vec![
        finding("RTB-25", DifferenceKind::WrongMember, Impact::WrongData, true),
        finding("RTB-10", DifferenceKind::Accepted, Impact::UnsafeAccept, true),
        finding("RTB-63", DifferenceKind::TooFast, Impact::Lifecycle, true),
        finding("RTB-14", DifferenceKind::WrongText, Impact::Text, true),
        finding("RTB-31a", DifferenceKind::Accepted, Impact::UnsafeAccept, false),
    ];
    for (rule, verdict) in [
        ("RTB-25", Verdict::Diverges),
        ("RTB-10", Verdict::Diverges),
        ("RTB-63", Verdict::TooFast),
        ("RTB-31a", Verdict::Reported),
    ] {
        report.rules.insert(rule.to_owned(), verdict);
    }
    report.rules.insert("GONE-1".to_owned(), Verdict::Pass);
    report.findings[2].waived = Some(HOSTILE.to_owned());
    report.stale_waivers = vec![Stale {
        rule: "RTB-90".to_owned(),
        problem: Problem::UnexpectedPass,
        line: 3,
        text: HOSTILE.to_owned(),
    }];
    report.summary.rules_diverging = 2;
    report.summary.rules_too_fast = 1;
    report.summary.rules_reported = 1;
    report
}

fn finding(rule: &str, kind: DifferenceKind, impact: Impact, fails: bool) -> Finding {
    let answer = json!({"TableDescription": {HOSTILE: HOSTILE, "TableStatus": "X"}});
    Finding {
        rule: rule.to_owned(),
        sentence: catalogue().rule(rule).sentence.clone(),
        kind,
        impact,
        level: Level::Documented,
        sources: vec!["SEED".to_owned()],
        fails,
        operation: "RestoreTableFromBackup".to_owned(),
        pointer: format!("/TableDescription/{}", pointer::escape(HOSTILE)),
        places: vec![format!("RestoreTableFromBackup {HOSTILE}")],
        expected: HOSTILE.to_owned(),
        got: HOSTILE.repeat(40),
        case: "0123456789abcdef".to_owned(),
        title: "hostile".to_owned(),
        scenario: scenario(),
        shrunk: true,
        exchange: exchange(&answer.to_string()),
        requests: vec![
            Request {
                operation: "CreateBackup".to_owned(),
                body: r#"{"BackupName":"b","TableName":"{table:a}"}"#.to_owned(),
                status: 200,
                answer: "not JSON ".to_owned() + HOSTILE,
                waited: vec![],
            },
            Request {
                operation: "RestoreTableFromBackup".to_owned(),
                body: r#"{"BackupArn":"{backup:b}","TargetTableName":"{table:t}"}"#.to_owned(),
                status: 200,
                answer: answer.to_string(),
                waited: vec![Wait {
                    what: "{backup:b}".to_owned(),
                    statuses: vec!["CREATING".to_owned(), HOSTILE.to_owned()],
                }],
            },
        ],
        cases: 3,
        waived: None,
    }
}

/// A case with an action of every kind, and every member of a call.
fn scenario() -> Scenario {
    let actions = vec![
        labelled("CreateBackup", json!({"BackupName": "b", "TableName": "{table:a}"}), "b"),
        wait("backup:b"),
        Action::Await { what: "table:a".to_owned(), event: Some("table-active".to_owned()) },
        Action::Elapse { elapse_millis: 1_000 },
        Action::Race {
            race: vec![
                vec![Call::new("ListTables", json!({}))],
                vec![Call::new("DeleteTable", json!({"TableName": "{table:a}"}))],
            ],
        },
        Action::Call(Call {
            label: Some("c".to_owned()),
            lane: Lane::Sdk,
            once: true,
            wire: Some(Wire {
                body: Some(Body::Text("{}".to_owned())),
                headers: [("x-amz-target".to_owned(), None)].into(),
                signature: Signature::Wrong,
                unjudged: true,
            }),
            ..Call::new("ListBackups", json!({}))
        }),
        call("RestoreTableFromBackup", json!({"BackupArn": "{backup:b}", HOSTILE: HOSTILE})),
    ];
    Scenario {
        rule: Some("RTB-25".to_owned()),
        alone: true,
        ..Scenario::new(HOSTILE, Source::Wire, actions)
    }
}

fn exchange(answer: &str) -> KeptExchange {
    let headers = vec![("content-type".to_owned(), HOSTILE.to_owned())];
    KeptExchange {
        request: KeptRequest {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers: headers.clone(),
            body: "{}".to_owned(),
        },
        answer: KeptAnswer { status: 200, headers, body: answer.to_owned() },
    }
}
