//! What each answer must look like on the way of a table through its life, member by member and under which rule:
//! `tests/pinned/descriptions.txt`, and `changes.txt` beside it, is what an endpoint is held to, for people to read.

use std::collections::BTreeMap;

use reinstate_model::account::Account;
use reinstate_model::describe;
use reinstate_model::matcher::Matcher;
use reinstate_model::outcome::Outcome;
use reinstate_model::service;
use serde_json::{Value, json};

use crate::endpoint::{empty, outcome_with};
use crate::pinned;

/// An endpoint, and what was written of its answers.
struct Story {
    account: Account,
    text: String,
    made: usize,
    /// Of answers to come just what is not as in the last one of its kind is written, if it has begun.
    last: Option<BTreeMap<String, Vec<String>>>,
}

impl Story {
    fn new() -> Self {
        Self { account: empty(), text: String::new(), made: 0, last: None }
    }

    /// Sends a request, which is accepted, and writes what its answer must be.
    fn ask(&mut self, operation: &str, body: &Value) {
        self.account.now += 1_000;
        self.made += 1;
        let outcome = outcome_with(&self.account, operation, body, (self.made, 1));
        let accepted = match outcome {
            Outcome::Accepted(accepted) => accepted,
            Outcome::Refused(refusal) => panic!("{operation} {body}: {refusal:?}"),
        };
        self.text.push_str(&format!("{operation} {body}\n"));
        let matcher = describe::body(&accepted.account, &accepted.reply);
        let mut answer = String::new();
        write(&mut answer, &matcher, "", "");
        let new = self.what_is_new(&answer);
        self.text.push_str(&new);
        self.text.push('\n');
        self.account = accepted.account;
    }

    /// An answer, or what of it is not as before, and what is no longer.
    fn what_is_new(&mut self, answer: &str) -> String {
        let Some(last) = &mut self.last else { return answer.to_owned() };
        // Where a table or a backup stands in an answer makes no difference.
        let without_place = |line: &str| {
            let (place, rest) = line.split_once('/').and_then(|(_, it)| it.split_once('/'))?;
            Some((place.trim_end_matches("Description").to_owned(), rest.to_owned()))
        };
        let (places, lines): (Vec<_>, Vec<_>) = answer.lines().filter_map(without_place).unzip();
        let Some(kind) = places.first() else { return answer.to_owned() };
        let before = last.insert(kind.clone(), lines.clone()).unwrap_or_default();
        let told = |sign: char, these: &[String], others: &[String]| {
            let new = these.iter().filter(|line| !others.contains(line));
            new.map(|line| format!("  {sign} {line}\n")).collect::<String>()
        };
        told('-', &before, &lines) + &told('+', &lines, &before)
    }

    fn describe(&mut self, table: &str) {
        self.ask("DescribeTable", &json!({"TableName": table}));
    }

    /// The service does by itself what it can, once.
    fn step(&mut self) {
        let events = service::events(&self.account);
        let event = events.first().expect("something is under way");
        self.account = service::fire(&self.account, event);
        self.text.push_str(&format!("... {}\n\n", event.kind()));
    }

    fn settle(&mut self) {
        while !service::events(&self.account).is_empty() {
            self.step();
        }
    }

    fn backup(&self) -> String {
        self.account.backups.keys().next().expect("a backup").to_string()
    }
}

/// Each member with its rule and what it must be.
fn write(text: &mut String, matcher: &Matcher, pointer: &str, rule: &str) {
    let mut line = |words: &str| text.push_str(&format!("  {pointer} [{rule}] {words}\n"));
    match matcher {
        Matcher::Object(members) => {
            if !pointer.is_empty() {
                line("an object");
            }
            for member in members {
                let pointer = format!("{pointer}/{}", member.name);
                write(text, &member.matcher, &pointer, member.rule);
            }
        }
        Matcher::Keyed { elements, open, .. } => {
            line(if *open { "these and maybe others" } else { "just these" });
            for (name, element) in elements {
                write(text, element, &format!("{pointer}/{name}"), rule);
            }
        }
        Matcher::AbsentOr(inner) => {
            line("absent, or");
            write(text, inner, pointer, rule);
        }
        Matcher::AnyOf(matchers) => {
            line("one of");
            for matcher in matchers {
                write(text, matcher, pointer, rule);
            }
        }
        Matcher::Ascending { list, by, rule: order } => {
            line(&format!("in ascending order of {by} [{order}]"));
            write(text, list, pointer, rule);
        }
        _ => line(&matcher.describe()),
    }
}

fn index(name: &str, key: &str) -> Value {
    json!({
        "IndexName": name, "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["label"]},
        "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2},
    })
}

fn music() -> Value {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    json!({
        "TableName": "Music",
        "AttributeDefinitions": [attribute("artist"), attribute("title"), attribute("genre")],
        "KeySchema": [
            {"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"},
        ],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
        "GlobalSecondaryIndexes": [index("by-genre", "genre")],
        "LocalSecondaryIndexes": [{
            "IndexName": "by-label",
            "KeySchema": [
                {"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "genre", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
        "SSESpecification": {"Enabled": true},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "Tags": [{"Key": "team", "Value": "music"}],
    })
}

#[test]
fn what_each_answer_must_be_is_as_pinned() {
    let mut story = Story::new();
    let named = json!({"TableName": "Music"});
    let item = json!({"artist": {"S": "Nina"}, "title": {"S": "one"}, "genre": {"S": "jazz"}, "year": {"N": "1958.0"}});
    story.ask("CreateTable", &music());
    story.describe("Music");
    story.settle();
    story.describe("Music");
    story.ask("PutItem", &json!({"TableName": "Music", "Item": item}));
    let ttl = json!({"Enabled": true, "AttributeName": "year"});
    story.ask("UpdateTimeToLive", &json!({"TableName": "Music", "TimeToLiveSpecification": ttl}));
    story.ask("DescribeTimeToLive", &named);
    story.settle();
    story.ask("DescribeTimeToLive", &named);
    let on = json!({"PointInTimeRecoveryEnabled": true});
    story.ask("DescribeContinuousBackups", &named);
    story.ask(
        "UpdateContinuousBackups",
        &json!({"TableName": "Music", "PointInTimeRecoverySpecification": on}),
    );
    story.account = service::elapse(&story.account, 3_600_000);
    story.ask("DescribeContinuousBackups", &named);
    story.ask("CreateBackup", &json!({"TableName": "Music", "BackupName": "abc"}));
    let arn = story.backup();
    story.ask("DescribeBackup", &json!({"BackupArn": arn}));
    story.settle();
    story.ask("DescribeBackup", &json!({"BackupArn": arn}));
    story.ask("ListBackups", &named);

    story.ask("RestoreTableFromBackup", &json!({"BackupArn": arn, "TargetTableName": "Copy"}));
    story.describe("Copy");
    story.settle();
    story.describe("Copy");
    story.ask("Scan", &json!({"TableName": "Copy"}));
    let key = json!({"artist": {"S": "Nina"}, "title": {"S": "one"}});
    story.ask("GetItem", &json!({"TableName": "Copy", "Key": key}));
    // What was restored is in the index, and what was written since may not be yet.
    let other = json!({"artist": {"S": "Ella"}, "title": {"S": "two"}, "genre": {"S": "jazz"}});
    story.ask("PutItem", &json!({"TableName": "Copy", "Item": other}));
    let query = |key: &str, value: &str| {
        json!({
            "TableName": "Copy", "KeyConditionExpression": format!("{key} = :v"),
            "ExpressionAttributeValues": {":v": {"S": value}},
        })
    };
    story.ask("Query", &query("artist", "Nina"));
    let mut of_genre = query("genre", "jazz");
    of_genre["IndexName"] = json!("by-genre");
    story.ask("Query", &of_genre);
    let mut of_label = query("artist", "Nina");
    of_label["IndexName"] = json!("by-label");
    story.ask("Query", &of_label);
    let overridden = json!({
        "BackupArn": arn, "TargetTableName": "Bare", "BillingModeOverride": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexOverride": [], "LocalSecondaryIndexOverride": [],
        "SSESpecificationOverride": {"Enabled": false},
    });
    story.ask("RestoreTableFromBackup", &overridden);
    story.settle();
    story.describe("Bare");
    let past = json!({
        "SourceTableName": "Music", "TargetTableName": "Past", "UseLatestRestorableTime": true,
    });
    story.ask("RestoreTableToPointInTime", &past);
    story.describe("Past");
    story.settle();
    story.describe("Past");
    story.ask(
        "ListTagsOfResource",
        &json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/Past"}),
    );

    let more = json!({"ReadCapacityUnits": 7, "WriteCapacityUnits": 4});
    story.ask("UpdateTable", &json!({"TableName": "Copy", "ProvisionedThroughput": more}));
    story.describe("Copy");
    story.settle();
    let added = json!([{"Create": index("by-title", "title")}]);
    let attributes = json!([{"AttributeName": "title", "AttributeType": "S"}]);
    story.ask(
        "UpdateTable",
        &json!({"TableName": "Copy", "AttributeDefinitions": attributes, "GlobalSecondaryIndexUpdates": added}),
    );
    story.step();
    story.describe("Copy");
    story.settle();
    let removed = json!([{"Delete": {"IndexName": "by-genre"}}]);
    story.ask("UpdateTable", &json!({"TableName": "Copy", "GlobalSecondaryIndexUpdates": removed}));
    story.settle();
    story.describe("Copy");

    story.ask("DeleteBackup", &json!({"BackupArn": arn}));
    story.ask("DeleteTable", &json!({"TableName": "Copy"}));
    story.describe("Copy");
    story.ask("ListTables", &json!({}));
    story.ask("ListTables", &json!({"Limit": 1}));
    story.ask("DescribeLimits", &json!({}));
    pinned::is_as_pinned(
        "descriptions.txt",
        include_str!("../pinned/descriptions.txt"),
        &story.text,
    );
}

/// A table with a partition key, and this beside.
fn simple(name: &str, more: &Value) -> Value {
    let mut body = json!({
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let members = body.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    body
}

#[test]
fn what_each_answer_must_be_while_a_table_changes_is_as_pinned() {
    let mut story = Story::new();
    story.ask("CreateTable", &music());
    story.settle();
    story.last = Some(BTreeMap::new());
    story.describe("Music");
    let update = |story: &mut Story, more: Value| {
        let mut body = json!({"TableName": "Music"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        story.ask("UpdateTable", &body);
        story.describe("Music");
        story.settle();
        story.describe("Music");
    };
    update(&mut story, json!({"DeletionProtectionEnabled": true}));
    update(&mut story, json!({"TableClass": "STANDARD"}));
    update(&mut story, json!({"StreamSpecification": {"StreamEnabled": false}}));
    update(&mut story, json!({"SSESpecification": {"Enabled": false}}));
    update(&mut story, json!({"DeletionProtectionEnabled": false}));
    let faster = json!({"ReadCapacityUnits": 30, "WriteCapacityUnits": 20});
    let faster = json!([{"Update": {"IndexName": "by-genre", "ProvisionedThroughput": faster}}]);
    update(&mut story, json!({"GlobalSecondaryIndexUpdates": faster}));
    update(&mut story, json!({"BillingMode": "PAY_PER_REQUEST"}));
    let removed = json!([{"Delete": {"IndexName": "by-genre"}}]);
    update(&mut story, json!({"GlobalSecondaryIndexUpdates": removed}));

    // An attribute that was the key of an index alone may be left when the index is not.
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let more = json!({
        "AttributeDefinitions": [attribute("artist"), attribute("genre")],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
        "GlobalSecondaryIndexes": [index("by-genre", "genre")],
    });
    story.ask("CreateTable", &simple("Thin", &more));
    story.settle();
    story.describe("Thin");
    let removed = json!([{"Delete": {"IndexName": "by-genre"}}]);
    story.ask("UpdateTable", &json!({"TableName": "Thin", "GlobalSecondaryIndexUpdates": removed}));
    story.settle();
    story.describe("Thin");

    // What a backup tells of a table that has features, that has changed since, and that is another one.
    let feature = [
        (
            "Stream",
            json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}),
        ),
        ("Plain", json!({})),
    ];
    for (name, more) in feature {
        story.ask("CreateTable", &simple(name, &more));
        story.settle();
        story.ask("CreateBackup", &json!({"TableName": name, "BackupName": "abc"}));
        story.settle();
    }
    let ttl = json!({"Enabled": true, "AttributeName": "year"});
    let set = |ttl: &Value| json!({"TableName": "Plain", "TimeToLiveSpecification": ttl});
    story.ask("UpdateTimeToLive", &set(&ttl));
    story.settle();
    story.ask("CreateBackup", &json!({"TableName": "Plain", "BackupName": "abc"}));
    let off = json!({"Enabled": false, "AttributeName": "year"});
    story.account = service::elapse(&story.account, 7_200_000);
    story.ask("UpdateTimeToLive", &set(&off));
    story.ask("DescribeTimeToLive", &json!({"TableName": "Plain"}));
    story.settle();
    story.ask("DescribeTimeToLive", &json!({"TableName": "Plain"}));
    let arns: Vec<String> = story.account.backups.keys().map(ToString::to_string).collect();
    let plain = arns.iter().find(|arn| arn.contains("Plain")).expect("a backup").clone();
    for arn in &arns {
        story.ask("DescribeBackup", &json!({"BackupArn": arn}));
    }
    let owned = json!({"TableName": "Plain", "SSESpecification": {"Enabled": true}});
    story.ask("UpdateTable", &owned);
    story.settle();
    story.ask("DescribeBackup", &json!({"BackupArn": plain}));
    story.ask("DeleteTable", &json!({"TableName": "Plain"}));
    story.settle();
    story.ask("CreateTable", &simple("Plain", &json!({})));
    story.ask("DescribeBackup", &json!({"BackupArn": plain}));
    story.settle();

    // A restored table has no recovery, and its backups are enabled by the service too.
    story.ask("RestoreTableFromBackup", &json!({"BackupArn": plain, "TargetTableName": "Copy"}));
    let copy = json!({"TableName": "Copy"});
    story.step();
    story.ask("DescribeContinuousBackups", &copy);
    story.settle();
    story.ask("DescribeContinuousBackups", &copy);
    let switch = |on: bool| {
        let wanted = json!({"PointInTimeRecoveryEnabled": on});
        json!({"TableName": "Copy", "PointInTimeRecoverySpecification": wanted})
    };
    story.ask("UpdateContinuousBackups", &switch(false));
    story.ask("UpdateContinuousBackups", &switch(true));
    story.account = service::elapse(&story.account, 299_000 - 1_000);
    story.ask("DescribeContinuousBackups", &copy);
    story.ask("DescribeContinuousBackups", &copy);
    story.ask("UpdateContinuousBackups", &switch(false));
    story.ask("UpdateContinuousBackups", &switch(true));
    story.ask("DescribeContinuousBackups", &copy);
    story.ask("DeleteTable", &copy);
    story.settle();
    let system = story.account.backups.iter().find(|(_, it)| it.expires().is_some());
    let system = system.expect("a SYSTEM backup").0.to_string();
    story.ask("DescribeBackup", &json!({"BackupArn": system}));
    pinned::is_as_pinned("changes.txt", include_str!("../pinned/changes.txt"), &story.text);
}
