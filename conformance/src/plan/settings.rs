//! What a restore leaves behind: tags, time to live, streams, deletion protection; and that all of it
//! can be set up again.

use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{
    self, about, about_backup, backed_up, backup, put, restore, scan, table, table_arn,
};
use super::recovery::switch;
use crate::scenario::{Action, Scenario, Source, call, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = vec![not_carried_over(), set_up_again(), changed_after_the_backup()];
    found.extend(while_restoring());
    found.extend(while_creating());
    found.extend(updates());
    found.extend(tags());
    found.extend(times_to_live());
    found.extend(items());
    found.push(named("the limits of the account", vec![call("DescribeLimits", json!({}))]));
    found
}

fn named(title: &str, actions: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Scenario, actions)
}

fn tag(table: &str) -> Action {
    call(
        "TagResource",
        json!({"ResourceArn": table_arn(table), "Tags": [{"Key": "team", "Value": "music"}]}),
    )
}

fn untag(table: &str) -> Action {
    call("UntagResource", json!({"ResourceArn": table_arn(table), "TagKeys": ["team"]}))
}

fn list_tags(table: &str) -> Action {
    call("ListTagsOfResource", json!({"ResourceArn": table_arn(table)}))
}

fn expire(table: &str, on: bool) -> Action {
    call(
        "UpdateTimeToLive",
        json!({
            "TableName": format!("{{table:{table}}}"),
            "TimeToLiveSpecification": {"Enabled": on, "AttributeName": "expires"}
        }),
    )
}

fn update(table: &str, members: Value) -> Action {
    let mut body = members;
    body["TableName"] = json!(format!("{{table:{table}}}"));
    call("UpdateTable", body)
}

/// A source with everything on that a restore must not bring back.
fn decorated() -> Vec<Action> {
    let mut actions = table("source", &source::decorated());
    actions.extend([
        expire("source", true),
        switch("source", true),
        update("source", json!({"DeletionProtectionEnabled": true})),
        wait("table:source"),
    ]);
    actions.extend(backup("source", "source"));
    actions
}

fn not_carried_over() -> Scenario {
    let mut actions = decorated();
    actions.extend([
        about_backup("DescribeBackup", "source"),
        restore("source", "target"),
        wait("table:target"),
        list_tags("target"),
        about("DescribeTimeToLive", "target"),
        about("DescribeContinuousBackups", "target"),
        // The backup still tells of them all the same.
        about_backup("DescribeBackup", "source"),
        list_tags("source"),
        about("DescribeTimeToLive", "source"),
        about("DeleteTable", "source"),
        about("DeleteTable", "target"),
        update("source", json!({"DeletionProtectionEnabled": false})),
    ]);
    named("settings are not carried over", actions)
}

fn set_up_again() -> Scenario {
    let mut actions = backed_up("source", &source::decorated());
    actions.extend([
        restore("source", "target"),
        wait("table:target"),
        tag("target"),
        list_tags("target"),
        expire("target", true),
        about("DescribeTimeToLive", "target"),
        switch("target", true),
        about("DescribeContinuousBackups", "target"),
        update(
            "target",
            json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}),
        ),
        wait("table:target"),
        update("target", json!({"DeletionProtectionEnabled": true})),
        wait("table:target"),
        update("target", json!({"DeletionProtectionEnabled": false})),
    ]);
    named("settings can be set up again", actions)
}

/// A backup is the table as it was.
fn changed_after_the_backup() -> Scenario {
    let mut actions = backed_up("source", &source::indexed());
    actions.extend([
        update(
            "source",
            json!({"ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}}),
        ),
        wait("table:source"),
        update(
            "source",
            json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-due"}}]}),
        ),
        wait("table:source"),
        about_backup("DescribeBackup", "source"),
        restore("source", "target"),
        wait("table:target"),
    ]);
    named("a backup is the table as it was, whatever happened since", actions)
}

fn while_restoring() -> Vec<Scenario> {
    let requests: Vec<(&str, Action)> = vec![
        ("tag the target", tag("target")),
        ("untag the target", untag("target")),
        ("list the target's tags", list_tags("target")),
        ("set the target's time to live", expire("target", true)),
        ("describe the target's time to live", about("DescribeTimeToLive", "target")),
        ("update the target", update("target", json!({"DeletionProtectionEnabled": true}))),
        ("describe the target's continuous backups", about("DescribeContinuousBackups", "target")),
        ("switch the target's recovery on", switch("target", true)),
    ];
    recipe::while_restoring(requests)
}

fn while_creating() -> Vec<Scenario> {
    let requests: Vec<(&str, Action)> = vec![
        ("tag it", tag("new")),
        ("set its time to live", expire("new", true)),
        ("describe its time to live", about("DescribeTimeToLive", "new")),
        ("update it", update("new", json!({"DeletionProtectionEnabled": true}))),
        ("describe its continuous backups", about("DescribeContinuousBackups", "new")),
        ("switch its recovery on", switch("new", true)),
        ("delete it", about("DeleteTable", "new")),
        (
            "back it up",
            call("CreateBackup", json!({"TableName": "{table:new}", "BackupName": "early"})),
        ),
    ];
    requests
        .into_iter()
        .map(|(what, action)| {
            let mut actions = table("new", &source::plain());
            actions.insert(1, action);
            named(&format!("while a table is being created: {what}"), actions)
        })
        .collect()
}

fn updates() -> Vec<Scenario> {
    let new_index = json!({
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "genre", "AttributeType": "S"}
        ],
        "GlobalSecondaryIndexUpdates": [{"Create": {
            "IndexName": "by-genre",
            "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}
        }}]
    });
    let bodies = [
        ("nothing", json!({})),
        (
            "the capacity",
            json!({"ProvisionedThroughput": {"ReadCapacityUnits": 6, "WriteCapacityUnits": 6}}),
        ),
        (
            "the capacity to what it is",
            json!({"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}}),
        ),
        ("the billing mode", json!({"BillingMode": "PAY_PER_REQUEST"})),
        ("an index added", new_index),
        (
            "an unknown index removed",
            json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "none"}}]}),
        ),
    ];
    let mut found: Vec<Scenario> = bodies
        .into_iter()
        .map(|(what, members)| {
            let mut actions = table("source", &source::plain());
            actions.extend([
                update("source", members),
                call(
                    "CreateBackup",
                    json!({"TableName": "{table:source}", "BackupName": "meanwhile"}),
                ),
                about("DeleteTable", "source"),
                wait("table:source"),
            ]);
            named(&format!("update a table: {what}"), actions)
        })
        .collect();
    found.push(named(
        "update a table: no such table",
        vec![update("none", json!({"BillingMode": "PAY_PER_REQUEST"}))],
    ));
    found
}

fn tags() -> Vec<Scenario> {
    let with = |title: &str, more: Vec<Action>| {
        let mut actions = backed_up("source", &source::plain());
        actions.extend(more);
        named(title, actions)
    };
    vec![
        with(
            "tags: added, listed and removed",
            vec![tag("source"), list_tags("source"), untag("source"), list_tags("source")],
        ),
        with(
            "tags: none given",
            vec![call("TagResource", json!({"ResourceArn": table_arn("source"), "Tags": []}))],
        ),
        with(
            "tags: no keys given",
            vec![call("UntagResource", json!({"ResourceArn": table_arn("source"), "TagKeys": []}))],
        ),
        with("tags: not an ARN", vec![call("ListTagsOfResource", json!({"ResourceArn": "abc"}))]),
        with("tags: of no table", vec![list_tags("none")]),
        with(
            "tags: of a backup",
            vec![call(
                "TagResource",
                json!({"ResourceArn": "{backup:source}", "Tags": [{"Key": "k", "Value": "v"}]}),
            )],
        ),
        with("tags: of a table being deleted", vec![about("DeleteTable", "source"), tag("source")]),
    ]
}

fn times_to_live() -> Vec<Scenario> {
    let with = |title: &str, more: Vec<Action>| {
        let mut actions = table("source", &source::plain());
        actions.extend(more);
        named(title, actions)
    };
    let describe = || about("DescribeTimeToLive", "source");
    vec![
        with("time to live: never set", vec![describe()]),
        with("time to live: set", vec![expire("source", true), describe()]),
        with(
            "time to live: set to what it is",
            vec![expire("source", true), expire("source", true)],
        ),
        with("time to live: unset when it is not set", vec![expire("source", false)]),
        named("time to live: of no table", vec![about("DescribeTimeToLive", "none")]),
    ]
}

/// A restored table and its indexes hold the items.
fn items() -> Vec<Scenario> {
    let query = |table: &str, index: Option<&str>, name: &str, value: Value| {
        let mut body = json!({
            "TableName": format!("{{table:{table}}}"),
            "KeyConditionExpression": "#k = :v",
            "ExpressionAttributeNames": {"#k": name},
            "ExpressionAttributeValues": {":v": value}
        });
        if let Some(index) = index {
            body["IndexName"] = json!(index);
        }
        call("Query", body)
    };
    let get = |table: &str, key: &str| {
        call(
            "GetItem",
            json!({
                "TableName": format!("{{table:{table}}}"),
                "Key": {"pk": {"S": key}, "sk": {"N": "1"}},
                "ConsistentRead": true
            }),
        )
    };
    let mut actions = table("source", &source::indexed());
    actions.push(call(
        "BatchWriteItem",
        json!({"RequestItems": {"{table:source}": [
            {"PutRequest": {"Item": source::item("one")}},
            {"PutRequest": {"Item": source::item("two")}},
            {"PutRequest": {"Item": {"pk": {"S": "bare"}, "sk": {"N": "1"}}}}
        ]}}),
    ));
    actions.extend(backup("source", "source"));
    actions.extend([restore("source", "target"), wait("table:target")]);
    for table in ["source", "target"] {
        actions.extend([
            scan(table),
            get(table, "one"),
            get(table, "none"),
            query(table, None, "pk", json!({"S": "two"})),
            query(table, Some("by-owner"), "owner", json!({"S": "ada"})),
            query(table, Some("by-due"), "due", json!({"N": "20261123"})),
            query(table, Some("local-due"), "pk", json!({"S": "one"})),
        ]);
    }
    let mut renamed = table("source", &source::on_demand());
    renamed.push(put("source", source::item("one")));
    renamed.extend(backup("source", "source"));
    renamed.extend([
        recipe::restore_with(
            "source",
            "target",
            &json!({"GlobalSecondaryIndexOverride": [{
                "IndexName": "by-person",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"}
            }]}),
        ),
        wait("table:target"),
        query("target", Some("by-person"), "owner", json!({"S": "ada"})),
    ]);
    vec![
        named("a restored table and its indexes hold the items", actions),
        named("a renamed index holds the items", renamed),
    ]
}
