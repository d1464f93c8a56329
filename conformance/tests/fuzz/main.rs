//! What reads input, fed with input that is wrong in some random way. Nothing here may panic, hang or
//! answer with a server error; an error that says what is wrong is fine.
//!
//! `PROPTEST_CASES` says how many cases of each; the default is for every day. The cases of the
//! endpoint are of [`BATCH`] requests, so that `PROPTEST_CASES=15625` sends a million.

#![cfg(feature = "cli")]

mod spoil;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reinstate::log::{Because, Header};
use reinstate::plan::{Depth, Plan};
use reinstate::reference::{Options, Reference};
use reinstate::report::{self, Report, Target};
use reinstate::scenario::{Action, Scenario};
use reinstate::target::Definition;
use reinstate::waiver::{self, Waivers, WriteOptions};
use reinstate_model::name::Region;
use reinstate_model::oracle::Oracle;
use reinstate_model::rules::Evidence;
use reinstate_model::wire::read_answer;
use serde_json::{Value, json};
use time::{Date, Month};

/// Requests of a case that are written at once, before any answer is read.
const BATCH: usize = 64;

/// Every call of the plan that a client can send.
fn calls() -> Vec<(String, Value)> {
    let plan = Plan::new(Depth::Quick, 1);
    let actions = plan.scenarios.into_iter().flat_map(|scenario| scenario.actions.clone());
    actions
        .filter_map(|action| match action {
            Action::Call(call) if call.wire.is_none() => Some((call.call, call.with)),
            _ => None,
        })
        .collect()
}

/// A body that is nearly right for an operation, or right for another one.
fn body() -> impl Strategy<Value = (String, Vec<u8>)> {
    let calls = calls();
    let operations: Vec<String> = calls.iter().map(|(operation, _)| operation.clone()).collect();
    let any_call = prop::sample::select(calls);
    let any_operation = prop::sample::select(operations);
    prop_oneof![
        3 => any_call.clone().prop_flat_map(|(operation, body)| {
            (Just(operation), spoil::json(body).prop_map(|body| body.to_string().into_bytes()))
        }),
        2 => any_call.clone().prop_flat_map(|(operation, body)| {
            (Just(operation), spoil::bytes(body.to_string().into_bytes()))
        }),
        1 => (any_operation, any_call).prop_map(|(operation, (_, body))| {
            (operation, body.to_string().into_bytes())
        }),
        1 => ("\\PC{0,40}", prop::collection::vec(any::<u8>(), 0..300)),
    ]
}

/// Runs a property with no file beside it.
fn holds<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { failure_persistence: None, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(strategy, property) {
        panic!("{failure}");
    }
}

/// The requests as HTTP: some with a header that is spoiled too, none that ends the connection.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let kinds = ["application/x-amz-json-1.0", "application/json", "text/html", ""];
    let header = prop_oneof![
        6 => Just("authorization: AWS4-HMAC-SHA256 Credential=a/b\r\n".to_owned()),
        1 => Just(String::new()),
        1 => "x-[a-z]{1,20}: [ -~]{0,200}\r\n",
        1 => "authorization: [ -~]{0,100}\r\n",
    ];
    (body(), prop::sample::select(kinds.to_vec()), header, prop::sample::select(vec!["POST", "GET", "PUT"]))
        .prop_map(|((operation, body), kind, header, method)| {
            let operation: String = operation.chars().filter(|letter| !letter.is_control()).collect();
            let mut request = format!(
                "{method} / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: DynamoDB_20120810.{operation}\r\n\
                 content-type: {kind}\r\n{header}content-length: {}\r\n\r\n",
                body.len()
            )
            .into_bytes();
            request.extend(body);
            request
        })
}

/// Reads one answer and gives its status.
fn status(answers: &mut impl BufRead) -> std::io::Result<u16> {
    let mut line = String::new();
    answers.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let mut length = 0;
    loop {
        let mut header = String::new();
        if answers.read_line(&mut header)? == 0 || header == "\r\n" {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    std::io::copy(&mut answers.take(length), &mut std::io::sink())?;
    Ok(status)
}

#[test]
fn malformed_requests_never_get_a_server_error() {
    let reference = Reference::start(Options::default()).unwrap();
    let port = reference.port();
    holds(&prop::collection::vec(request(), BATCH), |requests| {
        let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut writing = connection.try_clone().unwrap();
        let bytes: Vec<u8> = requests.concat();
        let writer = std::thread::spawn(move || writing.write_all(&bytes));
        let mut answers = BufReader::new(&mut connection);
        for request in &requests {
            let got = status(&mut answers);
            let shown = String::from_utf8_lossy(request);
            let status = got.map_err(|error| TestCaseError::fail(format!("{error}: {shown}")))?;
            prop_assert!((200..500).contains(&status), "HTTP {status} to {shown}");
        }
        writer.join().unwrap().unwrap();
        Ok(())
    });
}

#[test]
fn malformed_heads_leave_the_endpoint_standing() {
    let reference = Reference::start(Options::default()).unwrap();
    let port = reference.port();
    let head = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..400),
        request().prop_flat_map(spoil::bytes),
    ];
    holds(&head, |bytes| {
        let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // The endpoint may hang up before all is written.
        let _ = connection.write_all(&bytes);
        let _ = connection.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer);
        let first = String::from_utf8_lossy(&answer).into_owned();
        prop_assert!(!first.starts_with("HTTP/1.1 5"), "{first}");
        let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let list = "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: DynamoDB_20120810.ListTables\r\n\
                    content-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}";
        connection.write_all(list.as_bytes()).unwrap();
        let status = status(&mut BufReader::new(connection)).unwrap();
        // Unsigned, hence refused, but answered.
        prop_assert!((200..500).contains(&status), "HTTP {status}");
        Ok(())
    });
}

#[test]
fn malformed_answers_are_judged_without_breaking_down() {
    let answers = vec![
        json!({"TableNames": ["a", "b"]}),
        json!({"Table": {
            "TableName": "source", "TableStatus": "ACTIVE", "TableId": "0b1f7c1e-0f5c-4b0a-9a52-3d8d2b1f0a77",
            "CreationDateTime": 1_700_000_000.5, "ItemCount": 3, "TableSizeBytes": 90,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "RestoreSummary": {"RestoreInProgress": true, "RestoreDateTime": 1_700_000_000}
        }}),
        json!({"BackupDescription": {"BackupDetails": {
            "BackupArn": "arn:aws:dynamodb:us-east-1:123456789012:table/source/backup/01700000000000-0a1b2c3d",
            "BackupName": "one", "BackupStatus": "CREATING", "BackupType": "USER",
            "BackupCreationDateTime": 1_700_000_000.25
        }}}),
        json!({"BackupSummaries": [{"TableName": "source", "BackupSizeBytes": 1}], "LastEvaluatedBackupArn": "x"}),
        json!({"Items": [{"pk": {"S": "a"}}], "Count": 1, "ScannedCount": 1}),
        json!({"__type": "com.amazonaws.dynamodb.v20120810#BackupInUseException", "message": "busy"}),
    ];
    let answer = prop::sample::select(answers).prop_flat_map(|answer| {
        prop_oneof![
            spoil::json(answer.clone()).prop_map(|answer| answer.to_string().into_bytes()),
            spoil::bytes(answer.to_string().into_bytes()),
        ]
    });
    let step =
        (body(), prop::sample::select(vec![200u16, 400, 500, 302, 404]), answer, any::<u32>());
    holds(&prop::collection::vec(step, 1..12), |steps| {
        let mut oracle = Oracle::new(Region::new("us-east-1").expect("a Region"));
        for ((operation, request), status, answer, now) in steps {
            let answer = read_answer(status, &answer);
            oracle.judge(&operation, &request, &answer, u64::from(now) * 1_000);
        }
        Ok(())
    });
}

#[test]
fn malformed_files_are_refused_and_not_broken_down_over() {
    let scenario = Plan::new(Depth::Quick, 1).scenarios.swap_remove(0);
    let scenario = serde_json::to_value(&scenario).unwrap();
    let spoiled = prop_oneof![
        spoil::json(scenario.clone()).prop_map(|value| value.to_string().into_bytes()),
        spoil::bytes(scenario.to_string().into_bytes()),
    ];
    holds(&spoiled, |bytes| {
        if let Ok(scenario) = serde_json::from_slice::<Scenario>(&bytes) {
            // One that is read can be written and read again.
            let again = serde_json::to_string(&scenario).unwrap();
            let again = serde_json::from_str::<Scenario>(&again).map(|again| again.id());
            prop_assert_eq!(again.ok(), Some(scenario.id()));
        }
        Ok(())
    });
    let target = include_str!("../../../fixtures/targets/moto.toml");
    holds(&spoil::bytes(target.as_bytes().to_vec()), |bytes| {
        let _ = Definition::parse("spoiled.toml", &String::from_utf8_lossy(&bytes), None);
        Ok(())
    });
    let saved = report::json::write(&[empty_report()]);
    let saved: Value = serde_json::from_str(&saved).unwrap();
    let saved = prop_oneof![
        spoil::json(saved.clone()).prop_map(|value| value.to_string().into_bytes()),
        spoil::bytes(saved.to_string().into_bytes()),
    ];
    holds(&saved, |bytes| {
        let _ = report::json::read(&String::from_utf8_lossy(&bytes));
        Ok(())
    });
}

/// A report of a target that waivers are about.
fn empty_report() -> Report {
    let plan = Plan::new(Depth::Quick, 1);
    let target = Target { name: "moto".to_owned(), version: Some("5.2.5".to_owned()) };
    let header = Header::whole(target, &plan, Depth::Quick, Evidence::Both);
    Report::new(&header, Because::Finished, &[])
}

/// A value as TOML has it on one line. What TOML has no word for stays JSON, and is refused.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name} = {}", inline(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(values) => {
            format!("[{}]", values.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[test]
fn malformed_waivers_are_refused_and_what_is_kept_of_others_can_be_read_again() {
    let text = r#"
# About the file.

[[waiver]]
target = "moto"
rule = "RTB-25"
kind = "wrong-member"
versions = ">=5.2, <6"
reason = "ignores capacity overrides" # a note
link = "https://example.com/issues/7"
expires = 2027-06-30

# About the second one.
[[waiver]]
target = "moto"
rule = "RTB-90"
reason = "shows in some runs only"
strict = false
"#;
    let tables: Value = toml::from_str(&text.replace("2027-06-30", "\"2027-06-30\"")).unwrap();
    let spoiled = prop_oneof![
        spoil::bytes(text.as_bytes().to_vec()),
        spoil::json(tables["waiver"].clone()).prop_map(|waivers| format!(
            "waiver = {}",
            inline(&waivers)
        )
        .into_bytes()),
    ];
    let report = empty_report();
    let today = Date::from_calendar_date(2027, Month::July, 1).unwrap();
    let options = WriteOptions { reason: "known".to_owned(), link: None, expires: Some(today) };
    holds(&spoiled, |bytes: Vec<u8>| {
        let text = String::from_utf8_lossy(&bytes);
        let Ok(waivers) = Waivers::parse(&text) else { return Ok(()) };
        let reports = std::slice::from_ref(&report);
        let pruned = waiver::prune(&text, reports, today).unwrap();
        let left = Waivers::parse(&pruned.text).unwrap().0.len();
        prop_assert_eq!(left, waivers.0.len() - pruned.removed);
        let written = waiver::write(&text, reports, &options, today).unwrap();
        prop_assert_eq!(Waivers::parse(&written.text).unwrap().0.len(), waivers.0.len());
        Ok(())
    });
}
