//! Both sides of every limit that the rules put on what an account holds, beside those of the API model.

use reinstate_model::account::Account;
use reinstate_model::outcome::Outcome;
use reinstate_model::rules::RuleId;
use reinstate_model::wire;
use serde_json::{Value, json};

use crate::endpoint::{accepted, empty, outcome, refused, settled};

/// What fits is accepted, and one more is refused under a rule.
#[track_caller]
fn limited(
    account: &Account,
    operation: &str,
    rule: RuleId,
    most: usize,
    body: impl Fn(usize) -> Value,
) {
    accepted(account, operation, &body(most));
    let refusal = refused(account, operation, &body(most + 1));
    let rules: Vec<_> = refusal.reportable(operation).iter().map(|it| it.rule).collect();
    assert!(rules.contains(&rule), "{operation}: {rules:?}");
}

fn index(name: String, keys: &[(&str, &str)], projected: &[String]) -> Value {
    let keys: Vec<_> =
        keys.iter().map(|(name, kind)| json!({"AttributeName": name, "KeyType": kind})).collect();
    let projection = match projected {
        [] => json!({"ProjectionType": "KEYS_ONLY"}),
        names => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names}),
    };
    json!({"IndexName": name, "KeySchema": keys, "Projection": projection})
}

fn table(global: Vec<Value>, local: Vec<Value>) -> Value {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let mut body = json!({
        "TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("artist"), attribute("title")],
        "KeySchema": [
            {"AttributeName": "artist", "KeyType": "HASH"},
            {"AttributeName": "title", "KeyType": "RANGE"},
        ],
    });
    for (member, indexes) in [("GlobalSecondaryIndexes", global), ("LocalSecondaryIndexes", local)]
    {
        if !indexes.is_empty() {
            body[member] = json!(indexes);
        }
    }
    body
}

const OF_TITLES: &[(&str, &str)] = &[("title", "HASH")];
const OF_AN_ARTIST: &[(&str, &str)] = &[("artist", "HASH"), ("title", "RANGE")];

/// Global indexes that project so many attributes together.
fn projecting(count: usize) -> Vec<Value> {
    let names: Vec<String> = (0..count).map(|number| format!("attribute-{number}")).collect();
    let chunks = names.chunks(20).enumerate();
    chunks.map(|(number, names)| index(format!("index-{number}"), OF_TITLES, names)).collect()
}

#[test]
fn a_table_has_as_many_indexes_and_projected_attributes_as_are_allowed() {
    let several =
        |count: usize, keys| (0..count).map(move |it| index(format!("index-{it}"), keys, &[]));
    limited(&empty(), "CreateTable", "CRT-08", 20, |count| {
        table(several(count, OF_TITLES).collect(), vec![])
    });
    limited(&empty(), "CreateTable", "CRT-08", 5, |count| {
        table(vec![], several(count, OF_AN_ARTIST).collect())
    });
    limited(&empty(), "CreateTable", "QUO-07", 100, |count| table(projecting(count), vec![]));
}

#[test]
fn a_restore_lists_as_many_projected_attributes_as_a_table_may_have() {
    let account = settled(accepted(&empty(), "CreateTable", &table(projecting(100), vec![])));
    let backup = json!({"TableName": "Music", "BackupName": "abc"});
    let account = settled(accepted(&account, "CreateBackup", &backup));
    let arn = account.backups.keys().next().expect("a backup").to_string();
    limited(&account, "RestoreTableFromBackup", "RTB-39", 100, |count| {
        let indexes = projecting(count);
        json!({"TargetTableName": "Copy", "BackupArn": arn, "GlobalSecondaryIndexOverride": indexes})
    });
}

#[test]
fn a_table_has_fifty_tags_at_most() {
    let account = settled(accepted(&empty(), "CreateTable", &table(vec![], vec![])));
    limited(&account, "TagResource", "TAG-02", 50, |count| {
        let tags: Vec<_> =
            (0..count).map(|number| json!({"Key": format!("{number}"), "Value": ""})).collect();
        json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/Music", "Tags": tags})
    });
}

#[test]
fn keys_and_items_are_as_large_as_is_allowed() {
    let account = settled(accepted(&empty(), "CreateTable", &table(vec![], vec![])));
    let put = |artist: usize, title: usize, more: Value| {
        let mut item = json!({
            "artist": {"S": "a".repeat(artist)}, "title": {"S": "t".repeat(title)},
        });
        item.as_object_mut().expect("an item").extend(more.as_object().expect("some").clone());
        json!({"TableName": "Music", "Item": item})
    };
    let text = |bytes: usize| json!({"text": {"S": "x".repeat(bytes)}});
    limited(&account, "PutItem", "DAT-05", 2048, |bytes| put(bytes, 1, json!({})));
    limited(&account, "PutItem", "DAT-05", 1024, |bytes| put(1, bytes, json!({})));
    let names = "artist".len() + "title".len() + "text".len();
    limited(&account, "PutItem", "DAT-05", 400 * 1024 - names - 2, |bytes| put(1, 1, text(bytes)));
    // Sets are as large as what they hold.
    let half = 200 * 1024;
    let names = names - "text".len() + "set".len() + 2;
    limited(&account, "PutItem", "DAT-05", half - names, |bytes| {
        let set = ["x".repeat(half), "y".repeat(bytes)];
        put(1, 1, json!({"set": {"SS": set}}))
    });
    // Four letters of base64 stand for three bytes.
    let binaries = |bytes: usize| {
        let set = ["A".repeat(half / 3 * 4), "B".repeat(bytes / 3 * 4)];
        put(1, 1, json!({"set": {"BS": set}}))
    };
    accepted(&account, "PutItem", &binaries(half - names));
    refused(&account, "PutItem", &binaries(half + 3));
    let numbers = |count: usize| {
        // Each has 38 digits, so it takes about twenty bytes.
        (0..count).map(|it| format!("{}", 10_u128.pow(37) + 1 + it as u128)).collect::<Vec<_>>()
    };
    accepted(&account, "PutItem", &put(1, 1, json!({"set": {"NS": numbers(20_000)}})));
    refused(&account, "PutItem", &put(1, 1, json!({"set": {"NS": numbers(21_000)}})));
}

#[test]
fn a_range_of_times_may_have_no_length_and_must_not_be_inverted() {
    limited(
        &empty(),
        "ListBackups",
        "LSB-18",
        7,
        |lower| json!({"TimeRangeLowerBound": lower, "TimeRangeUpperBound": 7}),
    );
}

#[test]
fn a_page_of_backups_goes_on_in_the_order_of_their_creation_whatever_they_are_called() {
    let mut account = empty();
    for name in ["b-first", "a-second", "c-third"] {
        let mut body = table(vec![], vec![]);
        body["TableName"] = json!(name);
        account = settled(accepted(&account, "CreateTable", &body));
        account.now += 1_000;
        account =
            accepted(&account, "CreateBackup", &json!({"TableName": name, "BackupName": "abc"}));
        account.now += 1_000;
    }
    let account = settled(account);
    let mut seen = vec![];
    let mut start = Value::Null;
    loop {
        let body = json!({"Limit": 1, "ExclusiveStartBackupArn": start});
        let page = match outcome(&account, "ListBackups", &body) {
            Outcome::Accepted(page) => wire::accepted_body(&page),
            Outcome::Refused(refusal) => panic!("{refusal:?}"),
        };
        let summaries = page["BackupSummaries"].as_array().expect("a list").iter();
        seen.extend(summaries.map(|it| it["TableName"].as_str().expect("a name").to_owned()));
        start = page["LastEvaluatedBackupArn"].clone();
        if start.is_null() || seen.len() > 3 {
            break;
        }
    }
    assert_eq!(seen, ["b-first", "a-second", "c-third"]);
}
