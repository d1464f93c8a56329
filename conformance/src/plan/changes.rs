//! Changes of tables: one while another takes effect, and what there is when they have.

use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{about, about_backup, put, restore, scan, table, table_arn, tag};
use super::recovery::switch;
use crate::scenario::{Action, Scenario, Source, call, labelled, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = vec![indexes(), capacity(), tags(), time_to_live(), items(), batch()];
    found.extend([early_recovery(), outlived(), again(), tags_of_a_restored_table()]);
    found
}

fn named(title: &str, actions: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Scenario, actions)
}

fn of_source(actions: impl IntoIterator<Item = Action>) -> Vec<Action> {
    let mut all = table("source", &source::plain());
    all.extend(actions);
    all
}

fn update(members: Value) -> Action {
    let mut body = members;
    body["TableName"] = json!("{table:source}");
    call("UpdateTable", body)
}

fn list_tags(table: &str) -> Action {
    call("ListTagsOfResource", json!({"ResourceArn": table_arn(table)}))
}

fn later() -> Action {
    Action::Elapse { elapse_millis: 60 * 60 * 1_000 }
}

/// One index after the other, and the first one removed.
fn indexes() -> Scenario {
    let add = |name: &str, attribute: &str| {
        update(json!({
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "label", "AttributeType": "S"},
                {"AttributeName": "owner", "AttributeType": "S"}
            ],
            "GlobalSecondaryIndexUpdates": [{"Create": {
                "IndexName": name,
                "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}
            }}]
        }))
    };
    let remove = update(json!({
        "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-label"}}]
    }));
    let look = || [about("DescribeTable", "source"), wait("table:source")];
    let mut actions = of_source([add("by-label", "label")]);
    actions.extend(look());
    actions.push(add("by-owner", "owner"));
    actions.extend(look());
    actions.push(remove);
    actions.extend(look());
    named("indexes are added and removed", actions)
}

fn capacity() -> Scenario {
    let to = |units: u64| {
        update(json!({
            "ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": units}
        }))
    };
    named(
        "a capacity is changed while it is being changed",
        of_source([to(7), to(8), about("DescribeTable", "source"), wait("table:source")]),
    )
}

fn tags() -> Scenario {
    let more = [tag("source", "one"), tag("source", "two"), list_tags("source")];
    named("tags are written while others are being written", of_source(more))
}

fn time_to_live() -> Scenario {
    let turn = |on: bool| {
        let specification = json!({"Enabled": on, "AttributeName": "expires"});
        let body = json!({"TableName": "{table:source}", "TimeToLiveSpecification": specification});
        call("UpdateTimeToLive", body)
    };
    let look = || about("DescribeTimeToLive", "source");
    named(
        "the time to live is changed before a change has taken effect",
        of_source([turn(true), turn(false), look()]),
    )
}

fn items() -> Scenario {
    let mut other = source::item("one");
    other["owner"] = json!({"S": "bob"});
    named(
        "an item is written again",
        of_source([put("source", source::item("one")), put("source", other), scan("source")]),
    )
}

fn batch() -> Scenario {
    let write = |key: &str| json!({"PutRequest": {"Item": source::item(key)}});
    let body = json!({"RequestItems": {"{table:source}": [write("one"), write("two")]}});
    named("a batch is written and read", of_source([call("BatchWriteItem", body), scan("source")]))
}

/// Recovery as soon as a table is ACTIVE, when backups need not be enabled yet.
fn early_recovery() -> Scenario {
    let mut actions = table("source", &source::plain());
    actions.truncate(1);
    actions.push(Action::Await {
        what: "table:source".to_owned(),
        event: Some("table-active".to_owned()),
    });
    actions.extend([switch("source", true), about("DescribeContinuousBackups", "source")]);
    named("recovery as soon as a table is active", actions)
}

/// A backup whose table goes while it is being made.
fn outlived() -> Scenario {
    let backup = json!({"TableName": "{table:source}", "BackupName": "outliving"});
    named(
        "a table is deleted while its backup is being made",
        of_source([
            labelled("CreateBackup", backup, "one"),
            about("DeleteTable", "source"),
            wait("table:source"),
            wait("backup:one"),
            about_backup("DescribeBackup", "one"),
            restore("one", "target"),
            wait("table:target"),
        ]),
    )
}

/// A table of the name of one that is gone, and whose backup is still there.
fn again() -> Scenario {
    let backup = json!({"TableName": "{table:source}", "BackupName": "of-the-first"});
    let mut actions = of_source([
        labelled("CreateBackup", backup, "one"),
        wait("backup:one"),
        about("DeleteTable", "source"),
        wait("table:source"),
    ]);
    actions.extend(of_source([about_backup("DescribeBackup", "one"), scan("source")]));
    named("a table again, where the first one has a backup", actions)
}

fn tags_of_a_restored_table() -> Scenario {
    let backup = json!({"TableName": "{table:source}", "BackupName": "tagged"});
    named(
        "a restored table is tagged twice",
        of_source([
            labelled("CreateBackup", backup, "one"),
            wait("backup:one"),
            restore("one", "target"),
            wait("table:target"),
            tag("target", "one"),
            later(),
            wait("table:target"),
            tag("target", "two"),
            list_tags("target"),
        ]),
    )
}
