//! What is said of each wrong answer: on the way of a table through its life, every member of a right answer is
//! changed or left out in turn, and each request is refused or accepted where it must not be. What the oracle
//! makes of that, `tests/pinned/judgements.txt`, is for people to read as the endpoint's maintainer would.

use std::collections::BTreeSet;

use reinstate_model::account::Account;
use reinstate_model::oracle::{Judgement, Oracle};
use reinstate_model::outcome::Outcome;
use reinstate_model::rules::Evidence;
use reinstate_model::{service, wire};
use serde_json::{Value, json};
use wire::Answer;

use crate::endpoint::{empty, outcome_with, settled};
use crate::pinned;

/// An endpoint that keeps every rule, and what is made of it when it answers otherwise.
struct Story {
    endpoint: Account,
    oracle: Oracle,
    text: String,
    made: usize,
}

impl Story {
    fn new() -> Self {
        let endpoint = empty();
        let oracle = Oracle::new(endpoint.region.clone());
        Self { endpoint, oracle, text: String::new(), made: 0 }
    }

    /// Sends a request, and has the oracle judge the right answer.
    fn ask(&mut self, operation: &str, body: &Value) -> (Oracle, Answer) {
        let before = self.oracle.clone();
        self.endpoint.now += 1_000;
        self.made += 1;
        let outcome = outcome_with(&self.endpoint, operation, body, (self.made, self.made));
        let (status, answer) = match outcome {
            Outcome::Accepted(accepted) => {
                let answer = wire::accepted_body(&accepted);
                self.endpoint = accepted.account;
                (200, answer)
            }
            Outcome::Refused(refusal) => (400, wire::refused_body(&refusal, operation)),
        };
        let answer = wire::read_answer(status, answer.to_string().as_bytes());
        let judged =
            self.oracle.judge(operation, body.to_string().as_bytes(), &answer, self.endpoint.now);
        assert_eq!((judged.differences, judged.lost), (vec![], false), "{operation} {body}");
        (before, answer)
    }

    /// Sends a request, and writes what is said of other answers than the right one.
    fn probe(&mut self, operation: &str, body: &Value) {
        let (before, right) = self.ask(operation, body);
        self.text.push_str(&format!("== {operation} {body}\n"));
        let (sent, now) = (body.to_string(), self.endpoint.now);
        let judge = |answer: &Answer| before.clone().judge(operation, sent.as_bytes(), answer, now);
        let right_one = judge(&right);
        self.text.push_str(&format!("right: bears on {}\n", once(&right_one)));
        let mut wrong = vec![];
        match &right {
            Answer::Success(whole) => {
                leaves(whole, "", &mut |pointer| wrong.extend(changes(whole, pointer)));
                let errors = [
                    (400, "ValidationException", Some("no")),
                    (400, "ResourceNotFoundException", None),
                    (400, "TableNotFoundException", Some("no")),
                    (400, "ContinuousBackupsUnavailableException", Some("no")),
                    (400, "AccessDeniedException", Some("no")),
                    (500, "", None),
                ];
                wrong.extend(errors.map(refused));
            }
            Answer::Error { code, message, .. } => {
                wrong.push(("accepted".to_owned(), Answer::Success(json!({}))));
                let errors = [
                    (400, code.as_str(), Some("other words")),
                    (400, code.as_str(), None),
                    (400, "ResourceInUseException", message.as_deref()),
                    (400, "TableInUseException", message.as_deref()),
                    (400, "Bogus", Some("no")),
                    (500, "", None),
                ];
                wrong.extend(errors.map(refused));
            }
        }
        for (what, answer) in wrong {
            self.text.push_str(&format!("{what}\n"));
            write(&mut self.text, operation, &right_one, &judge(&answer));
        }
        self.text.push('\n');
    }

    fn settle(&mut self) {
        self.endpoint = settled(self.endpoint.clone());
    }
}

/// Each difference with whether an endpoint fails by it, and what else has changed in the judgement.
fn write(text: &mut String, operation: &str, right: &Judgement, judged: &Judgement) {
    for difference in &judged.differences {
        let fails = difference.fails(operation, Evidence::Both);
        text.push_str(&format!(
            "    {} {} [{}] {}: {}, not {}\n",
            if fails { "fails" } else { "told" },
            difference.kind,
            difference.rule,
            if difference.pointer.is_empty() { "the answer" } else { &difference.pointer },
            short(&difference.expected),
            short(&difference.got),
        ));
    }
    if judged.differences.is_empty() {
        text.push_str("    nothing is told\n");
    }
    let mut besides = vec![];
    if judged.lost {
        besides.push("what follows is not judged".to_owned());
    }
    if judged.transient {
        besides.push("it may be asked again".to_owned());
    }
    if judged.rules != right.rules {
        besides.push(format!("bears on {}", once(judged)));
    }
    if !besides.is_empty() {
        text.push_str(&format!("    {}\n", besides.join("; ")));
    }
}

/// The rules that an answer bears on.
fn once(judged: &Judgement) -> String {
    let rules: BTreeSet<&str> = judged.rules.iter().copied().collect();
    Vec::from_iter(rules).join(" ")
}

fn short(text: &str) -> String {
    match text.char_indices().nth(90) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn refused((status, code, message): (u16, &str, Option<&str>)) -> (String, Answer) {
    let what = format!("HTTP {status} {code}: {}", message.unwrap_or("(no text)"));
    let (code, message) = (code.to_owned(), message.map(str::to_owned));
    (what, Answer::Error { status, code, message })
}

/// The members that hold a value.
fn leaves(value: &Value, pointer: &str, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, it)| leaves(it, &format!("{pointer}/{name}"), found));
        }
        Value::Array(list) if !list.is_empty() => {
            let elements = list.iter().enumerate();
            elements.for_each(|(at, it)| leaves(it, &format!("{pointer}/{at}"), found));
        }
        _ => found(pointer),
    }
}

/// An answer without a member, and one in which it has another value.
fn changes(whole: &Value, pointer: &str) -> Vec<(String, Answer)> {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return vec![] };
    let mut without = whole.clone();
    match without.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(name)),
        Some(Value::Array(list)) => drop(list.remove(name.parse().expect("an index"))),
        _ => unreachable!("a member stands in something"),
    }
    let mut other = whole.clone();
    let place = other.pointer_mut(pointer).expect("it is there");
    *place = match &*place {
        Value::String(text) => match text.as_str() {
            "CREATING" => json!("ACTIVE"),
            "ACTIVE" => json!("CREATING"),
            "UPDATING" | "DELETING" => json!("ACTIVE"),
            "AVAILABLE" => json!("CREATING"),
            text => json!(format!("{text}0")),
        },
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) if number.is_f64() => json!(number.as_f64().map(|it| it + 7_000.0)),
        Value::Number(number) => json!(number.as_u64().map(|it| it + 7_000)),
        Value::Object(_) | Value::Array(_) | Value::Null => json!("something"),
    };
    let shown = other.pointer(pointer).expect("it is there");
    vec![
        (format!("{pointer} is {shown}"), Answer::Success(other)),
        (format!("{pointer} is not there"), Answer::Success(without)),
    ]
}

fn music() -> Value {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    json!({
        "TableName": "Music",
        "AttributeDefinitions": [attribute("artist"), attribute("genre")],
        "KeySchema": [key("artist", "HASH")],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-genre",
            "KeySchema": [key("genre", "HASH")],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["label"]},
            "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2},
        }],
        "Tags": [{"Key": "team", "Value": "music"}],
    })
}

#[test]
fn what_is_said_of_each_wrong_answer_is_as_pinned() {
    let mut story = Story::new();
    let named = json!({"TableName": "Music"});
    let arn = json!("arn:aws:dynamodb:us-east-1:123456789012:table/Music");
    let item = json!({"artist": {"S": "Nina"}, "year": {"N": "1958"}});
    let key = json!({"artist": {"S": "Nina"}});
    story.probe("DescribeTable", &named);
    story.probe("CreateTable", &music());
    story.probe("DescribeTable", &named);
    story.probe("CreateBackup", &json!({"TableName": "Music", "BackupName": "abc"}));
    story.settle();
    story.probe("DescribeTable", &named);
    story.ask("PutItem", &json!({"TableName": "Music", "Item": item}));
    story.endpoint = service::elapse(&story.endpoint, 120_000);
    story.probe("CreateBackup", &json!({"TableName": "Music", "BackupName": "abc"}));
    let backup = story.endpoint.backups.keys().next().expect("a backup").to_string();
    let backup = json!({"BackupArn": backup});
    let restore = |target: &str| {
        let mut body = backup.clone();
        body["TargetTableName"] = json!(target);
        body
    };
    story.probe("RestoreTableFromBackup", &restore("Copy"));
    story.probe("DescribeBackup", &backup);
    story.settle();
    story.probe("DescribeBackup", &backup);
    story.probe("ListBackups", &named);
    story.probe("RestoreTableFromBackup", &restore("Copy"));
    story.probe("RestoreTableFromBackup", &restore("Copy"));
    story.probe("RestoreTableFromBackup", &restore("Other"));
    story.probe("DeleteBackup", &backup);
    story.probe("DeleteTable", &json!({"TableName": "Copy"}));
    story.probe("DescribeTable", &json!({"TableName": "Copy"}));
    story.settle();
    story.probe("DescribeTable", &json!({"TableName": "Copy"}));
    story.probe("Scan", &json!({"TableName": "Copy"}));
    story.probe("GetItem", &json!({"TableName": "Copy", "Key": key}));
    story.probe("ListTagsOfResource", &json!({"ResourceArn": arn}));
    story.probe("ListTables", &json!({}));
    let on = json!({"PointInTimeRecoveryEnabled": true});
    story.probe(
        "UpdateContinuousBackups",
        &json!({"TableName": "Music", "PointInTimeRecoverySpecification": on}),
    );
    story.probe("DescribeContinuousBackups", &named);
    let protected = json!({"TableName": "Music", "DeletionProtectionEnabled": true});
    story.probe("UpdateTable", &protected);
    story.settle();
    story.probe("UpdateTable", &json!({"TableName": "Music", "BillingMode": "PAY_PER_REQUEST"}));
    story.probe("UpdateTable", &protected);
    story.settle();
    story.probe("DeleteBackup", &backup);
    story.probe("DescribeBackup", &backup);
    story.probe("RestoreTableFromBackup", &restore("Third"));
    story.probe("RestoreTableFromBackup", &json!({"TargetTableName": "x"}));
    story.probe("DescribeTable", &json!({"TableName": 5}));
    pinned::is_as_pinned("judgements.txt", include_str!("../pinned/judgements.txt"), &story.text);
}
